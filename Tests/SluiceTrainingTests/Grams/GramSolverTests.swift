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
