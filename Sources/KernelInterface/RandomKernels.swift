/// Kernels that draw random numbers by counter.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct RandomKernels: Sendable {
  /// `target[i] = source[i] · scale` where the random word of element `first + i` is at least `threshold`,
  /// else 0. With `accumulate` the product is added instead. `source` may be `target`.
  ///
  /// The word of an element depends on `key` and the element's index only.
  public typealias Dropout =
    @Sendable (
      _ source: Source, _ target: Target, _ count: Int, _ first: Int, _ key: UInt64, _ threshold: UInt32,
      _ scale: Float, _ accumulate: Bool
    ) -> Void

  /// target = source · scale where the element's random word is at least threshold, else 0; see `Dropout`.
  public let dropout: Dropout

  /// Groups the kernels.
  public init(dropout: @escaping Dropout) {
    unsafe self.dropout = dropout
  }
}
