import SluiceCore

/// Dropout with one mask for all steps of a sequence: `y_t = x_t · m / (1 − p)` with m drawn once for each sequence.
///
/// **Shapes.** y has the shape of x; the mask is [sequences, width].
/// **Source.** Variational dropout, Gal and Ghahramani 2016. In evaluation mode, or at p = 0, y is x itself.
/// **Backward.** dx_t = dy_t · m / (1 − p).
///
/// - Precondition: 0 ≤ p < 1.
/// - Complexity: O(elements); allocates nothing.
public func sequenceDropout(
  _ x: RaggedTensor, probability: Float, stream: UInt64, _ tape: inout Tape
) -> RaggedTensor {
  tape.expectShare(probability, "sequence dropout")
  tape.expectRows(of: x, "sequence dropout")
  if probability == 0 || tape.leavesOutRandomness() { return x }
  let width = tape.shape(of: x.steps).width
  let layout = tape.layout(of: x.sequences)
  let mask = tape.makeWorkspace(layout.count * width)
  tape.engine.fill(tape.floats(mask), with: 1)
  tape.engine.dropout(
    tape.floats(mask), into: tape.floats(mask), key: tape.random(stream).key,
    threshold: UInt32(Double(probability) * 0x1p32), scale: 1 / (1 - probability), accumulate: false)
  // The sequence of each row.
  let owners = tape.makeIndices(layout.total)
  let offsets = tape.indices(layout.offsets)
  for i in 0..<layout.count {
    tape.indices(owners)[Int(offsets[i])..<Int(offsets[i + 1])].fill(Int32(i))
  }
  let y = tape.makeTensor(tape.shape(of: x.steps), requiresGradient: tape.requiresGradient(x.steps))
  let operation = SequenceDropout(
    x: x.steps, y: y, mask: mask, owners: owners, width: width, probability: probability)
  operation.apply(tape.values(of: x.steps), into: tape.values(of: y), accumulate: false, tape)
  tape.record(operation)
  return RaggedTensor(steps: y, sequences: x.sequences)
}

private struct SequenceDropout: TapeOperation {
  static let name: StaticString = "sequence dropout"
  let x: Tensor
  let y: Tensor
  let mask: Workspace
  let owners: IndexRange
  let width: Int
  let probability: Float

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func senses(_ tape: borrowing Tape) -> OperationSenses {
    OperationSenses(.dropout(probability: probability))
  }

  func apply(_ source: Floats, into target: Floats, accumulate: Bool, _ tape: borrowing Tape) {
    tape.engine.multiplyRows(
      source, byRows: tape.indices(owners), of: tape.floats(mask), width: width, into: target,
      accumulate: accumulate)
  }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    apply(dy, into: dx.floats, accumulate: dx.accumulate, tape)
  }
}
