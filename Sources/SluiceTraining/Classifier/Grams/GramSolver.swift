import SluiceCore
import SluiceText

/// The best linear classifier of n-grams: for each label against all others the minimum of
/// ½‖w‖² + C · Σᵢ max(0, 1 − yᵢ(w·xᵢ + b))², a support vector machine with squared hinge loss.
///
/// Dual coordinate descent (Hsieh et al. 2008, as in LIBLINEAR): a pass visits every text once and moves, for all labels at a time, the factor with
/// which the text is in the sum that w is. There is no rate to choose, and a few passes are enough. The bias is the weight of a
/// feature that is 1 for every text.
struct GramSolver: Sendable {
  /// The table: [rows, labels], row after row.
  private(set) var weights: [Float]
  /// Of each label.
  private(set) var intercepts: [Float]
  private let labelCount: Int
  private let firstLabel: Int
  private static let mostPasses = 40
  /// The largest violation of the conditions of the minimum that is left.
  private static let tolerance: Float = 0.05

  /// - Parameters:
  ///   - isLeftOut: of each text of the features whether it is none to learn from.
  ///   - costs: of each label what an error costs.
  init(
    _ features: GramFeatures, leavingOut isLeftOut: (Int) -> Bool, costs: [Float], seed: UInt64
  ) {
    let labels = features.labelCount
    labelCount = labels
    // Of two labels one is the other's opposite.
    firstLabel = labels == 2 ? 1 : 0
    let solved = labels - firstLabel
    var weights = [Float](repeating: 0, count: features.rarities.count * solved)
    var intercepts = [Float](repeating: 0, count: solved)
    var factors = [Float](repeating: 0, count: features.count * solved)
    var order = (0..<Int32(features.count)).filter { !isLeftOut(Int($0)) }
    var scores = [Float](repeating: 0, count: solved)
    var random = RandomStream(seed: seed, purpose: .gramOrder, index: 0)
    for _ in 0..<Self.mostPasses {
      random.shuffle(&order)
      var worst: Float = 0
      for text in order {
        let i = Int(text)
        let places = Int(features.offsets[i])..<Int(features.offsets[i + 1])
        for k in 0..<solved { scores[k] = intercepts[k] }
        for place in places {
          let (value, start) = (features.values[place], Int(features.rows[place]) * solved)
          for k in 0..<solved { scores[k] += value * weights[start + k] }
        }
        // A text without n-grams has the feature of the bias only.
        let size: Float = places.isEmpty ? 1 : 2
        let label = Int(features.labels[i])
        let shift = 1 / (2 * costs[label])
        var moves = false
        for k in 0..<solved {
          let sign: Float = label == k + firstLabel ? 1 : -1
          let factor = factors[i * solved + k]
          let gradient = sign * scores[k] - 1 + factor * shift
          let projected = factor == 0 ? min(gradient, 0) : gradient
          worst = max(worst, abs(projected))
          let new = max(factor - gradient / (size + shift), 0)
          factors[i * solved + k] = new
          scores[k] = sign * (new - factor)
          if new != factor { moves = true }
        }
        guard moves else { continue }
        for place in places {
          let (value, start) = (features.values[place], Int(features.rows[place]) * solved)
          for k in 0..<solved { weights[start + k] += value * scores[k] }
        }
        for k in 0..<solved { intercepts[k] += scores[k] }
      }
      if worst < Self.tolerance { break }
    }
    self.weights = weights
    self.intercepts = intercepts
  }

  /// The scores of one text of the features.
  func add(_ features: GramFeatures, _ i: Int, to scores: inout [Float]) {
    let solved = labelCount - firstLabel
    let first = scores.count
    for k in 0..<solved { scores.append(intercepts[k]) }
    for place in Int(features.offsets[i])..<Int(features.offsets[i + 1]) {
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
}
