import Sluice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

StandardStreams.prepare()
let errorOutput = Terminal.standardError
if let number = StandardStreams.firstInvalidArgument {
  errorOutput.writeLine(
    "error: " + sluice.complaint(aboutArgument: number - 1, of: Array(CommandLine.arguments.dropFirst())))
  exit(ExitStatus.usage.code)
}
let memoryAdvice = sluice.memoryAdvice(Array(CommandLine.arguments.dropFirst()))
MemoryRefusal.end { byteCount in
  Terminal.standardError.writeLine(
    "error: expected room for \(grouped(byteCount)) bytes more, got none from the operating system. \(memoryAdvice)"
  )
  exit(ExitStatus.failure.code)
}
let status = sluice.run(
  Array(CommandLine.arguments.dropFirst()), output: Terminal.standardOutput.writeLine,
  error: errorOutput.writeLine)
if status == ExitStatus.success.code, let reason = StandardStreams.failureOfOutput {
  errorOutput.writeLine("error: standard output could not be written: \(reason)")
  exit(ExitStatus.failure.code)
}
exit(status)
