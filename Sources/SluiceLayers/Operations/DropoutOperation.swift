import SluiceCore

/// Zeroes elements at random and scales the others: `y = x·m / (1 − p)`, with m = 0 at probability p.
///
/// **Source.** Srivastava et al. 2014, in the inverted form. In evaluation mode, or at p = 0, y is x itself.
/// **Backward.** dx = dy·m / (1 − p); the mask is drawn again by counter and takes no memory.
///
/// - Parameters:
///   - stream: tells the masks of different places of a model apart.
/// - Precondition: 0 ≤ p < 1.
/// - Complexity: O(elements); allocates nothing.
public func dropout(_ x: Tensor, probability: Float, stream: UInt64, _ tape: inout Tape) -> Tensor {
  tape.expectShare(probability, "dropout")
  if probability == 0 || tape.leavesOutRandomness() { return x }
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  let operation = DropoutOperation(
    x: x, y: y, key: tape.random(stream).key, probability: probability)
  operation.apply(tape.values(of: x), into: tape.values(of: y), accumulate: false, tape.engine)
  tape.record(operation)
  return y
}

private struct DropoutOperation: TapeOperation {
  static let name: StaticString = "dropout"
  let x: Tensor
  let y: Tensor
  let key: UInt64
  let probability: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.dropout(probability: probability))
  }

  func apply(_ source: Floats, into target: Floats, accumulate: Bool, _ engine: Engine) {
    engine.dropout(
      source, into: target, key: key, threshold: UInt32(Double(probability) * 0x1p32),
      scale: 1 / (1 - probability), accumulate: accumulate)
  }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    apply(dy, into: dx.floats, accumulate: dx.accumulate, tape.engine)
  }
}
