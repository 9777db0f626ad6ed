import Sluice

/// The small models that the bench trains.
enum ModelName: String, CaseIterable, Sendable {
  case perceptron, regression, characters, words, attention, stems
}

/// All that decides one training: a plain value, so that a fault is a change of it, and so is its mend.
struct Setup: Sendable {
  var model: ModelName
  var seed: UInt64 = 1
  var steps = 240
  var net = NetSetup()
  var data = DataSetup()
  var loss = LossSetup()
  var optimizer = OptimizerSetup()
  var watch = WatchSetup()
  /// Updates by Adam before the training that is watched, for one that begins with what another has learned.
  var earlierSteps = 0
  /// What is done to the parameters before the first step.
  var changes: [Change] = []

  /// The usual training of a model, which learns well.
  init(_ model: ModelName) {
    self.model = model
    switch model {
    case .perceptron: break
    case .regression:
      net.activation = .tanh
    case .characters:
      net.units = 24
      steps = 200
    case .words:
      net.units = 32
      net.cell = .lstm(forgetBias: 1)
      net.embedding = 16
      steps = 240
      data.batch = 8
    case .attention:
      net.units = 16
      net.layers = 1
      net.embedding = 16
      steps = 240
    case .stems:
      net.units = 24
      steps = 200
      data.batch = 24
    }
  }
}

/// The form of the model.
struct NetSetup: Sendable {
  enum Activation: Sendable { case relu, tanh, gelu, sigmoid, softmax }
  enum Pool: Sendable { case last, mean, maximum, first }

  /// Hidden layers of a perceptron.
  var depth = 2
  var units = 32
  var activation = Activation.relu
  /// Layers after which no function comes.
  var linearLayers: Set<Int> = []
  var isNormalized = false
  var initializer: Initializer?
  var dropout: Float = 0
  /// Dropout after the output layer.
  var outputDropout: Float = 0
  /// A function after the output layer.
  var outputActivation: Activation?
  /// The size that hidden values are cut off at.
  var clamp: Float?
  /// Dropout of the state between the steps of a sequence.
  var recurrentDropout: Float = 0
  /// A recurrent model's cell, and its layers; for attention the blocks.
  var cell = CellKind.gru(updateBias: 1)
  var layers = 1
  var pool = Pool.last
  /// The width of vectors of symbols.
  var embedding = 8
  var heads = 2
  /// What attention's scores are multiplied by; with anything but nil the block is one made by hand.
  var scoreFactor: Float?
  /// Whether the sum after attention leaves attention out.
  var forgetsAttention = false
  /// Whether attention's symbols go without their positions.
  var forgetsPositions = false
  /// The layer before which the gradient is cut: the number of a hidden layer, or any of a model with one place for it.
  var detachedBefore: Int?
  /// Whether the output layer reads the model's input, past all that lies between.
  var outputReadsInput = false
  /// What the last hidden values are multiplied by.
  var summaryFactor: Float = 1
  /// Whether states go from step to step, as they should over consecutive text.
  var carriesState = true
  /// Whether states are set to zero where a document begins.
  var resetsState = true
  var isCausal = false
}

/// What is minimized.
struct LossSetup: Sendable {
  enum Regression: Sendable { case square, huber, gaussian }
  enum Stems: Sendable { case triplets, margin, neighbors }
  /// An accident in one step.
  enum Accident: Sendable {
    case logarithmOfZero, maskByInfinity, divisionByZero, overflow, rootOfNegative, slopeOfRoot, maskedRow,
      softmaxByHand
  }
  /// How the words of triplets are chosen: as they should be, the negative of the anchor's own stem, or with the positive and the
  /// negative swapped.
  enum Pairing: Sendable { case right, negativesAlike, swapped }

