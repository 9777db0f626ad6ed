import Sluice
import Testing

@testable import SluiceFlow

@Suite("The verdict")
struct VerdictTests {
  private func finding(
    _ ailment: Ailment, since step: Int, cause: Int? = nil, end: Int? = nil, place: String = ""
  ) -> Finding {
    Finding(
      ailment: ailment, place: place, firstStep: step, reportedStep: step + 1, endStep: end, evidence: "seen",
      hint: "Try.",
      cause: cause)
  }

  @Test(
    "Faults come before warnings, what is earlier in a step before what follows, each with its consequences")
  func order() {
    let findings = [
      finding(.rowsNeverSeen, since: 1), finding(.saturated, since: 2, cause: 3),
      finding(.overfitting, since: 1),
      finding(.rateTooHigh, since: 9, end: 20), finding(.unscaledInput, since: 10),
      finding(.lossFlat, since: 30, cause: 3),
    ]
    let verdict = Verdict(of: findings)
    #expect(verdict.causes.map(\.id) == [4, 3, 2, 0])
    #expect(verdict.causes[1].consequences.map(\.ailment) == [.saturated, .lossFlat])
    #expect(verdict.causes[1].consequenceIDs == [1, 5] && verdict.causes[1].holds)
    #expect(verdict.severity == .fault)
    #expect(
      verdict.summary == [
        "Found: unscaled input since step 10: seen. Try.",
        "Also: rate too high since step 9, until step 20: seen. Try. Consequences: 2.",
        "Also: overfitting since step 1: seen. Try.", "And 1 more.",
      ])
    // What is only worth knowing looks like nothing wrong.
    let note = Verdict(of: [finding(.validationPlateau, since: 9)])
    #expect(note.summary == ["Note: validation plateau since step 9: seen. Try."] && note.severity == .note)
    #expect(Verdict(of: []).summary == [] && Verdict(of: []).severity == nil)
  }

  @Test("A cause that is not there, its own or in a ring leaves nothing out")
  func rings() {
    let findings = [
      finding(.lossFlat, since: 1, cause: 9), finding(.lossFlat, since: 1, cause: 1),
      finding(.saturated, since: 1, cause: 3),
      finding(.blocked, since: 1, cause: 2),
    ]
    let verdict = Verdict(of: findings)
    #expect(verdict.causes.count + verdict.causes.flatMap(\.consequences).count == findings.count)
  }

  @Test("What is reported from outside is put under what explains it, once, and takes over what it explains")
  func outside() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    _ = try Linear(inputs: 2, outputs: 2, named: "layer", in: &parameters)
    var monitor = FlowMonitor(for: parameters)
    monitor.report(.lossFlat, evidence: "told")
    monitor.report(.rateTooLow, place: "layer", evidence: "told")
    monitor.report(.rateTooLow, place: "layer", evidence: "told again")
    monitor.report(.validationPlateau, evidence: "told")
    #expect(monitor.diagnosis.findings.map(\.ailment) == [.lossFlat, .rateTooLow, .validationPlateau])
    #expect(monitor.diagnosis.findings.map(\.cause) == [1, nil, 1])
    #expect(monitor.diagnosis.verdict.map(\.ailment) == [.rateTooLow])
    #expect(monitor.stateLine.hasSuffix("rate too low layer (consequences: 2)"))
    let lines = monitor.watchLines(columns: 60, rows: 20, color: false)
    #expect(
      lines.count { $0.hasPrefix("(consequences: 2) rate too low") } == 1
        && !lines.contains { $0.contains("loss flat") })
  }

  @Test("Figures alone show what they can: a loss that counts for several steps, one that is none, a spike")
  func figures() {
    var figures = FigureMonitor()
    for line in 1...30 { figures.observe(step: 10 * line, loss: 3 - Float(line) / 20) }
    #expect(figures.diagnosis.findings.isEmpty && figures.loss.count == 300)
    figures.observe(step: 310, loss: 50)
    #expect(figures.diagnosis.verdict.map(\.ailment) == [.spike])
    figures.observe(step: 320, loss: .nan)
    #expect(figures.diagnosis.findings.contains { $0.ailment == .nonFinite })
    figures.observe(step: .max, loss: 1, rate: .infinity, gradientNorm: .nan)
    figures.observe(step: .min, loss: 1)
    figures.observeValidation(step: .max, loss: 1)
  }
}
