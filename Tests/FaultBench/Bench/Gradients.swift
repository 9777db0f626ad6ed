import Sluice

/// Gradients that come late, as from workers that reckoned them with the weights of some steps ago.
final class LateGradients {
  private let delay: Int
  private var waiting: [[[Float]]] = []

  init(by delay: Int) { self.delay = delay }

  /// Takes the gradients and leaves those of so many steps ago, or the first ones before there are any.
  func exchange(_ parameters: borrowing Parameters) {
    var gradients: [[Float]] = []
    for handle in parameters.handles where parameters.updates(of: handle) == .dense {
      let gradient = parameters.gradient(of: handle)
      gradients.append((0..<gradient.count).map { gradient[$0] })
    }
    waiting.append(gradients)
    let due = waiting.count > delay ? waiting.removeFirst() : waiting[0]
    var place = 0
    for handle in parameters.handles where parameters.updates(of: handle) == .dense {
      let gradient = parameters.gradient(of: handle)
      for i in 0..<gradient.count { gradient[i] = due[place][i] }
      place += 1
    }
  }
}

/// A running mean of the weights, which is evaluated in their place.
final class RunningMean {
  private let share: Float
  private var values: [[Float]] = []

  init(share: Float, _ parameters: borrowing Parameters) {
    self.share = share
    for handle in parameters.handles {
      let current = parameters.values(of: handle)
      values.append((0..<current.count).map { current[$0] })
    }
  }

  func follow(_ parameters: borrowing Parameters) {
    for (place, handle) in parameters.handles.enumerated() {
      let current = parameters.values(of: handle)
      for i in 0..<current.count {
        values[place][i] = share * values[place][i] + (1 - share) * current[i]
      }
    }
  }

  /// Puts the mean in the place of the weights, or the weights back.
  func exchange(_ parameters: borrowing Parameters) {
    for (place, handle) in parameters.handles.enumerated() {
      let current = parameters.values(of: handle)
      for i in 0..<current.count { (values[place][i], current[i]) = (current[i], values[place][i]) }
    }
  }
}

extension Parameters {
  func addGradientNoise(_ deviation: Float, seed: UInt64, step: Int) {
    var draw = Draw(seed, 0x601_5E00 + UInt64(step))
    for handle in handles where updates(of: handle) == .dense {
      let gradient = gradient(of: handle)
      for i in 0..<gradient.count { gradient[i] += deviation * draw.normal() }
    }
  }
}
