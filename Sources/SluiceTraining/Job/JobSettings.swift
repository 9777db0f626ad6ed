import SluiceModels

/// What the settings of any training hold. Stored with the run: the same settings and data give the same model, bit for bit.
///
/// Settings of one's own add what the model and the batches need, and check it beside what all trainings have:
///
/// ```swift
/// struct TaggerSettings: JobSettings {
///   var seed: UInt64 = 1
///   var epochs = 10
///   var optimizer = OptimizerSettings(.adam)
///   var units = 32
///
///   func check(_ fields: SettingCheck) throws(SettingProblem) {
///     try checkTraining(fields)
///     try fields.value(units, SettingLimits.width, "units")
///   }
/// }
/// ```
public protocol JobSettings: Codable, Equatable, Sendable {
  /// What everything random derives from.
  var seed: UInt64 { get }
  /// Passes over the training part.
  var epochs: Int { get }
  /// How parameters are updated.
  var optimizer: OptimizerSettings { get }
  /// The parts that a batch is cut into, one after the other or each by another process; nil, the usual, for one. The model depends on
  /// it in its last bits, and never on how many processes share the shards.
  var shards: Int? { get }

  /// Throws for the first setting that cannot be.
  func check(_ fields: SettingCheck) throws(SettingProblem)
}

extension JobSettings {
  public var shards: Int? { nil }

  /// Checks no more than what all trainings have.
  public func check(_ fields: SettingCheck) throws(SettingProblem) { try checkTraining(fields) }

  /// Checks what all trainings have.
  public func checkTraining(_ fields: SettingCheck) throws(SettingProblem) {
    try fields.value(epochs, TrainingLimits.epochs, "epochs")
    try optimizer.check(fields.inside("optimizer"))
    try fields.value(shards, TrainingLimits.shards, "shards")
  }
}

/// What the settings of trainings may be.
public enum TrainingLimits {
  /// Passes over the training part.
  public static let epochs = SettingLimit(1...100_000)
  /// The parts that a batch is cut into.
  public static let shards = SettingLimit(1...4_096)
  /// Texts in a step of a classifier.
  public static let texts = SettingLimit(1...1_000_000)
  /// Words in a step of an encoder of words.
  public static let words = SettingLimit(4...100_000)
  /// Streams of a language model.
  public static let streams = SettingLimit(1...4_096)
  /// The power of the counts of words by which their stems are dealt out.
  public static let countExponent = SettingLimit<Float>(0...1)
  /// How much nearer, as a cosine, words of one stem have to be than others.
  public static let margin = SettingLimit<Float>(0...2)
  /// The stems to learn by heart, and the steps for it.
  public static let subset = SettingLimit(1...100_000)
  /// The share of the data to validate on.
  public static let validationShare = SettingLimit<Double>(0.01...0.9)
  /// Generated examples.
  public static let examples = SettingLimit(100...10_000_000)
  /// The step size.
  public static let learningRate = SettingLimit<Float>(above: 0)
  /// The share of the last step that goes on.
  public static let momentum = SettingLimit<Float>(0..<1)
  /// How fast values shrink.
  public static let weightDecay = SettingLimit<Float>(0...)
  /// The norm above which a gradient is scaled down.
  public static let clipNorm = SettingLimit<Float>(above: 0)
  /// The steps in which the learning rate grows to its full size.
  public static let warmUpSteps = SettingLimit(0...1_000_000_000)
}
