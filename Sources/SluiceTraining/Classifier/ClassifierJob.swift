import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceOptimizers
import SluiceStorage
import SluiceText

/// The training of a classifier of short texts, character by character.
///
/// ```swift
/// var training = try Training(ClassifierJob(readingFile: "messages.tsv"), in: "runs/sms")
/// try training.run()
/// ```
public struct ClassifierJob: TrainingJob {
  public static let name = ClassifierDescription.jobName

  public private(set) var settings: ClassifierJobSettings
  public let source: String?
  /// The names of the labels by their ids.
  public let labelNames: [String]
  /// The characters of the training part.
  public let alphabet: Alphabet
  /// The texts to train on.
  public let training: LabeledSequences
  /// The texts to validate on.
  public let validation: LabeledSequences
  /// The same as they were given.
  let validationTexts: LabeledTexts
  /// Class balance and lengths of all texts.
  public let statistics: TextStatistics
  public let novelties: [String]

  /// A training on the texts of a file, lines `label<TAB>text` in UTF-8, or on a generated program guide if none is given.
  ///
  /// - Parameter earlier: a finished model to begin from: its labels and characters keep their ids, those that are new follow.
  /// - Throws: `DataError` for a file that cannot be read or has no two labels.
  public init(
    readingFile path: String? = nil, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil
  ) throws(DataError) {
    let texts =
      if let path {
        try LabeledTexts(readingFile: path, lineLimit: settings.model.lineLimit)
      } else {
        ProgramGuide(seed: settings.seed).texts(settings.embeddedExamples)
      }
    self.init(texts, source: path, settings: settings, continuing: earlier)
  }

  /// A training on texts at hand, which are divided into a part to train on and one to validate on.
  public init(
    _ texts: LabeledTexts, source: String? = nil, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil
  ) {
    let texts = earlier.map { texts.continuing(labels: $0.labels) } ?? texts
    let parts = texts.split(validationShare: settings.validationShare, seed: settings.seed)
    labelNames = texts.labelNames
    alphabet = Alphabet(continuing: earlier?.alphabet, with: Alphabet(of: parts.training))
    novelties =
      Novelties.of(texts.labelNames, after: earlier?.labels)
      + Novelties.of(alphabet, after: earlier?.alphabet)
    training = LabeledSequences(parts.training, alphabet: alphabet)
    validation = LabeledSequences(parts.validation, alphabet: alphabet)
    validationTexts = parts.validation
    statistics = TextStatistics(texts)
    self.settings = settings
    self.source = source
  }

  /// The same data with other settings of the model and its updates.
  func with(_ settings: ClassifierJobSettings) -> ClassifierJob {
    var job = self
    job.settings = settings
    return job
  }

  public var description: ClassifierDescription {
    ClassifierDescription(settings: settings.model, labels: labelNames, alphabet: alphabet)
  }

  public var expectation: LossExpectation {
    // With the second loss added, the sum has a size of its own, and a negative factor makes it negative.
    guard settings.softNearestNeighbor == nil else { return LossExpectation(least: nil) }
    return LossExpectation(
      chance: logarithm(of: labelNames.count), baseline: entropy(ofCounts: labelCounts))
  }

  public var splitOverlap: SplitOverlap? {
    SplitOverlap(training: training, validation: validation, alphabet: alphabet)
  }

  /// A checksum of both parts as they are read, and of the labels' names.
  public var dataFingerprint: String? {
    var check = CRC32C()
    for name in labelNames { check.update(counted: name) }
    for part in [training, validation] {
      check.update(indices: part.symbols)
      for label in part.labels { check.update(Int(label)) }
    }
    for scalar in alphabet.scalars { check.update(Int(scalar)) }
    return check.hexadecimal
  }

  public var inputs: [String] { source.map { [$0] } ?? [] }

  public var plannedSteps: Int { settings.epochs * training.batchCount(of: settings.batch) }

  /// How often each label occurs in the training part.
  public var labelCounts: [Int] {
    var counts = Array(repeating: 0, count: labelNames.count)
    for label in training.labels { counts[Int(label)] += 1 }
    return counts
  }

  /// A classifier, and the loss that parts or entangles the labels' states, if it was asked for.
  public struct Model: Sendable {
    /// What is trained and saved.
    public let classifier: TextClassifier
    /// The loss on the states, with its temperature; nil where it was not asked for.
    public let neighbors: SoftNearestNeighborLoss?
  }

  public func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model {
    let classifier = try TextClassifier(
      symbols: alphabet.count, labels: labelNames.count, settings.model, in: &parameters)
    let neighbors = try settings.softNearestNeighbor.map { factor throws(ModelError) in
      try SoftNearestNeighborLoss(
        factor: factor, temperature: Self.firstTemperature, learnsTemperature: true, named: "neighbors",
        in: &parameters)
    }
    return Model(classifier: classifier, neighbors: neighbors)
  }

  public var overflowAdvice: String {
    Suspects(optimizer: settings.optimizer, lossFactor: settings.softNearestNeighbor).advice
  }

  public var memoryAdvice: String {
    "a smaller --units, --layers, --embedding or --batch, or shorter texts"
  }

  /// About the squared distance of two states at the start.
  private static let firstTemperature: Float = 10

  public func makeBatches() -> Batches {
    training.batches(of: settings.batch, shuffledBy: settings.seed)
  }

  public func makeState(for model: Model) -> UnknownDropout {
    UnknownDropout(share: settings.model.unknownShare, training.largestBatch(of: settings.batch))
  }

  public func largestBatches() -> LargestBatches<LabeledBatch> {
    LargestBatches(
      training: [training.longest(textsAtOnce)], validation: [validation.longest(textsAtOnce)])
  }

  /// The texts that are read side by side: those of a batch or, where batches are cut, of a shard.
  var textsAtOnce: Int { max(settings.batch.shared(by: settings.shards), 1) }

  public func addReads(of batch: LabeledBatch, by model: Model, to reads: inout TableReads) {
    UnknownDropout.addReads(
      of: batch.symbols, share: settings.model.unknownShare, in: model.classifier.embedding.table, to: &reads)
  }

  public func loss(
    of batch: LabeledBatch, by model: Model, from before: UnknownDropout, to after: inout UnknownDropout,
    _ tape: inout Tape
  ) -> StepLoss<ClassifierFigures> {
    after.read(batch.symbols, in: tape)
    let states = model.classifier.states(after.symbols, &tape)
    let logits = model.classifier.output(states, &tape)
    var loss = crossEntropy(logits, batch.labels, &tape)
    if let neighbors = model.neighbors { loss = add(loss, neighbors(states, batch.labels, &tape), &tape) }
    return StepLoss(
      loss, mean: tape.scalar(loss), count: batch.labels.count,
      figures: ClassifierFigures(
        correct: Self.correctCount(tape.values(of: logits), batch.labels), count: batch.labels.count))
  }

  private static func correctCount(_ logits: Floats, _ labels: [Int32]) -> Int {
    let classes = logits.count / max(labels.count, 1)
    var correct = 0
    for i in 0..<labels.count
    where logits[i * classes..<(i + 1) * classes].indexOfMaximum == Int(labels[i]) {
      correct += 1
    }
    return correct
  }
}
