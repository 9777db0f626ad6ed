import SluiceModels
import SluiceText

/// Everything that decides what a language model is and how it is trained. Stored with the run, the model's settings among the others.
public struct LanguageModelJobSettings: JobSettings {
  /// What the model is.
  public var model = LanguageModelSettings()
  /// The name of the configuration that the settings began with.
  public var configuration = LanguageModelConfiguration.tiny
  public var seed: UInt64 = 3435
  /// What generated data derive from; nil for the seed.
  public var dataSeed: UInt64?
  public var epochs = 25
  /// Streams of text read side by side.
  public var streams = 20
  public var optimizer = Self.usualOptimizer(.sgd)
  /// The first epoch whose perplexity is compared with the one before, by schedules that watch it.
  public var firstComparedEpoch = 3
  /// Whose words can be predicted.
  public var vocabulary = WordCorpus.VocabularySource.training
  /// The most words of the vocabulary; nil for all.
  public var vocabularyLimit: Int?
  /// The last share of the lines of a text, to validate on.
  public var validationShare = 0.1
  /// How the files of the data are laid out, as far as that was asked for; nil for what their names say.
  public var columns: DataColumns?
  public var shards: Int?

  /// The training of the paper's small models.
  public init() {}

  /// The settings of an optimizer with what suits a language model: for SGD the paper's. The gradient is a sum over time, so its
  /// norm is limited whatever the rule.
  public static func usualOptimizer(_ name: OptimizerName) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    settings.clipNorm = 5
    settings.schedule = .halving
    switch name {
    case .sgd: settings.learningRate = 1
    case .momentum, .nesterov: settings.learningRate = 0.1
    case .adam, .amsgrad, .adamw: settings.learningRate = 0.002
    case .adagrad, .rmsprop, .centeredRMSprop, .smorms3: break
    }
    return settings
  }

  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try model.check(fields)
    try checkTraining(fields)
    try fields.value(streams, TrainingLimits.streams, "streams")
    try fields.value(firstComparedEpoch, TrainingLimits.epochs, "firstComparedEpoch")
    try fields.value(vocabularyLimit, SettingLimits.vocabularyLimit, "vocabularyLimit")
    try fields.value(validationShare, TrainingLimits.validationShare, "validationShare")
    try columns?.check(fields)
  }
}

extension LanguageModelJobSettings {
  private enum CodingKeys: String, CodingKey {
    case configuration, seed, dataSeed, epochs, streams, optimizer, firstComparedEpoch, vocabulary,
      vocabularyLimit, validationShare, columns, shards
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try LanguageModelSettings(from: decoder)
    configuration =
      try values.decodeIfPresent(LanguageModelConfiguration.self, forKey: .configuration) ?? .tiny
    seed = try values.decode(UInt64.self, forKey: .seed)
    dataSeed = try values.decodeIfPresent(UInt64.self, forKey: .dataSeed)
    epochs = try values.decode(Int.self, forKey: .epochs)
    streams = try values.decode(Int.self, forKey: .streams)
    optimizer = try values.decode(OptimizerSettings.self, forKey: .optimizer)
    firstComparedEpoch = try values.decode(Int.self, forKey: .firstComparedEpoch)
    vocabulary = try values.decode(WordCorpus.VocabularySource.self, forKey: .vocabulary)
    vocabularyLimit = try values.decodeIfPresent(Int.self, forKey: .vocabularyLimit)
    validationShare = try values.decode(Double.self, forKey: .validationShare)
    columns = try values.decodeIfPresent(DataColumns.self, forKey: .columns)
    shards = try values.decodeIfPresent(Int.self, forKey: .shards)
  }

  public func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(configuration, forKey: .configuration)
    try values.encode(seed, forKey: .seed)
    try values.encodeIfPresent(dataSeed, forKey: .dataSeed)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(streams, forKey: .streams)
    try values.encode(optimizer, forKey: .optimizer)
    try values.encode(firstComparedEpoch, forKey: .firstComparedEpoch)
    try values.encode(vocabulary, forKey: .vocabulary)
    try values.encodeIfPresent(vocabularyLimit, forKey: .vocabularyLimit)
    try values.encode(validationShare, forKey: .validationShare)
    try values.encodeIfPresent(columns, forKey: .columns)
    try values.encodeIfPresent(shards, forKey: .shards)
  }
}
