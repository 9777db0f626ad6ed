import Sluice
import TestSupport
import Testing

@testable import SluiceProcesses

@Suite("Gradient sum")
struct GradientSumTests {
  /// A dense parameter of three elements, and two tables, one of which no shard may touch.
  private struct Model {
    let weight: ParameterHandle
    let (table, other): (ParameterHandle, ParameterHandle)

    init(in parameters: inout Parameters) throws {
      weight = try parameters.add("weight", shape: Shape(3), initializer: .constant(1))
      table = try parameters.add(
        "table", shape: Shape(40, 5), updates: .touchedRows, initializer: .constant(1))
      other = try parameters.add(
        "other", shape: Shape(7, 2), updates: .touchedRows, initializer: .constant(1))
    }

    /// The ids that a shard looks up: none in some shards.
    static func ids(_ shard: Int) -> [Int32] {
      shard % 4 == 2 ? [] : (0..<6).map { Int32(($0 * $0 * (shard + 3) + shard) % 40) }
    }

    /// Makes the gradient of a shard by a backward pass.
    func goBack(_ shard: Int, _ tape: inout Tape, _ parameters: inout Parameters) {
      tape.reset()
      let loss = sum(multiply(tape[weight], 0.1 + Float(shard) * 0.37, &tape), &tape)
      tape.backward(from: loss, into: &parameters)
      let ids = Self.ids(shard)
      let (idArena, rows) = (
        Arena<Int32>(capacity: 16, named: "ids"), Arena<Float>(capacity: 64, named: "rows")
      )
      idArena[0..<ids.count].copy(from: ids)
      rows[0..<ids.count * 5].fill(0.3 + Float(shard) * 0.011)
      tape.touch(table, ids: idArena[0..<ids.count], rows: rows[0..<ids.count * 5])
    }
  }

  /// The bits of a whole gradient.
  private static func bits(_ model: Model, _ parameters: borrowing Parameters) -> [UInt32] {
    var bits = parameters.gradient(of: model.weight).array.map(\.bitPattern)
    for table in [model.table, model.other] {
      let touched = parameters.touchedRows(of: table)
      bits += touched.rowIDs.array.map { UInt32(bitPattern: $0) }
      bits += touched.rowGradients.array.map(\.bitPattern)
    }
    return bits
  }

