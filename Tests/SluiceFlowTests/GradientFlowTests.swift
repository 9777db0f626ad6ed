import Sluice
import TestSupport
import Testing

@Suite("Watching the gradient's flow")
struct GradientFlowTests {
  /// Two layers, the second of which passes on a gradient `factor` times as large.
  private func observe(steps: Int, factor: Float, window: Int = 8) throws -> GradientFlow {
    var parameters = Parameters(seed: 4)
    let first = try Linear(inputs: 3, outputs: 4, named: "first", in: &parameters)
    let middle = try Linear(inputs: 4, outputs: 4, named: "middle", in: &parameters)
    let second = try Linear(inputs: 4, outputs: 2, named: "second", in: &parameters)
    let weights = parameters.values(of: middle.weight)
    for i in 0..<weights.count { weights[i] *= factor }
    var tape = Tape(for: parameters, capacity: 1 << 12)
    var flow = GradientFlow(for: parameters, window: window)
    let (isMine, isOthers) = (flow.isFor(parameters), flow.isFor(Parameters(seed: 4)))
    #expect(isMine && !isOthers)
    for step in 0..<steps {
      tape.reset()
      let x = tape.input((0..<6).map { Float($0 + step % 3) / 5 }, Shape(2, 3))
      let loss = crossEntropy(second(middle(first(x, &tape), &tape), &tape), [0, 1], &tape)
      tape.backward(from: loss, into: &parameters)
      flow.observe(parameters)
      if step == steps - 1 { try check(flow, parameters) }
      parameters.clearGradients()
    }
    return flow
  }

  /// The figures against plain sums over the gradient.
  private func check(_ flow: GradientFlow, _ parameters: borrowing Parameters) throws {
    var squares = 0.0
    for i in 0..<parameters.count {
      let gradient = parameters.gradient(of: parameters.handle(at: i)).array.map(Double.init)
      let mean = gradient.reduce(0) { $0 + abs($1) } / Double(gradient.count)
      let square = gradient.reduce(0) { $0 + $1 * $1 }
      squares += square
      let figures = flow.figures(i)
      expectClose([figures.meanAbsolute], [mean], tolerance: 1e-6, "mean")
      expectClose(
        [figures.rootMeanSquare], [(square / Double(gradient.count)).squareRoot()], tolerance: 1e-6, "rms")
      expectClose([figures.maximum], [gradient.map(abs).max() ?? 0], tolerance: 1e-6, "maximum")
      #expect(figures.nonFiniteCount == 0 && Int(figures.elementCount) == gradient.count)
    }
    expectClose([flow.gradientNorm], [squares.squareRoot()], tolerance: 1e-6, "norm")
  }

  @Test("A healthy net has a bar for every weight, none for biases, and no warning")
  func healthy() throws {
    let flow = try observe(steps: 30, factor: 1)
    #expect(flow.chart().bars.map(\.name) == ["first", "middle", "second"])
    #expect(flow.chart().bars.allSatisfy { $0.value > 0 && !$0.isBlocked })
    #expect(flow.warnings.isEmpty && flow.blockedLayers.isEmpty)
    #expect(flow.stepCount == 30 && flow.rememberedCount == 8)
  }

  @Test("A layer behind a closed gate is named after enough steps, not before")
  func blocked() throws {
    #expect(try observe(steps: 9, factor: 1e-9).blockedLayers.isEmpty)
    let flow = try observe(steps: 12, factor: 1e-9)
    #expect(flow.blockedLayers == ["first"])
    #expect(flow.warnings.count == 1 && flow.warnings[0].contains("'first'"))
    #expect(flow.warnings[0].contains("12 steps"))
  }

  @Test("Infinities and not-a-numbers are counted and spoil nothing")
  func nonFinite() throws {
    var parameters = Parameters(seed: 4)
    let layer = try Linear(inputs: 2, outputs: 2, bias: false, named: "layer", in: &parameters)
    var flow = GradientFlow(for: parameters)
    let gradient = parameters.gradient(of: layer.weight)
    for (i, value) in [Float.nan, .infinity, 3, -1].enumerated() { gradient[i] = value }
    flow.observe(parameters)
    #expect(flow.figures(0).nonFiniteCount == 2)
    #expect(flow.figures(0).meanAbsolute == 2 && flow.figures(0).maximum == 3)
  }
}
