import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Attention")
struct AttentionTests {
  private static let cases = ["short 1", "short 3", "long 2"]

  @Test(
    "Value and gradient agree with PyTorch, with and without a mask", arguments: KernelTable.available, cases)
  func reference(kernels: KernelTable, name: String) throws {
    for isCausal in [false, true] {
      let fixture = try #require(
        try Fixture.cases("attention", in: .module)["attention \(name) \(isCausal ? "causal" : "full")"])
      let lengths = try #require(fixture.integers["lengths"])
      let heads = try #require(Int(name.suffix(1)))
      for mode in [Tape.Mode.training, .evaluation] {
        var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
        var tape = Tape(for: parameters, capacity: 1 << 18)
        tape.mode = mode
        let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
        let y = attention(ragged(x, lengths, &tape), heads: heads, isCausal: isCausal, &tape)
        expectClose(tape.array(y.steps), fixture["y"].values, "value")
        tape.backward(from: y.steps, weights: fixture["upstream"].floats, into: &parameters)
        expectClose(tape.adjointArray(x), fixture["d_x"].values, "gradient")
      }
    }
  }

  @Test("Sequences of any length have the values of the definition", arguments: KernelTable.available)
  func definition(kernels: KernelTable) throws {
    let lengths = [64, 0, 65, 1, 127, 128, 2, 0, 33]
    let parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 3))
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let values = numbers(lengths.reduce(0, +) * 30, seed: 4)
    for isCausal in [false, true] {
      for mode in [Tape.Mode.training, .evaluation] {
        tape.mode = mode
        tape.reset()
        let x = tape.input(values, Shape(values.count / 30, 30), requiresGradient: true)
        let y = attention(ragged(x, lengths, &tape), heads: 2, isCausal: isCausal, &tape)
        let want = readableAttention(values, lengths: lengths, heads: 2, size: 5, isCausal: isCausal)
        expectClose(tape.array(y.steps), want, "value")
      }
    }
  }

  @Test("With a mask nothing goes back to later rows, without one to all of the sequence and no other")
  func causality() throws {
    let lengths = [3, 70, 2]
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let values = numbers(75 * 12, seed: 5)
    for (isCausal, last) in [(true, 43), (false, 72)] {
      tape.reset()
      let x = tape.input(values, Shape(75, 12), requiresGradient: true)
      let y = attention(ragged(x, lengths, &tape), heads: 2, isCausal: isCausal, &tape)
      var weights = [Float](repeating: 0, count: 75 * 4)
      for i in 43 * 4..<44 * 4 { weights[i] = 1 }
      tape.backward(from: y.steps, weights: weights, into: &parameters)
      let gradient = tape.adjointArray(x)
      let reached = (0..<75).filter { row in gradient[row * 12..<(row + 1) * 12].contains { $0 != 0 } }
      #expect(reached == Array(3...last))
    }
  }

  @Test("A batch has the bits of its sequences one by one, in values and gradients, for 1, 2 and 3 threads")
  func oneByOne() throws {
    let lengths = [7, 0, 90, 1, 33, 64]
    let all = numbers(lengths.reduce(0, +) * 24, seed: 6)
    for isCausal in [false, true] {
      let batch = try run(all, lengths, isCausal: isCausal, threads: 1)
      #expect(try run(all, lengths, isCausal: isCausal, threads: 2) == batch)
      #expect(try run(all, lengths, isCausal: isCausal, threads: 3) == batch)
      var start = 0
      var (values, gradients): ([Float], [Float]) = ([], [])
      for length in lengths {
        let part = Array(all[start * 24..<(start + length) * 24])
        let alone = try run(part, [length], isCausal: isCausal, threads: 1, first: start * 8)
        values += alone[0]
        gradients += alone[1]
        start += length
      }
      #expect([values, gradients] == batch)
    }
  }

  private func run(
    _ values: [Float], _ lengths: [Int], isCausal: Bool, threads: Int, first: Int = 0
  ) throws -> [[Float]] {
    var parameters = Parameters(seed: 1, engine: Engine(threads: threads))
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let x = tape.input(values, Shape(values.count / 24, 24), requiresGradient: true)
    let y = attention(ragged(x, lengths, &tape), heads: 4, isCausal: isCausal, &tape)
    let weights = (0..<values.count / 3).map { Float((first + $0) % 7) - 3 }
    tape.backward(from: y.steps, weights: weights, into: &parameters)
    return [tape.array(y.steps), tape.adjointArray(x)]
  }

  @Test("Gradients agree with differences where weights are dropped and a gradient is there already")
  func dropped() {
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(
      inputs: [(numbers(9 * 12, seed: 7), Shape(9, 12))], of: &parameters, capacity: 1 << 16
    ) { inputs, tape in
      let x = ragged(inputs[0], [4, 1, 4], &tape)
      let y = attention(x, heads: 2, isCausal: true, dropout: 0.4, stream: 3, &tape)
      return add(sum(square(y.steps, &tape), &tape), sum(square(inputs[0], &tape), &tape), &tape)
    }
    #expect(checks.pass, "\(checks)")
  }

  @Test("Dropout zeroes its share of the weights, keeps their mean, and has masks by step, stream and head")
  func dropout() {
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let length = 100
    // Equal scores, and values that are 1: a row's result is its share of weights kept, scaled.
    func outcome(_ probability: Float, stream: UInt64 = 0) -> [Float] {
      let x = tape.input([Float](repeating: 1, count: length * 6), Shape(length, 6), requiresGradient: true)
      let y = attention(
        ragged(x, [length], &tape), heads: 2, isCausal: false, dropout: probability, stream: stream, &tape)
      return tape.array(y.steps)
    }
    let dropped = outcome(0.25)
    #expect(abs(dropped.reduce(0, +) / 200 - 1) < 0.02)
    #expect(Set(dropped.map { ($0 * 75).rounded() }).count > 10)
    #expect(dropped.allSatisfy { abs($0 * 75 - ($0 * 75).rounded()) < 1e-3 })
    #expect(outcome(0.25) == dropped && outcome(0.25, stream: 1) != dropped)
    #expect((0..<length).contains { dropped[2 * $0] != dropped[2 * $0 + 1] })
    tape.reset()
    #expect(outcome(0.25) != dropped)
    tape.mode = .evaluation
    #expect(outcome(0.25).allSatisfy { abs($0 - 1) < 1e-6 })
  }

  @Test("A later step allocates nothing, with and without gradients")
  func allocations() {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let values = numbers(40 * 12, seed: 8)
    let weights = [Float](repeating: 1, count: 40 * 4)
    let offsets: [Int32] = [0, 30, 30, 40]
    for step in 0..<6 {
      let before = sluice_thread_allocation_count()
      tape.mode = step % 2 == 0 ? .training : .evaluation
      tape.reset()
      let x = tape.input(values, Shape(40, 12), requiresGradient: true)
      let sequences = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets))
      let y = attention(sequences, heads: 2, isCausal: true, dropout: 0.1, &tape)
      if step % 2 == 0 { tape.backward(from: y.steps, weights: weights, into: &parameters) }
      let count = sluice_thread_allocation_count() - before
      if step > 1 { #expect(count == 0) }
    }
  }
}

/// Rows as sequences of the given lengths.
func ragged(_ x: Tensor, _ lengths: [Int], _ tape: inout Tape) -> RaggedTensor {
  var offsets: [Int32] = [0]
  for length in lengths { offsets.append(offsets[offsets.count - 1] + Int32(length)) }
  return RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets))
}

/// Numbers of the standard normal distribution.
func numbers(_ count: Int, seed: UInt64) -> [Float] {
  let random = CounterRandom(seed: seed)
  return (0..<count).map { random.normal(UInt64($0)) }
}
