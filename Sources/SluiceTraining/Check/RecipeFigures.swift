import SluiceCore
import SluiceFlow

extension RecipeAnswers {
  /// By how much the nearest of the related rows is closer than the nearest of all others, as a cosine.
  init(directions: [Float], count: Int, _ areRelated: (Int, Int) -> Bool) {
    self.init()
    let width = directions.count / max(count, 1)
    for i in 0..<count {
      var (same, other): (Float, Float) = (-1, -1)
      for j in 0..<count where j != i {
        var cosine: Float = 0
        for k in 0..<width { cosine += directions[i * width + k] * directions[j * width + k] }
        if areRelated(i, j) { same = max(same, cosine) } else { other = max(other, cosine) }
      }
      certainties.append(same - other)
      if same > other { right += 1 }
    }
  }
}

extension RecipeReach {
  /// What came back to the rows of `inputs`, of which the first `first` are the first example's.
  ///
  /// - Parameter later: the first of those rows that the output may not depend on; nil if it may depend on all.
  init?(at inputs: Tensor, first: Int, later: Int? = nil, _ tape: borrowing Tape) {
    guard let gradient = tape.adjoint(of: inputs) else { return nil }
    self.init()
    let width = tape.shape(of: inputs).width
    func largest(_ rows: Range<Int>) -> Float {
      var largest: Float = 0
      for i in rows.lowerBound * width..<rows.upperBound * width {
        largest = max(largest, gradient[i].magnitude)
      }
      return largest
    }
    own = largest(0..<(later ?? first))
    others = largest(first..<gradient.count / width)
    if let later { self.later = largest(later..<first) }
  }
}

extension [Float] {
  /// Weights of different size for the first row of `output`, of `width` columns, and 0 for all others.
  static func first(_ width: Int, of output: Tensor, _ tape: borrowing Tape) -> [Float] {
    var weights = Array(repeating: Float(0), count: tape.shape(of: output).count)
    for i in 0..<width { weights[i] = Float(i + 1) }
    return weights
  }
}

extension RaggedIndices {
  /// Sequences that all look the same: four unknown symbols.
  static func blank(_ count: Int) -> RaggedIndices {
    var blank = RaggedIndices()
    for _ in 0..<count { blank.append([0, 0, 0, 0] as [Int32]) }
    return blank
  }
}
