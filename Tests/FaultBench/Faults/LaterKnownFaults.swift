import Sluice

extension Kind {
  static let columnInGrams = Kind("a column in grams among kilograms", .data, .held, isKnown: true)
  static let emptyCells = Kind("empty cells of a table", .data, .held, isKnown: true)
  static let targetsInCents = Kind("targets in cents", .data, .held, isKnown: true)
  static let dealtAnew = Kind("labels dealt out anew", .data, .held, isKnown: true)
  static let oneTooFar = Kind("each label that of the example before", .data, .held, isKnown: true)
  static let carelessLabels = Kind("45 % of the labels careless", .data, .held, isKnown: true)
  static let byClass = Kind("a file sorted by class, read from the top", .data, .held, isKnown: true)
  static let hardlyOthers = Kind("97 in 100 of one class", .data, .held, isKnown: true)
  static let emptyColumns = Kind("columns that are filled in with one value", .data, .held, isKnown: true)
  static let unitDeviation = Kind(
    "weights of deviation 1 whatever the width", .initialization, .held, isKnown: true)
  static let smallDeviation = Kind(
    "weights of deviation 0.02, six deep", .initialization, .held, isKnown: true)
  static let negativeBiases = Kind("biases of −5 before ReLUs", .initialization, .held, isKnown: true)
  static let biasesOf6 = Kind("biases of 6 before what saturates", .initialization, .held, isKnown: true)
  static let neverTrained = Kind("requires_grad left at false", .architecture, .held, isKnown: true)
  static let detachedPart = Kind("a detach that was for debugging", .architecture, .held, isKnown: true)
  static let dropout93 = Kind("dropout of 0.93", .architecture, .held, isKnown: true)
  static let sumOfRows = Kind("reduction by a sum", .loss, .held, isKnown: true)
  static let maximized = Kind("the loss with a minus", .loss, .held, isKnown: true)
  static let logOfNothing = Kind("a logarithm of what has underflowed", .loss, .held, isKnown: true)
  static let maskOf99 = Kind("a mask that leaves one row in a hundred", .loss, .held, isKnown: true)
  static let fillingCounted = Kind("padding that counts in the loss", .loss, .held, isKnown: true)
  static let iceColdTemperature = Kind("a temperature of 0.003", .loss, .held, isKnown: true)
  static let rateTimes40 = Kind("rate × 40", .optimizer, .held, isKnown: true)
  static let rateSeventieth = Kind("rate ÷ 70", .optimizer, .held, isKnown: true)
  static let withoutZeroGrad = Kind("no zero_grad", .optimizer, .held, isKnown: true)
  static let decayOf3 = Kind("a decoupled decay of 3", .optimizer, .held, isKnown: true)
  static let normOf3Thousandths = Kind("clipping at 0.003", .optimizer, .held, isKnown: true)
  static let momentumOf998 = Kind("a momentum of 0.998", .optimizer, .held, isKnown: true)
  static let exponentialByStep = Kind("a factor of 0.85 at every step", .optimizer, .held, isKnown: true)
  static let begunAnew = Kind("the state begun anew at each chunk", .time, .held, isKnown: true)
  static let loudLoop = Kind("recurrent weights × 6", .time, .held, isKnown: true)
  static let trainingAgain = Kind("validation on what was trained on", .validation, .held, isKnown: true)
  static let smallAndLong = Kind("few examples, trained for long", .validation, .held, isKnown: true)
  static let validationRaw = Kind("validation in the units of the file", .validation, .held, isKnown: true)
}

/// Faults kept aside, of sorts that are known in other forms: of losses.
let laterKnownLossFaults: [Fault] = [
  Fault(
    kind: .sumOfRows, model: .characters, detail: "descent",
    twin: {
      $0.net.units = 32
      $0.optimizer.rule = .sgd
      $0.optimizer.rate = 0.5
      $0.data.batch = 64
      $0.steps = 400
    },
    change: { $0.loss.reduction = .sum },
    words: ["loss not averaged", "rate too high"],
    also: ["loss high at the start", "exploding", "saturated", "weights too large"], mend: "a mean"),
  Fault(
    kind: .maximized, model: .words,
    twin: onOtherData {
      $0.net.layers = 2
      $0.optimizer.rule = .amsgrad
      $0.optimizer.rate = 0.006
    },
    change: { $0.loss.factor = -1 },
    words: ["loss below its least value", "steps uphill"], also: ["exploding", "weights too large"],
    mend: "the loss as it is"),
  Fault(
    kind: .logOfNothing, model: .characters,
    twin: onOtherData {
      $0.net.units = 40
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
    },
    change: { $0.loss.accident = (45, .logarithmOfZero) },
    words: ["non-finite"], places: ["log"], visible: 45, mend: "log-softmax"),
  Fault(
    kind: .maskOf99, model: .attention,
    twin: {
      $0.net.units = 24
      $0.data.batch = 64
      $0.optimizer.rule = .adamW
    },
    change: { $0.loss.masked = 0.99 }, words: ["masked away"], also: ["no gradient"],
    mend: "a mask of what is asked"),
  Fault(
    kind: .fillingCounted, model: .words, detail: "GRU",
    twin: {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 24
      $0.data.paddedTo = 72
      $0.optimizer.rate = 0.006
    },
    change: { $0.loss.countsPadding = true },
    words: ["unbalanced classes"], also: ["unknown symbols", "rate too low"], mend: "the padding ignored"),
  Fault(
    kind: .iceColdTemperature, model: .stems,
    twin: {
      $0.loss.stems = .neighbors
      $0.net.units = 40
      $0.net.cell = .lstm(forgetBias: 1)
      $0.loss.distance = .cosine
      $0.loss.temperature = 0.3
    },
    change: { $0.loss.temperature = 0.003 },
    words: ["temperature too small"], also: ["loss high at the start", "exploding"], mend: "0.3"),
]

