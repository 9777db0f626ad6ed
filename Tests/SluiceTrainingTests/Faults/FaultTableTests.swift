import Foundation
import Sluice
import Testing

@testable import SluiceCommand

/// The test bench of broken trainings: each fault in each job that can have it. Prints a table of what was said.
@Suite("The table of faults")
struct FaultTableTests {
  @Test("Every fault of the classifier is named")
  func classifier() throws { try table(of: BrokenClassifier.self, net: "gru") }

  @Test("Every fault of the embedding of words is named")
  func stems() throws { try table(of: BrokenStems.self, net: "gru") }

  @Test("Every fault of the language model is named")
  func languageModel() throws { try table(of: BrokenLanguageModel.self, net: "lstm") }

  private func table<Job: BrokenJob & ~Copyable>(of job: Job.Type, net: String) throws {
    var rows: [String] = []
    for fault in JobFault.allCases {
      guard let name = fault.name(in: Job.job, net: net) else { continue }
      var row = "| \(Job.job) | \(fault.rawValue) | "
      if !name.findings.isEmpty {
        let steps = fault == .labelsShuffled ? 400 : 120
        let findings = try Job.watch(fault, seed: 1, steps: steps).diagnosis.findings
        let named = findings.first {
          name.findings.contains($0.ailment) && (name.place.isEmpty || $0.place.contains(name.place))
        }
        #expect(named != nil, "\(Job.job), \(fault.rawValue): \(findings.map(\.description))")
        if let named {
          row += named.ailment.rawValue + (named.place.isEmpty ? "" : " at `\(named.place)`")
          row += " | \(named.firstStep) | \(named.reportedStep) | \(findings.count - 1) | "
        }
      } else {
        row += "— | | | | "
      }
      if let line = name.check {
        #expect(
          try Self.failedCheck(Job.check(fault, seed: 1)).contains(line), "\(Job.job), \(fault.rawValue)")
        row += line
      }
      rows.append(row + " |")
    }
    print(rows.joined(separator: "\n"))
  }

  /// The failed lines of `check.json` as the command leaves it, where it ends with a status of failure.
  private static func failedCheck(_ lines: [RecipeLine]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let directory = try RunDirectory.create(at: folder)
    #expect(throws: ExitStatus.failure) {
      try CheckReport.conclude(lines, of: "classifier", in: directory, output: { _ in })
    }
    return try JSONFile.read(CheckResult.self, from: directory.file("check.json")).lines
      .filter { $0.outcome == .fail }.map(\.name)
  }
}
