import AllocationCounter
import Sluice
import TestSupport
import Testing

/// A layer of a user's own, which says nothing of its memory.
private struct OwnLayer {
  let gain: ParameterHandle

  func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let scaled = multiply(x, tape[gain], &tape)
    let y = tape.makeTensor(tape.shape(of: x), requiresGradient: true)
    _ = tape.makeWorkspace(1_000)
    tape.values(of: y).copy(from: tape.values(of: scaled))
    tape.record(OwnOperation(x: scaled, y: y))
    return y
  }
}

private struct OwnOperation: TapeOperation {
  static let name: StaticString = "own"
  let x: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    _ = tape.makeWorkspace(5_000)
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    for i in 0..<dy.count { dx.add(dy[i], at: i) }
  }
}

@Suite("The plan of a step")
struct TapePlanTests {
  /// Plans a step, runs it on a tape of the plan, and compares.
  ///
  /// - Parameter bound: how much of what is planned has to be used, by default all.
  private func expectTrue(
    _ parameters: inout Parameters, usedShare bound: Double = 1, _ comment: Comment? = nil,
    _ step: (inout Tape) -> Tensor
  ) {
    for mode in [Tape.Mode.training, .evaluation] {
      let plan = Tape.plan(for: parameters, mode: mode, step)
      var tape = Tape(for: parameters, plan: plan, mode: mode)
      tape.reset()
      let y = step(&tape)
      if mode == .training {
        let weights = [Float](repeating: 1, count: tape.shape(of: y).count)
        tape.backward(from: y, weights: weights, into: &parameters)
      }
      let use = tape.use
      #expect(plan.floats >= use.floats && plan.indices >= use.indices, "\(mode) \(comment ?? "")")
      #expect(plan.rows >= use.rows && plan.payload >= use.payload, "\(mode) \(comment ?? "")")
      #expect(Double(use.floats) >= bound * Double(plan.floats), "\(mode) \(comment ?? "")")
      #expect(Double(use.indices) >= bound * Double(plan.indices), "\(mode) \(comment ?? "")")
      let raised = tape.raisePlan()
      #expect(raised == nil)
    }
  }

