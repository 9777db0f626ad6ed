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
      scene.backward(
        ids: ids, rows: numbers.array(ids.count * Self.width), dense: [0, 0, 0])
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

  @Test("A lookup sees rows as the dense rule would have left them")
  func lookupSettles() throws {
    var values: [[Float]] = []
    for updates in [UpdateKind.dense, .touchedRows] {
      var scene = try Scene(rows: 4, width: 3, dense: 1, updates: updates)
      var optimizer = try Optimizer(
        .momentum(learningRate: 0.1), for: scene.parameters, touchedRows: .exact)
      scene.backward(ids: [2], rows: [1, 2, 3], dense: [0])
      optimizer.step(&scene.parameters)
      for _ in 0..<5 {
        scene.backward(ids: [1], rows: [1, 1, 1], dense: [0])
        optimizer.step(&scene.parameters)
      }
      scene.tape.reset()
      let looked = scene.embedding([2, 2], &scene.tape)
      values.append(scene.tape.array(looked))
    }
    expectClose(values[1], values[0].map(Double.init), "looked-up rows")
  }
}
