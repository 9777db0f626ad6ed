import RefusedMemory
import Sluice

import CLibrary

StandardStreams.prepare()
let givenArguments = StandardStreams.arguments
Interruption.handle()
let errorOutput = Terminal.standardError
if let number = StandardStreams.firstInvalidArgument {
  errorOutput.writeLine(
    "error: " + sluice.complaint(aboutArgument: number - 1, of: givenArguments))
  exit(ExitStatus.usage.code)
}
// Large blocks come from the system itself, all else from malloc; the program ends in the same way.
let memoryAdvice = sluice.memoryAdvice(givenArguments)
let refusal = (
  before: "error: expected room for ",
  after: " bytes more, got none from the operating system. \(memoryAdvice)"
)
MemoryRefusal.end { byteCount in
  Terminal.standardError.writeLine(refusal.before + grouped(byteCount) + refusal.after)
  exit(ExitStatus.failure.code)
}
unsafe sluice_end_when_memory_is_refused(refusal.before, refusal.after, ExitStatus.failure.code)
let status = sluice.run(
  givenArguments, output: Terminal.standardOutput.writeLine,
  error: errorOutput.writeLine)
if status == ExitStatus.success.code, let reason = StandardStreams.failureOfOutput {
  errorOutput.writeLine("error: standard output could not be written: \(reason)")
  exit(ExitStatus.failure.code)
}
exit(status)
