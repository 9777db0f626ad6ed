import Sluice

/// What can be wrong with the training of a job.
enum JobFault: String, CaseIterable, Sendable {
  case none
  case layerCutOff = "a layer cut off from the loss"
  case saturatingStart = "recurrent weights × 100"
  case weightsTimes100 = "weights × 100"
  case weightsTimesThousandth = "weights × 0.001"
  case deadReLU = "a bias that kills the ReLU"
  case rateTimes1000 = "rate × 1,000"
  case rateTimesTenThousandth = "rate × 0.0001"
  case gradientsNotCleared = "gradients never cleared"
  case labelsShuffled = "labels shuffled"
  case signFlipped = "sign of the loss flipped"
  case logarithmOfZero = "logarithm of zero at step 20"
  case frozenLayer = "recurrent weights frozen"
  case gateShut = "a gate biased shut"
  case longSequences = "a plain recurrent net over long texts"
  case softmaxTwice = "softmax applied twice"
  case dropoutInEvaluation = "dropout left on in evaluation"
  case lookAhead = "the next word seen"
  case batchMixed = "batch mixed along the wrong axis"
  case unscaledInputs = "inputs × 1,000"

  /// What the learning rate is multiplied by.
  var rateFactor: Float {
    switch self {
    case .rateTimes1000: 1_000
    case .rateTimesTenThousandth: 1e-4
    case .gradientsNotCleared: 0.02
    default: 1
    }
  }

  /// Spoils the values of a model before its training.
  ///
  /// - Parameter layer: the recurrent layer of the model.
  func spoil(_ parameters: inout Parameters, _ layer: BreakableLayer) {
    let net = layer.name
    func scale(_ factor: Float, where isMeant: (ParameterDescription) -> Bool) {
      for handle in parameters.handles where isMeant(parameters[handle]) {
        let values = parameters.values(of: handle)
        for i in 0..<values.count { values[i] *= factor }
      }
    }
    func set(_ name: String, _ range: Range<Int>, _ value: Float) {
      guard let handle = parameters.find(name) else { return }
      for i in range { parameters.values(of: handle)[i] = value }
    }
    switch self {
    case .saturatingStart: scale(100) { $0.name == "\(net).weight_hh" }
    case .weightsTimes100: scale(100) { $0.role == .weight }
    case .weightsTimesThousandth: scale(0.001) { $0.role == .weight }
    case .longSequences: scale(0.5) { $0.name == "\(net).weight_hh" }
    case .deadReLU:
      if let bias = parameters.find("highway_0.transform.bias") {
        set("highway_0.transform.bias", 0..<parameters[bias].shape.count, -100)
      }
    case .frozenLayer:
      if let weight = parameters.find("\(net).weight_hh") { parameters.setTrainable(false, weight) }
    case .gateShut:
      let start = layer.gate * layer.units
      set("\(net).bias", start..<start + layer.units, layer.shutBy)
    default: break
    }
  }

  /// The inputs as a broken model reads them.
  func spoil(inputs x: Tensor, _ tape: inout Tape) -> Tensor {
    self == .unscaledInputs ? multiply(x, 1000, &tape) : x
  }

  /// The states as a broken model hands them to its last layer.
  func spoil(states x: Tensor, _ tape: inout Tape) -> Tensor {
    switch self {
    case .layerCutOff: tape.detached(x)
    case .batchMixed: add(x, mean(x, axis: 0, keepingAxis: true, &tape), &tape)
    default: x
    }
  }

  /// The logits as a broken model hands them to its loss.
  func spoil(logits x: Tensor, _ tape: inout Tape) -> Tensor {
    guard self == .softmaxTwice else { return x }
    let exponentials = exp(x, &tape)
    return divide(exponentials, sum(exponentials, axis: 1, keepingAxis: true, &tape), &tape)
  }

  /// The loss as a broken model computes it from what its last layer gives.
  func spoil(loss: Tensor, of x: Tensor, _ tape: inout Tape) -> Tensor {
    switch self {
    case .signFlipped: negate(loss, &tape)
    case .logarithmOfZero where tape.step == 20: mean(log(relu(x, &tape), &tape), &tape)
    default: loss
    }
  }

  /// Labels dealt out anew, as often as they were.
  func spoil(labels: [Int32], seed: UInt64) -> [Int32] {
    guard self == .labelsShuffled else { return labels }
    var labels = labels
    let random = CounterRandom(seed: seed)
    for i in stride(from: labels.count - 1, to: 0, by: -1) {
      labels.swapAt(i, random.below(i + 1, UInt64(i)))
    }
    return labels
  }
}
