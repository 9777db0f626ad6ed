import Sluice
import Testing

/// The rules with the settings of Fixtures/make_trajectories.py.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let name: String
  let rule: any UpdateRule
  /// How far 50 steps in float32 may be from float64.
  var tolerance = 1e-5

  var testDescription: String { name }

  static let all: [RuleCase] = [
    RuleCase(name: "sgd", rule: .sgd(learningRate: 0.1)),
    RuleCase(name: "sgd decay", rule: SGD(learningRate: 0.1, weightDecay: 0.02)),
    RuleCase(name: "momentum", rule: .momentum(learningRate: 0.05)),
    RuleCase(name: "momentum decay", rule: SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.02)),
    RuleCase(name: "nesterov", rule: .nesterov(learningRate: 0.05)),
    RuleCase(
      name: "nesterov decay",
      rule: SGD(learningRate: 0.05, momentum: 0.9, isNesterov: true, weightDecay: 0.02)),
    RuleCase(name: "adagrad", rule: .adagrad(learningRate: 0.1)),
    RuleCase(name: "adagrad decay", rule: Adagrad(learningRate: 0.1, weightDecay: 0.02)),
    RuleCase(name: "rmsprop", rule: .rmsprop()),
    RuleCase(name: "rmsprop decay", rule: RMSprop(weightDecay: 0.02)),
    RuleCase(name: "centered rmsprop", rule: .rmsprop(isCentered: true)),
    RuleCase(name: "centered rmsprop decay", rule: RMSprop(isCentered: true, weightDecay: 0.02)),
    RuleCase(name: "adam", rule: .adam(learningRate: 0.01)),
    RuleCase(name: "adam decay", rule: Adam(learningRate: 0.01, weightDecay: 0.02)),
    RuleCase(name: "amsgrad", rule: Adam(learningRate: 0.01, beta2: 0.9, isAMSGrad: true)),
    RuleCase(
      name: "amsgrad decay",
      rule: Adam(learningRate: 0.01, beta2: 0.9, isAMSGrad: true, weightDecay: 0.02)),
    RuleCase(name: "adamw", rule: .adamW(learningRate: 0.01, weightDecay: 0.5)),
    RuleCase(name: "smorms3", rule: .smorms3(learningRate: 0.01)),
    RuleCase(name: "smorms3 decay", rule: SMORMS3(learningRate: 0.01, weightDecay: 0.5)),
  ]
}

/// A table and a dense parameter that are given their gradients.
struct Scene: ~Copyable {
  var parameters: Parameters
  let embedding: Embedding
  let dense: ParameterHandle
  var tape: Tape

  init(
    rows: Int, width: Int, dense count: Int, updates: UpdateKind = .touchedRows, padding: Int? = nil,
    threads: Int = 2, kernels: KernelTable = .selected
  ) throws {
    var parameters = Parameters(seed: 5, engine: Engine(kernels: kernels, threads: threads))
    let embedding = try Embedding(
      rows: rows, width: width, updates: updates, padding: padding, named: "table", in: &parameters)
    let dense = try parameters.add("dense", shape: Shape(count), initializer: .uniform(-1, 1))
    tape = Tape(for: parameters, capacity: 1 << 18)
    self.embedding = embedding
    self.dense = dense
    self.parameters = parameters
  }

  /// A backward pass with the given gradients of the looked-up rows and of the dense parameter.
  mutating func backward(ids: [Int32], rows: [Float], dense gradient: [Float]) {
    tape.reset()
    let y = embedding(ids, &tape)
    tape.backward(from: y, weights: rows, into: &parameters)
    let target = parameters.gradient(of: dense)
    for i in 0..<gradient.count { target[i] = gradient[i] }
  }

  /// The same after the rows are brought up to date, as they have to be where they are exact.
  mutating func backward(
    _ optimizer: inout Optimizer, ids: [Int32], rows: [Float], dense gradient: [Float]
  ) {
    optimizer.settle(ids, of: embedding.table, in: &parameters)
    backward(ids: ids, rows: rows, dense: gradient)
  }

  var tableValues: [Float] { parameters.values(of: embedding.table).array }
  var denseValues: [Float] { parameters.values(of: dense).array }
}

/// Numbers from -1 to 1 that are the same in every run.
struct Numbers {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
  }

  mutating func next(below count: Int) -> Int { min(Int((next() + 1) / 2 * Float(count)), count - 1) }
  mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
