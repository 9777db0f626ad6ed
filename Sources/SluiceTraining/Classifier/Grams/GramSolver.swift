import SluiceCore
import SluiceText

/// The best linear classifier of n-grams: for each label against all others the minimum of
/// ½‖w‖² + C · Σᵢ max(0, 1 − yᵢ(w·xᵢ + b))², a support vector machine with squared hinge loss.
///
/// Dual coordinate descent (Hsieh et al. 2008, as in LIBLINEAR): a pass visits every text once and moves, for all labels at a time, the factor with
/// which the text is in the sum that w is. There is no rate to choose, and a few passes are enough. The bias is the weight of a
/// feature that is 1 for every text.
///
/// Where texts have any number of labels each label is solved for by itself (`GramSolver+Sets`).
struct GramSolver: Sendable {
  /// The table: [rows, labels], of two labels [rows, 1].
  let weights: Floats
  /// Of each label.
  let intercepts: Floats
  let labelCount: Int
  private let firstLabel: Int

  static let mostPasses = 40
  /// The largest violation of the conditions of the minimum that is left.
  static let tolerance: Float = 0.05

  /// - Parameters:
  ///   - isLeftOut: of each text of the features whether it is none to learn from.
  ///   - costs: of each label what an error costs; where texts have any number of labels, one of a text with the label.
  ///   - cost: where they have, what an error of a text without the label costs.
  init(
    _ features: GramFeatures, leavingOut isLeftOut: (Int) -> Bool, costs: [Float], cost: Float = 1,
    seed: UInt64
  ) {
    labelCount = features.labelCount
    // Of two labels one is the other's opposite, unless a text can have both.
    firstLabel = labelCount == 2 && features.sets == nil ? 1 : 0
    let solved = labelCount - firstLabel
    weights = Self.floats(features.rarities.count * solved)
    intercepts = Self.floats(solved)
    if features.sets != nil {
      solveSets(features, leavingOut: isLeftOut, costs: costs, cost: cost, seed: seed)
      return
    }
    let engine = Engine(threads: 1)
    let factors = Self.floats(features.count * solved)
    let scores = Self.floats(solved)
    let (rows, values) = Self.views(of: features)
    let longest = (0..<features.count).reduce(0) { max($0, features.places($1).count) }
    let block = Self.floats(longest * solved)
    var order = (0..<Int32(features.count)).filter { !isLeftOut(Int($0)) }
    var random = RandomStream(seed: seed, purpose: .gramOrder, index: 0)
    for _ in 0..<Self.mostPasses {
      random.shuffle(&order)
      var worst: Float = 0
      for text in order {
        let places = features.places(Int(text))
        let (ids, weighed) = (rows[places], values[places])
        let held = block[0..<places.count * solved]
        if places.isEmpty {
          scores.fill(0)
        } else {
          engine.gatherRows(weights, ids, width: solved, into: held, on: .caller)
          engine.multiply(
            Matrix(weighed, rows: 1, columns: places.count),
            Matrix(held, rows: places.count, columns: solved),
            into: Matrix(scores, rows: 1, columns: solved), on: .caller)
        }
        let violation = move(
          factors[Int(text) * solved..<(Int(text) + 1) * solved], scores, size: places.isEmpty ? 1 : 2,
          label: Int(features.labels[Int(text)]), costs)
        worst = max(worst, violation.worst)
        guard violation.moves, !places.isEmpty else { continue }
        engine.multiply(
          Matrix(weighed, rows: places.count, columns: 1), Matrix(scores, rows: 1, columns: solved),
          into: Matrix(held, rows: places.count, columns: solved), on: .caller)
        engine.scatterRows(held, ids, width: solved, into: weights)
      }
      if worst < Self.tolerance { break }
    }
  }

  /// Moves the factors of one text to the minimum along each of them, the others held.
  ///
  /// - Parameters:
  ///   - scores: without the intercepts; gets by how much the text's features are to be added to the weights.
  ///   - size: the squared length of the text's features, that of the bias included: 1 for a text without n-grams.
  /// - Returns: how far off a factor was at most, and whether any moved.
  private func move(
    _ factors: Floats, _ scores: Floats, size: Float, label: Int, _ costs: [Float]
  ) -> (worst: Float, moves: Bool) {
    let shift = 1 / (2 * costs[label])
    var (worst, moves) = (Float(0), false)
    for k in 0..<factors.count {
      let sign: Float = label == k + firstLabel ? 1 : -1
      let factor = factors[k]
      let gradient = sign * (scores[k] + intercepts[k]) - 1 + factor * shift
      worst = max(worst, abs(factor == 0 ? min(gradient, 0) : gradient))
      let new = max(factor - gradient / (size + shift), 0)
      if new != factor { moves = true }
      factors[k] = new
      scores[k] = sign * (new - factor)
      intercepts[k] += scores[k]
    }
    return (worst, moves)
  }

  /// The scores of one text of the features.
  func add(_ features: GramFeatures, _ i: Int, to scores: inout [Float]) {
    let solved = labelCount - firstLabel
    let first = scores.count
    for k in 0..<solved { scores.append(intercepts[k]) }
    for place in features.places(i) {
      let (value, start) = (features.values[place], Int(features.rows[place]) * solved)
      for k in 0..<solved { scores[first + k] += value * weights[start + k] }
    }
    if firstLabel == 1 { scores.insert(-scores[first], at: first) }
  }

  /// The weight of a row for a label.
  func weight(_ row: Int, _ label: Int) -> Float {
    firstLabel == 0 ? weights[row * labelCount + label] : label == 1 ? weights[row] : -weights[row]
  }

  /// What is added to the score of a label.
  func intercept(_ label: Int) -> Float {
    firstLabel == 0 ? intercepts[label] : label == 1 ? intercepts[0] : -intercepts[0]
  }

  private static func floats(_ count: Int) -> Floats {
    Arena<Float>(capacity: max(count, 1), named: "n-grams")[0..<count]
  }

  /// The rows and values of the features where kernels find them.
  private static func views(of features: GramFeatures) -> (rows: Indices, values: Floats) {
    let values = floats(features.values.count)
    let rows = Arena<Int32>(capacity: max(features.rows.count, 1), named: "n-grams")[0..<features.rows.count]
    for i in 0..<rows.count {
      rows[i] = features.rows[i]
      values[i] = features.values[i]
    }
    return (rows, values)
  }
}
