import Sluice
import TestSupport
import Testing

/// Gradients that are finite and whose squares, or sums, are not.
@Suite("Large gradients")
struct LargeGradientTests {
  @Test(
    "A finite gradient of any size leaves values and accumulators finite, then and later",
    arguments: RuleCase.all, [1e19, 1e20, -1e30, 3e38, Float.greatestFiniteMagnitude])
  func finite(_ rule: RuleCase, size: Float) throws {
    for mode in TouchedRowsMode.allCases {
      var scene = try Scene(rows: 4, width: 3, dense: 19)
      var optimizer = try Optimizer(rule.rule, for: scene.parameters, touchedRows: mode, nonFinite: .stop)
      for step in 0..<12 {
        let large: Float = step == 2 || step == 3 ? size : 0.1
        scene.backward(
          &optimizer, ids: [Int32(step % 3)], rows: [large, 0.1, -large],
          dense: (0..<19).map { $0 % 3 == 0 ? large : 0.01 })
        let report = optimizer.step(&scene.parameters)
        #expect(report.outcome == .moved && report.nonFiniteCount == 0 && report.nonFiniteValueCount == 0)
      }
      optimizer.settle(&scene.parameters)
      #expect((scene.tableValues + scene.denseValues).allSatisfy { $0.isFinite })
      for tensor in optimizer.accumulatorTensors(scene.parameters) {
        #expect(tensor.values.array.allSatisfy { $0.isFinite }, "\(tensor.name)")
      }
    }
  }

  @Test(
    "Rules that divide by the root of the squares move by their usual first step however large the gradient",
    arguments: ["adam", "amsgrad", "adamw", "rmsprop", "adagrad", "smorms3"], [1e10, 1e20, 3e38] as [Float])
  func firstStep(name: String, size: Float) throws {
    let rule = try #require(RuleCase.all.first { $0.name == name }).rule
    func moved(_ gradient: Float) throws -> [Double] {
      var scene = try Scene(rows: 1, width: 1, dense: 9)
      scene.parameters.values(of: scene.dense).fill(0)
      var optimizer = try Optimizer(rule, for: scene.parameters)
      scene.backward(
        &optimizer, ids: [0], rows: [0], dense: (0..<9).map { $0 % 2 == 0 ? gradient : -gradient })
      optimizer.step(&scene.parameters)
      return scene.denseValues.map(Double.init)
    }
    expectClose(try moved(size).map { Float($0) }, try moved(100), tolerance: 1e-6, name)
  }

  @Test("An infinite gradient is not taken for a large one", arguments: RuleCase.all)
  func infinite(_ rule: RuleCase) throws {
    for bad in [Float.infinity, -.infinity, .nan] {
      var scene = try Scene(rows: 1, width: 1, dense: 9)
      var optimizer = try Optimizer(rule.rule, for: scene.parameters)
      for _ in 0..<2 {
        scene.backward(&optimizer, ids: [0], rows: [0], dense: (0..<9).map { $0 == 4 ? bad : 1 })
        optimizer.step(&scene.parameters)
      }
      #expect(!scene.denseValues[4].isFinite && scene.denseValues[3].isFinite)
    }
  }

  @Test("A report counts the values that an update has spoiled, if anybody looks", arguments: 1...3)
  func spoiledValues(threads: Int) throws {
    for (clipping, policy) in [
      (Clipping.none, NonFinitePolicy.stop), (.norm(3e38), .unchecked), (.none, .unchecked),
    ] {
      var scene = try Scene(rows: 4, width: 3, dense: 70_001, threads: threads)
      var optimizer = try Optimizer(
        .sgd(learningRate: 1e10), for: scene.parameters, clipping: clipping, nonFinite: policy)
      var dense = [Float](repeating: 0, count: 70_001)
      for i in [0, 16_384, 40_000, 70_000] { dense[i] = 1e30 }
      scene.backward(&optimizer, ids: [2, 1], rows: [1e30, 0, 0, 0, 0, -1e30], dense: dense)
      let report = optimizer.step(&scene.parameters)
      #expect(report.outcome == .moved && report.nonFiniteCount == 0)
      #expect(report.nonFiniteValueCount == (clipping == .none && policy == .unchecked ? nil : 6))
    }
  }

  @Test(
    "Clipping keeps the direction of a gradient whose norm is above the largest float, or far below one",
    arguments: [3e38, 1e30, 1e-15, 1e-38] as [Float], [1e-20, 1e-5, 1, 1e10] as [Float])
  func direction(size: Float, limit: Float) throws {
    var scene = try Scene(rows: 2, width: 2, dense: 2)
    scene.parameters.values(of: scene.dense).fill(0)
    scene.parameters.values(of: scene.embedding.table).fill(0)
    var optimizer = try Optimizer(.sgd(learningRate: 1), for: scene.parameters, clipping: .norm(limit))
    for _ in 0..<2 {
      scene.parameters.values(of: scene.dense).fill(0)
      scene.parameters.values(of: scene.embedding.table).fill(0)
      scene.backward(&optimizer, ids: [1], rows: [size, -size], dense: [size, 0])
      let report = optimizer.step(&scene.parameters)
      let norm = Double(size) * 3.0.squareRoot()
      let scale = min(1, Double(limit) / (norm + 1e-6))
      #expect(report.gradientNorm!.isFinite && report.gradientScale > 0 && report.nonFiniteCount == 0)
      let want = Double(size) * scale
      // What the formula makes of a small gradient and a smaller limit is no float.
      if want < 1e-37 { continue }
      expectClose(scene.denseValues, [-want, 0], tolerance: 2e-6, "dense")
      expectClose(scene.tableValues, [0, 0, -want, want], tolerance: 2e-6, "row")
    }
  }
}
