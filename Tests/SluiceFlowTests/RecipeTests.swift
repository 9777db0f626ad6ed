import Sluice
import Testing

/// A bag of numbers → hidden layer → classes, with what can be wrong with it.
private struct Subject: ~Copyable, RecipeSubject {
  enum Fault: Sendable {
    case none, softmaxTwice, dropoutInEvaluation, batchMixed, signFlipped, cutOff, labelsOnly, outputLarge,
      lookAhead
  }

  var parameters: Parameters
  private let first: Linear
  private let second: Linear
  var tape: Tape
  private var optimizer: Optimizer
  private let fault: Fault
  private var calls = 0
  private var loss: Tensor?
  let classCounts = [2, 2, 2]
  let chance: RecipeChance? = RecipeChance(1.0986123, named: "log 3")
  let labels = [0, 1, 2, 0, 1, 2]

  init(_ fault: Fault, _ variant: RecipeVariant) throws {
    var parameters = Parameters(seed: 2, engine: Engine(threads: 1))
    let units = 16 * variant.unitsFactor
    let first = try Linear(inputs: 4, outputs: units, named: "first", in: &parameters)
    let second = try Linear(inputs: units, outputs: 3, named: "second", in: &parameters)
    if fault == .outputLarge {
      let weights = parameters.values(of: second.weight)
      for i in 0..<weights.count { weights[i] *= 100 }
    }
    let optimizer = try Optimizer(.adam(learningRate: 0.02 * variant.rateFactor), for: parameters)
    tape = Tape(for: parameters, capacity: 1 << 16)
    self.first = first
    self.second = second
    self.fault = fault
    self.optimizer = optimizer
    self.parameters = parameters
  }

  private mutating func pass(_ input: RecipeInput) -> (x: Tensor, logits: Tensor) {
    tape.reset()
    calls += 1
    var numbers: [Float] = []
    for i in 0..<24 {
      let mixed = (i * 7919 + i * i * 31) % 17
      numbers.append(input == .blank || fault == .labelsOnly ? 0 : Float(mixed) / 8 - 1)
    }
    let x = tape.input(numbers, Shape(6, 4), requiresGradient: true)
    var hidden = tanh(first(x, &tape), &tape)
    if fault == .cutOff { hidden = tape.detached(hidden) }
    var logits = second(hidden, &tape)
    if fault == .batchMixed { logits = add(logits, mean(logits, axis: 0, keepingAxis: true, &tape), &tape) }
    if fault == .softmaxTwice {
      let sums = sum(exp(logits, &tape), axis: 1, keepingAxis: true, &tape)
      logits = divide(exp(logits, &tape), sums, &tape)
    }
    return (x, logits)
  }

  private mutating func loss(of logits: Tensor) -> Tensor {
    let loss = crossEntropy(logits, labels.map { Int32($0) }, &tape)
    return fault == .signFlipped ? negate(loss, &tape) : loss
  }

  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float {
    let loss = loss(of: pass(input).logits)
    self.loss = loss
    let noise: Float = fault == .dropoutInEvaluation ? Float(calls) * 0.01 : 0
    return tape.scalar(loss) + noise
  }

  mutating func backward() {
    if let loss { tape.backward(from: loss, into: &parameters) }
  }

  mutating func update() { optimizer.step(&parameters) }

  mutating func answers() -> RecipeAnswers {
    let logits = pass(.real).logits
    return RecipeAnswers(logits: tape.array(logits), labels.map { Int32($0) })
  }

  mutating func reach() -> RecipeReach? {
    let (x, logits) = pass(.real)
    tape.backward(from: logits, weights: [1, 2, 3] + Array(repeating: 0, count: 15), into: &parameters)
    parameters.clearGradients()
    var reach = RecipeReach()
    guard let gradient = tape.adjoint(of: x) else { return reach }
    for i in 0..<4 { reach.own = max(reach.own, gradient[i].magnitude) }
    for i in 4..<gradient.count { reach.others = max(reach.others, gradient[i].magnitude) }
    reach.later = fault == .lookAhead ? 0.5 : 0
    return reach
  }

  static func failures(_ fault: Fault) throws -> [String] {
    try Recipe().run { try Subject(fault, $0) }.filter { $0.outcome == .fail }.map(\.name)
  }

  static func hints(_ fault: Fault) throws -> [String] {
    try Recipe().run { try Subject(fault, $0) }.map(\.hint)
  }
}

@Suite("The recipe's checks")
struct RecipeTests {
  @Test("A healthy model passes every check")
  func healthy() throws { #expect(try Subject.failures(.none) == []) }

  @Test("Broken models fail the check that is about their fault")
  func broken() throws {
    #expect(try Subject.failures(.softmaxTwice).contains("plain logits"))
    #expect(try Subject.failures(.softmaxTwice).contains("overfits a tiny batch"))
    #expect(try Subject.hints(.softmaxTwice).contains { $0.contains("applied twice") })
    #expect(try Subject.failures(.dropoutInEvaluation).contains("training and evaluation"))
    #expect(try Subject.failures(.batchMixed) == ["examples apart"])
    #expect(try Subject.failures(.signFlipped).contains("overfits a tiny batch"))
    #expect(try Subject.failures(.cutOff).contains("every trained parameter gets a gradient"))
    #expect(try Subject.failures(.cutOff).contains("every trained parameter moves"))
    #expect(try Subject.failures(.labelsOnly).contains("the input matters"))
    #expect(try Subject.failures(.outputLarge).contains("loss at the start"))
    #expect(try Subject.failures(.lookAhead) == ["no look-ahead"])
  }
}