  private static func options(isRegularised: Bool) -> RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = 2
    options.direction = .bidirectional
    if isRegularised {
      options.dropout = 0.2
      options.inputDropout = 0.2
      options.recurrentDropout = 0.2
      options.zoneout = 0.1
      options.weightDrop = 0.2
      options.normalizesWeights = true
    }
    return options
  }

  @Test(
    "It is what a recurrent net takes, whatever its cell, for one thread and several",
    arguments: RecurrentFixture.kinds, [1, 2])
  func recurrent(kind: CellKind, threads: Int) throws {
    // The units of the last are shared by threads.
    let batches: [([Int32], units: Int)] = [
      ([0, 30, 30, 31, 33], 24), ([0, 0, 1, 2, 3], 24), ((0...33).map { $0 }, 24), ([0, 33], 130),
    ]
    for isRegularised in [false, true] {
      for (offsets, units) in batches {
        var parameters = Parameters(seed: 2, engine: Engine(threads: threads))
        let net = try RecurrentNet(
          kind, inputs: 5, units: units, options: Self.options(isRegularised: isRegularised), named: "net",
          in: &parameters)
        let steps = Int(offsets[offsets.count - 1])
        let values = [Float](repeating: 0.1, count: steps * 5)
        let state = net.zeroState(sequences: offsets.count - 1)
        expectTrue(&parameters) { tape in
          let x = tape.input(values, Shape(steps, 5), requiresGradient: true)
          return net(
            RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), from: state, &tape
          ).final
        }
      }
    }
  }

  @Test("It is what blocks of a transformer take", arguments: [1, 3])
  func transformer(threads: Int) throws {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    var options = TransformerOptions()
    options.dropout = 0.2
    let transformer = try Transformer(width: 32, options, named: "all", in: &parameters)
    let values = [Float](repeating: 0.1, count: 140 * 32)
    expectTrue(&parameters) { tape in
      let x = tape.input(values, Shape(140, 32), requiresGradient: true)
      let offsets: [Int32] = [0, 40, 43, 113, 114, 140]
      return transformer(
        RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape
      ).steps
    }
  }

  @Test(
    "It is enough for a triplet loss, whatever the values", arguments: TripletScore.allCases,
    TripletSampling.allCases)
  func triplets(score: TripletScore, sampling: TripletSampling) {
    for (samples, width) in [(4, 1), (60, 30), (100, 2)] {
      let loss = TripletMarginLoss(score: score, sampling: sampling)
      let random = CounterRandom(seed: 4)
      for size: Float in [1, 1e30] {
        let values = (0..<samples * width).map { size * random.normal(UInt64($0)) }
        var parameters = Parameters(seed: 1, engine: Engine(threads: 2))
        expectTrue(&parameters, usedShare: 0.7) { tape in
          let x = tape.input(values, Shape(samples, width), requiresGradient: true)
          return loss(x, (0..<samples).map { Int32($0 / 2) }, &tape).loss
        }
      }
    }
  }

  @Test(
    "It is enough for a batch of other labels: neighbors, triplets, clusters of classes",
    arguments: NeighborDistance.allCases)
  func labels(distance: NeighborDistance) throws {
    let values = (0..<60 * 8).map { Float($0 % 17) / 9 - 1 }
    let labels: [[Int32]] = [
      Array(repeating: 1, count: 60), (0..<60).map { $0 % 2 }, (0..<60).map { $0 * 33 % 2_000 },
    ]
    for planned in labels {
      for real in labels {
        var parameters = Parameters(seed: 1, engine: Engine(threads: 2))
        let output = try AdaptiveCrossEntropy(
          inputs: 8, classes: 2_000, cutoffs: [100, 500], named: "output", in: &parameters)
        let triplets = TripletMarginLoss(sampling: .hard)
        func step(_ labels: [Int32], _ tape: inout Tape) -> Tensor {
          let x = tape.input(values, Shape(60, 8), requiresGradient: true)
          let clusters = output(x, labels: labels, &tape)
          let neighbors = softNearestNeighborLoss(x, labels, distance: distance, &tape)
          return add(add(clusters, neighbors, &tape), triplets(x, labels, &tape).loss, &tape)
        }
        let plan = Tape.plan(for: parameters) { tape in step(planned, &tape) }
        var tape = Tape(for: parameters, plan: plan)
        tape.backward(from: step(real, &tape), into: &parameters)
        let raised = tape.raisePlan()
        #expect(raised == nil)
      }
    }
  }

  @Test("It is what embeddings take, rows that occur included")
  func tables() throws {
    var parameters = Parameters(seed: 3)
    let table = try Embedding(rows: 1_000, width: 7, named: "table", in: &parameters)
    let ids = (0..<300).map { Int32($0 * $0 % 1_000) }
    expectTrue(&parameters) { tape in
      let twice = add(table(ids, &tape), table(ids, &tape), &tape)
      return sum(twice, &tape)
    }
    let plan = Tape.plan(for: parameters) { tape in sum(table(ids, &tape), &tape) }
    #expect(plan.tableGradients == (parameters.updates(of: table.table) == .touchedRows ? 300 * 8 : 0))
  }

  @Test("A step of a user's own layers is planned, though nothing is declared")
  func ownLayer() throws {
    var parameters = Parameters(seed: 1)
    let layer = OwnLayer(
      gain: try parameters.add("gain", shape: Shape(4, 8), initializer: .constant(2)))
    let values = [Float](repeating: 1, count: 32)
    expectTrue(&parameters) { tape in
      sum(layer(tape.input(values, Shape(4, 8)), &tape), &tape)
    }
    let plan = Tape.plan(for: parameters) { tape in
      sum(layer(tape.input(values, Shape(4, 8)), &tape), &tape)
    }
    #expect(plan.floats >= 6_000)
  }

  @Test("To plan takes no memory of the parameters, which may still grow, and leaves no mark on them")
  func leavesNoMark() throws {
    func gradients(planning: Bool) throws -> [[Float]] {
      var parameters = Parameters(seed: 4)
      let table = try Embedding(rows: 20, width: 6, named: "table", in: &parameters)
      func look(_ tape: inout Tape) -> Tensor { sum(table([1, 2, 2, 5], &tape), &tape) }
      if planning { _ = Tape.plan(for: parameters, look) }
      // A sealed table would refuse it.
      let layer = try Linear(inputs: 6, outputs: 3, named: "layer", in: &parameters)
      let drop = try Dropout(probability: 0.5, named: "drop", in: &parameters)
      func step(_ tape: inout Tape) -> Tensor {
        sum(drop(layer(table([1, 2, 2, 5], &tape), &tape), &tape), &tape)
      }
      var tape = Tape(for: parameters)
      for i in 0..<2 {
        if planning { _ = Tape.plan(for: parameters, step) }
        tape.reset()
        let loss = step(&tape)
        if planning, i == 1 { _ = Tape.plan(for: parameters, step) }
        tape.backward(from: loss, into: &parameters)
        if planning { _ = Tape.plan(for: parameters, step) }
      }
      return parameters.handles.map {
        parameters.updates(of: $0) == .dense
          ? parameters.gradient(of: $0).array : parameters.touchedRows(of: $0).rowGradients.array
      }
    }
    #expect(try gradients(planning: true) == gradients(planning: false))
  }

  @Test("A plan far beyond what the machine has is found all the same")
  func huge() throws {
    var parameters = Parameters(seed: 1)
    let layer = try Linear(inputs: 1_000, outputs: 1_000_000, named: "layer", in: &parameters)
    let plan = Tape.plan(for: parameters) { tape in
      var loss = tape.constant(0)
      for _ in 0..<20 {
        let x = tape.makeTensor(Shape(1_000, 1_000), requiresGradient: true)
        loss = add(loss, sum(layer(x, &tape), &tape), &tape)
      }
      return loss
    }
    #expect(plan.floats >= 20_000_000_000 && plan.floats < 21_000_000_000)
  }
}

