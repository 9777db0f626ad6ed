import Sluice
import TestSupport
import Testing

@Suite("Initial states that are learned")
struct InitialStateTests {
  private static let offsets: [Int32] = [0, 2, 2, 6]

  private static func options(_ regularised: Bool = false) -> RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = 2
    options.direction = .bidirectional
    if regularised {
      options.recurrentDropout = 0.3
      options.zoneout = 0.2
    }
    return options
  }

  /// Every output and final state, weighted.
  private static func total(_ result: RecurrentResult, _ tape: inout Tape) -> Tensor {
    func weighted(_ x: Tensor, _ tape: inout Tape) -> Tensor {
      let shape = tape.shape(of: x)
      return sum(
        multiply(x, tape.input((0..<shape.count).map { Float(($0 * 5) % 7) - 3 }, shape), &tape), &tape)
    }
    var all = weighted(result.outputs.steps, &tape)
    for layer in 0..<result.layers {
      all = add(all, weighted(result.final(layer: layer, tape), &tape), &tape)
      if result.hasCells { all = add(all, weighted(result.finalCell(layer: layer, tape), &tape), &tape) }
    }
    return all
  }

  @Test(
    "Their gradients agree with central differences for every cell, layer and direction, for each sequence and for all alike",
    arguments: RecurrentFixture.kinds, [3, 1])
  func differences(kind: CellKind, sequences: Int) throws {
    // A rectifier has no derivative at its corner, which a difference may straddle.
    if kind == .elman(.relu) { return }
    // A normalized share of four units is steep and bent where its variance is small.
    let step: Float = "\(kind)".contains("layerNorm") ? 5e-4 : 1e-2
    for regularised in [false, true] {
      var parameters = Parameters(seed: 11)
      let net = try RecurrentNet(
        kind, inputs: 3, units: 4, options: Self.options(regularised), named: "net", in: &parameters)
      let shape = Shape(4, sequences, 4)
      let start = try parameters.add("start", shape: shape, initializer: .uniform(-0.6, 0.6))
      let cells = try parameters.add("cells", shape: shape, initializer: .uniform(-0.6, 0.6))
      let input = (0..<18).map { Float(($0 * 7) % 11) / 5 - 1 }
      for handle in parameters.handles where handle != start && handle != cells {
        parameters.setTrainable(false, handle)
      }
      let checks = checkGradients(of: &parameters, step: step, tolerance: 5e-3, capacity: 1 << 14) {
        _, tape in
        let x = tape.input(input, Shape(6, 3))
        let states = InitialStates(tape[start], cells: kind.hasCell ? tape[cells] : nil)
        let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: Self.offsets))
        return Self.total(net(batch, from: states, &tape), &tape)
      }
      #expect(checks.count == 2 && checks.pass, "\(checks)")
      #expect(checks[0].analytic != 0)
    }
  }

  @Test("Outputs and the gradients of h_0 and c_0 are PyTorch's", arguments: ["rnn", "gru", "lstm"])
  func pyTorch(name: String) throws {
    let fixture = try #require(try Fixture.cases("initial_states", in: .module)[name])
    var parameters = Parameters(seed: 1)
    let kind: CellKind = name == "rnn" ? .elman() : name == "gru" ? .gru() : .lstm()
    let net = try RecurrentNet(
      kind, inputs: 2, units: 3, options: Self.options(), named: "net", in: &parameters)
    try net.readPyTorch(into: parameters, prefix: "") { name, _ in fixture[name].floats }
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let start = tape.input(fixture["h"].floats, Shape(4, 3, 3), requiresGradient: true)
    let cells =
      kind.hasCell ? tape.input(fixture["c"].floats, Shape(4, 3, 3), requiresGradient: true) : nil
    let x = tape.input(fixture["x"].floats, Shape(7, 2))
    let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 2, 6, 7]))
    let result = net(batch, from: InitialStates(start, cells: cells), &tape)
    expectClose(tape.array(result.outputs.steps), fixture["y"].values, "outputs")
    let upstream = tape.input(fixture["upstream"].floats, Shape(7, 6))
    var loss = sum(multiply(result.outputs.steps, upstream, &tape), &tape)
    // PyTorch has the final states one after the other by layer and direction, here a layer's lie side by side.
    let finals = tape.input(fixture["upstream final"].floats, Shape(4, 3, 3))
    for layer in 0..<2 {
      let pair = concatenate(
        reshape(slice(finals, 2 * layer..<2 * layer + 1, &tape), Shape(3, 3), &tape),
        reshape(slice(finals, 2 * layer + 1..<2 * layer + 2, &tape), Shape(3, 3), &tape), axis: 1, &tape)
      loss = add(loss, sum(multiply(result.final(layer: layer, tape), pair, &tape), &tape), &tape)
    }
    tape.backward(from: loss, into: &parameters)
    expectClose(tape.adjointArray(start), fixture["d_h"].values, "d_h")
    if let cells { expectClose(tape.adjointArray(cells), fixture["d_c"].values, "d_c") }
  }

  @Test("They give the bits of a carried state of the same values", arguments: RecurrentFixture.kinds)
  func sameAsCarried(kind: CellKind) throws {
    var parameters = Parameters(seed: 11)
    let net = try RecurrentNet(
      kind, inputs: 3, units: 4, options: Self.options(), named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let input = (0..<18).map { Float(($0 * 7) % 11) / 5 - 1 }
    func values(_ first: Int) -> [Float] { (0..<48).map { Float((($0 + first) * 5) % 13) / 13 - 0.5 } }
    var state = net.zeroState(sequences: 3)
    for run in 0..<4 {
      let part = run * 12..<(run + 1) * 12
      state.setState(Array(values(0)[part]), layer: run / 2, rightToLeft: run % 2 == 1)
      if kind.hasCell {
        state.setCellState(Array(values(7)[part]), layer: run / 2, rightToLeft: run % 2 == 1)
      }
    }
    func run(_ tape: inout Tape, _ body: (RaggedTensor, inout Tape) -> RecurrentResult) -> [[Float]] {
      tape.reset()
      let x = tape.input(input, Shape(6, 3))
      let result = body(
        RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: Self.offsets)), &tape)
      return [tape.array(result.outputs.steps), tape.array(result.final(layer: 0, tape))]
    }
    let carried = run(&tape) { net($0, from: state, &$1) }
    let given = run(&tape) { batch, tape in
      let start = tape.input(values(0), Shape(4, 3, 4))
      let cells = kind.hasCell ? tape.input(values(7), Shape(4, 3, 4)) : nil
      return net(batch, from: InitialStates(start, cells: cells), &tape)
    }
    #expect(carried == given)
    #expect(carried != run(&tape) { net($0, &$1) })
  }

  @Test("One sequence whose units threads share has the same gradients", arguments: RecurrentFixture.kinds)
  func shared(kind: CellKind) throws {
    func gradient(threads: Int) throws -> [Float] {
      var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
      let net = try RecurrentNet(kind, inputs: 3, units: 219, named: "net", in: &parameters)
      let start = try parameters.add("start", shape: Shape(219), initializer: .uniform(-0.6, 0.6))
      var tape = Tape(for: parameters, capacity: 1 << 20)
      let x = tape.input((0..<12).map { Float($0 % 7) / 5 - 0.5 }, Shape(4, 3))
      let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 4]))
      let result = net(batch, from: InitialStates(tape[start]), &tape)
      tape.backward(from: sum(result.outputs.steps, &tape), into: &parameters)
      return parameters.gradient(of: start).array
    }
    let one = try gradient(threads: 1)
    #expect(one.contains { $0 != 0 })
    #expect(try gradient(threads: 2) == one)
  }

  @Test("A layer's states can be read and written, and only those change")
  func byLayer() throws {
    var parameters = Parameters(seed: 11)
    let net = try RecurrentNet(
      .lstm(), inputs: 3, units: 2, options: Self.options(), named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input((0..<18).map { Float($0 % 5) / 4 }, Shape(6, 3))
    let result = net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: Self.offsets)), &tape)
    var state = net.zeroState(sequences: 3)
    state.update(from: result, tape)
    for layer in 0..<2 {
      let final = tape.array(result.final(layer: layer, tape))
      let cells = tape.array(result.finalCell(layer: layer, tape))
      for rightToLeft in [false, true] {
        let columns = (0..<12).filter { ($0 % 4 >= 2) == rightToLeft }
        #expect(state.state(layer: layer, rightToLeft: rightToLeft) == columns.map { final[$0] })
        #expect(state.cellState(layer: layer, rightToLeft: rightToLeft) == columns.map { cells[$0] })
      }
    }
    let before = state
    state.setCellState([1, 2, 3, 4, 5, 6], layer: 1, rightToLeft: true)
    #expect(state.cellState(layer: 1, rightToLeft: true) == [1, 2, 3, 4, 5, 6])
    #expect(state.state(layer: 1, rightToLeft: true) == before.state(layer: 1, rightToLeft: true))
    #expect(zip(state.values, before.values).filter { $0 != $1 }.count == 6)
  }
}
