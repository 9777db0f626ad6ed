import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("Optimizers")
struct OptimizerTests {
  /// Steps over a table and dense parameters that are cut into several parts.
  private func run(
    _ rule: some UpdateRule, threads: Int, mode: TouchedRowsMode = .lazy
  ) throws -> [UInt32] {
    var scene = try Scene(rows: 300, width: 130, dense: 70_001, threads: threads)
    var optimizer = try Optimizer(
      rule, for: scene.parameters, touchedRows: mode, clipping: .norm(3), nonFinite: .skip)
    var numbers = Numbers(seed: 4)
    for _ in 0..<3 {
      let ids = (0..<300).map { _ in Int32(numbers.next(below: 300)) }
      scene.backward(&optimizer, ids: ids, rows: numbers.array(300 * 130), dense: numbers.array(70_001))
      optimizer.step(&scene.parameters)
    }
    optimizer.settle(&scene.parameters)
    return (scene.tableValues + scene.denseValues).map(\.bitPattern)
  }

  @Test("The bits are the same for 1, 2 and 3 threads", arguments: RuleCase.all, TouchedRowsMode.allCases)
  func threads(_ rule: RuleCase, mode: TouchedRowsMode) throws {
    let one = try run(rule.rule, threads: 1, mode: mode)
    #expect(try run(rule.rule, threads: 2, mode: mode) == one)
    #expect(try run(rule.rule, threads: 3, mode: mode) == one)
  }

  @Test("A padding row stays zero through decay, exact or lazy", arguments: RuleCase.all)
  func padding(_ rule: RuleCase) throws {
    for updates in [UpdateKind.touchedRows, .dense] {
      for mode in TouchedRowsMode.allCases {
        var scene = try Scene(rows: 4, width: 3, dense: 1, updates: updates, padding: 2)
        var optimizer = try Optimizer(rule.rule, for: scene.parameters, touchedRows: mode)
        for _ in 0..<5 {
          scene.backward(&optimizer, ids: [2, 1, 2], rows: [1, 2, 3, 4, 5, 6, 7, 8, 9], dense: [0])
          optimizer.step(&scene.parameters)
        }
        optimizer.settle(&scene.parameters)
        #expect(scene.tableValues[6..<9] == [0, 0, 0])
        #expect(scene.tableValues[3..<6] != [0, 0, 0])
        for tensor in optimizer.accumulatorTensors(scene.parameters)
        where tensor.name.hasPrefix("table") && !tensor.name.hasSuffix("memory_less_one") {
          #expect(tensor.values[6..<9].array == [0, 0, 0])
        }
      }
    }
  }

  @Test("A step allocates nothing", arguments: RuleCase.all, TouchedRowsMode.allCases)
  func allocations(_ rule: RuleCase, mode: TouchedRowsMode) throws {
    var scene = try Scene(rows: 30, width: 8, dense: 500, threads: 1)
    var optimizer = try Optimizer(
      rule.rule, for: scene.parameters,
      groups: [ParameterGroup("dense", learningRate: 0.01) { $0.updates == .dense }], touchedRows: mode,
      clipping: .norm(1), nonFinite: .skip, schedule: Schedule(.cosine(steps: 50), warmUpSteps: 5))
    var average = try WeightAverage(of: scene.parameters, decay: 0.9)
    var ids = (0..<10).map { Int32($0) }
    var reads = TableReads()
    let rows = Numbers.some(80)
    let dense = Numbers.some(500)
    var most = 0
    for step in 0..<12 {
      for i in 0..<ids.count { ids[i] = Int32((i * 7 + step * 3) % 30) }
      scene.backward(&optimizer, ids: ids, rows: rows, dense: dense)
      let before = sluice_thread_allocation_count()
      optimizer.step(&scene.parameters)
      if step % 2 == 0 {
        reads.removeAll()
        reads.add(ids, of: scene.embedding.table)
        optimizer.settle(reads, in: &scene.parameters)
        reads.removeAll()
      }
      optimizer.settle(&scene.parameters)
      average.update(scene.parameters)
      let count = sluice_thread_allocation_count() - before
      if step >= 4 { most = max(most, count) }
    }
    #expect(most == 0)
  }

  @Test("A restored optimizer goes on bit for bit", arguments: RuleCase.all, TouchedRowsMode.allCases)
  func restore(_ rule: RuleCase, mode: TouchedRowsMode) throws {
    func step(_ scene: inout Scene, _ optimizer: inout Optimizer, _ number: Int) {
      scene.backward(
        &optimizer, ids: [Int32(number % 7), 3], rows: Numbers.some(8).map { $0 + Float(number) * 0.1 },
        dense: Numbers.some(20))
      optimizer.step(&scene.parameters)
    }
    var scene = try Scene(rows: 7, width: 4, dense: 20)
    var optimizer = try Optimizer(rule.rule, for: scene.parameters, touchedRows: mode)
    for number in 0..<9 { step(&scene, &optimizer, number) }
    let record = optimizer.record(scene.parameters)
    let saved = optimizer.accumulatorTensors(scene.parameters).map { ($0.name, $0.values.array) }
    let table = scene.tableValues
    let dense = scene.denseValues

    var second = try Scene(rows: 7, width: 4, dense: 20)
    var restored = try Optimizer(rule.rule, for: second.parameters, touchedRows: mode)
    try restored.restore(record, second.parameters)
    for (tensor, (name, values)) in zip(restored.accumulatorTensors(second.parameters), saved) {
      #expect(tensor.name == name)
      for (i, value) in values.enumerated() { tensor.values[i] = value }
    }
    for (i, value) in table.enumerated() {
      second.parameters.values(of: second.embedding.table)[i] = value
    }
    for (i, value) in dense.enumerated() { second.parameters.values(of: second.dense)[i] = value }
    for number in 9..<20 {
      step(&scene, &optimizer, number)
      step(&second, &restored, number)
    }
    optimizer.settle(&scene.parameters)
    restored.settle(&second.parameters)
    #expect(scene.tableValues == second.tableValues)
    #expect(scene.denseValues == second.denseValues)
    let stepCount = restored.stepCount
    #expect(stepCount == 20)
  }

  @Test("The state of another rule or of other parameters is an error that names the parameter")
  func restoreErrors() throws {
    let scene = try Scene(rows: 7, width: 4, dense: 20)
    let adam = try Optimizer(.adam(), for: scene.parameters)
    var amsgrad = try Optimizer(.amsgrad(), for: scene.parameters)
    var smorms3 = try Optimizer(.smorms3(), for: scene.parameters)
    let record = adam.record(scene.parameters)
    #expect(failure { try amsgrad.restore(record, scene.parameters) }.contains("'table.weight'"))
    #expect(failure { try smorms3.restore(record, scene.parameters) }.contains("'adam'"))
    var changed = record
    changed.parameters[1].parameter = "elsewhere"
    var other = try Optimizer(.adam(), for: scene.parameters)
    #expect(failure { try other.restore(changed, scene.parameters) }.contains("'elsewhere'"))
    changed = record
    changed.parameters.removeLast()
    #expect(failure { try other.restore(changed, scene.parameters) } != "no error")
    changed = record
    changed.stepCount = -1
    #expect(failure { try other.restore(changed, scene.parameters) } != "no error")
    try other.restore(record, scene.parameters)
  }

  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch { return "\(error)" }
  }
}

extension Numbers {
  static func some(_ count: Int) -> [Float] {
    var numbers = Numbers(seed: 9)
    return numbers.array(count)
  }
}
