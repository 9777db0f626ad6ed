import Sluice
import TestSupport
import Testing

@Suite("Recurrent nets over ragged batches")
struct RecurrentNetTests {
  static let cells = ["elman", "elman relu", "gru", "gru before", "lstm", "ln-elman", "ln-gru", "ln-lstm"]
  static let forms = [
    "", ", odd units, right to left", ", two layers, both ways", ", from a state", ", dropout everywhere",
  ]
  static let others = [
    "elman, zoneout and weight drop", "gru, zoneout and weight drop", "gru before, zoneout and weight drop",
    "lstm, zoneout and weight drop", "ln-lstm, zoneout and weight drop", "lstm, zoneout in evaluation",
    "gru, both ways with all regularisers", "elman, normalized weights", "gru, normalized weights",
    "ln-lstm, normalized weights", "gru, one sequence",
  ]
  static let cases = cells.flatMap { cell in forms.map { cell + $0 } } + others

  @Test("Outputs, finals and all gradients agree with PyTorch", arguments: KernelTable.available, cases)
  func reference(kernels: KernelTable, name: String) throws {
    let given = try RecurrentFixture.named(name)
    let fixture = given.fixture
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let net = try given.makeNet(in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    if given.isEvaluated { tape.mode = .evaluation }
    let x = tape.input(fixture["x"].floats, Shape(fixture["x"].shape), requiresGradient: true)
    let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: given.offsets))
    let result = net(batch, from: given.state(of: net), &tape)
    expectClose(tape.array(result.outputs.steps), fixture["y"].values, "outputs")
    for layer in 0..<given.options.layers {
      expectClose(
        tape.array(result.final(layer: layer, tape)), fixture["final \(layer)"].values, "final \(layer)")
      guard given.hasCells else { continue }
      expectClose(
        tape.array(result.finalCell(layer: layer, tape)), fixture["final cell \(layer)"].values,
        "final cell \(layer)")
    }
    if given.hasCells { try expectCells(result, given, &tape) }

    let loss = given.total(result, &tape)
    let ones = [Float](repeating: 1, count: tape.shape(of: loss).count)
    tape.backward(from: loss, weights: ones, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d x"].values, "d x")
    for handle in parameters.handles {
      let name = parameters[handle].name
      expectClose(parameters.gradient(of: handle).array, fixture["d " + name].values, "d " + name)
    }
  }

  private func expectCells(
    _ result: RecurrentResult, _ given: RecurrentFixture, _ tape: inout Tape
  ) throws {
    let directions: [Bool] =
      switch given.options.direction {
      case .leftToRight: [false]
      case .rightToLeft: [true]
      case .bidirectional: [false, true]
      }
    for layer in 0..<given.options.layers {
      for (i, direction) in directions.enumerated() {
        let states = result.cellStates(layer: layer, rightToLeft: direction, &tape)
        let index = layer * directions.count + i
        expectClose(tape.array(states.steps), given.fixture["cells \(index)"].values, "cells \(index)")
      }
    }
  }

  @Test("Gradients agree with central differences", arguments: RecurrentFixture.kinds)
  func differences(kind: CellKind) throws {
    // A rectifier has no derivative at its corner, which a difference may straddle.
    if kind == .elman(.relu) { return }
    var parameters = Parameters(seed: 11)
    let net = try RecurrentNet(kind, inputs: 3, units: 4, named: "net", in: &parameters)
    let input = (0..<18).map { Float(($0 * 7) % 11) / 5 - 1 }
    let weights = (0..<12).map { Float(($0 * 5) % 7) - 3 }
    var tape = Tape(for: parameters, capacity: 1 << 14)
    func final(_ tape: inout Tape) -> Tensor {
      tape.reset()
      let x = tape.input(input, Shape(6, 3))
      return net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 2, 2, 6])), &tape).final
    }
    tape.backward(from: final(&tape), weights: weights, into: &parameters)
    for handle in parameters.handles {
      let analytic = parameters.gradient(of: handle).array
      let numeric = centralDifferences(of: parameters.values(of: handle), step: 3e-3) {
        let result = final(&tape)
        return weightedSum(tape.array(result), weights)
      }
      expectClose(analytic, numeric, tolerance: 2e-3, parameters[handle].name)
    }
  }

  @Test("The checks see a wrong gradient")
  func negativeControl() throws {
    let given = try RecurrentFixture.named("gru")
    let right = given.fixture["d net.weight_hh"].values
    var wrong = right.map(Float.init)
    wrong[7] += 1e-4 * Float(right.map(abs).max() ?? 0)
    #expect(!Closeness(wrong, right).isWithin(1e-5))
  }

  @Test("Regularisers do nothing in evaluation mode, but for zoneout's mean")
  func evaluation() throws {
    let given = try RecurrentFixture.named("gru, dropout everywhere")
    var results: [[Float]] = []
    for options in [
      given.options,
      {
        var plain = RecurrentOptions(); plain.layers = 2; return plain
      }(),
    ] {
      var parameters = Parameters(seed: 1)
      let net = try RecurrentNet(.gru(), inputs: 4, units: 5, options: options, named: "net", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 16)
      tape.mode = .evaluation
      let x = tape.input(given.fixture["x"].floats, Shape(given.fixture["x"].shape))
      let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: given.offsets))
      results.append(tape.array(net(batch, &tape).outputs.steps))
    }
    #expect(results[0] == results[1])
  }
}
