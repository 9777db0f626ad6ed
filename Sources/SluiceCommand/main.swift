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
    "error: expected arguments in UTF-8, got other bytes in argument \(number). Rename the file, or go by another "
      + "name of it.")
  exit(ExitStatus.usage.code)
}
MemoryRefusal.end { byteCount in
  Terminal.standardError.writeLine(
    "error: expected room for \(grouped(byteCount)) bytes more, got none from the operating system. Make the model or its "
      + "batches smaller (--units, --layers, --batch, --streams, --steps), or raise the limit (ulimit -v).")
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
