import SluiceCore

/// For each element whether something holds: a tensor of ones and zeros, without gradient.
///
///     let isOther = mask(n, &tape) { $0 != i }
///     let isSame = mask(n, &tape) { labels[$0] == labels[i] && $0 != i }
///     let far = mask(distances, &tape) { $0 > 3 }
@frozen
public struct Mask: Sendable, BitwiseCopyable {
  /// 1 where it holds, else 0. May be used as numbers.
  public let tensor: Tensor
}

/// Whether `holds` for each of the places 0, 1, … below `count`.
///
/// - Complexity: O(count); allocates nothing.
public func mask(_ count: Int, _ tape: inout Tape, where holds: (Int) -> Bool) -> Mask {
  let y = tape.makeTensor(Shape(count), requiresGradient: false)
  let values = tape.values(of: y)
  for i in 0..<count { values[i] = holds(i) ? 1 : 0 }
  return Mask(tensor: y)
}

/// Whether `holds` for each element of `x`. Every comparison with a number is one of these.
public func mask(_ x: Tensor, _ tape: inout Tape, where holds: (Float) -> Bool) -> Mask {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: false)
  let (source, values) = (tape.values(of: x), tape.values(of: y))
  for i in 0..<values.count { values[i] = holds(source[i]) ? 1 : 0 }
  return Mask(tensor: y)
}

/// Whether `holds` for each pair of elements of two tensors, broadcast as in `add`.
public func mask(
  _ a: Tensor, _ b: Tensor, _ tape: inout Tape, where holds: (Float, Float) -> Bool
) -> Mask {
  let shape = Broadcasting(tape.shape(of: a), tape.shape(of: b), tape.place(of: "mask")).shape
  // What is repeated is looked at only, so no gradient goes back.
  let (a, b) = (
    broadcast(tape.detached(a), to: shape, &tape), broadcast(tape.detached(b), to: shape, &tape)
  )
  let y = tape.makeTensor(shape, requiresGradient: false)
  let (p, q, values) = (tape.values(of: a), tape.values(of: b), tape.values(of: y))
  for i in 0..<values.count { values[i] = holds(p[i], q[i]) ? 1 : 0 }
  return Mask(tensor: y)
}

/// Where both hold; the masks are broadcast as in `add`.
public func and(_ a: Mask, _ b: Mask, _ tape: inout Tape) -> Mask {
  mask(a.tensor, b.tensor, &tape) { $0 != 0 && $1 != 0 }
}

/// Where one of them holds, or both; the masks are broadcast as in `add`.
public func or(_ a: Mask, _ b: Mask, _ tape: inout Tape) -> Mask {
  mask(a.tensor, b.tensor, &tape) { $0 != 0 || $1 != 0 }
}

/// Where it does not hold.
public func not(_ a: Mask, _ tape: inout Tape) -> Mask { mask(a.tensor, &tape) { $0 == 0 } }

extension Tape {
  /// How many elements of a mask hold.
  public func count(_ mask: Mask) -> Int {
    let values = values(of: mask.tensor)
    var count = 0
    for i in 0..<values.count where values[i] != 0 { count += 1 }
    return count
  }
}

/// `y = a` where the mask holds, else `b`: PyTorch's `where`.
///
/// **Shapes.** mask, a and b are broadcast to the shape of y, as in `add`.
/// **Backward.** da = dy where the mask holds, db = dy where it does not, else 0, each added up where it was repeated. So a value that is not finite in
/// the branch not taken spoils neither y nor a gradient.
///
/// - Precondition: the shapes can be broadcast.
public func select(_ mask: Mask, _ a: Tensor, _ b: Tensor, _ tape: inout Tape) -> Tensor {
  let pair = Broadcasting(tape.shape(of: a), tape.shape(of: b), tape.place(of: "select")).shape
  let shape = Broadcasting(tape.shape(of: mask.tensor), pair, tape.place(of: "select")).shape
  let mask = Mask(tensor: broadcast(mask.tensor, to: shape, &tape))
  let (a, b) = (broadcast(a, to: shape, &tape), broadcast(b, to: shape, &tape))
  let y = tape.makeTensor(shape, requiresGradient: tape.requiresGradient(a) || tape.requiresGradient(b))
  let (holds, p, q) = (tape.values(of: mask.tensor), tape.values(of: a), tape.values(of: b))
  let values = tape.values(of: y)
  for i in 0..<values.count { values[i] = holds[i] != 0 ? p[i] : q[i] }
  tape.record(Select(mask: mask.tensor, a: a, b: b, y: y))
  return y
}

private struct Select: TapeOperation {
  static let name: StaticString = "select"
  let mask: Tensor
  let a: Tensor
  let b: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(mask, a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    let holds = tape.values(of: mask)
    if let da = tape.contribution(to: a) {
      for i in 0..<dy.count { da.add(holds[i] != 0 ? dy[i] : 0, at: i) }
    }
    if let db = tape.contribution(to: b) {
      for i in 0..<dy.count { db.add(holds[i] != 0 ? 0 : dy[i], at: i) }
    }
  }
}
