import Foundation
import Sluice
import TestSupport
import Testing

@Suite("GRU over ragged batches")
struct GRUTests {
  static let cases = ["ties and one", "empty sequences", "right to left", "odd units", "batch of one"]

  @Test(
    "Outputs, final states and all gradients agree with PyTorch", arguments: KernelTable.available, cases)
  func reference(kernels: KernelTable, name: String) throws {
    let fixture = try #require(try Fixture.cases("gru", in: .module)[name])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let gru = try makeGRU(fixture, in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let offsets = try #require(fixture.integers["offsets"]).map(Int32.init)
    let result = gru(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape)
    expectClose(tape.array(result.outputs.steps), fixture["y"].values, "outputs")
    expectClose(tape.array(result.final), fixture["final"].values, "final")

    let loss = total(
      result, fixture["upstream"].floats, fixture["upstream_final"].floats, &tape)
    tape.backward(
      from: loss, weights: [Float](repeating: 1, count: tape.shape(of: loss).count), into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "d_x")
    for (parameter, reference) in [
      (gru.inputWeight, "d_weight_ih"), (gru.recurrentWeight, "d_weight_hh"), (gru.bias, "d_bias"),
      (gru.candidateBias, "d_bias_hn"),
    ] {
      expectClose(parameters.gradient(of: parameter).array, fixture[reference].values, reference)
    }
  }

  @Test("Gradients agree with central differences")
  func differences() throws {
    var parameters = Parameters(seed: 11)
    let gru = try GRU(inputs: 3, units: 4, named: "gru", in: &parameters)
    let input = (0..<18).map { Float(($0 * 7) % 11) / 5 - 1 }
    let offsets: [Int32] = [0, 2, 2, 6]
    let weights = (0..<12).map { Float(($0 * 5) % 7) - 3 }
    var tape = Tape(for: parameters, capacity: 1 << 14)
    func final(_ tape: inout Tape) -> Tensor {
      tape.reset()
      let x = tape.input(input, Shape(6, 3))
      return gru(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape).final
    }
    tape.backward(from: final(&tape), weights: weights, into: &parameters)
    for handle in parameters.handles {
      let analytic = parameters.gradient(of: handle).array
      let numeric = centralDifferences(of: parameters.values(of: handle)) {
        let result = final(&tape)
        return weightedSum(tape.array(result), weights)
      }
      expectClose(analytic, numeric, tolerance: 1e-3, parameters[handle].name)
    }
  }

  @Test("A batch gives each sequence the bits it gets alone, in any order and for any number of threads")
  func sameBits() throws {
    let lengths = [5, 0, 17, 3, 3, 1, 40, 9, 12, 3, 28]
    let alone = try lengths.indices.map { try finals(of: [$0], lengths, threads: 1)[0] }
    for threads in [1, 2, 3] {
      for order in [Array(lengths.indices), lengths.indices.reversed(), [6, 1, 0, 9, 10, 2, 4, 3, 8, 7, 5]] {
        let batch = try finals(of: order, lengths, threads: threads)
        for (place, sequence) in order.enumerated() { #expect(batch[place] == alone[sequence]) }
      }
    }
  }

  @Test("The tape takes no more memory than was planned")
  func plannedMemory() throws {
    var parameters = Parameters(seed: 2)
    let gru = try GRU(inputs: 5, units: 24, named: "gru", in: &parameters)
    let planned = gru.activationCount(sequences: 4, steps: 33, engine: parameters.engine) + 33 * 5 + 16
    var tape = Tape(for: parameters, capacity: planned)
    let x = tape.input([Float](repeating: 0.1, count: 33 * 5), Shape(33, 5), requiresGradient: true)
    let result = gru(
      RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 30, 30, 31, 33])), &tape)
    tape.backward(from: result.final, weights: [Float](repeating: 1, count: 96), into: &parameters)
    #expect(tape.activationCount.peak <= planned)
  }

  /// The final states of the sequences `order`, each with an input of its own that does not depend on its place.
  private func finals(of order: [Int], _ lengths: [Int], threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let gru = try GRU(inputs: 6, units: 37, named: "gru", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    var offsets: [Int32] = [0]
    var input: [Float] = []
    for sequence in order {
      let random = CounterRandom(seed: UInt64(sequence))
      input += (0..<lengths[sequence] * 6).map { random.uniform(UInt64($0)) - 0.5 }
      offsets.append(offsets[offsets.count - 1] + Int32(lengths[sequence]))
    }
    let x = tape.input(input, Shape(Int(offsets[order.count]), 6))
    let final = tape.array(
      gru(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape).final)
    return order.indices.map { Array(final[$0 * 37..<($0 + 1) * 37]) }
  }

  private func makeGRU(_ fixture: Fixture, in parameters: inout Parameters) throws -> GRU {
    let sizes = try #require(fixture.integers["sizes"])
    let gru = try GRU(
      inputs: sizes[0], units: sizes[1], readsRightToLeft: fixture.integers["right_to_left"] == [1],
      named: "gru", in: &parameters)
    for name in ["weight_ih", "weight_hh", "bias", "bias_hn"] {
      parameters.set("gru.\(name)", to: fixture[name])
    }
    return gru
  }

  /// A vector whose elements add up to both outputs times their weights.
  private func total(
    _ result: RecurrentResult, _ outputWeights: [Float], _ finalWeights: [Float], _ tape: inout Tape
  ) -> Tensor {
    let outputs = multiply(
      result.outputs.steps, tape.input(outputWeights, tape.shape(of: result.outputs.steps)), &tape)
    let final = multiply(result.final, tape.input(finalWeights, tape.shape(of: result.final)), &tape)
    let all = tape.makeTensor(
      Shape(tape.shape(of: outputs).count + tape.shape(of: final).count), requiresGradient: true)
    tape.record(Joined(a: outputs, b: final, y: all))
    return all
  }
}

/// Passes one adjoint back to two tensors, as a concatenation would. An operation of the test's own: any
/// package can write one.
private struct Joined: TapeOperation {
  static let name: StaticString = "joined"
  let a: Tensor
  let b: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(a, b) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y) else { return }
    let count = tape.shape(of: a).count
    if let da = tape.contribution(to: a) {
      for i in 0..<count { da.add(dy[i], at: i) }
    }
    if let db = tape.contribution(to: b) {
      for i in 0..<dy.count - count { db.add(dy[count + i], at: i) }
    }
  }
}
