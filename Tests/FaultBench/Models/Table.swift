import Foundation
import Sluice

/// Rows of a table as a firm has them: two counts, two shares, an amount, an age, a category as four columns and two measurements.
/// The class, of five that are not equally frequent, follows from how they go together.
enum Table {
  static let inputs = 12
  static let classes = 5
  private static let frequencies: [Float] = [0.35, 0.25, 0.2, 0.12, 0.08]
  private static let codes: [Float] = [10_115, 20_095, 50_667, 80_331]

  static func rows(_ count: Int, part: UInt64, _ data: DataSetup, seed: UInt64) -> (Columns, [Int32]) {
    let rule = Rule(seed)
    var draw = Draw(seed, 0x700 + part)
    let firstShare =
      part == 1 ? max(data.firstClassShare, data.trainingFirstClassShare) : data.firstClassShare
    var x = Columns(width: inputs)
    var labels: [Int32] = []
    for _ in 0..<count {
      let isFirst = firstShare > 0 && draw.uniform() < firstShare
      var row = Row(&draw)
      while isFirst, rule.label(of: row) != 0 { row = Row(&draw) }
      labels.append(rule.label(of: row))
      x.values += row.columns(codesCategory: data.codesCategory, &draw)
    }
    return (x, labels)
  }

  private struct Row {
    let counts, shares: [Float]
    let amount, age: Float
    let category: Int
    let measured: [Float]

    init(_ draw: inout Draw) {
      // A count is how many of eight things are so, of which each is so rarely.
      counts = (0..<2).map { _ in Float((0..<8).count { _ in draw.uniform() < 0.25 }) }
      shares = (0..<2).map { _ in draw.uniform() }
      // An amount is skewed: what the model reads is its logarithm, with a tail to the right.
      let x = draw.normal()
      amount = x + 0.15 * (x * x - 1)
      age = draw.uniform() + draw.uniform() + draw.uniform() - 1.5
      let u = draw.uniform()
      category = u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.9 ? 2 : 3
      let first = draw.normal()
      measured = [first, 0.6 * first + 0.8 * draw.normal()]
    }

    func columns(codesCategory: Bool, _ draw: inout Draw) -> [Float] {
      let category: [Float] =
        codesCategory
        ? [Table.codes[self.category]] + (0..<3).map { _ in draw.normal() }
        : (0..<4).map { $0 == self.category ? 1 : 0 }
      return [(counts[0] - 2) / 1.3, (counts[1] - 2) / 1.3, shares[0], shares[1], amount, 2 * age] + category
        + measured
    }
  }

  /// A score of the row, cut where the classes are as frequent as they should be.
  private struct Rule {
    private var weights: [Float] = []
    private var cuts: [Float] = []

    init(_ seed: UInt64) {
      var draw = Draw(seed, 0x7AB)
      weights = (0..<6).map { _ in 0.8 + 0.4 * draw.uniform() }
      let scores = (0..<1_000).map { _ in score(of: Row(&draw)) }.sorted()
      var share: Float = 0
      cuts = Table.frequencies.dropLast().map {
        share += $0
        return scores[Int(share * 1_000)]
      }
    }

    private func score(of row: Row) -> Float {
      let own =
        switch row.category {
        case 0: 1.4 * weights[0] * row.amount
        case 1: 2 * weights[1] * row.age + 0.5
        case 2: -1.2 * weights[2] * row.amount + 0.4 * row.measured[0]
        default: 3 * weights[3] * (row.shares[0] - 0.5) - 0.5
        }
      let ofCounts = 0.6 * weights[4] * (row.counts[0] - 2)
      return own + ofCounts + weights[5] * row.measured[1] * (row.shares[1] - 0.3)
    }

    func label(of row: Row) -> Int32 {
      let score = score(of: row)
      return Int32(cuts.count { score >= $0 })
    }
  }
}
