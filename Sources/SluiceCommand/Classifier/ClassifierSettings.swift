import Sluice

/// Everything that decides what a classifier is and how it is trained. Stored with the run.
struct ClassifierSettings: Codable, Equatable, Sendable {
  var seed: UInt64 = 1
  var epochs = 15
  var batch = 64
  var embeddingWidth = 32
  var units = 128
  var dropout: Float = 0.1
  var readsRightToLeft = false
  var optimizer = OptimizerName.adam
  var learningRate: Float = OptimizerName.adam.defaultLearningRate
  var validationShare = 0.2
  /// The longest line of the data, in characters.
  var lineLimit = 10_000
  /// How many examples of the embedded data are generated.
  var embeddedExamples = 6_000
}

/// The update rules that can be asked for by name.
enum OptimizerName: String, Codable, CaseIterable, Sendable {
  case adam
  case smorms3
  case sgd

  var defaultLearningRate: Float {
    switch self {
    case .adam: 0.004
    case .smorms3: 0.0025
    case .sgd: 0.5
    }
  }

  func makeOptimizer(
    learningRate: Float, for parameters: borrowing Parameters
  ) throws(ModelError) -> Optimizer {
    switch self {
    case .adam: try Optimizer(.adam(learningRate: learningRate), for: parameters)
    case .smorms3: try Optimizer(.smorms3(learningRate: learningRate), for: parameters)
    case .sgd: try Optimizer(.sgd(learningRate: learningRate), for: parameters)
    }
  }
}
