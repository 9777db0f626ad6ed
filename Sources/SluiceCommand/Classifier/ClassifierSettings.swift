import Sluice

/// Everything that decides what a classifier is and how it is trained. Stored with the run.
struct ClassifierSettings: Codable, Equatable, Sendable {
  var seed: UInt64 = 1
  var epochs = 15
  var batch = 64
  var embeddingWidth = 32
  var cell = CellName.gru
  var units = 128
  var layers = 1
  /// How the states after all steps become one for the text. Runs of before the choice have nil: the last.
  var pooling: Pooling? = .max
  /// Of the characters' vectors, and between layers.
  var dropout: Float = 0.1
  var recurrentDropout: Float = 0
  /// Of the characters in training, which are read as unknown ones. Runs of before the choice have nil: none.
  var unknownShare: Float? = 0.01
  var direction = ReadingDirection.leftToRight
  var optimizer = ClassifierSettings.usualOptimizer(.adam)
  /// What the soft nearest neighbour loss of the texts' states is multiplied by; nil leaves it out.
  var softNearestNeighbor: Float?
  var validationShare = 0.2
  /// The longest line of the data, in characters.
  var lineLimit = 10_000
  /// How many examples of the embedded data are generated.
  var embeddedExamples = 6_000

  /// The settings of an optimizer with a learning rate that suits the classifier, falling to zero on a line.
  ///
  /// A normalised cell without gates passes a gradient of full size through every step, so a text's gradient can be many times
  /// that of another. It gets Adam's published rate (Kingma and Ba 2015) and a limit of the norm (Pascanu et al. 2013).
  static func usualOptimizer(_ name: OptimizerName, for cell: CellName = .gru) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    settings.schedule = .linear(steps: nil)
    let isUngated = cell == .normalizedElman
    if isUngated { settings.clipNorm = 0.5 }
    switch name {
    case .adam, .amsgrad, .adamw: settings.learningRate = isUngated ? 0.001 : 0.004
    case .sgd: settings.learningRate = 0.5
    case .momentum, .nesterov: settings.learningRate = 0.05
    case .adagrad, .rmsprop, .centredRMSprop, .smorms3: break
    }
    return settings
  }
}

extension ClassifierSettings {
  var recurrentOptions: RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = layers
    options.direction = direction
    options.dropout = dropout
    options.recurrentDropout = recurrentDropout
    options.recurrentInitializer = .orthogonal(blockRows: units)
    return options
  }
}

/// The recurrent cells that can be asked for by name.
enum CellName: String, Codable, CaseIterable, Sendable {
  case elman
  case gru
  case lstm
  case normalizedElman = "ln-elman"
  case normalizedGRU = "ln-gru"
  case normalizedLSTM = "ln-lstm"

  /// Cells with a gate for it begin by remembering.
  var kind: CellKind {
    switch self {
    case .elman: .elman()
    case .gru: .gru(updateBias: 3)
    case .lstm: .lstm(forgetBias: 3)
    case .normalizedElman: .layerNormElman()
    case .normalizedGRU: .layerNormGRU(updateBias: 3)
    case .normalizedLSTM: .layerNormLSTM(forgetBias: 3)
    }
  }
}

/// How the states of the last layer after all steps of a text become one.
enum Pooling: String, Codable, CaseIterable, Sendable {
  /// The state after the last step read.
  case last
  /// The largest element of each unit.
  case max
  /// The mean of each unit.
  case mean
}
