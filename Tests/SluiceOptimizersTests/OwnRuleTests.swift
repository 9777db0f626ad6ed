import Sluice
import TestSupport
import Testing

/// Momentum and decay as a user's package would write a rule: a formula over eight elements, nothing else.
private struct OwnMomentum: ElementRule {
  static let name = "own momentum"
  var learningRate: Float = 0.05
  var weightDecay: Float = 0.02
  var accumulatorNames: [String] { ["buffer"] }
  var problem: String? { nil }

  func update(_ lane: inout UpdateLane, _ settings: UpdateSettings) {
    let g = lane.gradient + lane.value * settings.weightDecay
    lane.accumulators[0] = lane.accumulators[0] * 0.9 + g
    lane.value -= lane.accumulators[0] * settings.learningRate
  }
}

@Suite("A rule of one's own")
struct OwnRuleTests {
  private func run(
    _ rule: some UpdateRule, threads: Int, mode: TouchedRowsMode
  ) throws -> [Float] {
    var scene = try Scene(rows: 50, width: 13, dense: 70_003, threads: threads)
    var optimizer = try Optimizer(
      rule, for: scene.parameters,
      groups: [ParameterGroup("table", learningRate: 0.01) { $0.updates == .touchedRows }],
      touchedRows: mode, clipping: .norm(2))
    var numbers = Numbers(seed: 8)
    for _ in 0..<6 {
      let ids = (0..<9).map { _ in Int32(numbers.next(below: 50)) }
      scene.backward(&optimizer, ids: ids, rows: numbers.array(9 * 13), dense: numbers.array(70_003))
      optimizer.step(&scene.parameters)
    }
    optimizer.settle(&scene.parameters)
    return scene.tableValues + scene.denseValues
  }

  @Test(
    "It gets dense and sparse updates, groups, clipping and threads", arguments: TouchedRowsMode.allCases)
  func sameAsBuiltIn(_ mode: TouchedRowsMode) throws {
    let builtIn = SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.02)
    let expected = try run(builtIn, threads: 2, mode: mode).map(Double.init)
    let own = try run(OwnMomentum(), threads: 1, mode: mode)
    expectClose(own, expected, "own rule")
    #expect(try run(OwnMomentum(), threads: 3, mode: mode) == own)
  }
}
