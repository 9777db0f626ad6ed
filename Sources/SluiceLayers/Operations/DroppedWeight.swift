import SluiceCore

/// A weight with elements zeroed at random for the step, the others scaled: `y = w · m / (1 − p)`.
///
/// **Source.** DropConnect, Wan et al. 2013; on recurrent weights, Merity et al. 2018.
/// **Backward.** dw = dy · m / (1 − p); the mask is drawn again by counter.
///
/// - Precondition: 0 ≤ p < 1.
/// - Complexity: O(elements); allocates nothing.
public func droppedWeight(
  _ weight: Weight, shape: Shape, probability: Float, stream: UInt64, _ tape: inout Tape
) -> Tensor {
  tape.expectShare(probability, "dropped weight")
  tape.expect(
    tape.values(of: weight).count == shape.count, "dropped weight",
    expected: "a weight of shape \(shape), \(shape.count) elements", got: "\(tape.values(of: weight).count)")
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(weight))
  let operation = DroppedWeight(
    weight: weight, y: y, key: tape.random(stream).key, probability: probability)
  operation.apply(tape.values(of: weight), into: tape.values(of: y), accumulate: false, tape.engine)
  tape.record(operation)
  return y
}

private struct DroppedWeight: TapeOperation {
  static let name: StaticString = "dropped weight"
  let weight: Weight
  let y: Tensor
  let key: UInt64
  let probability: Float

  var inputs: TensorList {
    switch weight {
    case .parameter: TensorList()
    case .tensor(let tensor): TensorList(tensor)
    }
  }
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
    guard let dy = tape.adjoint(of: y), let dw = tape.contribution(to: weight) else { return }
    apply(dy, into: dw.floats, accumulate: dw.accumulate, tape.engine)
  }
}
