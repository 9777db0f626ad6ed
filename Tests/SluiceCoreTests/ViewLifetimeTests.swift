import Foundation
import Sluice
import Testing

/// In processes of their own: what these tests are against is a crash, or worse.
@Suite("Views that outlive what handed them out")
struct ViewLifetimeTests {
  /// What hands out views of memory of its own.
  enum Owner: String, Codable, CaseIterable {
    case arena, parameters, table, gradients, column, touchedRows, tape, workspace, adjoints, average,
      optimizer
  }

  @Test(
    "A view keeps its values, and can be written, when what handed it out is gone", arguments: Owner.allCases)
  func outlives(owner: Owner) async {
    await #expect(processExitsWith: .exitCode(3)) { [owner = owner as Owner] in
      let view = try Self.view(of: owner)
      let others = Self.othersInItsPlace()
      guard view.array == [1, 2, 3] else { exit(1) }
      view[1] = 5
      let matrix = Matrix(view[1..<3], rows: 1, columns: 2)
      guard matrix[0, 0] == 5, matrix[0, 1] == 3 else { exit(1) }
      Engine(threads: 1).scale(view, by: 2, into: view)
      exit(view.array == [2, 10, 6] && others.allSatisfy { $0[0..<1][0] == 9 } ? 3 : 1)
    }
  }

  @Test("Indices outlive the arena, the tape and the touched rows they are of", arguments: [0, 1, 2])
  func indices(owner: Int) async {
    await #expect(processExitsWith: .exitCode(3)) { [owner = owner as Int] in
      let view = try Self.indices(of: owner)
      let others = Self.othersInItsPlace()
      exit(view.array == [0, 2, 3] && others.count == 64 ? 3 : 1)
    }
  }

  @Test("A view taken while a model is built shows the parameter itself, however many are added afterwards")
  func growth() async {
    await #expect(processExitsWith: .exitCode(3)) {
      var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
      let dense = try parameters.add("dense", shape: Shape(3), initializer: .constant(1))
      let table = try parameters.add(
        "table", shape: Shape(1, 3), updates: .touchedRows, initializer: .constant(1))
      let views = [
        parameters.values(of: dense), parameters.values(of: table), parameters.gradient(of: dense),
      ]
      views[2].fill(1)
      for size in [1 << 16, 1 << 20] {
        let kinds: [UpdateKind] = [.dense, .touchedRows]
        for kind in kinds {
          let more = try parameters.add(
            "\(kind) \(size)", shape: Shape(size, 3), updates: kind, initializer: .constant(7))
          guard parameters.values(of: more)[3 * size - 1] == 7 else { exit(1) }
        }
      }
      for view in views { view[1] = 2 }
      parameters.seal()
      for view in views { view[2] = 3 }
      let now = [parameters.values(of: dense), parameters.values(of: table), parameters.gradient(of: dense)]
      exit(now.allSatisfy { $0.array == [1, 2, 3] } && views.allSatisfy { $0.array == [1, 2, 3] } ? 3 : 1)
    }
  }

  #if os(Linux)
    @Test("Where the address space is too small to grow in, an earlier view keeps what it showed")
    func limitedGrowth() async {
      await #expect(processExitsWith: .exitCode(3)) {
        var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
        let first = try parameters.add("first", shape: Shape(3), initializer: .constant(1))
        var limit = rlimit(rlim_cur: 2_000_000_000, rlim_max: 2_000_000_000)
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(9) }
        let view = parameters.values(of: first)
        view[1] = 2
        _ = try parameters.add("large", shape: Shape(70 << 20), initializer: .zeros)
        let moved = parameters.values(of: first)
        exit(moved.array == [1, 2, 1] && view.array == [1, 2, 1] ? 3 : 1)
      }
    }
  #endif

  @Test("A view of a tape shows the next step's values after a reset")
  func reset() {
    var tape = Tape(for: Parameters(seed: 1, engine: Engine(threads: 1)), capacity: 64)
    let view = tape.values(of: tape.input([1, 2, 3], Shape(3)))
    tape.reset()
    #expect(view.array == [1, 2, 3])
    _ = tape.input([4, 5, 6], Shape(3))
    #expect(view.array == [4, 5, 6])
  }

  @Test("The memory of an arena is given back with its last view")
  func givenBack() {
    // A terabyte of address space each: a hundred at a time are more than a process has.
    for _ in 0..<300 {
      let view = Arena<Float>(capacity: 1 << 38, named: "large")[0..<1]
      view[0] = 1
    }
  }

  private static func view(of owner: Owner) throws -> Floats {
    if owner == .arena {
      let arena = Arena<Float>(capacity: 1 << 16, named: "test")
      return filled(arena[arena.allocate(3)])
    }
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let dense = try parameters.add("dense", shape: Shape(3), initializer: .zeros)
    let table = try parameters.add("table", shape: Shape(4, 3), updates: .touchedRows, initializer: .zeros)
    if owner == .parameters { return filled(parameters.values(of: dense)) }
    if owner == .table { return filled(parameters.values(of: table)[3..<6]) }
    if owner == .column { return filled(Column(for: parameters, named: "test")[dense]) }
    var tape = Tape(for: parameters, capacity: 1 << 16)
    if owner == .workspace { return filled(tape.floats(tape.makeWorkspace(3))) }
    let x = tape.input([1, 2, 3], Shape(3), requiresGradient: true)
    if owner == .tape { return tape.values(of: x) }
    tape.touch(table, ids: tape.indices(tape.copyIndices([2])), rows: tape.values(of: x))
    if owner == .touchedRows { return parameters.touchedRows(of: table).rowGradients }
    tape.backward(from: tape[dense], weights: [1, 2, 3], into: &parameters)
    if owner == .adjoints { return filled(tape.contribution(to: x)?.floats) }
    if owner == .average {
      let average = try WeightAverage(of: parameters, decay: 0.5)
      return filled(average.averageTensors(parameters).first?.values)
    }
    if owner == .optimizer {
      var optimizer = try Optimizer(Adam(), for: parameters)
      optimizer.step(&parameters)
      return filled(optimizer.accumulatorTensors(parameters).first?.values)
    }
    return parameters.gradient(of: dense)
  }

  private static func indices(of owner: Int) throws -> Indices {
    let ids: [Int32] = [0, 2, 3]
    if owner == 0 {
      let view = Arena<Int32>(capacity: 1 << 16, named: "test")[16..<19]
      for i in 0..<3 { view[i] = ids[i] }
      return view
    }
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let table = try parameters.add("table", shape: Shape(4, 1), updates: .touchedRows, initializer: .zeros)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let view = tape.indices(tape.copyIndices(ids))
    if owner == 1 { return view }
    let rows = tape.input([1, 2, 3], Shape(3, 1))
    tape.touch(table, ids: view, rows: tape.values(of: rows))
    return parameters.touchedRows(of: table).rowIDs
  }

  private static func filled(_ view: Floats?) -> Floats {
    guard let view else { exit(2) }
    for i in 0..<3 { view[i] = Float(i + 1) }
    return view[0..<3]
  }

  /// Memory that would lie where that of the owner was, had it been given back.
  private static func othersInItsPlace() -> [Arena<Float>] {
    (0..<64).map {
      let arena = Arena<Float>(capacity: 1 << (12 + $0 % 8), named: "other")
      arena[0..<arena.capacity].fill(9)
      return arena
    }
  }
}
