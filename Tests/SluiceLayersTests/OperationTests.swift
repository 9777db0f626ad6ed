import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Operations for losses")
struct OperationTests {
  /// An operation on the tensors of a case.
  typealias Run = @Sendable ([String: Tensor], inout Tape) -> Tensor

  static let operations: [String: Run] = {
    var all: [String: Run] = [
      "exp": { exp($0["x"]!, &$1) }, "log": { log($0["x"]!, &$1) }, "sqrt": { sqrt($0["x"]!, &$1) },
      "square": { square($0["x"]!, &$1) }, "power": { power($0["x"]!, 1.7, &$1) },
      "abs": { abs($0["x"]!, &$1) }, "clamp": { clamp($0["x"]!, from: -0.5, to: 0.8, &$1) },
      "scalars": {
        subtract(2.5, divide(subtract(multiply($0["x"]!, 3, &$1), 1, &$1), 7, &$1), &$1)
      },
      "rows": { rows($0["x"]!, [3, 0, 3, 1], &$1) },
      "rows by mask": { rows($0["x"]!, where: mask(5, &$1) { $0 % 2 == 0 }, &$1) },
      "row": { row($0["x"]!, 2, &$1) },
      "sum all": { sum($0["x"]!, &$1) }, "mean all": { mean($0["x"]!, &$1) },
      "maximum all": { maximum($0["x"]!, &$1) }, "logSumExp all": { logSumExp($0["x"]!, &$1) },
      "sumOfSquares": { sumOfSquares($0["x"]!, &$1) },
      "squaredDistances": { squaredDistances($0["a"]!, $0["b"]!, &$1) },
      "normalizeRows": { normalizeRows($0["x"]!, &$1) },
      "cosine": { cosine($0["a"]!, $0["b"]!, &$1) },
      "concatenate 0": { concatenate($0["a"]!, $0["b"]!, &$1) },
      "concatenate 1": { concatenate($0["a"]!, $0["b"]!, axis: 1, &$1) },
      "slice": { slice($0["x"]!, axis: 1, 1..<4, &$1) },
      "transpose": { transpose($0["x"]!, &$1) },
      "reshape": { reshape($0["x"]!, Shape(4, 3), &$1) },
      "stopGradient": { multiply($0["x"]!, stopGradient($0["x"]!, &$1), &$1) },
      "select": { select(mask($0["a"]!, &$1) { $0 > 0.2 }, $0["a"]!, $0["b"]!, &$1) },
    ]
    all["maximum over time"] = { maximum(fourSequences($0["x"]!, &$1), &$1) }
    all["mean over time"] = { mean(fourSequences($0["x"]!, &$1), &$1) }
    for label in ["equal", "row", "column", "number", "front", "both", "four", "row first"] {
      all["add \(label)"] = { add($0["a"]!, $0["b"]!, &$1) }
      all["subtract \(label)"] = { subtract($0["a"]!, $0["b"]!, &$1) }
      all["multiply \(label)"] = { multiply($0["a"]!, $0["b"]!, &$1) }
      all["divide \(label)"] = { divide($0["a"]!, $0["b"]!, &$1) }
    }
    for axis in 0..<3 {
      all["sum \(axis)"] = { sum($0["x"]!, axis: axis, &$1) }
      all["mean \(axis)"] = { mean($0["x"]!, axis: axis, &$1) }
      all["maximum \(axis)"] = { maximum($0["x"]!, axis: axis, &$1) }
      all["logSumExp \(axis)"] = { logSumExp($0["x"]!, axis: axis, &$1) }
    }
    for (label, a, b) in [("nn", false, false), ("tn", true, false), ("nt", false, true), ("tt", true, true)]
    {
      all["matrixProduct \(label)"] = {
        matrixProduct($0["a"]!, $0["b"]!, transposingA: a, transposingB: b, &$1)
      }
    }
    return all
  }()

