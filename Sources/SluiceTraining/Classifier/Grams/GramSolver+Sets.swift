import SluiceCore
import SluiceText

// Texts that have any number of labels: each label is a machine of its own, whose near side are the texts that have it. Most texts are far
// on the other side and soon say nothing more, so that a pass looks at few of them (shrinking, as Hsieh et al. 2008 have it): all labels
// at a time, as where each text has one label, would look at all.
extension GramSolver {
  /// Solves for all labels, one after the other.
  func solveSets(
    _ features: GramFeatures, leavingOut isLeftOut: (Int) -> Bool, costs: [Float], cost: Float, seed: UInt64
  ) {
    let texts = (0..<Int32(features.count)).filter { !isLeftOut(Int($0)) }
    var members = [[Int32]](repeating: [], count: labelCount)
    for text in texts { for label in features.labelIDs(Int(text)) { members[Int(label)].append(text) } }
    var machine = Machine(features)
    for label in 0..<labelCount {
      var random = RandomStream(seed: seed, purpose: .gramOrder, index: label)
      machine.solve(features, texts, members[label], costs[label], cost, &random)
      for row in machine.weights.indices where machine.weights[row] != 0 {
        weights[row * labelCount + label] = machine.weights[row]
      }
      intercepts[label] = machine.intercept
    }
  }

  /// The machine of one label.
  private struct Machine {
    var weights: [Float]
    var intercept: Float = 0
    /// Of each text the factor with which it is in the weights.
    private var factors: [Float]
    private var isMember: [Bool]

    init(_ features: GramFeatures) {
      weights = Array(repeating: 0, count: features.rarities.count)
      factors = Array(repeating: 0, count: features.count)
      isMember = Array(repeating: false, count: features.count)
    }

    /// Replaces what it holds by the minimum for the texts, of which some have the label.
    mutating func solve(
      _ features: GramFeatures, _ texts: [Int32], _ members: [Int32], _ memberCost: Float, _ cost: Float,
      _ random: inout RandomStream
    ) {
      for i in weights.indices { weights[i] = 0 }
      for i in factors.indices { factors[i] = 0 }
      intercept = 0
      for text in members { isMember[Int(text)] = true }
      defer { for text in members { isMember[Int(text)] = false } }
      var order = texts
      // What is farther on its own side than anything was off in the pass before is left out of further ones.
      var bound = Float.infinity
      for _ in 0..<GramSolver.mostPasses {
        random.shuffle(&order)
        var (highest, lowest, kept) = (-Float.infinity, Float.infinity, 0)
        for place in order.indices {
          let text = Int(order[place])
          let shift = 1 / (2 * (isMember[text] ? memberCost : cost))
          let sign: Float = isMember[text] ? 1 : -1
          let places = features.places(text)
          var score = intercept
          for i in places { score += features.values[i] * weights[Int(features.rows[i])] }
          let factor = factors[text]
          let gradient = sign * score - 1 + factor * shift
          if factor == 0, gradient > bound { continue }
          order[kept] = order[place]
          kept += 1
          let violation = factor == 0 ? min(gradient, 0) : gradient
          highest = max(highest, violation)
          lowest = min(lowest, violation)
          guard violation != 0 else { continue }
          let new = max(factor - gradient / ((places.isEmpty ? 1 : 2) + shift), 0)
          factors[text] = new
          let step = sign * (new - factor)
          intercept += step
          for i in places { weights[Int(features.rows[i])] += step * features.values[i] }
        }
        order.removeSubrange(kept...)
        if order.isEmpty || highest - lowest < 2 * GramSolver.tolerance {
          if order.count == texts.count { break }
          // All again, for what was left out may have come back.
          order = texts
          bound = .infinity
        } else {
          bound = highest > 0 ? highest : .infinity
        }
      }
    }
  }
}