@Suite("A tape that grows")
struct GrowingTapeTests {
  /// A few layers over `rows` rows, with a table.
  private static func step(
    _ layer: Linear, _ table: Embedding, rows: Int, _ tape: inout Tape, _ parameters: inout Parameters
  ) -> [Float] {
    tape.reset()
    let x = table((0..<rows).map { Int32($0 % 50) }, &tape)
    let sequences = tape.makeSequences(offsets: [0, Int32(rows)])
    let y = tanh(layer(tanh(layer(x, &tape), &tape), &tape), &tape)
    let pooled = maximum(RaggedTensor(steps: y, sequences: sequences), &tape)
    tape.backward(from: sum(pooled, &tape), into: &parameters)
    return tape.array(pooled) + parameters.gradient(of: layer.weight).array
  }

  @Test("A batch beyond the plan gives the bits of a large tape, and raises the plan once")
  func grows() throws {
    func run(_ makeTape: (borrowing Parameters, Linear, Embedding) -> Tape) throws -> ([[Float]], [Bool]) {
      var parameters = Parameters(seed: 2, engine: Engine(threads: 1))
      let layer = try Linear(inputs: 16, outputs: 16, named: "layer", in: &parameters)
      let table = try Embedding(rows: 50, width: 16, named: "table", in: &parameters)
      var tape = makeTape(parameters, layer, table)
      var results: [[Float]] = []
      var raised: [Bool] = []
      for rows in [10, 3_000, 10, 3_000, 400, 20_000, 20_000] {
        results.append(Self.step(layer, table, rows: rows, &tape, &parameters))
        raised.append(tape.raisePlan() != nil)
      }
      return (results, raised)
    }
    let large = try run { parameters, _, _ in Tape(for: parameters) }
    let small = try run { parameters, layer, table in
      let plan = Tape.plan(for: parameters) { tape in
        sum(tanh(layer(table([1, 2, 3], &tape), &tape), &tape), &tape)
      }
      return Tape(for: parameters, plan: plan)
    }
    #expect(small.0 == large.0)
    #expect(small.1 == [true, true, false, false, false, true, false])
    #expect(large.1.allSatisfy { !$0 })
  }

  @Test("Once it has grown, a step of that size allocates nothing")
  func isSteady() throws {
    var parameters = Parameters(seed: 2, engine: Engine(threads: 1))
    let layer = try Linear(inputs: 16, outputs: 16, named: "layer", in: &parameters)
    var tape = Tape(for: parameters, plan: TapePlan(floats: 100))
    let values = [Float](repeating: 0.5, count: 16 * 3_000)
    for i in 0..<6 {
      let before = sluice_thread_allocation_count()
      tape.reset()
      var x = tape.input(values, Shape(3_000, 16))
      for _ in 0..<5 { x = tanh(layer(x, &tape), &tape) }
      tape.backward(from: sum(x, &tape), into: &parameters)
      _ = tape.raisePlan()
      if i > 1 { #expect(sluice_thread_allocation_count() == before) }
    }
  }

  @Test("More operations, tensors and sequences than there was room for are recorded, and printed")
  func tables() throws {
    var parameters = Parameters(seed: 2)
    let weight = try parameters.add("weight", shape: Shape(3), initializer: .constant(1))
    var tape = Tape(for: parameters, plan: TapePlan(floats: 100))
    var x = tape[weight]
    for i in 0..<3_000 {
      x = add(x, tape[weight], &tape)
      let sequences = tape.makeSequences(offsets: [0, Int32(i)])
      #expect(tape.layout(of: sequences).total == i)
    }
    #expect("\(x)" == "Tensor [3]: [3001.0, 3001.0, 3001.0]")
    tape.backward(from: sum(x, &tape), into: &parameters)
    #expect(parameters.gradient(of: weight).array == [3001, 3001, 3001])
  }
}
