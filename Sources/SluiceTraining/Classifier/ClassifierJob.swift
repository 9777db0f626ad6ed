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
  /// The sets of labels of all parts, where texts have any number of labels; nil where each has one.
  public let labelSets: LabelSets?
  /// The texts to train on; of those that stay in their file a sample.
  public let training: LabeledSequences
  /// The texts of a file that is larger than memory may be: it is read again in every epoch. Nil where all texts are held.
  public let streamed: StreamedTexts?
  /// The texts to validate on.
  public let validation: LabeledSequences
  /// The texts that the saved model is measured on in the end; nil where there are none.
  public let test: LabeledSequences?
  /// The same as they were given.
  let validationTexts: LabeledTexts
  /// Class balance and lengths of all texts.
  public let statistics: TextStatistics
  public let novelties: [String]
  /// The linear classifier of n-grams; nil where none are read.
  private(set) var grams: GramSolution?
  /// Whether n-grams were asked for beside the characters and are not read, as there are too few texts for so many labels.
  var leavesOutGrams: Bool { settings.model.reader == .both && grams == nil }
  /// The same classifier solved for on all texts, those to validate on among them: what is saved. Nil where it is not to be, or cannot.
  private(set) var refittedGrams: GramSolution?
  public private(set) var refittedParts: RefittedParts?
  /// Whether the texts to validate on were given, and are not a share of the others.
  private let isValidationGiven: Bool
  /// What an example of each label counts in the loss; nil where all count the same.
  private(set) var weights: [Float]?
  /// What simple methods reach on the validation part; none before `prepare`.
  public internal(set) var knownBaselines: [Baseline] = []

  /// A training on the texts of a file, lines `label<TAB>text` in UTF-8, or on a generated program guide if none is given. A large file is read in
  /// pieces (`StreamedTexts.isStreamed`), unless a text has any number of labels: such texts are held in memory.
  ///
  /// - Parameter earlier: a finished model to begin from: its labels and characters keep their ids, those that are new follow.
  /// - Throws: `DataError` for a file that cannot be read or has no two labels.
  public init(
    readingFile path: String? = nil, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil
  ) throws(DataError) {
    if let path, !settings.model.isMultilabel, StreamedTexts.isStreamed(path) {
      try self.init(streamingFile: path, settings: settings, continuing: earlier)
      return
    }
    let found =
      if let path {
        try LabeledTexts(
          readingFile: path, columns: settings.columns ?? DataColumns(), lineLimit: settings.model.lineLimit,
          multilabel: settings.model.isMultilabel,
          byteLimit: TextLines.isStandardInput(path) && !settings.model.isMultilabel
            ? StreamedTexts.streamedSize : nil)
      } else {
        ProgramGuide(seed: settings.dataSeed ?? settings.seed).texts(settings.embeddedExamples)
      }
    let texts = earlier.map { found.continuing(labels: $0.labels) } ?? found
    let parts = try Self.givenParts(of: texts.labelNames, settings, path ?? "the embedded data")
    self.init(
      texts, validation: parts.validation, test: parts.test, source: path, settings: settings,
      continuing: earlier)
  }

  /// The texts of the files that are given beside those to train on.
  ///
  /// - Throws: `DataError` for a file that cannot be read, and for settings that name a label which the data do not have.
  static func givenParts(
    of labels: [String], _ settings: ClassifierJobSettings, _ name: String
  ) throws(DataError) -> (validation: LabeledTexts?, test: LabeledTexts?) {
    func part(_ file: String?) throws(DataError) -> LabeledTexts? {
      guard let file else { return nil }
      return try LabeledTexts(
        readingFile: file, columns: settings.columns ?? DataColumns(), labels: labels,
        lineLimit: settings.model.lineLimit, multilabel: settings.model.isMultilabel)
    }
    if let label = settings.metric?.unknownLabel(among: labels) {
      throw DataError(
        path: name,
        expected: "a label of the data behind f1:, of which there are "
          + LabelList.text(labels, nearest: label),
        got: ScreenText.quoted(label, limit: 40))
    }
    return try (part(settings.validationFile), part(settings.testFile))
  }

  /// A training on texts at hand, which are divided into a part to train on and one to validate on.
  ///
  /// - Parameters:
  ///   - given: texts to validate on: then all others are trained on. Their labels are those of `texts`, in the same order.
  ///   - test: texts that the saved model is measured on in the end, of the same labels.
  ///   - settings: where the texts have any number of labels, the classifier is trained for that whatever these say.
  public init(
    _ texts: LabeledTexts, validation given: LabeledTexts? = nil, test: LabeledTexts? = nil,
    source: String? = nil, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil
  ) {
    let continued = earlier.map { texts.continuing(labels: $0.labels) } ?? texts
    var settings = settings
    let (texts, given, test) = Self.sharingSets(continued, given, test, &settings)
    let parts =
      given.map { (training: texts, validation: $0) }
      ?? texts.split(
        validationShare: settings.validationShare, seed: settings.dataSeed ?? settings.seed)
    labelSets = texts.sets
    labelNames = texts.labelNames
    alphabet = Alphabet(continuing: earlier?.alphabet, with: Alphabet(of: parts.training))
    novelties =
      Novelties.of(texts.labelNames, after: earlier?.labels)
      + Novelties.of(alphabet, after: earlier?.alphabet)
    training = LabeledSequences(parts.training, alphabet: alphabet)
    validation = LabeledSequences(parts.validation, alphabet: alphabet)
    validationTexts = parts.validation
    self.test = test.map { [alphabet] in LabeledSequences($0, alphabet: alphabet) }
    statistics = TextStatistics(texts)
    streamed = nil
    isValidationGiven = given != nil
    self.settings = settings
    self.source = source
    solve()
  }

  /// A training on texts that stay in their file.
  ///
  /// - Parameters:
  ///   - given: texts to validate on, of the same labels; then all of the file are trained on. Nil for those of the file.
  ///   - test: texts that the saved model is measured on in the end, of the same labels.
  init(
    _ texts: StreamedTexts, validation given: LabeledTexts?, test: LabeledTexts?, source: String,
    settings: ClassifierJobSettings, continuing earlier: ClassifierDescription?
  ) {
    labelSets = nil
    labelNames = texts.labelNames
    alphabet = Alphabet(continuing: earlier?.alphabet, with: texts.alphabet)
    novelties =
      Novelties.of(texts.labelNames, after: earlier?.labels)
      + Novelties.of(alphabet, after: earlier?.alphabet)
    training = LabeledSequences(texts.sample, alphabet: alphabet)
    validationTexts = given ?? texts.validation
    validation = LabeledSequences(validationTexts, alphabet: alphabet)
    self.test = test.map { [alphabet] in LabeledSequences($0, alphabet: alphabet) }
    statistics = texts.statistics
    streamed = texts
    isValidationGiven = given != nil
    self.settings = settings
    self.source = source
    solve()
  }

  /// Solves for what is not trained, as the settings ask for. With too few texts for so many labels, characters are read alone.
  private mutating func solve() {
    weights = labelWeights
    knownBaselines = []
    let readsGrams =
      switch settings.model.reader ?? .characters {
      case .characters: false
      case .ngrams: GramFeatures.areAffordable(training, labelCount: labelNames.count)
      case .both: GramFeatures.areWorthwhile(training, labelCount: labelNames.count)
      }
    grams =
      readsGrams
      ? GramSolution(
        training, alphabet, labelCount: labelNames.count, weights: weights, seed: settings.seed) : nil
    refit()
  }

  /// Solves for the table once more on all texts, unless some could not be looked at: then more of them say nothing more.
  private mutating func refit() {
    (refittedGrams, refittedParts) = (nil, nil)
    guard settings.refit == true, !isValidationGiven, streamed == nil, let grams,
      grams.textCount == training.count,
      GramFeatures.allowAll(of: training, and: validation, labelCount: labelNames.count)
    else { return }
    let refitted = GramSolution(
      again: grams, on: LabeledSequences(training, and: validation), alphabet, weights: weights,
      seed: settings.seed)
    refittedGrams = refitted
    refittedParts = RefittedParts(measured: grams.values, saved: refitted.values)
  }

  /// The same data with other settings of the model and its updates.
  ///
  /// - Complexity: that of solving for a linear classifier of n-grams where what it depends on is another; else O(1).
  public func with(_ settings: ClassifierJobSettings) -> ClassifierJob {
    var job = self
    job.settings = settings
    if Self.preparation(of: settings) != Self.preparation(of: self.settings) { job.solve() }
    return job
  }

  /// What of the settings decides what is computed before the first step.
  public static func preparation(of settings: ClassifierJobSettings) -> String {
    let reader = settings.model.reader ?? .characters
    let weights = settings.classWeights ?? ClassWeights.none
    return "\(reader.rawValue) \(settings.seed) \(weights.rawValue) \(settings.refit ?? false)"
  }

  public var description: ClassifierDescription {
    var description = ClassifierDescription(
      settings: settings.model, labels: labelNames, alphabet: alphabet, ngramRows: grams?.rarities.count)
    description.ngramTexts = (refittedGrams ?? grams)?.textCount
    return description
  }

  public var expectation: LossExpectation {
    // With the second loss added, the sum has a size of its own, and a negative factor makes it negative.
    guard settings.softNearestNeighbor == nil else { return LossExpectation(least: nil) }
    if labelSets != nil { return expectationOfSets }
    return LossExpectation(
      chance: logarithm(of: labelNames.count), baseline: entropy(ofCounts: labelCounts))
  }

  /// Not looked at in texts that stay in their file.
  public var splitOverlap: SplitOverlap? {
    guard streamed == nil else { return nil }
    return SplitOverlap(training: training, validation: validation, alphabet: alphabet)
  }

  /// A checksum of both parts as they are read, and of the labels' names.
  public var dataFingerprint: String? {
    var check = CRC32C()
    for name in labelNames { check.update(counted: name) }
    if let streamed { check.update(counted: streamed.fingerprint) }
    for part in [training, validation, test].compactMap({ $0 }) {
      check.update(indices: part.symbols)
      for label in part.labels { check.update(Int(label)) }
    }
    if let labelSets { check.update(indices: labelSets.members) }
    for scalar in alphabet.scalars { check.update(Int(scalar)) }
    return check.hexadecimal
  }

  public var inputs: [String] {
    [source, settings.validationFile, settings.testFile].compactMap { $0 }
  }

  /// What an example of each label counts by the settings; nil where all count the same.
  private var labelWeights: [Float]? {
    guard settings.classWeights == .balanced else { return nil }
    if labelSets != nil { return positiveWeights }
    let (counts, labels) = (labelCounts, Float(labelNames.count))
    return counts.map { $0 == 0 ? 0 : Float(trainingCount) / (labels * Float($0)) }
  }

  /// How often each label occurs in the training part.
  public var labelCounts: [Int] {
    if let streamed { return streamed.trainingCounts }
    var counts = Array(repeating: 0, count: labelNames.count)
    for i in 0..<training.count { for label in training.labelIDs(i) { counts[Int(label)] += 1 } }
    return counts
  }

  public var overflowAdvice: String {
    Suspects(optimizer: settings.optimizer, lossFactor: settings.softNearestNeighbor).advice
  }

  public var memoryAdvice: String {
    "a smaller --units, --layers, --embedding or --batch, or shorter texts"
  }

  /// Batches of the training part, shuffled by the seed, from memory or from the file.
  public func makeBatches() -> ClassifierBatches {
    if let streamed, readsWhole {
      return ClassifierBatches(
        streamed.batches(of: settings.batch, shuffledBy: settings.seed, alphabet))
    }
    return ClassifierBatches(training.batches(of: settings.batch, shuffledBy: settings.seed))
  }

  /// The letters made unknown in a step, with room for the largest batch.
  public func makeState(for model: Model) -> UnknownDropout {
    UnknownDropout(
      share: settings.model.unknownShare,
      streamed?.largestBatch(of: settings.batch) ?? training.largestBatch(of: settings.batch))
  }

  /// The batches with the most letters, by which memory is planned.
  public func largestBatches() -> LargestBatches<LabeledBatch> {
    LargestBatches(
      training: [streamed?.longest(textsAtOnce, alphabet) ?? training.longest(textsAtOnce)],
      validation: [validation.longest(textsAtOnce)])
  }

  /// The texts that are read side by side: those of a batch or, where batches are cut, of a shard.
  var textsAtOnce: Int { max(settings.batch.shared(by: settings.shards), 1) }
}
