import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Trajectories of 50 steps")
struct TrajectoryTests {
  private static let steps = 50
  private static let idsPerStep = 6
  private static let fixtures = Result { try Fixture.cases("trajectories", in: .module) }

  private func run(
    _ rule: some UpdateRule, _ mode: TouchedRowsMode, kernels: KernelTable
  ) throws -> (dense: [Float], table: [Float]) {
    let inputs = try #require(try Self.fixtures.get()["inputs"])
    let table = inputs["table"].shape
    let count = inputs["dense"].shape[0]
    var scene = try Scene(rows: table[0], width: table[1], dense: count, kernels: kernels)
    scene.parameters.set("table.weight", to: inputs["table"])
    scene.parameters.set("dense", to: inputs["dense"])
    var optimizer = try Optimizer(rule, for: scene.parameters, touchedRows: mode)
    let ids = try #require(inputs.integers["ids"]).map(Int32.init)
    let rows = inputs["rows"].floats
    let gradients = inputs["gradients"].floats
    var shown: [Float] = []
    for step in 0..<Self.steps {
      let places = step * Self.idsPerStep..<(step + 1) * Self.idsPerStep
      scene.backward(
        &optimizer, ids: Array(ids[places]),
        rows: Array(rows[places.lowerBound * table[1]..<places.upperBound * table[1]]),
        dense: Array(gradients[step * count..<(step + 1) * count]))
      optimizer.step(&scene.parameters)
      if [1, 10, Self.steps].contains(step + 1) { shown += scene.denseValues }
    }
    optimizer.settle(&scene.parameters)
    return (shown, scene.tableValues)
  }

  @Test(
    "Dense, lazy and exact updates agree with PyTorch in float64", arguments: RuleCase.all,
    KernelTable.available)
  func reference(_ rule: RuleCase, kernels: KernelTable) throws {
    let expected = try #require(try Self.fixtures.get()[rule.name])
    let lazy = try run(rule.rule, .lazy, kernels: kernels)
    expectClose(lazy.dense, expected["dense"].values, tolerance: rule.tolerance, "dense")
    expectClose(lazy.table, expected["lazy"].values, tolerance: rule.tolerance, "lazy rows")
    let exact = try run(rule.rule, .exact, kernels: kernels)
    expectClose(exact.dense, expected["dense"].values, tolerance: rule.tolerance, "dense")
    expectClose(exact.table, expected["exact"].values, tolerance: rule.tolerance, "exact rows")
  }

  @Test("The comparison tells lazy from exact and one rule from another")
  func negativeControl() throws {
    let fixtures = try Self.fixtures.get()
    let lazy = try run(.adam(learningRate: 0.01), .lazy, kernels: .selected)
    #expect(!Closeness(lazy.table, try #require(fixtures["adam"])["exact"].values).isWithin(1e-3))
    #expect(!Closeness(lazy.dense, try #require(fixtures["amsgrad"])["dense"].values).isWithin(1e-5))
    #expect(!Closeness(lazy.dense, try #require(fixtures["adam decay"])["dense"].values).isWithin(1e-4))
  }
}