/// Faults kept aside, of sorts that are known in other forms: of optimizers.
let laterKnownUpdateFaults: [Fault] = [
  Fault(
    kind: .rateTimes40, model: .perceptron, detail: "AMSGrad, GELU",
    twin: {
      $0.net.units = 72
      $0.net.depth = 3
      $0.net.activation = .gelu
      $0.optimizer.rule = .amsgrad
      $0.optimizer.rate = 0.004
    },
    change: { $0.optimizer.rate = 0.16 },
    words: ["rate too high"],
    also: ["exploding", "loss high at the start", "dead units", "weights too large"],
    mend: "a rate of 0.004"),
  Fault(
    kind: .rateTimes40, model: .stems, detail: "RMSprop",
    twin: onOtherData {
      $0.net.units = 40
      $0.optimizer.rule = .rmsprop
      $0.optimizer.rate = 0.003
    },
    change: { $0.optimizer.rate = 0.12 },
    words: ["rate too high"], also: ["exploding", "loss high at the start", "saturated", "collapse"],
    mend: "a rate of 0.003"),
  Fault(
    kind: .rateSeventieth, model: .characters, detail: "Adagrad",
    twin: {
      $0.net.units = 40
      $0.net.pool = .mean
      $0.optimizer.rule = .adagrad
      $0.optimizer.rate = 0.07
    },
    change: { $0.optimizer.rate = 0.001 },
    words: ["rate too low"], mend: "a rate of 0.07"),
  Fault(
    kind: .withoutZeroGrad, model: .characters, detail: "AdamW, LSTM",
    twin: {
      $0.net.cell = .lstm(forgetBias: 1)
      $0.net.units = 40
      $0.optimizer.rule = .adamW
    },
    change: { $0.optimizer.keepsGradients = true },
    words: ["gradients add up"], also: ["rate too high", "exploding"], visible: 5,
    mend: "cleared at every step"),
  Fault(
    kind: .decayOf3, model: .words,
    twin: onOtherData {
      $0.net.cell = .gru(updateBias: 1)
      $0.net.units = 40
      $0.optimizer.rule = .adamW
      $0.optimizer.decay = 0.01
    },
    change: { $0.optimizer.decay = 3 }, words: ["decay too strong"],
    also: ["collapse", "not learning from the inputs"], mend: "a decay of 0.01"),
  Fault(
    kind: .normOf3Thousandths, model: .characters, detail: "momentum",
    twin: onOtherData {
      $0.net.units = 32
      $0.optimizer.rule = .momentum
      $0.optimizer.rate = 0.2
      $0.optimizer.clipping = .norm(2)
      $0.steps = 500
    },
    change: { $0.optimizer.clipping = .norm(0.003) },
    words: ["clipped away", "rate too low"], mend: "a limit of 2"),
  Fault(
    kind: .momentumOf998, model: .regression, detail: "Nesterov",
    twin: {
      $0.net.units = 56
      $0.net.activation = .relu
      $0.optimizer.rule = .nesterov
      $0.optimizer.rate = 0.02
    },
    change: { $0.optimizer.momentum = 0.998 },
    words: ["momentum too high", "rate too high"], also: ["exploding", "dead units", "loss rising"],
    mend: "a momentum of 0.9"),
  Fault(
    kind: .exponentialByStep, model: .stems,
    twin: {
      $0.net.units = 48
      $0.optimizer.rate = 0.006
      $0.optimizer.schedule = Schedule(.exponential(factor: 0.99))
    },
    change: { $0.optimizer.schedule = Schedule(.exponential(factor: 0.85)) },
    words: ["schedule died", "rate too low"], visible: 30, mend: "a factor of 0.99"),
]

/// Faults kept aside: those that people make most often, of sorts that are known in other forms. The answers were written before any of
/// them was run.
let laterKnownFaults: [Fault] =
  laterKnownDataFaults + laterKnownModelFaults + laterKnownLossFaults + laterKnownUpdateFaults
  + laterKnownSequenceFaults
