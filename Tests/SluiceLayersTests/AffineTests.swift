import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Affine maps")
struct AffineTests {
  @Test(
    "Value and all gradients agree with PyTorch", arguments: KernelTable.available,
    ["small", "wide", "one row"])
  func reference(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("affine", in: .module)[name])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let shape = Shape(fixture["weight"].shape)
    let layer = try Linear(inputs: shape[1], outputs: shape[0], named: "layer", in: &parameters)
    parameters.set("layer.weight", to: fixture["weight"])
    parameters.set("layer.bias", to: fixture["bias"])
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let y = layer(x, &tape)
    expectClose(tape.array(y), fixture["y"].values, "value")
    tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "d_x")
    expectClose(
      parameters.gradient(of: layer.weight).array, fixture["d_weight"].values, "d_weight")
    expectClose(
      parameters.gradient(of: try #require(layer.bias)).array, fixture["d_bias"].values, "d_bias")
  }

  @Test("Gradients agree with central differences")
  func differences() throws {
    var parameters = Parameters(seed: 3)
    let layer = try Linear(inputs: 5, outputs: 4, named: "layer", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let weights = (0..<12).map { Float($0) - 5.5 }
    let input = (0..<15).map { Float($0 % 7) / 3 - 1 }
    let y = layer(tape.input(input, Shape(3, 5)), &tape)
    tape.backward(from: y, weights: weights, into: &parameters)
    for handle in parameters.handles {
      let analytic = parameters.gradient(of: handle).array
      let numeric = centralDifferences(of: parameters.values(of: handle)) {
        tape.reset()
        let x = tape.input(input, Shape(3, 5))
        return weightedSum(tape.array(layer(x, &tape)), weights)
      }
      expectClose(analytic, numeric, tolerance: 1e-4, parameters[handle].name)
    }
  }

  @Test("A second backward pass adds up, one after clearing begins anew")
  func accumulation() throws {
    var parameters = Parameters(seed: 3)
    let layer = try Linear(inputs: 2, outputs: 1, named: "layer", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    for pass in 1...2 {
      tape.reset()
      let y = layer(tape.input([1, 2], Shape(1, 2)), &tape)
      tape.backward(from: y, into: &parameters)
      #expect(parameters.gradient(of: layer.weight).array == [Float(pass), Float(2 * pass)])
    }
    parameters.clearGradients()
    tape.reset()
    let y = layer(tape.input([5, 7], Shape(1, 2)), &tape)
    tape.backward(from: y, into: &parameters)
    #expect(parameters.gradient(of: layer.weight).array == [5, 7])
  }

  @Test("A frozen parameter gets no gradient, one the loss does not reach gets zero")
  func frozenAndUnreached() throws {
    var parameters = Parameters(seed: 3)
    let used = try Linear(inputs: 2, outputs: 1, named: "used", in: &parameters)
    let unused = try Linear(inputs: 2, outputs: 1, named: "unused", in: &parameters)
    parameters.setTrainable(false, used.weight)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let y = used(tape.input([1, 2], Shape(1, 2)), &tape)
    tape.backward(from: y, into: &parameters)
    #expect(parameters.gradient(of: used.weight).array == [0, 0])
    #expect(parameters.gradient(of: try #require(used.bias)).array == [1])
    #expect(parameters.gradient(of: unused.weight).array == [0, 0])
  }

  @Test("Impossible layers are refused with the layer's name")
  func errors() throws {
    var parameters = Parameters(seed: 1)
    _ = try Linear(inputs: 1, outputs: 1, named: "a", in: &parameters)
    for (inputs, name) in [(0, "b"), (1, "a"), (1, "")] {
      do {
        _ = try Linear(inputs: inputs, outputs: 1, named: name, in: &parameters)
        Issue.record("A layer of \(inputs) inputs named '\(name)' was made.")
      } catch {
        #expect(error.description.contains("'\(name)'"))
      }
    }
    let tape = Tape(for: parameters, capacity: 1 << 10)
    _ = tape.engine
    do {
      _ = try Linear(inputs: 1, outputs: 1, named: "late", in: &parameters)
      Issue.record("A layer was added after a tape was made.")
    } catch {
      #expect(error.description.contains("late"))
    }
  }
}
