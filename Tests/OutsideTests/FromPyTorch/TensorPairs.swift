import Sluice

extension Pair {
  /// Tensors and gradients.
  static let tensors = [
    Pair("Arithmetic, broadcasting, products", arithmetic),
    Pair("Sums, means and shares along an axis", axes),
    Pair("Rows, slices, joins, shapes", shapes),
    Pair("Masks", masks),
    Pair("The gradient of an input, and none through a part", inputs),
    Pair("A function with a backward pass of its own", function),
  ]
}

@Sendable private func arithmetic() throws -> [String: [Float]] {
  let values = spread(6)
  var tape = Tape(for: Parameters(seed: 7))
  // BEGIN Arithmetic, broadcasting, products
  let a = tape.input(values, Shape(2, 3))
  let b = tape.input([1, 2, 3], Shape(3))
  let y = multiply(add(a, b, &tape), 0.5, &tape)
  let z = matrixProduct(
    sigmoid(y, &tape), a, transposingB: true, &tape)
  // END Arithmetic, broadcasting, products
  return ["y": tape.array(y), "z": tape.array(z)]
}

@Sendable private func axes() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN Sums, means and shares along an axis
  let total = sum(x, axis: 0, &tape)
  let center = mean(x, axis: 1, keepingAxis: true, &tape)
  let shares = softmax(subtract(x, center, &tape), &tape)
  let best = argmax(x, axis: 1, tape)
  // END Sums, means and shares along an axis
  return [
    "total": tape.array(total), "center": tape.array(center), "shares": tape.array(shares),
    "best": best.map { Float($0) },
  ]
}

@Sendable private func shapes() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN Rows, slices, joins, shapes
  let picked = rows(x, [2, 0, 2], &tape)
  let (left, right) = split(x, axis: 1, at: 1, &tape)
  let joined = concatenate(right, left, axis: 1, &tape)
  let flat = reshape(joined, Shape(12), &tape)
  let turned = transpose(picked, &tape)
  // END Rows, slices, joins, shapes
  return ["flat": tape.array(flat), "turned": tape.array(turned)]
}

@Sendable private func masks() throws -> [String: [Float]] {
  var tape = Tape(for: Parameters(seed: 7))
  let x = tape.input(spread(12), Shape(4, 3))
  // BEGIN Masks
  let positive = mask(x, &tape) { $0 > 0 }
  let y = select(positive, x, multiply(x, 0.1, &tape), &tape)
  let kept = multiply(x, positive.tensor, &tape)
  let mean = divide(
    sum(kept, &tape), Float(tape.count(positive)), &tape)
  // END Masks
  return ["y": tape.array(y), "mean": [tape.scalar(mean)]]
}

@Sendable private func inputs() throws -> [String: [Float]] {
  let values = spread(6)
  var parameters = Parameters(seed: 7)
  var tape = Tape(for: parameters)
  // BEGIN The gradient of an input, and none through a part
  let x = tape.input(
    values, Shape(6), requiresGradient: true)
  let target = stopGradient(exp(x, &tape), &tape)
  let loss = sum(
    multiply(square(x, &tape), target, &tape), &tape)
  tape.backward(from: loss, into: &parameters)
  let slope = tape.adjoint(of: x)
  // END The gradient of an input, and none through a part
  return ["loss": [tape.scalar(loss)], "slope": slope?.array ?? []]
}

// BEGIN A function with a backward pass of its own
struct Cube: TapeOperation {
  static let name: StaticString = "cube"
  let x: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y),
      let dx = tape.contribution(to: x)
    else { return }
    let x = tape.values(of: x)
    for i in 0..<dy.count {
      dx.add(3 * x[i] * x[i] * dy[i], at: i)
    }
  }
}

func cube(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(
    tape.shape(of: x),
    requiresGradient: tape.requiresGradient(x))
  let (source, target) = (
    tape.values(of: x), tape.values(of: y)
  )
  for i in 0..<source.count {
    target[i] = source[i] * source[i] * source[i]
  }
  tape.record(Cube(x: x, y: y))
  return y
}

// END A function with a backward pass of its own
@Sendable private func function() throws -> [String: [Float]] {
  let values = spread(6)
  var parameters = Parameters(seed: 7)
  // BEGIN A function with a backward pass of its own
  let agrees = checkGradients(
    inputs: [(values, Shape(6))], of: &parameters
  ) { inputs, tape in
    sum(cube(inputs[0], &tape), &tape)
  }.pass
  // END A function with a backward pass of its own
  var tape = Tape(for: parameters)
  let x = tape.input(values, Shape(6), requiresGradient: true)
  let y = cube(x, &tape)
  let total = sum(y, &tape)
  tape.backward(from: total, into: &parameters)
  return ["y": tape.array(y), "slope": tape.adjoint(of: x)?.array ?? [], "agrees": [agrees ? 1 : 0]]
}
