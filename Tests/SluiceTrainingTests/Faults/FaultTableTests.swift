import Sluice
import Testing

/// The test bench of broken trainings: each fault in each job that can have it. Prints a table of what was said.
@Suite("The table of faults")
struct FaultTableTests {
  @Test("Every fault of the classifier is named")
  func classifier() throws { try table(of: ClassifierJob.self) }

  @Test("Every fault of the encoder of words is named")
  func stems() throws { try table(of: StemJob.self) }

  @Test("Every fault of the language model is named")
  func languageModel() throws { try table(of: LanguageModelJob.self) }

  private func table<Job: BreakableJob>(of job: Job.Type) throws {
    let net = try Job.small(.none, seed: 1).recurrentLayer.name
    var rows: [String] = []
    for fault in JobFault.allCases {
      guard let name = fault.name(in: Job.name, net: net) else { continue }
      var row = "| \(Job.name) | \(fault.rawValue) | "
      if !name.findings.isEmpty {
        let steps = fault == .labelsShuffled ? 400 : 120
        let findings = try BrokenJob<Job>.watch(fault, seed: 1, steps: steps).diagnosis.findings
        let named = findings.first {
          name.findings.contains($0.ailment) && (name.place.isEmpty || $0.place.contains(name.place))
        }
        #expect(named != nil, "\(Job.name), \(fault.rawValue): \(findings.map(\.description))")
        if let named {
          row += named.ailment.rawValue + (named.place.isEmpty ? "" : " at `\(named.place)`")
          row += " | \(named.firstStep) | \(named.reportedStep) | \(findings.count - 1) | "
        }
      } else {
        row += "— | | | | "
      }
      if let check = name.check {
        let failed = try BrokenJob<Job>.failedChecks(fault, seed: 1)
        #expect(failed.contains(check), "\(Job.name), \(fault.rawValue): \(failed)")
        row += check
      }
      rows.append(row + " |")
    }
    print(rows.joined(separator: "\n"))
  }
}
