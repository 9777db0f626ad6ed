import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Checking a job by command")
final class CheckCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func check(_ arguments: [String]) throws -> (status: Int32, lines: [RecipeLine]) {
    let out = folder + "/run"
    let status = sluice.run(["check"] + arguments + ["--out", out], output: { _ in }, error: { _ in })
    return (status, try JSONFile.read(CheckResult.self, from: out + "/check.json").lines)
  }

  private func outcome(_ name: String, _ lines: [RecipeLine]) -> RecipeLine.Outcome? {
    lines.first { $0.name == name }?.outcome
  }

  @Test("The healthy jobs pass, with several seeds", arguments: 1...3)
  func healthy(seed: Int) throws {
    let commands = [
      ["classifier", "--units", "24", "--examples", "400"], ["stems", "--units", "24"],
      ["stems", "--reader", "ngrams"], ["stems", "--reader", "both", "--units", "24"], ["language-model"],
    ]
    for command in commands {
      let (status, lines) = try check(command + ["--seed", "\(seed)", "--threads", "1"])
      let failed = lines.filter { $0.outcome == .fail }
      #expect(status == 0 && failed.isEmpty, "\(command): \(failed)")
      #expect(lines.count >= 16)
    }
  }

  @Test("A rate much too low does not learn a tiny batch by heart, and the range of rates says so")
  func lowRate() throws {
    let (status, lines) = try check(
      ["classifier", "--units", "16", "--examples", "200", "--learning-rate", "1e-7", "--threads", "1"])
    #expect(status == 1)
    #expect(outcome("overfits a tiny batch", lines) == .fail)
    #expect(outcome("learning rate", lines) == .warn)
  }

  @Test("Texts that all look the same are noticed before the first layer")
  func sameInputs() throws {
    let path = folder + "/data"
    let text = (0..<80).map { "\($0 % 2 == 0 ? "yes" : "no")\tsame" }.joined(separator: "\n")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let (status, lines) = try check(["classifier", "--data", path, "--units", "8", "--threads", "1"])
    #expect(status == 1)
    #expect(outcome("seen before the first layer", lines) == .fail)
    #expect(outcome("the input matters", lines) == .fail)
  }

  @Test(
    "Where one label is much more frequent than the other the tiny batch still has both", arguments: 1...3)
  func rareLabel(seed: Int) throws {
    let path = folder + "/rare"
    let text = (0..<200).map { k in k % 40 == 0 ? "rare\tyes, it is \(k)" : "usual\tno, number \(k)" }
      .joined(separator: "\n")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let (status, lines) = try check(
      ["classifier", "--data", path, "--units", "16", "--threads", "1", "--seed", "\(seed)"])
    #expect(status == 0, "\(lines.filter { $0.outcome == .fail })")
    #expect(outcome("the input matters", lines) == .pass)
  }
}
