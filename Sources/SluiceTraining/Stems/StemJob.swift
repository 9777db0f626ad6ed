import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceOptimizers
import SluiceStorage
import SluiceText

/// The training of an encoder that brings words of one stem together.
public struct StemJob: TrainingJob {
  public static let name = StemDescription.jobName
  public static let unit = "words"

  public private(set) var settings: StemJobSettings
  public let source: String?
  /// All words.
  public let all: WordStems
  /// The words to train on.
  public private(set) var training: WordStems
  /// Words of other stems, to validate on.
  public let validation: WordStems
  /// The words that the saved model is measured on in the end; nil where there are none.
  public let test: WordStems?
  /// The characters of the training part.
  public let alphabet: Alphabet
  public let novelties: [String]
  /// What the nearest words by spelling alone find on the validation part; nil before it was counted.
  public private(set) var baselines: Baselines?

  /// A training on the words of a file, lines `word<TAB>stem` in UTF-8, or on an embedded vocabulary if none is given.
  ///
  /// - Parameter earlier: a finished model to begin from: its characters keep their ids, those that are new follow.
  /// - Throws: `DataError` for a file that cannot be read or has too few stems of several words.
  public init(
    readingFile path: String? = nil, settings: StemJobSettings = StemJobSettings(),
    continuing earlier: StemDescription? = nil
  ) throws(DataError) {
    let all =
      if let path {
        try WordStems(
          readingFile: path, columns: settings.columns ?? DataColumns(), lineLimit: settings.model.lineLimit)
      } else {
        Inflections.wordStems
      }
    func part(_ file: String?) throws(DataError) -> WordStems? {
      guard let file else { return nil }
      return try WordStems(
        readingFile: file, columns: settings.columns?.withoutCounts ?? DataColumns(),
        lineLimit: settings.model.lineLimit)
    }
    try self.init(
      all, validation: part(settings.validationFile), test: part(settings.testFile), source: path,
      settings: settings, continuing: earlier)
  }

  /// A training on words at hand, whose stems are divided into a part to train on and one to validate on.
  ///
  /// - Parameters:
  ///   - given: words to validate on: then all others are trained on.
  ///   - test: words that the saved model is measured on in the end.
  public init(
    _ words: WordStems, validation given: WordStems? = nil, test: WordStems? = nil, source: String? = nil,
    settings: StemJobSettings = StemJobSettings(),
    continuing earlier: StemDescription? = nil
  ) {
    all = words
    (training, validation) =
      given.map { (words, $0) }
      ?? words.split(validationShare: settings.validationShare, seed: settings.dataSeed ?? settings.seed)
    self.test = test
    alphabet = Alphabet(continuing: earlier?.alphabet, with: Alphabet(of: training.words))
    novelties = Novelties.of(alphabet, after: earlier?.alphabet)
    self.settings = settings
    self.source = source
  }

  /// The same training on some of its words, all in a batch.
  private func limited(to subset: WordStems) -> StemJob {
    var job = self
    job.training = subset
    // All of a model is learned by heart, whatever of it the training itself freezes.
    job.settings.optimizer.frozen = nil
    job.settings.shards = nil
    job.settings.batch = min(max(subset.count, 1), max(settings.batch, 1_024))
    return job
  }

  /// The same data with other settings of the model and its updates.
  public func with(_ settings: StemJobSettings) -> StemJob {
    var job = self
    job.settings = settings
    return job
  }

  public var description: StemDescription {
    StemDescription(
      settings: settings.model, alphabet: alphabet, words: training.words + validation.words)
  }

  public var expectation: LossExpectation {
    LossExpectation(baseline: settings.margin > 0 ? settings.margin : nil)
  }

  /// A checksum of all words with their stems.
  public var dataFingerprint: String? {
    var check = CRC32C()
    let files = [all, settings.validationFile == nil ? nil : validation, test].compactMap { $0 }
    for part in files {
      for name in part.stemNames { check.update(counted: name) }
      for word in part.words { check.update(counted: word) }
      check.update(indices: part.stems)
      for count in part.counts ?? [] { check.update(counted: "\(count)") }
    }
    return check.hexadecimal
  }

  public var inputs: [String] {
    [source, settings.validationFile, settings.testFile].compactMap { $0 }
  }

  public var plannedSteps: Int {
    settings.epochs * (makeBatches().wordsOfEpoch + settings.batch - 1) / settings.batch
  }

  /// An encoder and the loss of its triplets.
  public struct Model: Sendable {
    /// What is trained and saved.
    public let encoder: StemEncoder
    /// The loss that brings words of one stem together.
    public let triplets: TripletMarginLoss
  }

  public func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model {
    Model(
      encoder: try StemEncoder(symbols: alphabet.count, settings.model, in: &parameters),
      triplets: TripletMarginLoss(margin: settings.margin, sampling: settings.sampling))
  }

  public var memoryAdvice: String {
    (settings.model.readsGrams ? "a smaller --ngram-rows, " : "a smaller --units, --embedding, ")
      + "--width or --batch, or shorter words"
  }

