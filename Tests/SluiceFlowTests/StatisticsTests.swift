import Sluice
import TestSupport
import Testing

/// The figures of parameters and outputs made by a formula, against NumPy's: see Fixtures/make_statistics.py.
@Suite("Statistics agree with NumPy")
struct StatisticsTests {
  /// As `numbers` of the script.
  private static func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
    (0..<UInt64(count)).map { i in
      let bits = UInt32(
        truncatingIfNeeded: i * 2_654_435_761 + seed * 2_246_822_519 + (i * i % 65_521) * 40_503)
      return Float(bits >> 8) * 0x1p-23 - 1
    }
  }

  private static let count = 5000

  /// The gradient of a case.
  private static func gradient(_ name: String) -> [Float] {
    var x = numbers(name == "few" ? 77 : count, 1)
    switch name {
    case "plain": for i in x.indices { x[i] *= 0x1p-7 }
    case "zeros": for i in stride(from: 0, to: count, by: 3) { x[i] = 0 }
    case "non-finite": (x[7], x[100], x[2000]) = (.nan, .infinity, -.infinity)
    case "large": for i in x.indices { x[i] *= 0x1p83 }
    case "small": for i in x.indices { x[i] *= 0x1p-83 }
    case "wide": for i in x.indices { x[i] *= Float(sign: .plus, exponent: i % 121 - 60, significand: 1) }
    default: break
    }
    return x
  }

  @Test(
    "Gradient, weight, update and ratio of dense parameters",
    arguments: ["plain", "few", "zeros", "non-finite", "large", "small", "wide"])
  func dense(name: String) throws {
    let gradient = Self.gradient(name)
    var parameters = Parameters(seed: 1, engine: Engine(threads: 2))
    let handle = try parameters.add("weights", shape: Shape(gradient.count), initializer: .zeros)
    let values = parameters.values(of: handle)
    for (i, x) in Self.numbers(gradient.count, 2).enumerated() { values[i] = x }
    for (i, x) in gradient.enumerated() { parameters.gradient(of: handle)[i] = x }
    let tape = Tape(for: parameters, capacity: 1 << 10)
    try compare(name, &parameters, tape, moving: handle)
  }

  @Test("Gradient, weight, update and ratio of a table: of the rows that occurred")
  func table() throws {
    let ids = (0..<43).map { Int32(3 + 7 * $0) }
    var parameters = Parameters(seed: 1)
    let table = try Embedding(rows: 300, width: 24, named: "table", in: &parameters)
    let values = parameters.values(of: table.table)
    for (i, x) in Self.numbers(300 * 24, 2).enumerated() { values[i] = x }
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let y = table(ids, &tape)
    tape.backward(from: y, weights: Self.numbers(ids.count * 24, 1), into: &parameters)
    try compare("table", &parameters, tape, moving: table.table)
  }

  /// Observes a step with the gradients as they are, the values moving between, and compares all figures.
  private func compare(
    _ name: String, _ parameters: inout Parameters, _ tape: borrowing Tape, moving handle: ParameterHandle
  ) throws {
    let expected = try #require(try Fixture.cases("statistics", in: .module)[name])
    var settings = FlowSettings()
    settings.interval = 1
    var monitor = FlowMonitor(for: parameters, settings: settings)
    monitor.observeForward(tape, loss: 1)
    monitor.observeBackward(tape, parameters)
    let values = parameters.values(of: handle)
    for (i, x) in Self.numbers(values.count, 3).enumerated() { values[i] += x * 0x1p-10 }
    monitor.observeUpdate(parameters)
    func expect(_ actual: Float, _ figure: String) {
      expectClose([actual], expected[figure].values, tolerance: 1e-6, "\(name): \(figure)")
    }
    let figures = monitor.parameters[0]
    for (part, flow) in [
      ("gradient", figures.gradient), ("weight", figures.weight), ("update", figures.update),
    ] {
      expect(flow.meanAbsolute, "\(part) mean")
      expect(flow.rootMeanSquare, "\(part) rms")
      expect(flow.maximum, "\(part) max")
      expect(flow.zeroShare, "\(part) zeros")
      expect(Float(flow.nonFiniteCount), "\(part) non_finite")
    }
    expect(figures.updateRatio, "all ratio")
    expect(monitor.gradients.gradientNorm, "all norm")
    if name == "table" { expect(figures.touchedShare, "all touched") }
  }

  /// An operation with given values, as one activation function has them.
  private struct Given: TapeOperation {
    static let name: StaticString = "given"
    let y: Tensor
    let kind: ActivationKind
    var inputs: TensorList { TensorList() }
    var outputs: TensorList { TensorList(y) }
    func backward(_ tape: inout Tape) {}
    func activations(_ tape: borrowing Tape) -> ActivationViews { tape.activations(kind, y) }
  }

  @Test(
    "Mean, deviation, saturated and dead shares of outputs",
    arguments: zip(
      ["tanh", "sigmoid", "relu", "far from zero"], [ActivationKind.tanh, .sigmoid, .relu, .tanh]))
  func outputs(name: String, kind: ActivationKind) throws {
    let expected = try #require(try Fixture.cases("statistics", in: .module)[name])
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let y = tape.makeTensor(Shape(50, 70), requiresGradient: false)
    let values = tape.values(of: y)
    for (i, x) in Self.numbers(values.count, 4).enumerated() {
      switch name {
      case "sigmoid": values[i] = (x + 1) / 2
      case "relu": values[i] = i % 70 % 4 == 0 ? 0 : max(x, 0)
      case "far from zero": values[i] = x + 64
      default: values[i] = x
      }
    }
    tape.record(Given(y: y, kind: kind))
    var monitor = FlowMonitor(for: parameters)
    monitor.observeForward(tape, loss: 1)
    let figures = try #require(monitor.operations.first)
    for (figure, actual) in [
      ("mean", figures.mean), ("deviation", figures.deviation), ("between rows", figures.rowDeviation),
      ("saturated", figures.activations[0].saturatedShare), ("dead", figures.activations[0].deadShare),
    ] {
      expectClose([actual], expected["all " + figure].values, tolerance: 1e-6, "\(name): \(figure)")
    }
  }

  @Test("A figure that is wrong by two millionths is noticed")
  func checker() {
    #expect(!Closeness([1 + 2e-6], [1]).isWithin(1e-6))
  }
}