  /// The sum of all shards as one of several processes gets it, and the bytes that it sent.
  private static func total(shards: Int, _ processes: Processes) throws -> (bits: [UInt32], bytes: Int) {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let model = try Model(in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let plan = ShardPlan(shards: shards, ranks: processes.count, rank: processes.rank)
    let sum = GradientSum(plan, for: parameters)
    for _ in 0..<2 {
      for operation in plan.computing {
        switch operation {
        case .compute(let shard, let place):
          model.goBack(shard, &tape, &parameters)
          sum.put(&parameters, at: place)
        case .add(let right, let left): sum.add(right, to: left, parameters.engine)
        case .send, .receive: break
        }
      }
      try sum.exchange(processes, &parameters)
      parameters.markGradientsUsed()
    }
    return (bits(model, parameters), processes.sentBytes / 2)
  }

  @Test(
    "One to eight processes get the same bits, dense and of the rows that occurred", arguments: [1, 3, 8])
  func sameBits(shards: Int) throws {
    let alone = try Self.total(shards: shards, .alone).bits
    for count in [2, 3, 4, 8] {
      for found in try InThreads.run(count, { try Self.total(shards: shards, $0).bits }) {
        #expect(found == alone, "\(shards) shards, \(count) processes")
      }
    }
  }

  @Test("The sum of shards is that of the gradients, row by row")
  func value() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let model = try Model(in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let sum = GradientSum(ShardPlan(shards: 2), for: parameters)
    for shard in [1, 0] {
      model.goBack(shard, &tape, &parameters)
      sum.put(&parameters, at: sum.plan.computing.placeOf(shard))
    }
    sum.add(sum.plan.computing.placeOf(1), to: sum.plan.computing.placeOf(0), parameters.engine)
    try sum.exchange(.alone, &parameters)
    let (first, second) = (Float(0.1), 0.1 + Float(0.37))
    #expect(parameters.gradient(of: model.weight).array == Array(repeating: first + second, count: 3))
    let touched = parameters.touchedRows(of: model.table)
    #expect(touched.rowIDs.array == Set(Model.ids(0) + Model.ids(1)).sorted())
    for i in 0..<touched.count {
      var expected: Float = 0
      for shard in 0...1 {
        var own: Float = 0
        for id in Model.ids(shard) where id == touched.rowIDs[i] { own += 0.3 + Float(shard) * 0.011 }
        expected += own
      }
      #expect(touched.gradient(i).array.allSatisfy { abs($0 - expected) <= 1e-6 })
    }
    #expect(parameters.touchedRows(of: model.other).count == 0)
  }

  @Test(
    "What is sent is at most the dense gradient and the rows that occurred, once up and once down each edge of the tree, and the counts",
    arguments: [2, 3, 4, 5, 8])
  func bytes(count: Int) throws {
    let sent = try InThreads.run(count) { try Self.total(shards: 8, $0).bytes }.reduce(0, +)
    // Three floats on a line of 64 bytes; of the rows of all shards there are at most so many in any sum.
    let rows = Set((0..<8).flatMap { Model.ids($0) }).count
    let gradient = 64 + 4 * (2 + rows * 6)
    let edges = ShardPlanTests.crossings(shards: 8, ranks: count)
    #expect(edges >= count - 1)
    #expect(sent <= gradient * (edges + count - 1), "\(count) processes: \(sent)")
    #expect(sent >= 2 * 64 * (count - 1))
  }

  @Test(
    "The pieces that equal parts of the tree are cut into are all of the gradient, each once",
    arguments: [0, 1, 16, 47, 48, 1_000_003])
  func pieces(count: Int) {
    for levels in 0...5 {
      let pieces = (0..<1 << levels).map { GradientSum.share(of: $0, in: count, after: levels) }
        .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
      #expect(pieces.first?.lowerBound == 0 && pieces.last?.upperBound == count)
      for (piece, next) in zip(pieces, pieces.dropFirst()) { #expect(piece.upperBound == next.lowerBound) }
      // The two halves of a range differ by less than two lines of 16 floats.
      let sizes = pieces.map(\.count)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 32 * max(levels, 1))
    }
  }

  @Test("A sum of many elements has the same bits whichever way it is made")
  func manyElements() throws {
    @Sendable func total(_ processes: Processes) throws -> [UInt32] {
      var parameters = Parameters(seed: 5, engine: Engine(threads: 1))
      // More than a piece for each of two.
      let weight = try parameters.add(
        "weight", shape: Shape(1_037, 521), initializer: .normal(deviation: 1))
      var tape = Tape(for: parameters, capacity: 1 << 23)
      let plan = ShardPlan(shards: 8, ranks: processes.count, rank: processes.rank)
      let sum = GradientSum(plan, for: parameters)
      for operation in plan.computing {
        switch operation {
        case .compute(let shard, let place):
          tape.reset()
          let powers = multiply(tape[weight], tape[weight], &tape)
          let loss = SluiceLayers.sum(multiply(powers, 1 / Float(shard + 3), &tape), &tape)
          tape.backward(from: loss, into: &parameters)
          sum.put(&parameters, at: place)
        case .add(let right, let left): sum.add(right, to: left, parameters.engine)
        case .send, .receive: break
        }
      }
      try sum.exchange(processes, &parameters)
      return parameters.gradient(of: weight).array.map(\.bitPattern)
    }
    let alone = try total(.alone)
    #expect(alone.count > 2 * GradientSum.pieceCount && Set(alone).count > 1_000)
    for count in [2, 3, 4] {
      for found in try InThreads.run(count, { try total($0) }) {
        #expect(found == alone, "\(count) processes")
      }
    }
  }
}

extension [ShardPlan.Operation] {
  fileprivate func placeOf(_ shard: Int) -> Int {
    for case .compute(shard, let place) in self { return place }
    return -1
  }
}
