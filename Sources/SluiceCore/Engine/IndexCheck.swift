/// Checks indices that come from outside, such as a file or another program.
///
/// A step traps on an index out of range, since it would otherwise read foreign memory; this is the way to
/// find one before the step and to say where it is.
///
///     try checkIndices(labels, below: output.outputs, in: "labels", allowing: ignoredLabel)
///
/// - Parameters:
///   - count: one more than the largest index allowed.
///   - place: what the indices belong to, for the error's text.
///   - extra: an index outside the range that is allowed too.
/// - Throws: `ModelError` with the first index that is out of range and its position.
/// - Complexity: O(indices); allocates nothing unless it throws.
public func checkIndices(
  _ indices: [Int32], below count: Int, in place: @autoclosure () -> String, allowing extra: Int32? = nil
) throws(ModelError) {
  for i in 0..<indices.count where indices[i] < 0 || indices[i] >= count {
    if indices[i] == extra { continue }
    throw ModelError(
      place(), expected: count > 0 ? "indices from 0 to \(count - 1)" : "no indices",
      got: "\(indices[i]) at position \(i)")
  }
}
