import SluiceCore

extension Floats {
  /// The place of the largest element, the first of equal ones; 0 where none compares as larger.
  public var indexOfMaximum: Int {
    var best = 0
    for i in 0..<count where self[i] > self[best] { best = i }
    return best
  }
}
