/// Ends the program with `message` unless `condition` holds: for what only an error in a program can bring about.
///
/// Unlike `precondition`, of whose message an optimized build keeps nothing, it says in every build what was
/// expected. The access to single elements of views, which sits in inner loops, uses `precondition` all the same.
///
/// - Complexity: O(1); the message is made only where it is printed.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { refuse(message(), file, line) }
}

@inline(never)
private func refuse(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
  fatalError(message, file: file, line: line)
}

/// Ends the program with one sentence of what was expected and what came, unless `condition` holds: for counts and shapes.
///
/// - Parameter place: what was called, such as `Engine.multiply`. What a tape records says more; see `Tape.expect`.
/// - Complexity: O(1); the texts are made only where they are printed.
@inline(__always)
package func expect(
  _ condition: Bool, _ place: @autoclosure () -> String, expected: @autoclosure () -> String,
  got: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { refuse(ModelError(place(), expected: expected(), got: got()).description, file, line) }
}

extension Tape {
  /// Ends the program unless `condition` holds, with the operation, the layer it runs in, what was expected and what came:
  /// for what only an error in a program can bring about, such as shapes that do not fit. An operation calls it before
  /// it makes anything:
  ///
  ///     let (a, b) = (tape.shape(of: x), tape.shape(of: y))
  ///     tape.expect(a == b, "distance", expected: "two tensors of one shape", got: "\(a) and \(b)")
  ///
  /// It prints `operation 'distance' of layer 'output': expected two tensors of one shape, got [2, 3] and [3, 2].`
  ///
  /// - Parameters:
  ///   - operation: its name, as reports call it.
  ///   - expected: what would have been right, to follow the word "expected"; without a full stop.
  ///   - got: what came instead.
  /// - Complexity: O(1); the texts are made only where they are printed.
  @inlinable @inline(__always)
  public func expect(
    _ condition: Bool, _ operation: StaticString, expected: @autoclosure () -> String,
    got: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
  ) {
    if !condition { end(operation, expected: expected(), got: got(), file, line) }
  }

  @inline(never) @usableFromInline
  func end(
    _ operation: StaticString, expected: String, got: String, _ file: StaticString, _ line: UInt
  ) -> Never {
    refuse(ModelError(place(of: operation), expected: expected, got: got).description, file, line)
  }

  /// An operation and the layer it runs in, as errors name them.
  package func place(of operation: StaticString) -> String {
    "operation '\(operation)'" + (store.name(of: layer).map { " of layer '\($0)'" } ?? "")
  }

  /// A shape as elements before, along and behind a dimension, which has to exist.
  package func around(axis: Int, of shape: Shape, _ operation: StaticString) -> (
    outer: Int, extent: Int, inner: Int
  ) {
    expect(
      axis >= 0 && axis < shape.rank, operation, expected: "an axis of shape \(shape), counted from 0",
      got: "axis \(axis)")
    return shape.around(axis: axis)
  }

  /// Checks that the rows of a ragged tensor are those of its sequences.
  package func expectRows(of x: RaggedTensor, _ operation: StaticString) {
    let (shape, rows) = (shape(of: x.steps), layout(of: x.sequences).total)
    expect(
      shape.rows == rows, operation, expected: "\(rows) rows, as many as the sequences have",
      got: "\(shape.rows) rows of shape \(shape)")
  }

  /// Checks a share of elements that are dropped.
  package func expectShare(_ probability: Float, _ operation: StaticString) {
    expect(
      probability >= 0 && probability < 1, operation,
      expected: "a dropout probability from 0 up to, not including, 1", got: "\(probability)")
  }
}
