import Sluice
import Testing

@testable import SluiceFlow

@Suite("Diagnosis of broken trainings")
struct DiagnosisTests {
  /// For each fault what has to be said, and a part of the place it has to name.
  static let expected: [(Fault, [Ailment], String)] = [
    (.layerCutOff, [.noGradient], "net"),
    (.saturatingStart, [.saturated], "net"),
    (.outputTimes100, [.badStart], ""),
    (.weightsTimesThousandth, [.blocked, .vanishingDepth, .lossFlat], ""),
    (.deadReLU, [.deadUnits], "relu"),
    (.rateTimes1000, [.rateTooHigh, .lossRising], ""),
    (.rateTimesTenThousandth, [.rateTooLow], ""),
    (.gradientsNotCleared, [.adding], ""),
    (.labelsShuffled, [.notFromInputs], ""),
    (.signFlipped, [.belowLeast], ""),
    (.logarithmOfZero, [.nonFinite], "log"),
    (.frozenLayer, [.frozen], "hidden0"),
    (.gateShut, [.saturated], "update"),
    (.longSequences, [.vanishingTime], "net"),
    (.deepStack, [.vanishingDepth], ""),
    (.unscaledInputs, [.saturated], "net"),
    (.inputIgnored, [.collapse, .blocked, .lossFlat], ""),
  ]

  @Test("Every fault is named with its cause and place", arguments: DiagnosisTests.expected)
  func faults(fault: Fault, ailments: [Ailment], place: String) throws {
    let findings = try BrokenTraining(fault: fault, seed: 3).run().diagnosis.findings
    let named = findings.filter {
      ailments.contains($0.ailment) && (place.isEmpty || $0.place.contains(place))
    }
    #expect(!named.isEmpty, "\(fault.rawValue): \(findings.map(\.description))")
  }

  @Test("The stage of an ailment is its place among all")
  func stages() {
    #expect(Ailment.allCases.map(\.stage) == Array(Ailment.allCases.indices))
  }

  @Test("Nothing is said of healthy trainings", arguments: 1...10)
  func healthy(seed: Int) throws {
    let monitor = try BrokenTraining(fault: .none, seed: UInt64(seed)).run()
    #expect(monitor.diagnosis.findings.isEmpty, "\(monitor.diagnosis.findings)")
    #expect(monitor.loss.recent < 0.7 * monitor.loss.start, "\(monitor.loss)")
  }

  @Test("A model whose validation is below what needs no inputs learns from them", arguments: [1.0, 1.38])
  func validated(loss: Float) throws {
    let findings = try BrokenTraining(fault: .labelsShuffled, seed: 3, validationLoss: loss).run().diagnosis
      .findings
    #expect(findings.contains { $0.ailment == .notFromInputs } == (loss > 1.3))
  }

  @Test("A finding begins after enough observations in a row and ends after as many without it")
  func hysteresis() {
    var state = Hysteresis()
    var changes: [Hysteresis.Change] = []
    for (step, holds) in [true, false, true, true, true, false, true, false, false, false].enumerated() {
      let change = state.add(holds ? .alarming : .none, step: step, patience: 3)
      if change == .begins { state.finding = 0 }
      changes.append(change)
      if change == .begins { #expect(state.since == 2) }
    }
    #expect(changes == [.none, .none, .none, .none, .begins, .none, .none, .none, .none, .ends])
  }
}
