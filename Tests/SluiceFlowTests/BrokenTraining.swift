import Sluice

/// What can be wrong with the small training below.
enum Fault: String, CaseIterable, Sendable {
  case none
  case layerCutOff = "a layer cut off from the loss"
  case saturatingStart = "recurrent weights that saturate"
  case outputTimes100 = "last weights × 100"
  case weightsTimesThousandth = "weights × 0.001"
  case deadReLU = "a bias that kills the ReLU"
  case rateTimes1000 = "rate × 1,000"
  case rateTimesTenThousandth = "rate × 0.0001"
  case gradientsNotCleared = "gradients never cleared"
  case labelsShuffled = "labels shuffled"
  case signFlipped = "sign of the loss flipped"
  case logarithmOfZero = "logarithm of zero"
  case frozenLayer = "a layer frozen"
  case gateShut = "update gate biased shut"
  case longSequences = "a plain recurrent net over long sequences"
  case deepStack = "a deep stack of small weights"
  case unscaledInputs = "inputs × 1,000"
  case inputIgnored = "a layer that ignores its input"
}

/// Symbols → embedding → recurrent layer → hidden layer → labels, on sequences whose most frequent symbol is the label:
/// small enough that each training takes a moment. The loop is one as a program of its own has it: nothing of the trainer is needed to
/// watch a training.
struct BrokenTraining {
  static let classes = 4

  let fault: Fault
  let seed: UInt64
  var steps = 160
  /// What the validation is said to give after every forty steps; nil where nobody validates.
  var validationLoss: Float?

  func run() throws -> FlowMonitor {
    var parameters = Parameters(seed: seed, engine: Engine(threads: 1))
    let embedding = try Embedding(rows: 12, width: 8, named: "embedding", in: &parameters)
    var options = RecurrentOptions()
    options.recurrentInitializer = fault == .longSequences ? nil : .orthogonal(blockRows: 16)
    let net = try RecurrentNet(
      fault == .longSequences ? .elman() : .gru(updateBias: 1), inputs: 8, units: 16, options: options,
      named: "net", in: &parameters)
    var stack: [Linear] = []
    for i in 0..<(fault == .deepStack ? 8 : 1) {
      stack.append(try Linear(inputs: 16, outputs: 16, named: "hidden\(i)", in: &parameters))
    }
    let output = try Linear(inputs: 16, outputs: Self.classes, named: "output", in: &parameters)
    spoil(&parameters)
    var settings = FlowSettings()
    settings.interval = 4
    settings.chanceLoss = 1.3863
    var monitor = FlowMonitor(for: parameters, settings: settings)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    var optimizer = try makeOptimizer(parameters)
    let kept = Column(for: parameters, named: "gradients not cleared")
    for step in 1...steps {
      tape.reset()
      let (symbols, labels) = batch(step)
      let letters = embedding(symbols, &tape)
      var x = net(letters, &tape).final
      if fault == .layerCutOff { x = tape.detached(x) }
      for layer in stack {
        x = layer(x, &tape)
        x = fault == .deepStack ? tanh(x, &tape) : relu(x, &tape)
      }
      if fault == .inputIgnored { x = multiply(x, 1e-7, &tape) }
      let logits = output(x, &tape)
      var loss = crossEntropy(logits, labels, &tape)
      if fault == .signFlipped { loss = negate(loss, &tape) }
      if fault == .logarithmOfZero, step == 20 { loss = mean(log(relu(logits, &tape), &tape), &tape) }
      let value = tape.scalar(loss)
      monitor.observeForward(tape, loss: value)
      guard value.isFinite else { break }
      tape.backward(from: loss, into: &parameters)
      if fault == .gradientsNotCleared { addUp(parameters, kept) }
      monitor.observeBackward(tape, parameters)
      optimizer.step(&parameters, observed: monitor.gradients.summary)
      monitor.observeUpdate(parameters)
      if step % 40 == 0, let validationLoss { monitor.observeValidation(loss: validationLoss) }
    }
    return monitor
  }

  private func makeOptimizer(_ parameters: borrowing Parameters) throws -> Optimizer {
    switch fault {
    case .rateTimes1000: try Optimizer(.adam(learningRate: 10), for: parameters)
    case .rateTimesTenThousandth: try Optimizer(.adam(learningRate: 1e-6), for: parameters)
    case .weightsTimesThousandth, .deepStack, .gradientsNotCleared:
      try Optimizer(.sgd(learningRate: 0.02), for: parameters)
    default: try Optimizer(.adam(learningRate: 0.01), for: parameters)
    }
  }

  private func spoil(_ parameters: inout Parameters) {
    func scale(_ name: String, _ factor: Float) {
      for handle in parameters.handles where parameters[handle].name.hasPrefix(name) {
        let values = parameters.values(of: handle)
        for i in 0..<values.count { values[i] *= factor }
      }
    }
    func set(_ name: String, _ range: Range<Int>, _ value: Float) {
      guard let handle = parameters.find(name) else { return }
      for i in range { parameters.values(of: handle)[i] = value }
    }
    switch fault {
    case .saturatingStart: scale("net.weight", 100)
    case .outputTimes100: scale("output.weight", 100)
    case .weightsTimesThousandth: scale("", 0.001)
    case .deadReLU: set("hidden0.bias", 0..<16, -100)
    case .frozenLayer:
      if let weight = parameters.find("hidden0.weight") { parameters.setTrainable(false, weight) }
    case .gateShut: set("net.bias", 16..<32, 14)
    case .deepStack: scale("hidden", 0.4)
    case .unscaledInputs: scale("embedding", 1000)
    default: break
    }
  }

  /// What a training does that never clears: gradients of all steps add up.
  private func addUp(_ parameters: borrowing Parameters, _ kept: Column) {
    for handle in parameters.handles where parameters[handle].updates == .dense {
      let gradient = parameters.gradient(of: handle)
      let sum = kept[handle]
      for i in 0..<gradient.count {
        gradient[i] += sum[i]
        sum[i] = gradient[i]
      }
    }
  }

  /// Sequences of which about half the symbols are those of their label.
  private func batch(_ step: Int) -> (RaggedIndices, [Int32]) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(step) &* 0xD1B5_4A32_D192_ED03
    func next(_ bound: Int) -> Int {
      random ^= random >> 12
      random ^= random << 25
      random ^= random >> 27
      return Int((random &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
    var symbols = RaggedIndices()
    var labels: [Int32] = []
    for _ in 0..<24 {
      let label = next(Self.classes)
      let length = fault == .longSequences ? 40 + next(20) : 6 + next(8)
      let sequence = (0..<length).map { _ in
        Int32(next(100) < 50 ? label * 3 + next(3) : next(12))
      }
      symbols.append(sequence)
      labels.append(Int32(fault == .labelsShuffled ? next(Self.classes) : label))
    }
    return (symbols, labels)
  }
}
