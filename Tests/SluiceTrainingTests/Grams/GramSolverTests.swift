import Foundation
import Sluice
import Testing

@testable import SluiceTraining

/// The solver of the linear classifier beside scikit-learn's: `Fixtures/make_gram_solver.py`.
@Suite("The linear classifier of n-grams beside scikit-learn")
struct GramSolverTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let labels: Int
      let features: [[Float]]
      let expected: [Int32]
      let scores: [[Float]]
    }
    let cases: [Case]
  }

  private func cases() throws -> [Reference.Case] {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/gram_solver.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url)).cases
  }

  private func features(_ reference: Reference.Case) -> GramFeatures {
    var offsets: [Int32] = [0]
    var rows: [Int32] = []
    var values: [Float] = []
    for text in reference.features {
      for (row, value) in text.enumerated() where value != 0 {
        rows.append(Int32(row))
        values.append(value)
      }
      offsets.append(Int32(rows.count))
    }
    return GramFeatures(
      texts: (0..<Int32(reference.features.count)).map { $0 }, labels: reference.expected, offsets: offsets,
      rows: rows, counts: values, values: values,
      rarities: [Float](repeating: 1, count: reference.features[0].count),
      labelCount: reference.labels)
  }

  @Test("Its scores are those of LinearSVC up to where it stops, with two labels and with three")
  func scores() throws {
    for reference in try cases() {
      let features = features(reference)
      let costs = [Float](repeating: 1, count: reference.labels)
      let solver = GramSolver(features, leavingOut: { _ in false }, costs: costs, seed: 1)
      var worst: Float = 0
      for i in 0..<features.count {
        var scores: [Float] = []
        solver.add(features, i, to: &scores)
        #expect(scores.count == reference.labels)
        for (own, other) in zip(scores, reference.scores[i]) { worst = max(worst, abs(own - other)) }
      }
      #expect(worst < 0.05, "\(reference.labels) labels: off by \(worst)")
    }
  }

  @Test(
    "Where texts have any number of labels, each label's scores are those of that label against all texts without it"
  )
  func sets() throws {
    let reference = try cases()[1]
    let features = features(reference)
    // Every text has its label; some have another or none.
    var sets = LabelSets()
    let members: [[Int32]] = features.labels.enumerated().map { i, label in
      if i % 5 == 0 { return [label, (label + 1) % 3] }
      return i % 7 == 0 ? [] : [label]
    }
    let numbers = members.map { sets.number(of: $0) }
    func make(_ labels: [Int32], _ sets: LabelSets?, _ count: Int) -> GramFeatures {
      GramFeatures(
        texts: features.texts, labels: labels, sets: sets, offsets: features.offsets, rows: features.rows,
        counts: features.counts, values: features.values, rarities: features.rarities, labelCount: count)
    }
    let together = make(numbers, sets, 3)
    let solver = GramSolver(together, leavingOut: { _ in false }, costs: [1, 1, 1], seed: 1)
    for label in 0..<3 {
      let isOwn: [Int32] = members.map { $0.contains(Int32(label)) ? 1 : 0 }
      let alone = make(isOwn, nil, 2)
      let other = GramSolver(alone, leavingOut: { _ in false }, costs: [1, 1], seed: 1)
      var worst: Float = 0
      for i in 0..<features.count {
        var (own, wanted): ([Float], [Float]) = ([], [])
        solver.add(together, i, to: &own)
        other.add(alone, i, to: &wanted)
        #expect(own.count == 3)
        worst = max(worst, abs(own[label] - wanted[1]))
      }
      #expect(worst < 0.05, "label \(label): off by \(worst)")
    }
    // What is left out in a text changes nothing.
    var others = numbers
    others[7] = others[0]
    func weights(_ numbers: [Int32]) -> [Float] {
      GramSolver(
        make(numbers, sets, 3), leavingOut: { $0 == 7 }, costs: [1, 1, 1], seed: 1
      ).weights.array
    }
    #expect(numbers[7] != others[7] && weights(numbers) == weights(others))
  }

  @Test("A text that is left out changes nothing whatever its label, and one that is not does")
  func leftOut() throws {
    let reference = try cases()[1]
    let features = features(reference)
    var labels = features.labels
    labels[7] = (labels[7] + 1) % 3
    let other = GramFeatures(
      texts: features.texts, labels: labels, offsets: features.offsets, rows: features.rows,
      counts: features.counts, values: features.values, rarities: features.rarities, labelCount: 3)
    func weights(_ features: GramFeatures, leavingOut place: Int) -> [Float] {
      GramSolver(features, leavingOut: { $0 == place }, costs: [1, 1, 1], seed: 1).weights.array
    }
    #expect(weights(features, leavingOut: 7) == weights(other, leavingOut: 7))
    #expect(weights(features, leavingOut: 8) != weights(other, leavingOut: 8))
  }
}
