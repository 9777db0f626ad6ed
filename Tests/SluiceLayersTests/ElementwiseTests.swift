import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Element-wise operations")
struct ElementwiseTests {
  @Test(
    "Activations agree with PyTorch in value and gradient", arguments: KernelTable.available,
    ["tanh", "sigmoid", "relu"])
  func activations(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("elementwise", in: .module)[name])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let y =
      switch name {
      case "tanh": tanh(x, &tape)
      case "sigmoid": sigmoid(x, &tape)
      default: relu(x, &tape)
      }
    expectClose(tape.array(y), fixture["y"].values, "\(name) value")
    tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "\(name) gradient")
  }

  @Test(
    "Sum and product agree with PyTorch in value and gradient", arguments: KernelTable.available,
    ["add", "multiply"])
  func binary(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("elementwise", in: .module)[name])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let shape = Shape(fixture["a"].shape)
    let a = tape.input(fixture["a"].floats, shape, requiresGradient: true)
    let b = tape.input(fixture["b"].floats, shape, requiresGradient: true)
    let y = name == "add" ? add(a, b, &tape) : multiply(a, b, &tape)
    expectClose(tape.array(y), fixture["y"].values, "\(name) value")
    tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(tape.adjointArray(a), fixture["d_a"].values, "\(name) of a")
    expectClose(tape.adjointArray(b), fixture["d_b"].values, "\(name) of b")
  }

  @Test("A tensor used twice gets the sum of both gradients")
  func usedTwice() throws {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([2, -3, 0.5], Shape(3), requiresGradient: true)
    let square = multiply(x, x, &tape)
    let y = add(square, add(x, x, &tape), &tape)
    tape.backward(from: y, weights: [1, 10, 100], into: &parameters)
    // d/dx (x² + 2x) = 2x + 2
    #expect(tape.adjointArray(x) == [6, -40, 300])
  }

  @Test("What needs no gradient gets none")
  func noGradient() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let constant = tape.input([1, 2], Shape(2))
    let x = tape.input([3, 4], Shape(2), requiresGradient: true)
    let y = multiply(tanh(constant, &tape), x, &tape)
    tape.backward(from: y, weights: [1, 1], into: &parameters)
    let reached = (tape.adjoint(of: constant) != nil, tape.adjoint(of: x) != nil)
    #expect(reached == (false, true))
  }
}
