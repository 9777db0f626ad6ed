import Sluice
import TestSupport
import Testing

@Suite("SMORMS3")
struct SMORMS3Tests {
  @Test("The first step is min(η, 1/2)·√2 against the sign of the gradient", arguments: [Float(0.0025), 0.9])
  func firstStep(rate: Float) throws {
    var scene = try Scene(rows: 1, width: 1, dense: 5)
    var optimizer = try Optimizer(.smorms3(learningRate: rate), for: scene.parameters)
    let before = scene.denseValues
    scene.backward(&optimizer, ids: [0], rows: [0], dense: [3, -0.02, 1e-3, -700, 0])
    optimizer.step(&scene.parameters)
    let moved = zip(scene.denseValues, before).map { $0 - $1 }
    let size = min(rate, 0.5) * Float(2).squareRoot()
    expectClose(moved, [-size, size, -size, size, 0].map(Double.init), "first step")
    // x is 1/2 for every element with a gradient: mem − 1 = mem·(1 − x) = 1/2, and 1 without.
    expectClose(
      optimizer.accumulators[0][scene.dense].array, [0.5, 0.5, 0.5, 0.5, 1], "memories less one")
  }

  @Test("Steps without gradient move no value and age the memory")
  func idleSteps() throws {
    var scene = try Scene(rows: 1, width: 1, dense: 1)
    var optimizer = try Optimizer(.smorms3(), for: scene.parameters)
    var memory = 1.0
    var mean = 0.0
    var square = 0.0
    for step in 0..<60 {
      let gradient: Float = step < 10 ? [0.3, 0.5, -0.1][step % 3] : 0
      let before = scene.denseValues
      scene.backward(&optimizer, ids: [0], rows: [0], dense: [gradient])
      optimizer.step(&scene.parameters)
      if gradient == 0 { #expect(scene.denseValues == before) }
      let r = 1 / (memory + 1)
      mean += r * (Double(gradient) - mean)
      square += r * (Double(gradient) * Double(gradient) - square)
      memory = 1 + memory * (1 - mean * mean / (square + 1e-16))
    }
    let held = optimizer.accumulators.map { $0[scene.dense][0] }
    expectClose([held[0]], [memory - 1], "memory less one")
    expectClose([held[1]], [mean], "mean")
    expectClose([held[2]], [square], "mean square")
  }

  @Test("A row that occurs late starts from mem = 1 when lazy and from 1 + steps when exact")
  func lateRows() throws {
    var moved: [Float] = []
    for mode in TouchedRowsMode.allCases {
      var scene = try Scene(rows: 2, width: 1, dense: 1)
      var optimizer = try Optimizer(
        .smorms3(learningRate: 0.0025), for: scene.parameters, touchedRows: mode)
      for step in 0...399 {
        let before = scene.tableValues[1]
        scene.backward(&optimizer, ids: [step < 399 ? 0 : 1], rows: [0.7], dense: [0])
        optimizer.step(&scene.parameters)
        if step == 399 { moved.append(before - scene.tableValues[1]) }
      }
    }
    let r = 1.0 / (2 + 399)
    expectClose([moved[0]], [0.0025 * 2.0.squareRoot()], "lazy")
    expectClose([moved[1]], [min(0.0025, r) / r.squareRoot()], "exact")
    #expect(moved[1] > 10 * moved[0])
  }
}
