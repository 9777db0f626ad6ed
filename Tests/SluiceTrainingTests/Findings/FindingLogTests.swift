import Foundation
import Sluice
import Testing

@testable import SluiceFlow
@testable import SluiceTraining

@Suite("Findings in the log of a training")
struct FindingLogTests {
  private static func options(_ checkpoints: CheckpointSchedule = .never) -> TrainingOptions {
    var options = TrainingOptions()
    options.checkpoints = checkpoints
    options.detectors = [AlarmAtSteps(steps: 3...5), AlarmAfterAsking(times: 9)]
    return options
  }

  private func lines(_ path: String, _ kind: String) throws -> [MetricsLine] {
    try MetricsReader.lines(of: path + "/metrics.jsonl").filter { $0.kind == kind }
  }

  @Test("A detector's finding is logged with id, severity and remedy, and its end")
  func detector() throws {
    let folder = try RunFolder()
    let path = folder.file("run")
    var told: [String] = []
    let outcome = try Training(SmallJobs.classifier(), in: path, options: Self.options()).run { event in
      switch event {
      case .finding(let finding): told.append("found \(finding.name) \(finding.reportedStep)")
      case .findingEnded(let finding): told.append("ended \(finding.name) \(finding.endStep ?? 0)")
      default: break
      }
      return .goOn
    }
    let found = try #require(try lines(path, "finding").first { $0.string("name") == "as asked for" })
    let id = try #require(found.integer("id"))
    #expect(outcome.findings[id].name == "as asked for" && outcome.findings[id].ailment == .own)
    #expect(found.integer("step") == 3 && found.integer("first_step") == 3 && found.integer("cause") == nil)
    #expect(found.string("severity") == "warning" && found.string("place") == "embedding")
    let remedy = try #require(found.values["remedy"]?.object)
    #expect(
      remedy["name"]?.string == "set dropout" && remedy["number"]?.double == 0.5 && remedy["place"] == nil)
    let ended = try lines(path, "finding_ended").filter { $0.integer("id") == id }
    #expect(
      ended.map { $0.integer("step") } == [outcome.findings[id].endStep] && ended[0].integer("step") == 8)
    #expect(told.contains("found as asked for 3") && told.contains("ended as asked for 8"))
    // Ids are places in the list.
    #expect(try lines(path, "finding").map { $0.integer("id") } == outcome.findings.indices.map { $0 })
  }

  @Test("Killed between a finding and its end, a training goes on to the same log", arguments: [4, 6, 10])
  func resumed(kill: Int) throws {
    let folder = try RunFolder()
    try Training(SmallJobs.classifier(), in: folder.file("never"), options: Self.options()).run()
    do {
      try Training(SmallJobs.classifier(), in: folder.file("run"), options: Self.options(.steps(1))).run {
        event in
        if case .step(let step, _) = event, step.number == kill { throw Kill() }
        return .goOn
      }
    } catch is Kill {}
    try Training<ClassifierJob>.resume(in: folder.file("run"), options: Self.options())
    #expect(try Traces.log(folder.file("run")) == Traces.log(folder.file("never")))
    #expect(try lines(folder.file("run"), "finding").contains { $0.string("name") == "asked often" })
  }

  @Test("A training cannot go on without its detectors, and says which they are")
  func withoutDetectors() throws {
    let folder = try RunFolder()
    let path = folder.file("run")
    do {
      try Training(SmallJobs.classifier(), in: path, options: Self.options(.steps(1))).run { event in
        if case .step(let step, _) = event, step.number == 4 { throw Kill() }
        return .goOn
      }
    } catch is Kill {}
    do {
      try Training<ClassifierJob>.resume(in: path)
      Issue.record("It went on.")
    } catch let error as StorageError {
      #expect("\(error)".contains("detectors ('as asked for', 'asked often'), found none"), "\(error)")
    }
  }

  @Test("A cause found later takes an earlier finding over, which the log and whoever listens learn once")
  func explained() throws {
    let folder = try RunFolder()
    var diagnosis = Diagnosis(parameters: [], settings: FlowSettings())
    func finding(_ ailment: Ailment, _ step: Int) -> Finding {
      Finding(
        ailment: ailment, place: "", firstStep: step, reportedStep: step, evidence: "e", hint: "h")
    }
    diagnosis.findings = [finding(.lossFlat, 5)]
    let log = try MetricsLog(path: folder.file("metrics.jsonl"))
    var ledger = FindingLedger()
    try ledger.follow(diagnosis) { try log.write($0, of: diagnosis.findings, step: 5) }
    diagnosis.findings.append(finding(.rateTooHigh, 6))
    diagnosis.findings[0].cause = 1
    try ledger.follow(diagnosis) { try log.write($0, of: diagnosis.findings, step: 6) }
    // As after a stop: what was written is not written again.
    var state = StateWriter()
    ledger.write(to: &state)
    var again = FindingLedger()
    var reader = StateReader(state.bytes)
    try again.restore(from: &reader)
    try again.follow(diagnosis) { try log.write($0, of: diagnosis.findings, step: 7) }
    try log.flush()
    let lines = try MetricsReader.lines(of: folder.file("metrics.jsonl"))
    #expect(lines.map(\.kind) == ["finding", "finding", "finding_explained"])
    #expect(lines[2].integer("id") == 0 && lines[2].integer("cause") == 1 && lines[2].integer("step") == 6)
  }

  @Test(
    "Of two found in one step, whoever reads the log learns which is the cause, in whatever order they stand")
  func together() throws {
    let folder = try RunFolder()
    var diagnosis = Diagnosis(parameters: [], settings: FlowSettings())
    for ailment in [Ailment.spike, .rateTooHigh] {
      diagnosis.findings.append(
        Finding(ailment: ailment, place: "", firstStep: 8, reportedStep: 8, evidence: "e", hint: "h"))
    }
    diagnosis.findings[0].cause = 1
    let log = try MetricsLog(path: folder.file("metrics.jsonl"))
    var ledger = FindingLedger()
    try ledger.follow(diagnosis) { try log.write($0, of: diagnosis.findings, step: 8) }
    try log.flush()
    let lines = try MetricsReader.lines(of: folder.file("metrics.jsonl"))
    #expect(lines.map(\.kind) == ["finding", "finding", "finding_explained"])
    // What a reader has to know of a cause comes before the line that names it.
    #expect(lines.map { $0.integer("cause") } == [nil, nil, 1])
  }
}
