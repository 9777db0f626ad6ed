import Sluice
import Testing

@testable import SluiceTraining

@Suite("Thresholds of labels")
struct LabelThresholdTests {
  /// The best F1 of a label over all thresholds that are one of its logits.
  private func bestF1(_ logits: [Float], _ own: [Bool]) -> Double {
    logits.map { f1(logits, own, from: $0) }.max() ?? 0
  }

  private func f1(_ logits: [Float], _ own: [Bool], from threshold: Float) -> Double {
    let given = logits.map { $0 >= threshold }
    let right = zip(given, own).count { $0 && $1 }
    return Double(2 * right) / Double(given.count { $0 } + own.count { $0 })
  }

  @Test(
    "Each has the best F1 that there is, with ties among the logits too", arguments: [UInt64(1), 2, 3, 4])
  func best(seed: UInt64) {
    let random = CounterRandom(seed: seed)
    let (count, labels) = (80, 3)
    let logits = (0..<count * labels).map { Float((random.uniform(UInt64($0)) * 20).rounded()) / 4 - 3 }
    let members = (0..<count).map { i in
      (0..<Int32(labels)).filter { random.uniform(UInt64(1_000 + i * labels + Int($0))) < 0.3 }
    }
    let found = LabelThresholds(logits, labels: labels) { members[$0][...] }.logits
    for label in 0..<labels {
      let column = (0..<count).map { logits[$0 * labels + label] }
      let own = members.map { $0.contains(Int32(label)) }
      #expect(own.count { $0 } >= LabelThresholds.leastTexts)
      #expect(f1(column, own, from: found[label]) == bestF1(column, own), "label \(label)")
    }
  }

  @Test("Where a probability of one half parts all texts it is taken")
  func half() {
    let logits = (0..<20).map { Float($0 < 8 ? 2 : -3) }
    #expect(LabelThresholds(logits, labels: 1) { $0 < 8 ? [0] : [] }.logits == [0])
  }

  @Test("Labels of few texts share one threshold, which fits all labels together")
  func rare() {
    // Label 0 has many texts and logits around -1; labels 1 and 2 have one and none.
    var logits: [Float] = []
    for i in 0..<40 { logits += [i < 20 ? -1 : -3, i == 0 ? -1 : -3, -3] }
    let found = LabelThresholds(logits, labels: 3) { i in i == 0 ? [0, 1] : i < 20 ? [0] : [] }.logits
    #expect(found[1] == found[2] && found[1] <= -1 && found[1] > -3)
    // Asked for, all share it.
    let shared = LabelThresholds(logits, labels: 3, isShared: true) { i in
      i == 0 ? [0, 1] : i < 20 ? [0] : []
    }
    #expect(shared.logits == [found[1], found[1], found[1]])
    #expect(LabelThresholds([], labels: 2) { _ in [] }.logits == [0, 0])
  }
}
