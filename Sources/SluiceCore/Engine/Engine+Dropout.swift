extension Engine {
  /// `target[i]` becomes (or is increased by) `source[i] · scale` where the random word of element i is at
  /// least `threshold`, else 0.
  ///
  /// The word depends on `key` and i only, so any thread may compute any part, at any time.
  ///
  /// - Parameter first: the number of the view's first element, for one that is a part of something larger.
  /// - Precondition: both views have the same count. `source` may be `target`.
  public func dropout(
    _ source: Floats, into target: Floats, key: UInt64, threshold: UInt32, scale: Float, accumulate: Bool,
    first: Int = 0
  ) {
    expect(
      source.count == target.count, "Engine.dropout", expected: "a target of \(source.count) floats",
      got: "\(target.count)")
    let parts = source.count < Self.floatsWorthSharing ? 1 : workers.count
    let context = DropoutWork(
      engine: self, source: source, target: target, key: key, threshold: threshold, scale: scale,
      accumulate: accumulate, first: first, parts: parts)
    workers.run(parts, context) { context, part in context.run(part) }
  }
}

private struct DropoutWork: Sendable {
  let engine: Engine
  let source: Floats
  let target: Floats
  let key: UInt64
  let threshold: UInt32
  let scale: Float
  let accumulate: Bool
  let first: Int
  let parts: Int

  func run(_ part: Int) {
    let start = source.count * part / parts
    let count = source.count * (part + 1) / parts - start
    unsafe engine.kernels.random.dropout(
      source.source + start, target.pointer + start, count, first + start, key, threshold, scale, accumulate)
  }
}
