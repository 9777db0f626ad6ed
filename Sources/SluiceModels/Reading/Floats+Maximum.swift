import SluiceCore

extension Floats {
  /// The place of the largest element, the first of equal ones; 0 where none compares as larger.
  public var indexOfMaximum: Int {
    var best = 0
    for i in 0..<count where self[i] > self[best] { best = i }
    return best
  }
}

extension Tape {
  /// For each row of a tensor the column of its largest element, the first of equal ones: the likeliest class by logits.
  ///
  /// - Complexity: O(elements); allocates the array.
  public func columnsOfMaxima(in tensor: Tensor) -> [Int] {
    let (values, shape) = (values(of: tensor), shape(of: tensor))
    return (0..<shape.rows).map { values[$0 * shape.width..<($0 + 1) * shape.width].indexOfMaximum }
  }
}
