import Sluice
import TestSupport
import Testing

@Suite("Exact touched rows")
struct ExactRowsTests {
  private static let rows = 40
  private static let width = 9

  /// 200 steps with random rows, the same for every kind of update. Rows become rarer with their id.
  private func run(
    _ rule: some UpdateRule, _ updates: UpdateKind, _ mode: TouchedRowsMode = .exact,
    schedule: Schedule = .constant
  ) throws -> [Float] {
    var scene = try Scene(rows: Self.rows, width: Self.width, dense: 3, updates: updates)
    var optimizer = try Optimizer(rule, for: scene.parameters, touchedRows: mode, schedule: schedule)
    var numbers = Numbers(seed: 11)
    for _ in 0..<200 {
      let ids = (0..<7).map { _ in
        Int32(numbers.next(below: Self.rows) * numbers.next(below: Self.rows) / Self.rows)
      }
      scene.backward(&optimizer, ids: ids, rows: numbers.array(ids.count * Self.width), dense: [0, 0, 0])
      optimizer.step(&scene.parameters)
    }
    optimizer.settle(&scene.parameters)
    return scene.tableValues
  }

  @Test("200 random steps equal the dense rule on the materialized gradient", arguments: RuleCase.all)
  func equalsDense(_ rule: RuleCase) throws {
    let dense = try run(rule.rule, .dense)
    expectClose(try run(rule.rule, .touchedRows), dense.map(Double.init), rule.name)
  }

  @Test("They do under a learning rate that changes every step", arguments: RuleCase.all)
  func equalsDenseUnderSchedule(_ rule: RuleCase) throws {
    let schedule = Schedule(.cosine(steps: 150, floor: 0.1), warmUpSteps: 20)
    let dense = try run(rule.rule, .dense, schedule: schedule)
    expectClose(try run(rule.rule, .touchedRows, schedule: schedule), dense.map(Double.init), rule.name)
  }

  @Test("Lazy rows differ from the dense rule where the rule moves without a gradient")
  func lazyDiffers() throws {
    for rule: any UpdateRule in [SGD.momentum(learningRate: 0.05), Adam.adam(), SMORMS3.smorms3()] {
      let dense = try run(rule, .dense).map(Double.init)
      #expect(!Closeness(try run(rule, .touchedRows, .lazy), dense).isWithin(1e-3))
    }
  }

  @Test("Without decay lazy and exact are the same for descent and Adagrad")
  func lazyIsExact() throws {
    for rule: any UpdateRule in [SGD.sgd(learningRate: 0.1), Adagrad.adagrad()] {
      #expect(try run(rule, .touchedRows, .lazy) == run(rule, .touchedRows, .exact))
    }
  }

  @Test(
    "Naming the rows of a step, naming more, and settling all give what the dense rule gives",
    arguments: 0..<3)
  func waysToSettle(_ way: Int) throws {
    let dense = try run(.adam(learningRate: 0.01), .dense)
    var scene = try Scene(rows: Self.rows, width: Self.width, dense: 3)
    var optimizer = try Optimizer(.adam(learningRate: 0.01), for: scene.parameters, touchedRows: .exact)
    var numbers = Numbers(seed: 11)
    var reads = TableReads()
    for _ in 0..<200 {
      let ids = (0..<7).map { _ in
        Int32(numbers.next(below: Self.rows) * numbers.next(below: Self.rows) / Self.rows)
      }
      reads.removeAll()
      if way == 2 { reads.addAll() } else { reads.add(ids, of: scene.embedding.table) }
      if way == 1 { reads.add([0, 39, 0], of: scene.embedding.table) }
      // A dense parameter has no rows that wait.
      reads.add([], of: scene.dense)
      optimizer.settle(reads, in: &scene.parameters)
      scene.backward(ids: ids, rows: numbers.array(ids.count * Self.width), dense: [0, 0, 0])
      optimizer.step(&scene.parameters)
    }
    optimizer.settle(&scene.parameters)
    expectClose(scene.tableValues, dense.map(Double.init), "way \(way)")
  }