  @Test(
    "Every operation agrees with PyTorch in value and gradient, and adds to a gradient that came before",
    arguments: KernelTable.available)
  func reference(kernels: KernelTable) throws {
    let cases = try Fixture.cases("operations", in: .module)
    #expect(Set(cases.keys) == Set(Self.operations.keys))
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 18)
    for (name, fixture) in cases {
      let operation = try #require(Self.operations[name])
      for twice in [false, true] {
        tape.reset()
        var inputs: [String: Tensor] = [:]
        for key in ["x", "a", "b"] {
          guard let reference = fixture.tensors[key] else { continue }
          inputs[key] = tape.input(reference.floats, Shape(reference.shape), requiresGradient: true)
        }
        var y = operation(inputs, &tape)
        let shape = tape.shape(of: y)
        #expect(shape == Shape(fixture["y"].shape), "\(name)")
        expectClose(tape.array(y), fixture["y"].values, "\(name), value")
        // A second use of the inputs makes every backward pass add to what is there.
        if twice { y = add(operation(inputs, &tape), y, &tape) }
        tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
        for (key, tensor) in inputs {
          let expected = fixture["d_\(key)"].values.map { twice ? 2 * $0 : $0 }
          expectClose(tape.adjointArray(tensor), expected, "\(name), gradient of \(key), twice: \(twice)")
        }
      }
    }
  }

  /// Detaching is meant to hide a slope from the gradient; near a corner differences mix two slopes.
  static let unlikeDifferences: Set = [
    "stopGradient", "maximum all", "maximum 0", "maximum 1", "maximum 2", "maximum over time", "clamp", "abs",
    "select",
  ]

  @Test("Gradients of smooth operations agree with central differences")
  func differences() throws {
    for (name, fixture) in try Fixture.cases("operations", in: .module)
    where !Self.unlikeDifferences.contains(name) {
      let operation = try #require(Self.operations[name])
      let keys = ["x", "a", "b"].filter { fixture.tensors[$0] != nil }
      var parameters = Parameters(seed: 1)
      let checks = checkGradients(
        inputs: keys.map { (fixture[$0].floats, Shape(fixture[$0].shape)) }, of: &parameters, most: 12,
        capacity: 1 << 18
      ) { tensors, tape in
        var inputs: [String: Tensor] = [:]
        for (key, tensor) in zip(keys, tensors) { inputs[key] = tensor }
        let y = operation(inputs, &tape)
        let weights = tape.input(fixture["upstream"].floats, tape.shape(of: y))
        return sum(multiply(y, weights, &tape), &tape)
      }
      #expect(checks.pass, "\(name): \(checks)")
    }
  }

  @Test("A sum over nothing is 0, a maximum and a log-sum-exp over nothing are -infinity")
  func nothing() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([1, 2, 3, 4], Shape(2, 2), requiresGradient: true)
    let none = rows(x, where: mask(2, &tape) { _ in false }, &tape)
    let shape = tape.shape(of: none)
    #expect(shape == Shape(0, 2))
    let total = sum(none, &tape)
    let largest = maximum(none, &tape)
    let lse = tape.array(logSumExp(none, axis: 0, &tape))
    let numbers = [tape.scalar(total), tape.scalar(largest), tape.scalar(mean(none, &tape))]
    #expect(numbers == [0, -.infinity, 0])
    #expect(lse == [-.infinity, -.infinity])
    tape.backward(from: add(total, largest, &tape), into: &parameters)
    #expect(tape.adjointArray(x) == [0, 0, 0, 0])
  }

  @Test("A log-sum-exp of -infinity only is -infinity with gradient 0, along any dimension")
  func infiniteSums() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    for axis in 0...1 {
      tape.reset()
      let least = -Float.infinity
      let numbers = axis == 0 ? [least, 1, least, 1] : [least, least, 1, 1]
      let x = tape.input(numbers, Shape(2, 2), requiresGradient: true)
      let y = logSumExp(x, axis: axis, &tape)
      let values = tape.array(y)
      #expect(values[0] == least && abs(values[1] - 1.6931472) < 1e-6)
      tape.backward(from: y, weights: [3, 4], into: &parameters)
      let slopes = tape.adjointArray(x)
      #expect(slopes == (axis == 0 ? [0, 2, 0, 2] : [0, 0, 2, 2]), "\(slopes)")
    }
  }

  @Test("The maximum over time goes back to the first of equal steps, and NaN counts as the largest")
  func ties() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([1, 5, 2, .nan, 2, 7, -3, -4], Shape(4, 2), requiresGradient: true)
    let sequences = tape.makeSequences(offsets: [0, 3, 3, 4])
    let y = maximum(RaggedTensor(steps: x, sequences: sequences), &tape)
    let values = tape.array(y)
    #expect(values[0] == 2 && values[1].isNaN && values[2...] == [0, 0, -3, -4])
    tape.backward(from: y, weights: [1, 2, 3, 4, 5, 6], into: &parameters)
    #expect(tape.adjointArray(x) == [0, 0, 1, 2, 0, 0, 5, 6])
  }

  @Test("The edges of functions have the values and slopes their documentation states")
  func edges() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([0, 4], Shape(2), requiresGradient: true)
    tape.backward(from: sum(sqrt(x, &tape), &tape), into: &parameters)
    #expect(tape.adjointArray(x) == [0, 0.25])
    tape.reset()
    let far = tape.input([0, 0, 3e20, 4e20], Shape(2, 2), requiresGradient: true)
    let unit = normalizeRows(far, &tape)
    expectClose(tape.array(unit), [0, 0, 0.6, 0.8], "unit rows")
    tape.backward(from: unit, weights: [1, 1, 1, 1], into: &parameters)
    let slopes = tape.adjointArray(far)
    #expect(slopes[0] == 0 && slopes[1] == 0 && slopes.allSatisfy { $0.isFinite })
    tape.reset()
    let mixed = tape.input([-1, 2], Shape(2), requiresGradient: true)
    let safe = select(mask(mixed, &tape) { $0 > 0 }, log(mixed, &tape), multiply(mixed, 0, &tape), &tape)
    tape.backward(from: sum(safe, &tape), into: &parameters)
    #expect(tape.array(safe)[0] == 0)
    let mixedSlopes = tape.adjointArray(mixed)
    #expect(mixedSlopes.allSatisfy { $0.isFinite })
  }

  @Test("An index out of range, a mask of another length and a second backward pass in a step are traps")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      var parameters = Parameters(seed: 1)
      var tape = Tape(for: parameters, capacity: 1 << 12)
      let loss = sum(tape.input([1, 2], Shape(2), requiresGradient: true), &tape)
      for _ in 0..<2 { tape.backward(from: loss, into: &parameters) }
    }
    await #expect(processExitsWith: .failure) {
      var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
      _ = rows(tape.input([1, 2], Shape(2, 1)), [2], &tape)
    }
    await #expect(processExitsWith: .failure) {
      var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
      _ = rows(tape.input([1, 2], Shape(2, 1)), where: mask(3, &tape) { _ in true }, &tape)
    }
  }
}

/// Six steps as four sequences, one of them without steps.
private func fourSequences(_ x: Tensor, _ tape: inout Tape) -> RaggedTensor {
  RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 2, 2, 5, 6]))
}
