import Foundation
import Testing

@testable import SluiceCommand

@Suite("Standard streams and signals of a process")
struct StandardStreamsTests {
  @Test("A file opened later does not take the place of a closed stream, and writing to that fails")
  func closedOutput() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = close(STDOUT_FILENO)
      StandardStreams.prepare()
      let path = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
      let file = unsafe creat(path, 0o600)
      unsafe _ = unlink(path)
      guard file > STDERR_FILENO else { return }
      Terminal.standardOutput.writeLine("text")
      if lseek(file, 0, SEEK_END) == 0, StandardStreams.failureOfOutput != nil { exit(7) }
    }
  }

  @Test("A training goes on when nobody reads its output, and says in the end what it could not write")
  func brokenPipe() async {
    await #expect(processExitsWith: .exitCode(7)) {
      Interruption.listen()
      var ends: [Int32] = [0, 0]
      guard unsafe pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO else { return }
      for end in ends { _ = close(end) }
      guard StandardStreams.failureOfOutput == nil else { return }
      Terminal.standardOutput.writeLine("text")
      if StandardStreams.failureOfOutput != nil { exit(7) }
    }
  }

  @Test("A signal that the program was started to ignore stays ignored")
  func ignored() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = signal(SIGHUP, SIG_IGN)
      Interruption.listen()
      _ = kill(getpid(), SIGHUP)
      _ = usleep(50_000)
      if !Interruption.requested { exit(7) }
    }
  }
}
