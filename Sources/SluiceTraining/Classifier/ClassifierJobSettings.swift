import SluiceModels

/// Everything that decides what a classifier is and how it is trained. Stored with the run, the model's settings among the others.
public struct ClassifierJobSettings: JobSettings {
  /// What the model is.
  public var model = ClassifierSettings()
  public var seed: UInt64 = 1
  public var epochs = 15
  /// Texts in a step.
  public var batch = 64
  public var optimizer = Self.usualOptimizer(.adam)
  /// What the soft nearest neighbor loss of the texts' states is multiplied by; nil leaves it out.
  public var softNearestNeighbor: Float?
  /// The share of the texts to validate on.
  public var validationShare = 0.2
  /// How many examples of the embedded data are generated.
  public var embeddedExamples = 6_000
  public var shards: Int?

  /// The default training.
  public init() {}

  /// The settings of an optimizer with a learning rate that suits the classifier, falling to zero on a line.
  ///
  /// A normalized cell without gates passes a gradient of full size through every step, so a text's gradient can be many times
  /// that of another. It gets Adam's published rate (Kingma and Ba 2015) and a limit of the norm (Pascanu et al. 2013).
  public static func usualOptimizer(_ name: OptimizerName, for cell: CellName = .gru) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    settings.schedule = .linear(steps: nil)
    let isUngated = cell == .normalizedElman
    if isUngated { settings.clipNorm = 0.5 }
    switch name {
    case .adam, .amsgrad, .adamw: settings.learningRate = isUngated ? 0.001 : 0.004
    case .sgd: settings.learningRate = 0.5
    case .momentum, .nesterov: settings.learningRate = 0.05
    case .adagrad, .rmsprop, .centeredRMSprop, .smorms3: break
    }
    return settings
  }

  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try model.check(fields)
    try checkTraining(fields)
    try fields.value(batch, TrainingLimits.texts, "batch")
    try fields.value(validationShare, TrainingLimits.validationShare, "validationShare")
    try fields.value(embeddedExamples, TrainingLimits.examples, "embeddedExamples")
  }
}

extension ClassifierJobSettings {
  private enum CodingKeys: String, CodingKey {
    case seed, epochs, batch, optimizer, softNearestNeighbor, validationShare, embeddedExamples, shards
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try ClassifierSettings(from: decoder)
    seed = try values.decode(UInt64.self, forKey: .seed)
    epochs = try values.decode(Int.self, forKey: .epochs)
    batch = try values.decode(Int.self, forKey: .batch)
    optimizer = try values.decode(OptimizerSettings.self, forKey: .optimizer)
    softNearestNeighbor = try values.decodeIfPresent(Float.self, forKey: .softNearestNeighbor)
    validationShare = try values.decode(Double.self, forKey: .validationShare)
    embeddedExamples = try values.decode(Int.self, forKey: .embeddedExamples)
    shards = try values.decodeIfPresent(Int.self, forKey: .shards)
  }

  public func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seed, forKey: .seed)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(batch, forKey: .batch)
    try values.encode(optimizer, forKey: .optimizer)
    try values.encodeIfPresent(softNearestNeighbor, forKey: .softNearestNeighbor)
    try values.encode(validationShare, forKey: .validationShare)
    try values.encode(embeddedExamples, forKey: .embeddedExamples)
    try values.encodeIfPresent(shards, forKey: .shards)
  }
}
