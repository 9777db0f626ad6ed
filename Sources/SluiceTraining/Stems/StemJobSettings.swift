import SluiceLayers
import SluiceModels
import SluiceText

/// Everything that decides what an encoder of words is and how it is trained. Stored with the run, the model's settings among the others.
public struct StemJobSettings: JobSettings {
  /// What the model is.
  public var model = StemEncoderSettings()
  public var seed: UInt64 = 1
  /// What the division of the data derives from, and generated data; nil for the seed. Another seed with this one kept trains another
  /// model on the same parts.
  public var dataSeed: UInt64?
  public var epochs = 20
  /// About how many words a step takes: whole stems.
  public var batch = 256
  /// The power of the counts by which stems are dealt out, where the data have counts: from 0, all alike, to 1. Runs of before have nil.
  public var countExponent: Float? = 0.75
  /// How much nearer, as a cosine, words of one stem have to be than others.
  public var margin: Float = 0.3
  /// Which word of another stem a triplet gets.
  public var sampling = TripletSampling.hard
  public var optimizer = Self.usualOptimizer(.adam)
  /// A file of words to validate on, in place of a share of the stems to train on.
  public var validationFile: String?
  /// A file of words that the saved model is measured on after the training.
  public var testFile: String?
  /// The share of the stems to validate on.
  public var validationShare = 0.2
  /// The stems of the small set that has to be learned by heart first.
  public var subsetStems = 24
  /// The steps it has for that.
  public var subsetSteps = 120
  /// How the files of the data are laid out, as far as that was asked for; nil for what their names say.
  public var columns: DataColumns?
  public var shards: Int?

  /// The default training.
  public init() {}

  /// The settings of an optimizer with a learning rate that suits the encoder.
  public static func usualOptimizer(_ name: OptimizerName) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    switch name {
    case .adam, .amsgrad, .adamw: settings.learningRate = 0.002
    case .sgd: settings.learningRate = 0.5
    case .momentum, .nesterov: settings.learningRate = 0.05
    case .adagrad, .rmsprop, .centeredRMSprop, .smorms3: break
    }
    return settings
  }

  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try model.check(fields)
    try checkTraining(fields)
    try fields.value(batch, TrainingLimits.words, "batch")
    try fields.value(countExponent, TrainingLimits.countExponent, "countExponent")
    try fields.value(margin, TrainingLimits.margin, "margin")
    try fields.value(validationShare, TrainingLimits.validationShare, "validationShare")
    try fields.value(subsetStems, TrainingLimits.subset, "subsetStems")
    try fields.value(subsetSteps, TrainingLimits.subset, "subsetSteps")
    try columns?.check(fields)
  }
}

extension StemJobSettings {
  private enum CodingKeys: String, CodingKey {
    case seed, dataSeed, epochs, batch, margin, sampling, optimizer, validationShare, subsetStems, subsetSteps
    case columns, shards, countExponent
    case validationFile, testFile
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try StemEncoderSettings(from: decoder)
    seed = try values.decode(UInt64.self, forKey: .seed)
    dataSeed = try values.decodeIfPresent(UInt64.self, forKey: .dataSeed)
    epochs = try values.decode(Int.self, forKey: .epochs)
    batch = try values.decode(Int.self, forKey: .batch)
    countExponent = try values.decodeIfPresent(Float.self, forKey: .countExponent)
    margin = try values.decode(Float.self, forKey: .margin)
    sampling = try values.decode(TripletSampling.self, forKey: .sampling)
    optimizer = try values.decode(OptimizerSettings.self, forKey: .optimizer)
    validationShare = try values.decode(Double.self, forKey: .validationShare)
    subsetStems = try values.decode(Int.self, forKey: .subsetStems)
    subsetSteps = try values.decode(Int.self, forKey: .subsetSteps)
    columns = try values.decodeIfPresent(DataColumns.self, forKey: .columns)
    shards = try values.decodeIfPresent(Int.self, forKey: .shards)
    validationFile = try values.decodeIfPresent(String.self, forKey: .validationFile)
    testFile = try values.decodeIfPresent(String.self, forKey: .testFile)
  }

  public func encode(to encoder: any Encoder) throws {
    try model.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seed, forKey: .seed)
    try values.encodeIfPresent(dataSeed, forKey: .dataSeed)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(batch, forKey: .batch)
    try values.encodeIfPresent(countExponent, forKey: .countExponent)
    try values.encode(margin, forKey: .margin)
    try values.encode(sampling, forKey: .sampling)
    try values.encode(optimizer, forKey: .optimizer)
    try values.encode(validationShare, forKey: .validationShare)
    try values.encode(subsetStems, forKey: .subsetStems)
    try values.encode(subsetSteps, forKey: .subsetSteps)
    try values.encodeIfPresent(columns, forKey: .columns)
    try values.encodeIfPresent(shards, forKey: .shards)
    try values.encodeIfPresent(validationFile, forKey: .validationFile)
    try values.encodeIfPresent(testFile, forKey: .testFile)
  }
}
