import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("What holds for every recurrent net")
struct RecurrentPropertiesTests {
  static let kinds = RecurrentFixture.kinds
  private static let lengths = [5, 0, 17, 3, 3, 1, 40, 9, 12, 3, 28]

  private static var stacked: RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = 2
    options.direction = .bidirectional
    return options
  }

  private static var regularised: RecurrentOptions {
    var options = stacked
    options.dropout = 0.2
    options.inputDropout = 0.2
    options.recurrentDropout = 0.2
    options.zoneout = 0.1
    options.weightDrop = 0.2
    options.normalizesWeights = true
    return options
  }

  @Test(
    "A batch gives each sequence the bits it gets alone, in any order and for any number of threads",
    arguments: kinds)
  func sameBits(kind: CellKind) throws {
    let lengths = Self.lengths
    let alone = try lengths.indices.map { try finals(kind, of: [$0], threads: 1)[0] }
    for threads in [1, 2, 3] {
      for order in [Array(lengths.indices), lengths.indices.reversed(), [6, 1, 0, 9, 10, 2, 4, 3, 8, 7, 5]] {
        let batch = try finals(kind, of: order, threads: threads)
        for (place, sequence) in order.enumerated() { #expect(batch[place] == alone[sequence]) }
      }
    }
  }

  /// The final states of the sequences `order`, each with an input of its own that does not depend on its place.
  private func finals(_ kind: CellKind, of order: [Int], threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let net = try RecurrentNet(
      kind, inputs: 6, units: 21, options: Self.stacked, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    var offsets: [Int32] = [0]
    var input: [Float] = []
    for sequence in order {
      let random = CounterRandom(seed: UInt64(sequence))
      input += (0..<Self.lengths[sequence] * 6).map { random.uniform(UInt64($0)) - 0.5 }
      offsets.append(offsets[offsets.count - 1] + Int32(Self.lengths[sequence]))
    }
    let x = tape.input(input, Shape(Int(offsets[order.count]), 6))
    let final = tape.array(
      net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape).final)
    return order.indices.map { Array(final[$0 * 42..<($0 + 1) * 42]) }
  }

  @Test(
    "One sequence has the same bits when threads share its units", arguments: kinds, KernelTable.available)
  func sameBitsShared(kind: CellKind, kernels: KernelTable) throws {
    // The last is deeper than what one block of a sum holds.
    for (units, options) in [(219, RecurrentOptions()), (100, Self.regularised), (400, RecurrentOptions())] {
      func run(threads: Int) throws -> [[Float]] {
        try oneSequence(kind, units, options, Engine(kernels: kernels, threads: threads))
      }
      let expected = try run(threads: 1)
      #expect(try run(threads: 2) == expected)
      #expect(try run(threads: 3) == expected)
    }
    let shares = ColumnShares(
      columns: 219, each: 1, depth: 219, engine: Engine(kernels: kernels, threads: 2))
    #expect(shares.parts == min(2, Workers.processorCount))
  }

  /// The outputs and all gradients of one sequence among empty ones, with weights large enough to be shared.
  private func oneSequence(
    _ kind: CellKind, _ units: Int, _ options: RecurrentOptions, _ engine: Engine
  ) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: engine)
    let net = try RecurrentNet(kind, inputs: 6, units: units, options: options, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 24)
    tape.reset()
    let x = tape.input((0..<120).map { Float($0 % 17) / 9 - 1 }, Shape(20, 6))
    let sequences = tape.makeSequences(offsets: [0, 0, 20, 20])
    let result = net(RaggedTensor(steps: x, sequences: sequences), &tape)
    let weights = (0..<20 * net.width).map { Float($0 % 13) - 6 }
    tape.backward(from: result.outputs.steps, weights: weights, into: &parameters)
    return [tape.array(result.outputs.steps), tape.array(result.final)]
      + parameters.handles.map { parameters.gradient(of: $0).array }
  }

  @Test("Gradients have the same bits for 1, 2 and 3 threads, regularisers included", arguments: kinds)
  func sameGradients(kind: CellKind) throws {
    let expected = try gradients(kind, threads: 1)
    #expect(try gradients(kind, threads: 2) == expected)
    #expect(try gradients(kind, threads: 3) == expected)
  }

  private func gradients(_ kind: CellKind, threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let net = try RecurrentNet(
      kind, inputs: 6, units: 37, options: Self.regularised, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 22)
    tape.reset()
    let offsets: [Int32] = [0, 30, 30, 75, 76, 120, 151, 200]
    let x = tape.input((0..<1200).map { Float($0 % 17) / 9 - 1 }, Shape(200, 6))
    let result = net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape)
    let weights = (0..<200 * 74).map { Float($0 % 13) - 6 }
    tape.backward(from: result.outputs.steps, weights: weights, into: &parameters)
    return parameters.handles.map { parameters.gradient(of: $0).array }
  }

  @Test("Chunks with the state carried between them give what the whole sequence gives", arguments: kinds)
  func carriedState(kind: CellKind) throws {
    var options = RecurrentOptions()
    options.layers = 2
    var parameters = Parameters(seed: 3)
    let net = try RecurrentNet(kind, inputs: 4, units: 7, options: options, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 18)
    // Three streams of 12 steps; a chunk is 4 steps of each.
    func input(_ stream: Int, _ step: Int) -> [Float] {
      (0..<4).map { Float((stream * 31 + step * 7 + $0 * 5) % 19) / 9 - 1 }
    }
    func run(_ steps: Range<Int>, from state: RecurrentState?, _ tape: inout Tape) -> RecurrentResult {
      tape.reset()
      let values = (0..<3).flatMap { stream in steps.flatMap { input(stream, $0) } }
      let offsets = (0...3).map { Int32($0 * steps.count) }
      let x = tape.input(values, Shape(3 * steps.count, 4))
      return net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), from: state, &tape)
    }
    let whole = run(0..<12, from: nil, &tape)
    let expected = tape.array(whole.final)
    var expectedState = net.zeroState(sequences: 3)
    expectedState.update(from: whole, tape)
    var state = net.zeroState(sequences: 3)
    for start in [0, 4, 8] {
      var restored = net.zeroState(sequences: 3)
      restored.restore(state.values)
      let result = run(start..<start + 4, from: restored, &tape)
      state.update(from: result, tape)
      if start == 8 { #expect(tape.array(result.final) == expected) }
    }
    #expect(state == expectedState)
    state.clear(sequence: 1)
    #expect(state.values[7..<14].allSatisfy { $0 == 0 } && state.values[0..<7].contains { $0 != 0 })
  }

  @Test("Steps of changing lengths allocate nothing", arguments: kinds)
  func noAllocation(kind: CellKind) throws {
    var parameters = Parameters(seed: 4, engine: Engine(threads: 1))
    let net = try RecurrentNet(
      kind, inputs: 5, units: 9, options: Self.regularised, named: "net", in: &parameters)
    let open = StepLayer(OpenCell(net.layers[0]))
    var tape = Tape(for: parameters, capacity: 1 << 20)
    let batches: [[Int32]] = [[0, 3, 3, 10], [0, 7, 8, 9], [0, 1, 20, 22]]
    let inputs = batches.map { [Float](repeating: 0.3, count: Int($0[3]) * 5) }
    let ones = [Float](repeating: 1, count: 3 * net.width)
    var state = net.zeroState(sequences: 3)
    func step(_ i: Int, _ tape: inout Tape, _ parameters: inout Parameters) {
      tape.reset()
      let x = tape.input(inputs[i], Shape(inputs[i].count / 5, 5), requiresGradient: true)
      let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: batches[i]))
      let result = net(batch, from: state, &tape)
      _ = open(batch, &tape)
      if net.cell == .lstm() { _ = result.cellStates(layer: 1, &tape) }
      tape.backward(from: result.final, weights: ones, into: &parameters)
      state.update(from: result, tape)
      parameters.clearGradients()
    }
    for i in 0..<3 { step(i, &tape, &parameters) }
    let before = sluice_thread_allocation_count()
    for i in 0..<5 { step((i * i + 1) % 3, &tape, &parameters) }
    let count = sluice_thread_allocation_count() - before
    #expect(before < 0 || count == 0)
  }
}
