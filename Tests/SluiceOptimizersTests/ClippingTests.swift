import Sluice
import TestSupport
import Testing

@Suite("Clipping and non-finite gradients")
struct ClippingTests {
  /// Row 1 occurs twice with gradients that add up to (3, 0); the dense gradient is (0, 4, 0).
  private static func backward(_ scene: inout Scene, scale: Float = 1) {
    scene.backward(
      ids: [1, 1], rows: [scale, 2 * scale, 2 * scale, -2 * scale], dense: [0, 4 * scale, 0])
  }

  private func scene(threads: Int = 2) throws -> Scene {
    try Scene(rows: 5, width: 2, dense: 3, threads: threads)
  }

  @Test("The norm is that of the materialized gradient, and the step is scaled by it")
  func norm() throws {
    var scene = try scene()
    var optimizer = try Optimizer(
      .sgd(learningRate: 1), for: scene.parameters, clipping: .norm(1))
    let table = scene.tableValues
    let dense = scene.denseValues
    Self.backward(&scene)
    let report = optimizer.step(&scene.parameters)
    #expect(report.gradientNorm == 5)
    expectClose([report.gradientScale], [1 / (5 + 1e-6)], "scale")
    expectClose([dense[1] - scene.denseValues[1]], [0.8], "dense")
    expectClose([table[2] - scene.tableValues[2]], [0.6], "row")
    #expect(optimizer.clippingStatistics.clippedShare == 1)
    Self.backward(&scene, scale: 0.1)
    let second = optimizer.step(&scene.parameters)
    #expect(second.gradientScale == 1)
    #expect(optimizer.clippingStatistics.clippedShare == 0.5)
    #expect(optimizer.clippingStatistics.lastNorm == second.gradientNorm)
  }

  @Test("Random gradients have the norm of the materialized gradient")
  func randomNorm() throws {
    var scene = try Scene(rows: 50, width: 33, dense: 5000)
    let optimizer = try Optimizer(.adam(), for: scene.parameters, clipping: .norm(1))
    var numbers = Numbers(seed: 2)
    let ids = (0..<100).map { _ in Int32(numbers.next(below: 50)) }
    let rows = numbers.array(100 * 33)
    let dense = numbers.array(5000)
    scene.backward(ids: ids, rows: rows, dense: dense)
    var table = Array(repeating: 0.0, count: 50 * 33)
    for (i, id) in ids.enumerated() {
      for k in 0..<33 { table[Int(id) * 33 + k] += Double(rows[i * 33 + k]) }
    }
    let squares = (table + dense.map(Double.init)).reduce(0) { $0 + $1 * $1 }
    let summary = optimizer.summarize(scene.parameters)
    expectClose([summary.norm], [squares.squareRoot()], "norm")
    var flow = GradientFlow(for: scene.parameters)
    flow.observe(scene.parameters)
    expectClose([try #require(flow.summary).norm], [squares.squareRoot()], "norm of the flow")
  }

  @Test("Elements are limited by value", arguments: RuleCase.all)
  func value(_ rule: RuleCase) throws {
    var clipped = try scene()
    var limited = try Optimizer(rule.rule, for: clipped.parameters, clipping: .value(1))
    var plain = try scene()
    var free = try Optimizer(rule.rule, for: plain.parameters)
    Self.backward(&clipped)
    limited.step(&clipped.parameters)
    plain.backward(ids: [1], rows: [1, 0], dense: [0, 1, 0])
    free.step(&plain.parameters)
    #expect(clipped.tableValues == plain.tableValues)
    #expect(clipped.denseValues == plain.denseValues)
  }

  @Test("Scaled gradients move every rule as gradients made smaller do", arguments: RuleCase.all)
  func scaled(_ rule: RuleCase) throws {
    var clipped = try scene()
    var limited = try Optimizer(rule.rule, for: clipped.parameters, clipping: .norm(2.5))
    var plain = try scene()
    var free = try Optimizer(rule.rule, for: plain.parameters)
    for _ in 0..<3 {
      Self.backward(&clipped)
      limited.step(&clipped.parameters)
      Self.backward(&plain, scale: 0.5)
      free.step(&plain.parameters)
    }
    expectClose(clipped.tableValues, plain.tableValues.map(Double.init), "table")
    expectClose(clipped.denseValues, plain.denseValues.map(Double.init), "dense")
  }

  @Test("The suggested limit is a quantile of the norms seen")
  func suggestion() throws {
    var scene = try scene()
    var optimizer = try Optimizer(.sgd(learningRate: 0), for: scene.parameters, clipping: .norm(1e9))
    #expect(optimizer.clippingStatistics.suggestedLimit() == nil)
    for i in 1...10 {
      Self.backward(&scene, scale: Float(11 - i))
      optimizer.step(&scene.parameters)
    }
    #expect(optimizer.clippingStatistics.suggestedLimit(quantile: 0.9) == 50)
    #expect(optimizer.clippingStatistics.suggestedLimit(quantile: 0) == 5)
  }

  @Test("What is known of the gradient is not looked for again")
  func observed() throws {
    var scene = try scene()
    var optimizer = try Optimizer(.sgd(learningRate: 1), for: scene.parameters, clipping: .norm(1))
    Self.backward(&scene)
    let report = optimizer.step(
      &scene.parameters, observed: GradientSummary(sumOfSquares: 100, nonFiniteCount: 0))
    #expect(report.gradientNorm == 10)
  }

  @Test("A gradient that is not finite stops, skips or counts as zero", arguments: NonFinitePolicy.allCases)
  func nonFinite(_ policy: NonFinitePolicy) throws {
    for bad in [Float.infinity, -.infinity, .nan] {
      var scene = try scene()
      var optimizer = try Optimizer(
        .sgd(learningRate: 1), for: scene.parameters, nonFinite: policy)
      let table = scene.tableValues
      let dense = scene.denseValues
      scene.backward(ids: [1, 3], rows: [bad, 1, 2, 3], dense: [1, bad, bad])
      let report = optimizer.step(&scene.parameters)
      switch policy {
      case .unchecked:
        #expect(report.nonFiniteCount == 0 && !scene.denseValues[1].isFinite)
      case .stop, .skip:
        #expect(report.outcome == (policy == .stop ? .stopped : .skipped))
        #expect(report.nonFiniteCount == 3 && optimizer.stepCount == 0)
        #expect(scene.tableValues == table && scene.denseValues == dense)
      case .zero:
        #expect(report.outcome == .moved && report.nonFiniteCount == 3)
        #expect(scene.denseValues == [dense[0] - 1, dense[1], dense[2]])
        #expect(scene.tableValues[2] == table[2] && scene.tableValues[3] == table[3] - 1)
      }
      #expect(optimizer.clippingStatistics.nonFiniteCount == (policy == .unchecked ? 0 : 1))
    }
  }
}
