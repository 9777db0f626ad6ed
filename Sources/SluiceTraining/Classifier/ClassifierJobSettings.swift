import SluiceModels
import SluiceText

/// Everything that decides what a classifier is and how it is trained. Stored with the run, the model's settings among the others.
public struct ClassifierJobSettings: JobSettings {
  /// What the model is.
  public var model = ClassifierSettings()
  public var seed: UInt64 = 1
  /// What the division of the data derives from, and generated data; nil for the seed. Another seed with this one kept trains another
  /// model on the same parts.
  public var dataSeed: UInt64?
  public var epochs = 15
  /// Texts in a step.
  public var batch = 64
  public var optimizer = Self.usualOptimizer(.adam)
  /// What the soft nearest neighbor loss of the texts' states is multiplied by; nil leaves it out.
  public var softNearestNeighbor: Float?
  /// The figure of the validation part that decides which epoch is the best. Runs of before the choice have nil: macro F1.
  public var metric: ClassifierMetric?
  /// What examples count in the loss. Runs of before the choice have nil: all the same.
  public var classWeights: ClassWeights?
  /// A file of texts to validate on, in place of a share of those to train on.
  public var validationFile: String?
  /// A file of texts that the saved model is measured on after the training.
  public var testFile: String?
  /// The share of the texts to validate on.
  public var validationShare = 0.1
  /// Whether the saved model's table of n-grams is solved for on all texts, those to validate on among them, where they are a share of the data: everything
  /// is chosen and measured with the table of those to train on. Runs of before the choice have nil: it is not.
  public var refit: Bool? = true
  /// How many examples of the embedded data are generated.
  public var embeddedExamples = 6_000
  /// How the files of the data are laid out, as far as that was asked for; nil for what their names say.
  public var columns: DataColumns?
  public var shards: Int?

  /// The default training.
  public init() {}

  /// The settings of an optimizer with a learning rate that suits the classifier, falling to zero on a line.
  ///
  /// A normalized cell without gates passes a gradient of full size through every step, so a text's gradient can be many times
  /// that of another. It gets Adam's published rate (Kingma and Ba 2015) and a limit of the norm (Pascanu et al. 2013).
  ///
  /// Of a reader of n-grams alone only a gain and a bias of each label are learned, which is a convex problem of few numbers: five times
  /// the rate of a net settles them within the first epochs.
  public static func usualOptimizer(
    _ name: OptimizerName, for cell: CellName = .gru, reader: TextReader? = nil
  ) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    settings.schedule = .linear(steps: nil)
    let isSolved = reader == .ngrams
    let isUngated = cell == .normalizedElman && !isSolved
    if isUngated { settings.clipNorm = 0.5 }
    switch name {
    case .adam, .amsgrad, .adamw: settings.learningRate = isSolved ? 0.02 : isUngated ? 0.001 : 0.004
    case .sgd: settings.learningRate = 0.5
    case .momentum, .nesterov: settings.learningRate = 0.05
    case .adagrad, .rmsprop, .centeredRMSprop, .smorms3: break
    }
    return settings
  }

  /// Throws for the first setting that is out of its range, by its name.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try model.check(fields)
    try checkTraining(fields)
    try fields.value(batch, TrainingLimits.texts, "batch")
    guard softNearestNeighbor == nil || model.reader != .ngrams else {
      throw fields.problem(
        "softNearestNeighbor", expected: "none, for n-grams alone have no states", found: "one")
    }
    guard softNearestNeighbor == nil || !model.isMultilabel else {
      throw fields.problem(
        "softNearestNeighbor",
        expected: "none where texts have any number of labels, for they are of no one class",
        found: "one")
    }
    try fields.value(validationShare, TrainingLimits.validationShare, "validationShare")
    try fields.value(embeddedExamples, TrainingLimits.examples, "embeddedExamples")
    try columns?.check(fields)
  }
}

extension ClassifierJobSettings {
  private enum CodingKeys: String, CodingKey {
    case seed, dataSeed, epochs, batch, optimizer, softNearestNeighbor, validationShare, embeddedExamples
    case metric, classWeights, validationFile, testFile, refit, columns, shards
  }

  /// Reads settings as `encode` wrote them; what earlier versions did not have gets the value that they had.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try ClassifierSettings(from: decoder)
    seed = try values.decode(UInt64.self, forKey: .seed)
    dataSeed = try values.decodeIfPresent(UInt64.self, forKey: .dataSeed)
    epochs = try values.decode(Int.self, forKey: .epochs)
    batch = try values.decode(Int.self, forKey: .batch)
    optimizer = try values.decode(OptimizerSettings.self, forKey: .optimizer)
    softNearestNeighbor = try values.decodeIfPresent(Float.self, forKey: .softNearestNeighbor)
    validationShare = try values.decode(Double.self, forKey: .validationShare)
    embeddedExamples = try values.decode(Int.self, forKey: .embeddedExamples)
    metric = try values.decodeIfPresent(ClassifierMetric.self, forKey: .metric)
    classWeights = try values.decodeIfPresent(ClassWeights.self, forKey: .classWeights)
    validationFile = try values.decodeIfPresent(String.self, forKey: .validationFile)
    testFile = try values.decodeIfPresent(String.self, forKey: .testFile)
    refit = try values.decodeIfPresent(Bool.self, forKey: .refit)
    columns = try values.decodeIfPresent(DataColumns.self, forKey: .columns)
    shards = try values.decodeIfPresent(Int.self, forKey: .shards)
  }

  /// Writes all settings by their names.
  public func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seed, forKey: .seed)
    try values.encodeIfPresent(dataSeed, forKey: .dataSeed)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(batch, forKey: .batch)
    try values.encode(optimizer, forKey: .optimizer)
    try values.encodeIfPresent(softNearestNeighbor, forKey: .softNearestNeighbor)
    try values.encode(validationShare, forKey: .validationShare)
    try values.encode(embeddedExamples, forKey: .embeddedExamples)
    try values.encodeIfPresent(metric, forKey: .metric)
    try values.encodeIfPresent(classWeights, forKey: .classWeights)
    try values.encodeIfPresent(validationFile, forKey: .validationFile)
    try values.encodeIfPresent(testFile, forKey: .testFile)
    try values.encodeIfPresent(refit, forKey: .refit)
    try values.encodeIfPresent(columns, forKey: .columns)
    try values.encodeIfPresent(shards, forKey: .shards)
  }
}
