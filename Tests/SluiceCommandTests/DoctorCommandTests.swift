import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("sluice doctor and --stop-on", .serialized)
final class DoctorCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  private func write(_ text: String, to name: String) throws -> String {
    let path = folder + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static func log(severity: String?) -> String {
    let finding = severity.map {
      #"{"kind":"finding","step":2,"first_step":1,"id":0,"name":"x","severity":"\#($0)","place":"","evidence":"e","hint":"h"}"#
        + "\n"
    }
    return #"{"kind":"flow","step":1}"# + "\n" + #"{"kind":"step","step":1,"loss":1}"# + "\n"
      + (finding ?? "")
  }

  @Test("The exit status says how a training stands, what cannot be read, and wrong usage")
  func statuses() throws {
    for (severity, status) in [(nil, 0), ("note", 0), ("warning", 1), ("fault", 2)] as [(String?, Int32)] {
      let log = try write(Self.log(severity: severity), to: "log.jsonl")
      #expect(sluiceRun(["doctor", log]).status == status, "\(severity ?? "nothing")")
      #expect(sluiceRun(["doctor", log, log, "--json"]).status == status)
    }
    #expect(sluiceRun(["doctor", folder + "/none"]).status == 66)
    #expect(sluiceRun(["doctor", try write("", to: "empty.jsonl")]).status == 66)
    #expect(sluiceRun(["doctor"]).status == 64 && sluiceRun(["doctor", "a", "b", "c"]).status == 64)
  }

  private func train(_ out: String, _ options: [String]) -> (status: Int32, error: String) {
    sluiceRun(
      [
        "train", "classifier", "--out", out, "--examples", "160", "--batch", "16", "--epochs", "4", "--units",
        "8",
        "--embedding", "4", "--validation-share", "0.2", "--quiet",
      ] + options)
  }

  @Test("A training stops on a fault with status 1 and a checkpoint, from which it goes on to its end")
  func stopsOnFault() throws {
    let out = folder + "/run"
    let fault = ["--optimizer", "adam", "--learning-rate", "2", "--stop-on"]
    #expect(train(out, fault + ["fault"]).status == 1)
    let log = try MetricsReader.lines(of: out + "/metrics.jsonl")
    let steps = log.filter { $0.kind == "step" }.count
    #expect(steps > 0 && steps < 32)
    #expect(sluiceRun(["doctor", out]).status == 2)
    // It does not stop on the same finding again; on another it may, and then goes on once more.
    for _ in 0..<20 where sluiceRun(["resume", out, "--quiet"]).status == 1 {}
    let whole = try MetricsReader.lines(of: out + "/metrics.jsonl")
    #expect(whole.filter { $0.kind == "step" }.count == 32 && whole.last?.kind == "summary")
  }

  @Test("A word that names no finding is wrong usage, and the nearest is suggested")
  func wrongWord() {
    let wrong = train(folder + "/run", ["--stop-on", "rate to high"])
    #expect(wrong.status == 64 && wrong.error.contains("Did you mean 'rate too high'?"), "\(wrong.error)")
    #expect(train(folder + "/run", ["--stop-on", "note"]).status == 64)
    #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
  }
}