  var regression = Regression.square
  var stems = Stems.triplets
  var reduction = Reduction.mean
  var factor: Float = 1
  /// Whether probabilities are given where logits belong.
  var softmaxTwice = false
  /// Whether outputs and targets are paired along the wrong axes: each output with every target, or by another order.
  var wrongAxis = false
  /// The share of labels that are ignored.
  var masked: Float = 0
  /// Whether the padding's symbols are to be predicted like others.
  var countsPadding = false
  var margin: Float = 0.3
  var temperature: Float = 0.5
  var distance = NeighborDistance.squaredEuclidean
  var accident: (step: Int, what: Accident)?
  var smoothing: Float = 0
  /// The only label that counts.
  var onlyLabel: Int32?
  /// Whether the padding's symbols alone are to be predicted.
  var masksReversed = false
  /// What the mean square of the outputs is multiplied by and added.
  var penalty: Float = 0
  var pairing = Pairing.right
  /// What logits are multiplied by before the loss.
  var logitFactor: Float = 1
  /// From this step on the loss has the other sign.
  var flippedFrom: Int?
  /// What the loss is multiplied by once more at every step.
  var growth: Float = 1
  /// Whether the loss is reckoned of outputs that were taken out of the graph.
  var isOfDetached = false
  /// What is taken for a likelihood: its logarithm, as it should be, or the label's probability or its logit.
  enum Likelihood: Sendable { case logarithm, probability, logit }
  var likelihood = Likelihood.logarithm
  /// Whether the logits go through a softmax over the batch.
  var softmaxOverBatch = false
  /// The weight of each class.
  var classWeights: [Float]?
}

/// How the parameters are moved.
struct OptimizerSetup: Sendable {
  enum Rule: String, Sendable {
    case sgd, momentum, nesterov, adam, adamW, amsgrad, rmsprop, adagrad, smorms3
  }

  var rule = Rule.adam
  var rate: Float = 0.01
  /// Also the first β of Adam.
  var momentum: Float = 0.9
  var epsilon: Float?
  var decay: Float = 0
  /// The parameters whose name begins so learn at a rate of their own.
  var group: (prefix: String, factor: Float)?
  var schedule = Schedule.constant
  var clipping = Clipping.none
  /// Backward passes before an update.
  var accumulation = 1
  var dividesAccumulated = true
  /// Whether gradients are added up from update to update.
  var keepsGradients = false
  /// After how many steps gradients that add up are cleared.
  var clearsEvery: Int?
  /// Whether gradients are cleared between the backward pass and the update.
  var clearsBeforeUpdate = false
  /// What gradients are multiplied by before the update.
  var gradientFactor: Float = 1
  /// The parameters whose name begins so are a copy that the optimizer knows nothing of: the model keeps its own.
  var movesCopyOf: String?
  /// The parameters whose name begins so have a decay of their own.
  var groupDecay: (prefix: String, decay: Float)?
  /// What the rate is multiplied by at every step.
  var growth: Float = 1
  /// From this step on the rate is another one.
  var rateJump: (step: Int, factor: Float)?
  /// The parameters are moved once in so many steps; the gradients of the other steps are lost.
  var updatesEvery = 1
  /// The size at which weights are cut off after each update.
  var weightLimit: Float?
  /// The bits of a significand that weights keep after each update.
  var weightBits: Int?
  /// The share of the values before an update that remains in those after it.
  var keptShare: Float = 0
  /// The model and its optimizer are made anew at every so many steps.
  var restartsEvery: Int?
  /// The optimizer is made anew at every so many steps.
  var remadeEvery: Int?
  /// In one of so many steps the rate is so many times as high.
  var peaks: (every: Int, factor: Float)?
  /// The size below which elements of gradients become zero.
  var gradientFloor: Float?
  /// How many steps late a gradient comes.
  var gradientDelay = 0
  /// The deviation of what is added to gradients.
  var gradientNoise: Float = 0
}

/// What the monitor is told.
struct WatchSetup: Sendable {
  var interval: Int?
  /// Whether it is told the loss of a model that knows nothing, where there is one.
  var saysChance = true
  /// Whether it is told the loss of a model that knows how frequent labels are.
  var saysFrequencies = false
  var validationEvery: Int? = 20
  /// What a simpler method reaches on the validation part.
  var baseline: Float?
  /// Parameters that are frozen on purpose.
  var freezes: String?
  /// The share of what was before in the running mean of the weights, which are evaluated instead of the weights.
  var evaluatesMean: Float?
  /// Whether the model is evaluated as it is trained, with dropout.
  var evaluatesAsTraining = false
  /// After this step the monitor's state is written and put into a new one.
  var resumesAt: Int?
}
