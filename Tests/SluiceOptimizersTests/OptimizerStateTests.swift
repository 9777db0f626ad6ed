import Sluice
import TestSupport
import Testing

@testable import SluiceOptimizers

@Suite("The state of an optimizer")
struct OptimizerStateTests {
  private static let rows = 30

  private static func step(_ scene: inout Scene, _ optimizer: inout Optimizer, _ number: Int) {
    var numbers = Numbers(seed: UInt64(number))
    // Rows become rarer with their id, so that some are owed updates for long, and some for ever.
    let ids = (0..<4).map { _ in
      Int32(numbers.next(below: rows - 2) * numbers.next(below: rows - 2) / rows)
    }
    scene.backward(ids: ids, rows: numbers.array(ids.count * 4), dense: numbers.array(5))
    optimizer.step(&scene.parameters)
  }

  /// The bits of everything after `steps` steps, with a state taken and put into other values after those of `kills`.
  private static func train(
    _ rule: RuleCase, _ mode: TouchedRowsMode, _ schedule: Schedule, steps: Int, kills: Set<Int>
  ) throws -> [[UInt32]] {
    var scene = try Scene(rows: rows, width: 4, dense: 5)
    var optimizer = try Optimizer(
      rule.rule, for: scene.parameters, touchedRows: mode, clipping: .norm(2), schedule: schedule)
    for number in 1...steps {
      step(&scene, &optimizer, number)
      guard kills.contains(number) else { continue }
      var state = StateWriter()
      state.write(part: "optimizer") { optimizer.write(to: &$0, scene.parameters) }
      let accumulators = optimizer.unsettledAccumulatorTensors(scene.parameters).map(\.values.array)
      let (table, dense) = (scene.tableValues, scene.denseValues)
      scene = try Scene(rows: rows, width: 4, dense: 5, threads: number % 3 + 1)
      optimizer = try Optimizer(
        rule.rule, for: scene.parameters, touchedRows: mode, clipping: .norm(2), schedule: schedule)
      var reader = StateReader(state.bytes)
      var own = try reader.read(part: "optimizer")
      try optimizer.restore(from: &own, scene.parameters)
      try own.end(of: "optimizer")
      for (tensor, values) in zip(optimizer.unsettledAccumulatorTensors(scene.parameters), accumulators) {
        fill(tensor.values, values)
      }
      fill(scene.parameters.values(of: scene.embedding.table), table)
      fill(scene.parameters.values(of: scene.dense), dense)
    }
    optimizer.settle(&scene.parameters)
    let counted = optimizer.clippingStatistics
    return [
      scene.tableValues.map(\.bitPattern), scene.denseValues.map(\.bitPattern),
      [UInt32(counted.stepCount), UInt32(counted.clippedCount), counted.lastNorm.bitPattern],
    ] + optimizer.accumulatorTensors(scene.parameters).map { $0.values.array.map(\.bitPattern) }
  }

  private static func fill(_ floats: Floats, _ values: [Float]) {
    for (i, value) in values.enumerated() { floats[i] = value }
  }

  @Test(
    "Continuing after a restore equals never having been saved, bit for bit",
    arguments: RuleCase.all, TouchedRowsMode.allCases)
  func restore(_ rule: RuleCase, _ mode: TouchedRowsMode) throws {
    for schedule in [.constant, Schedule(.cosine(steps: 60, floor: 0.1), warmUpSteps: 7)] {
      let never = try Self.train(rule, mode, schedule, steps: 70, kills: [])
      #expect(try Self.train(rule, mode, schedule, steps: 70, kills: [1, 8, 40, 41, 69]) == never)
    }
  }

  @Test("A state that is cut at any byte, or of a table of other rows, is an error")
  func cut() throws {
    var scene = try Scene(rows: Self.rows, width: 4, dense: 5)
    var optimizer = try Optimizer(
      .rmsprop(), for: scene.parameters, touchedRows: .exact, schedule: Schedule(.plateau(.halving)))
    for number in 1...12 { Self.step(&scene, &optimizer, number) }
    var state = StateWriter()
    optimizer.write(to: &state, scene.parameters)
    for count in 0..<state.bytes.count {
      var reader = StateReader(Array(state.bytes.prefix(count)))
      var isError = false
      do { try optimizer.restore(from: &reader, scene.parameters) } catch { isError = true }
      #expect(isError)
    }
    let other = try Scene(rows: Self.rows + 1, width: 4, dense: 5)
    var larger = try Optimizer(
      .rmsprop(), for: other.parameters, touchedRows: .exact, schedule: Schedule(.plateau(.halving)))
    var reader = StateReader(state.bytes)
    var text = ""
    do { try larger.restore(from: &reader, other.parameters) } catch { text = "\(error)" }
    #expect(text == "expected 31 elements, found 30")
  }

  @Test("A plateau that is put back falls when the one that goes on does")
  func plateau() throws {
    var schedule = Schedule(.plateau(Plateau(.relative(0.01), fall: 0.3, patience: 1)))
    let figures: [Double] = [3, 2.5, 2.6, 2.55, .nan, 2, 2, 2, 2, 1]
    for (i, figure) in figures.enumerated() {
      var state = StateWriter()
      schedule.write(to: &state)
      var other = Schedule(.plateau(Plateau(.relative(0.01), fall: 0.3, patience: 1)))
      var reader = StateReader(state.bytes)
      try other.restore(from: &reader)
      #expect(other == schedule && reader.isAtEnd)
      let falls = (other.observe(figure), schedule.observe(figure))
      #expect(falls.0 == falls.1, "figure \(i)")
    }
    #expect(schedule.factor(at: 10) < 0.2)
  }
}