  @Test("Rows are told to wait by an update that they had no part in, and not to once they are settled")
  func waiting() throws {
    var scene = try Scene(rows: 4, width: 3, dense: 1)
    let table = scene.embedding.table
    var optimizer = try Optimizer(.adam(), for: scene.parameters, touchedRows: .exact)
    func isBehind() -> Bool { scene.parameters.hasRowsBehind(table) }
    #expect(scene.parameters.hasExactRows(table) && !scene.parameters.hasExactRows(scene.dense))
    #expect(!isBehind())
    scene.backward(&optimizer, ids: [0, 1, 2, 3], rows: Numbers.some(12), dense: [0])
    optimizer.step(&scene.parameters)
    #expect(!isBehind())
    scene.backward(&optimizer, ids: [0, 1, 2], rows: Numbers.some(9), dense: [0])
    optimizer.step(&scene.parameters)
    #expect(isBehind() && scene.parameters.firstTableBehind == "table.weight")
    #expect(throws: ModelError.self) { _ = try Optimizer(.adam(), for: scene.parameters) }
    optimizer.settle(&scene.parameters)
    #expect(!isBehind() && scene.parameters.firstTableBehind == nil)
    let lazy = try Optimizer(.adam(), for: scene.parameters)
    let isLazy = !lazy.hasExactRows
    #expect(isLazy && !scene.parameters.hasExactRows(table))
  }

  @Test("A table that is frozen for some updates is owed nothing for them, as the dense rule has it")
  func frozenInBetween() throws {
    var values: [[Float]] = []
    for updates in [UpdateKind.dense, .touchedRows] {
      var scene = try Scene(rows: 4, width: 3, dense: 1, updates: updates)
      let table = scene.embedding.table
      var optimizer = try Optimizer(.momentum(learningRate: 0.1), for: scene.parameters, touchedRows: .exact)
      for step in 0..<12 {
        if step == 3 { scene.parameters.setTrainable(false, table) }
        if step == 8 { scene.parameters.setTrainable(true, table) }
        scene.backward(&optimizer, ids: [step == 0 ? 2 : Int32(step % 2)], rows: [1, 2, 3], dense: [0])
        optimizer.step(&scene.parameters)
      }
      optimizer.settle(&scene.parameters)
      values.append(scene.tableValues)
    }
    expectClose(values[1], values[0].map(Double.init), "a table frozen from update 4 to 8")
  }

  @Test("Whoever reads a row that waits is stopped and told what to call", arguments: 0..<5)
  func readingTooEarly(_ reading: Int) async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [reading = reading as Int] in
      var scene = try Scene(rows: 4, width: 3, dense: 1)
      var average = try WeightAverage(of: scene.parameters, decay: 0.5)
      var optimizer = try Optimizer(.adam(), for: scene.parameters, touchedRows: .exact)
      scene.backward(&optimizer, ids: [1], rows: [1, 2, 3], dense: [0])
      optimizer.step(&scene.parameters)
      scene.tape.reset()
      // The row that occurred may be read at once.
      _ = scene.embedding([1], &scene.tape)
      switch reading {
      case 0: _ = scene.embedding([1, 2], &scene.tape)
      case 1: _ = scene.tape[scene.embedding.table]
      case 2: average.update(scene.parameters)
      case 3: average.swap(&scene.parameters)
      default: optimizer.settle([4], of: scene.embedding.table, in: &scene.parameters)
      }
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in [
      ["layer 'table'", "'table.weight'", "row 2", "optimizer.settle(ids, of: table, in: &parameters)"],
      ["'table.weight'", "some rows", "optimizer.settle(&parameters)"],
      ["WeightAverage.update", "'table.weight'", "optimizer.settle(&parameters)"],
      ["WeightAverage.swap", "'table.weight'", "optimizer.settle(&parameters)"],
      ["Optimizer.settle", "not including, 4", "got 4"],
    ][reading] {
      #expect(text.contains(part), "\(part) in: \(text)")
    }
  }

  @Test("A lookup sees rows as the dense rule would have left them")
  func lookupSettles() throws {
    var values: [[Float]] = []
    for updates in [UpdateKind.dense, .touchedRows] {
      var scene = try Scene(rows: 4, width: 3, dense: 1, updates: updates)
      var optimizer = try Optimizer(
        .momentum(learningRate: 0.1), for: scene.parameters, touchedRows: .exact)
      scene.backward(&optimizer, ids: [2], rows: [1, 2, 3], dense: [0])
      optimizer.step(&scene.parameters)
      for _ in 0..<5 {
        scene.backward(&optimizer, ids: [1], rows: [1, 1, 1], dense: [0])
        optimizer.step(&scene.parameters)
      }
      optimizer.settle([2, 2], of: scene.embedding.table, in: &scene.parameters)
      scene.tape.reset()
      let looked = scene.embedding([2, 2], &scene.tape)
      values.append(scene.tape.array(looked))
    }
    expectClose(values[1], values[0].map(Double.init), "looked-up rows")
  }
}
