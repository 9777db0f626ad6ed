import SluiceCore

/// The sum, element by element: `y = a + b`.
///
/// **Shapes.** Broadcast as in NumPy: from the last dimension, extents are equal or one of them is 1.
/// **Backward.** da = dy, db = dy, each added up where its tensor was repeated.
///
/// - Precondition: the shapes can be broadcast.
/// - Complexity: O(elements of y); allocates nothing.
public func add(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor { arithmetic(.add, a, b, &tape) }

/// The difference, element by element: `y = a − b`, broadcast as in `add`.
///
/// **Backward.** da = dy, db = −dy.
public func subtract(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  arithmetic(.subtract, a, b, &tape)
}

/// The product, element by element: `y = a · b`, broadcast as in `add`.
///
/// **Backward.** da = dy · b, db = dy · a.
public func multiply(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  arithmetic(.multiply, a, b, &tape)
}

/// The quotient, element by element: `y = a / b`, broadcast as in `add`.
///
/// **Backward.** da = dy / b, db = −dy · y / b.
/// **Edges.** As in IEEE arithmetic: a number divided by 0 is infinite, 0 / 0 is NaN.
public func divide(_ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  arithmetic(.divide, a, b, &tape)
}

private func arithmetic(_ kind: BroadcastArithmetic, _ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  let plan = Broadcasting(tape.shape(of: a), tape.shape(of: b), tape.place(of: kind.name))
  let y = tape.makeTensor(plan.shape, requiresGradient: tape.requiresGradient(a) || tape.requiresGradient(b))
  let (x, z, result) = (tape.values(of: a), tape.values(of: b), tape.values(of: y))
  if x.count == z.count, x.count == result.count, kind != .divide {
    switch kind {
    case .add: tape.engine.add(x, z, into: result)
    case .subtract: tape.engine.subtract(x, z, into: result)
    default: tape.engine.multiply(x, z, into: result)
    }
  } else {
    plan.apply(kind, x, plan.aStrides, z, plan.bStrides, into: result, tape.engine)
  }
  tape.record(Arithmetic(kind: kind, a: a, b: b, y: y, plan: plan))
  return y
}

extension BroadcastArithmetic {
  fileprivate var name: StaticString {
    switch self {
    case .add: "add"
    case .subtract: "subtract"
    case .multiply: "multiply"
    case .divide: "divide"
    }
  }
}

private struct Arithmetic: TapeOperation {
  static let name: StaticString = "arithmetic"
  let kind: BroadcastArithmetic
  let a: Tensor
  let b: Tensor
  let y: Tensor
  let plan: Broadcasting

  var function: StaticString { kind.name }
  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    switch kind {
    case .add, .subtract:
      pass(dy, to: a, plan.aStrides, &tape)
      pass(dy, scaledBy: kind == .add ? 1 : -1, to: b, plan.bStrides, &tape)
    case .multiply:
      passProduct(dy, .multiply, b, plan.bStrides, to: a, plan.aStrides, &tape)
      passProduct(dy, .multiply, a, plan.aStrides, to: b, plan.bStrides, &tape)
    case .divide:
      passProduct(dy, .divide, b, plan.bStrides, to: a, plan.aStrides, &tape)
      guard tape.requiresGradient(b) else { return }
      let slope = tape.floats(tape.makeWorkspace(dy.count))
      tape.engine.multiply(dy, tape.values(of: y), into: slope)
      passProduct(slope, scaledBy: -1, .divide, b, plan.bStrides, to: b, plan.bStrides, &tape)
    }
  }

  /// Adds dy times `scale` to the adjoint of an operand, added up where it was repeated.
  private func pass(
    _ dy: Floats, scaledBy scale: Float = 1, to x: Tensor, _ strides: SIMD4<Int32>, _ tape: inout Tape
  ) {
    guard tape.requiresGradient(x) else { return }
    let count = tape.shape(of: x).count
    if count == dy.count { return tape.contribute(dy, scaledBy: scale, to: x) }
    let sums = tape.floats(tape.makeWorkspace(count))
    let scratch = tape.floats(tape.makeWorkspace(plan.scratchCount))
    plan.reduce(dy, strides: strides, into: sums, scratch: scratch, tape.engine)
    tape.contribute(sums, scaledBy: scale, to: x)
  }

  /// The same with dy ∘ other in place of dy.
  private func passProduct(
    _ dy: Floats, scaledBy scale: Float = 1, _ kind: BroadcastArithmetic, _ other: Tensor,
    _ otherStrides: SIMD4<Int32>, to x: Tensor, _ strides: SIMD4<Int32>, _ tape: inout Tape
  ) {
    guard tape.requiresGradient(x) else { return }
    let z = tape.values(of: other)
    if kind == .multiply, z.count == dy.count, tape.shape(of: x).count == dy.count,
      let dx = tape.contribution(to: x)
    {
      if dx.accumulate {
        tape.engine.multiplyAccumulate(dy, z, onto: dx.floats)
      } else {
        tape.engine.multiply(dy, z, into: dx.floats)
      }
      return
    }
    let slope = tape.floats(tape.makeWorkspace(dy.count))
    plan.apply(kind, dy, plan.fullStrides, z, otherStrides, into: slope, tape.engine)
    pass(slope, scaledBy: scale, to: x, strides, &tape)
  }
}