  /// What reads the n-grams of words; nil where none are read.
  var gramReader: GramReader? { settings.model.gramReader(alphabet) }

  public func makeBatches() -> StemBatches {
    StemBatches(
      training, alphabet, size: settings.batch, seed: settings.seed, grams: gramReader,
      countExponent: settings.countExponent)
  }

  public func makeState(for model: Model) -> UnknownDropout {
    UnknownDropout(share: settings.model.unknownShare, makeBatches().bound)
  }

  public func largestBatches() -> LargestBatches<StemBatch> {
    LargestBatches(training: [makeBatches().largestBatch(shards: settings.shards ?? 1)])
  }

  public func addReads(of batch: StemBatch, by model: Model, to reads: inout TableReads) {
    if let characters = model.encoder.characters {
      UnknownDropout.addReads(
        of: batch.symbols, share: settings.model.unknownShare, in: characters.embedding.table, to: &reads)
    }
    if let grams = model.encoder.grams { reads.add(batch.grams.rows, of: grams.table.table) }
  }

  public func loss(
    of batch: StemBatch, by model: Model, from before: UnknownDropout, to after: inout UnknownDropout,
    _ tape: inout Tape
  ) -> StepLoss<TripletFigures> {
    after.read(batch.symbols, in: tape)
    let result = model.triplets(model.encoder.vectors(after.symbols, batch.grams, &tape), batch.stems, &tape)
    return StepLoss(
      result.loss, mean: tape.scalar(result.loss), count: batch.count,
      figures: TripletFigures(result.report, words: batch.count))
  }

  public func measureTest(
    _ model: Model, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> StemMeasure? {
    guard let test else { return nil }
    let vectors = WordVectors(test.words, model.encoder, alphabet, parameters, while: goesOn)
    return vectors?.recall(test, parameters.engine, while: goesOn).map {
      StemMeasure(
        recall: $0, prefixBaseline: WordSearch.prefixRecall(test, while: goesOn),
        trigramBaseline: WordSearch.trigramRecall(test, while: goesOn))
    }
  }

  public func scheduleFigure(of measure: StemMeasure, after epoch: Int) -> Double? {
    // The share of words whose nearest is none of their stem.
    1 - measure.recall.at1
  }
}

extension StemJob {
  /// What the nearest words by spelling alone find on the validation part.
  public struct Baselines: Equatable, Sendable {
    /// By the longest common prefix.
    public let prefix: Recall
    /// By common character trigrams.
    public let trigram: Recall
  }

  /// Learns a few stems by heart, and counts what the nearest words by spelling alone find.
  public mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) throws {
    let alone = all.countsByStem.count { $0 == 1 }
    let tied = (0..<all.count).count { all.stems.length($0) > 1 }
    say(
      "\(grouped(all.count)) words of \(grouped(all.stemNames.count)) stems, \(grouped(alone)) of them with one word; "
        + (tied > 0 ? "\(grouped(tied)) words have several stems; " : "")
        + "\(grouped(training.count)) words to train on, \(grouped(validation.count)) of other stems to validate on"
    )
    if let text = countText { say(text) }
    try learnByHeart(engine: engine, while: goesOn, say)
    try prepareAgain(engine: engine, while: goesOn)
    guard let baselines else { return }
    say("\non \(grouped(baselines.prefix.queries)) words of stems never seen:")
    say("  longest common prefix  \(baselines.prefix.text)")
    say("  character trigrams     \(baselines.trigram.text)\n")
  }

  /// What the nearest words by spelling alone find.
  public mutating func prepareAgain(engine: Engine, while goesOn: () -> Bool) throws {
    guard let prefix = WordSearch.prefixRecall(validation, while: goesOn),
      let trigram = WordSearch.trigramRecall(validation, while: goesOn)
    else { return }
    baselines = Baselines(prefix: prefix, trigram: trigram)
  }

  /// Learns a few stems by heart: if that fails, something is wrong with the model or the settings.
  private func learnByHeart(
    engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void
  ) throws(ModelError) {
    let several = training.stemsOfSeveralWords
    let step = max(several.count / settings.subsetStems, 1)
    let chosen = Set(
      stride(from: 0, to: several.count, by: step).prefix(settings.subsetStems).map { Int32(several[$0]) })
    let subset = training.subset { chosen.contains($0) }
    var trainer = try Trainer(limited(to: subset), engine: engine)
    var losses: [Float] = []
    for number in 0..<settings.subsetSteps {
      guard goesOn() else { return }
      trainer.start(epoch: number)
      if let step = trainer.step() { losses.append(step.loss) }
    }
    trainer.settle()
    guard
      let recall = WordVectors(subset.words, trainer.model.encoder, alphabet, trainer.parameters)
        .recall(subset, engine, while: goesOn)
    else { return }
    say(
      "by heart: \(subset.count) words of \(chosen.count) stems, loss \(fixed(Double(losses.first ?? 0), 4)) → "
        + "\(fixed(Double(losses.last ?? 0), 4)) in \(losses.count) steps, \(recall.text)")
    if recall.at1 < 0.9 {
      say("a small set is not learned by heart: something blocks the model, or the learning rate is off")
    }
  }
}
