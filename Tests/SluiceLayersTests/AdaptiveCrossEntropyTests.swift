import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Cross-entropy over clusters of classes")
struct AdaptiveCrossEntropyTests {
  @Test(
    "Value, every gradient and all logarithms of probabilities agree with PyTorch",
    arguments: KernelTable.available, ["plain", "head bias", "empty cluster"])
  func reference(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("adaptive", in: .module)["adaptive \(name)"])
    let labels = try #require(fixture.integers["labels"]).map(Int32.init)
    for mode in [Tape.Mode.training, .evaluation] {
      var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
      let output = try AdaptiveCrossEntropy(
        inputs: 9, classes: 37, cutoffs: [5, 12], divisor: 2, headBias: name == "head bias", named: "output",
        in: &parameters)
      let names = fixture.tensors.keys.filter { fixture.tensors["d_\($0)"] != nil && $0 != "x" }
      for name in names { parameters.set("output.\(name)", to: fixture[name]) }
      let parameterCount = parameters.count
      #expect(names.count == parameterCount)
      var tape = Tape(for: parameters, capacity: 1 << 14)
      tape.mode = mode
      let x = tape.input(fixture["x"].floats, Shape(13, 9), requiresGradient: true)
      let loss = output(x, labels: labels, &tape)
      expectClose([tape.scalar(loss)], fixture["y"].values, "loss")
      expectClose(
        tape.array(output.logProbabilities(x, &tape)), fixture["log_prob"].values, "log-probabilities")
      tape.backward(from: loss, into: &parameters)
      expectClose(tape.adjointArray(x), fixture["d_x"].values, "x")
      for name in names {
        let found = parameters.find("output.\(name)")
        let handle = try #require(found)
        expectClose(parameters.gradient(of: handle).array, fixture["d_\(name)"].values, name)
      }
    }
  }

  private static func output(_ parameters: inout Parameters) throws -> AdaptiveCrossEntropy {
    try AdaptiveCrossEntropy(
      inputs: 16, classes: 300, cutoffs: [20, 80], named: "output", in: &parameters)
  }

  @Test("The probabilities of a row add up to 1, and the loss is the mean of their logarithms")
  func distribution() throws {
    var parameters = Parameters(seed: 3)
    let output = try Self.output(&parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input(numbers(4 * 16, seed: 2), Shape(4, 16))
    let all = tape.array(output.logProbabilities(x, &tape))
    for row in 0..<4 {
      let sum = all[row * 300..<(row + 1) * 300].reduce(0) { $0 + exp(Double($1)) }
      #expect(abs(sum - 1) < 1e-5)
    }
    let labels: [Int32] = [3, 25, 299, ignoredLabel]
    let want = -Double(all[3] + all[300 + 25] + all[600 + 299]) / 3
    expectClose([tape.scalar(output(x, labels: labels, &tape))], [want], "mean")
    expectClose(
      [tape.scalar(output(x, labels: labels, reduction: .sum, &tape))], [3 * want], "sum")
  }

  @Test("A bias common to the whole head costs the logarithms of probabilities no accuracy")
  func offset() throws {
    var parameters = Parameters(seed: 3)
    let output = try AdaptiveCrossEntropy(
      inputs: 16, classes: 300, cutoffs: [20, 80], headBias: true, named: "output", in: &parameters)
    let found = parameters.find("output.head.bias")
    let bias = parameters.values(of: try #require(found))
    // Weights and inputs are small multiples of powers of two, so that the logits of both heads are exact.
    for handle in parameters.handles {
      let values = parameters.values(of: handle)
      for i in 0..<values.count { values[i] = Float((i * 7) % 9 - 4) / 16 }
    }
    bias.fill(0)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input((0..<64).map { Float($0 % 5 - 2) / 8 }, Shape(4, 16))
    let without = tape.array(output.logProbabilities(x, &tape))
    bias.fill(16_384)
    #expect(tape.array(output.logProbabilities(x, &tape)) == without)
  }

  @Test("The mean over no rows is zero, with zero gradient")
  func noRows() throws {
    for labels in [[], [ignoredLabel]] {
      var parameters = Parameters(seed: 1)
      let output = try Self.output(&parameters)
      var tape = Tape(for: parameters, capacity: 1 << 14)
      let x = tape.input(
        [Float](repeating: 1, count: 16 * labels.count), Shape(labels.count, 16), requiresGradient: true)
      let loss = output(x, labels: labels, &tape)
      #expect(tape.scalar(loss) == 0)
      tape.backward(from: loss, into: &parameters)
      for handle in parameters.handles {
        let gradient = parameters.gradient(of: handle).array
        #expect(gradient.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("Gradients have the same bits for 1, 2 and 3 threads, and a later step allocates nothing")
  func sameBits() throws {
    let one = try gradients(threads: 1)
    #expect(try gradients(threads: 2) == one)
    #expect(try gradients(threads: 3) == one)
  }

  private func gradients(threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let output = try AdaptiveCrossEntropy(
      inputs: 32, classes: 2_000, cutoffs: [100, 500], named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let labels = (0..<150).map { Int32($0 * $0 % 2_000) }
    let values = numbers(150 * 32, seed: 1)
    for step in 0..<4 {
      let before = sluice_thread_allocation_count()
      tape.reset()
      let x = tape.input(values, Shape(150, 32), requiresGradient: true)
      tape.backward(from: output(x, labels: labels, &tape), into: &parameters)
      let count = sluice_thread_allocation_count() - before
      if threads == 1, step > 1 { #expect(count == 0) }
    }
    return parameters.handles.map { parameters.gradient(of: $0).array }
  }

  @Test("Cutoffs that do not rise inside the classes, and a divisor below 1, are refused")
  func problems() {
    for (cutoffs, divisor) in [([], 4), ([0], 4), ([10], 4), ([5, 5], 4), ([7, 3], 4), ([5], 0.5)] {
      var parameters = Parameters(seed: 1)
      #expect(throws: ModelError.self) {
        try AdaptiveCrossEntropy(
          inputs: 4, classes: 10, cutoffs: cutoffs, divisor: Float(divisor), named: "output", in: &parameters)
      }
    }
  }
}
