import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceOptimizers
import SluiceStorage
import SluiceText

/// Where a text comes from: one file that is divided, or one for each part; none for the embedded tales.
public struct LanguageModelFiles: Codable, Equatable, Sendable {
  /// The file that is divided: its last lines are held out.
  public var text: String?
  /// The file of the part to train on.
  public var training: String?
  /// The file of the part by which the best model is chosen.
  public var validation: String?
  /// The file of the part that the best model is measured on.
  public var test: String?

  /// The files by their parts.
  public init(
    text: String? = nil, training: String? = nil, validation: String? = nil, test: String? = nil
  ) {
    self.text = text
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// The files that are given.
  public var paths: [String] { [text, training, validation, test].compactMap { $0 } }
}

/// The training of a model that predicts the next word.
public struct LanguageModelJob: TrainingJob {
  public static let name = LanguageModelDescription.jobName
  public static let unit = "words"

  public private(set) var settings: LanguageModelJobSettings
  public let source: LanguageModelFiles
  /// The text, divided and encoded.
  public let corpus: WordCorpus
  /// How words are spelled.
  public let spelling: Spelling
  /// The batches to train on.
  public let training: WordStreams
  /// The batches to validate on.
  public let validation: WordStreams
  public let novelties: [String]
  /// What a trigram reaches on the validation and the test part, once the training is prepared.
  public internal(set) var knownBaselines: [Baseline] = []
  /// The characters of a word of the validation part on average, with the space or the end of the line after it.
  public let charactersPerWord: Double

  /// The sentences of the embedded tales.
  static let embeddedLines = 6_000

  /// A training on the words of files, in UTF-8 and parted by spaces.
  ///
  /// - Parameters:
  ///   - configuration: what the settings begin with, or are said to have begun with; nil for what they say themselves, and the
  ///     tiny one where there are none.
  ///   - settings: nil for those of the configuration.
  ///   - earlier: a finished model to begin from: its words and characters keep their ids, those that are new follow.
  /// - Throws: `DataError` for files that cannot be used, such as a text too short for one batch, and for a model with an adaptive
  ///   softmax to begin from, whose clusters follow the frequencies of its own text.
  public init(
    reading files: LanguageModelFiles = LanguageModelFiles(),
    configuration: LanguageModelConfiguration? = nil, settings: LanguageModelJobSettings? = nil,
    continuing earlier: LanguageModelDescription? = nil
  ) throws(DataError) {
    let earlier = earlier?.withOwnEnd
    let settings = Self.settings(settings, configuration)
    let order: WordCorpus.VocabularyOrder = settings.model.adaptiveCutoffs.isEmpty ? .firstSight : .frequency
    let name = files.text ?? files.training ?? "the embedded tales"
    if let earlier, !earlier.settings.adaptiveCutoffs.isEmpty || !settings.model.adaptiveCutoffs.isEmpty {
      throw DataError(
        path: name, expected: "one softmax over all words in a model that a training begins from",
        got: "an adaptive softmax",
        advice: "Its clusters follow the frequencies of its own text: train anew.")
    }
    let words = earlier?.vocabulary ?? []
    let columns = settings.columns ?? DataColumns()
    let corpus: WordCorpus
    if let text = files.text ?? files.training,
      WordCorpus.isStreamed(text, validationFile: files.validation, columns: columns)
    {
      corpus = try WordCorpus(
        streaming: text, validationFile: files.validation, testFile: files.test,
        validationShare: settings.validationShare, order: order, vocabularyLimit: settings.vocabularyLimit,
        continuing: words,
        lineLimit: settings.model.lineLimit)
    } else if let training = files.training, let validation = files.validation {
      corpus = try WordCorpus(
        trainingFile: training, validationFile: validation, testFile: files.test,
        vocabulary: settings.vocabulary, order: order, vocabularyLimit: settings.vocabularyLimit,
        continuing: words, columns: columns, lineLimit: settings.model.lineLimit)
    } else if let text = files.text {
      corpus = try WordCorpus(
        readingFile: text, validationShare: settings.validationShare, order: order,
        vocabularyLimit: settings.vocabularyLimit, continuing: words, columns: columns,
        lineLimit: settings.model.lineLimit)
    } else {
      corpus = Self.corpus(
        of: SmallTales(seed: settings.dataSeed ?? settings.seed).lines(Self.embeddedLines), settings,
        continuing: words)
    }
    try self.init(corpus, files, settings, named: name, continuing: earlier)
  }

  /// A training on lines at hand, of words parted by spaces: the first to train on, the last to validate on.
  ///
  /// - Throws: `DataError` for lines that are too few for one batch.
  public init(
    _ lines: [String], configuration: LanguageModelConfiguration? = nil,
    settings: LanguageModelJobSettings? = nil
  ) throws(DataError) {
    let settings = Self.settings(settings, configuration)
    try self.init(Self.corpus(of: lines, settings), LanguageModelFiles(), settings, named: "the lines")
  }

  /// A training on a corpus at hand, which has words to validate on; for an adaptive softmax its vocabulary is ordered by frequency.
  ///
  /// - Throws: `DataError` for a corpus that is too short for one batch.
  public init(
    _ corpus: WordCorpus, source: LanguageModelFiles = LanguageModelFiles(),
    configuration: LanguageModelConfiguration? = nil, settings: LanguageModelJobSettings? = nil
  ) throws(DataError) {
    try self.init(corpus, source, Self.settings(settings, configuration), named: "the text")
  }

  private static func settings(
    _ settings: LanguageModelJobSettings?, _ configuration: LanguageModelConfiguration?
  ) -> LanguageModelJobSettings {
    var chosen = settings ?? (configuration ?? .tiny).settings
    if let configuration { chosen.configuration = configuration }
    return chosen
  }

  /// The words of lines, of which the last are to validate on.
  private static func corpus(
    of lines: [String], _ settings: LanguageModelJobSettings, continuing words: [String] = []
  ) -> WordCorpus {
    let parts = WordCorpus.split(lines, validationShare: settings.validationShare)
    return WordCorpus(
      training: parts.training, validation: parts.validation,
      order: settings.model.adaptiveCutoffs.isEmpty ? .firstSight : .frequency,
      vocabularyLimit: settings.vocabularyLimit, continuing: words)
  }

  private init(
    _ corpus: WordCorpus, _ files: LanguageModelFiles, _ settings: LanguageModelJobSettings,
    named name: String, continuing earlier: LanguageModelDescription? = nil
  ) throws(DataError) {
    if let last = settings.model.adaptiveCutoffs.last, last >= corpus.vocabularyCount {
      throw DataError(
        path: name,
        expected:
          "more than \(last) words in the vocabulary, where --adaptive-softmax begins its last cluster",
        got: "\(corpus.vocabularyCount)", advice: "Give it smaller numbers, or leave the option out.")
    }
    let known = corpus.vocabulary.filter { !$0.hasSameCodePoints(as: WordCorpus.unknown) }
    self.corpus = corpus
    let before = earlier?.spelling.alphabet
    let alphabet = Alphabet(continuing: before, with: Alphabet(of: Array(known)))
    spelling = Spelling(alphabet: alphabet, longest: settings.model.longestWord)
    novelties =
      Novelties.of(words: Array(corpus.vocabulary), after: earlier?.vocabulary)
      + Novelties.of(alphabet, after: before)
    let (streams, steps) = (settings.streams, settings.model.steps)
    let validationName = files.validation ?? name + ", the part to validate on"
    if let text = corpus.streamed {
      training = try WordStreams(text.training, of: text, streams: streams, steps: steps, of: name)
      validation = try WordStreams(
        text.validation, of: text, streams: streams, steps: steps, of: validationName)
      charactersPerWord =
        Double(max(text.validation.characterCount, 1)) / Double(max(text.validation.tokenCount, 1))
    } else {
      training = try WordStreams(corpus.training, streams: streams, steps: steps, of: name)
      validation = try WordStreams(corpus.validation, streams: streams, steps: steps, of: validationName)
      charactersPerWord = corpus.charactersPerWord(corpus.validation)
    }
    source = files
    self.settings = settings
  }

  /// The same data with other settings of the model and its updates.
  public func with(_ settings: LanguageModelJobSettings) -> LanguageModelJob {
    var job = self
    job.settings = settings
    return job
  }

  public var description: LanguageModelDescription {
    LanguageModelDescription(
      settings: settings.model, vocabulary: Array(corpus.vocabulary), spelling: spelling)
  }

  /// Characters keep their rows; the two marks of a word stand behind them all, and so move when there are more.
  public func earlierRow(of row: Int, in parameter: String, rows: Int, earlierRows: Int) -> Int? {
    guard parameter == "characters.embedding" else { return row < earlierRows ? row : nil }
    if row >= rows - Spelling.markCount { return earlierRows - (rows - row) }
    return row < earlierRows - Spelling.markCount ? row : nil
  }

  public var wordTable: WordTable? {
    guard settings.model.reading == .table else { return nil }
    return WordTable(
      parameter: "words.weight", words: Array(corpus.vocabulary), width: settings.model.embeddingWidth)
  }

  /// Not looked at in a text that stays in its file.
  public var splitOverlap: SplitOverlap? { corpus.streamed == nil ? SplitOverlap(corpus) : nil }

  public var expectation: LossExpectation {
    LossExpectation(
      chance: logarithm(of: corpus.vocabularyCount), baseline: entropy(ofCounts: corpus.counts))
  }

  /// A checksum of all parts of the text, and of how every word is spelled.
  public var dataFingerprint: String? {
    var check = CRC32C()
    if let text = corpus.streamed { check.update(counted: text.fingerprint) }
    for spelling in corpus.spellings { check.update(counted: spelling) }
    for part in [corpus.training, corpus.validation, corpus.test] { check.update(numbers: part) }
    return check.hexadecimal
  }

  public var inputs: [String] { source.paths }

  public var plannedSteps: Int { settings.epochs * training.count }

  public func makeModel(in parameters: inout Parameters) throws(ModelError) -> LanguageModel {
    try LanguageModel(
      characters: spelling.count, vocabulary: corpus.vocabularyCount, settings.model, in: &parameters)
  }

  public func makeBatches() -> WordBatches {
    WordBatches(training, corpus, spelling, readsCharacters: settings.model.reading == .characters)
  }

  public var memoryAdvice: String {
    "a smaller --config, --streams or --steps, or a text with fewer different words"
  }

  /// Of a text that stays in its file.
  public var dataMemory: Int {
    guard let text = corpus.streamed else { return 0 }
    // The validation part has streams of its own.
    return text.memory(streams: 2 * settings.streams) + 4 * (corpus.training.count + corpus.validation.count)
      + StreamedText.countingMemory
  }

  /// Of a text that stays in its file.
  public func checkData() throws { try corpus.streamed?.check() }

  public func makeState(for model: LanguageModel) -> RecurrentState? {
    model.body.zeroState(sequences: settings.streams)
  }

  public func makeState(for model: LanguageModel, part: Int, of parts: Int) -> RecurrentState? {
    model.body.zeroState(sequences: BatchPart.range(part, of: parts, in: settings.streams).count)
  }

  /// The same in every epoch.
  public func largestBatches() -> LargestBatches<WordBatch> {
    let validation = WordBatches(
      validation, corpus, spelling, readsCharacters: settings.model.reading == .characters)
    let (shards, streams) = (settings.shards ?? 1, settings.streams)
    // To look through a text that is larger than memory would take as long as an epoch's reading.
    if corpus.streamed != nil {
      return LargestBatches(
        training: [makeBatches().largestBatch(corpus, shards: shards)].compactMap { $0 },
        validation: [validation.largestBatch(corpus, shards: shards)].compactMap { $0 })
    }
    // No shard has more streams than the last, and the plan is made with its state.
    let isWidest = { (part: Int) in
      BatchPart.range(part, of: shards, in: streams).count
        == BatchPart.range(shards - 1, of: shards, in: streams).count
    }
    return LargestBatches(
      training: makeBatches().largestBatches(shards: shards, where: isWidest),
      validation: validation.largestBatches(shards: shards, where: isWidest))
  }

  public func addReads(of batch: WordBatch, by model: LanguageModel, to reads: inout TableReads) {
    if case .table(let words) = model.reader { reads.add(batch.words.ids, of: words.table) }
  }

  /// The gradient is that of the loss summed over time and averaged over the streams of the batch, as in the authors' program.
  public func loss(
    of batch: WordBatch, by model: LanguageModel, from before: RecurrentState?,
    to after: inout RecurrentState?, _ tape: inout Tape
  ) -> StepLoss<NoFigures> {
    let sum = Self.sumOfLosses(of: batch, by: model, from: before, to: &after, &tape)
    return StepLoss(
      sum, scale: 1 / Float(max(batch.offsets.count - 1, 1)),
      mean: tape.scalar(sum) / Float(max(batch.count, 1)),
      count: batch.count)
  }

  /// The sum of the losses of all words of a batch.
  static func sumOfLosses(
    of batch: borrowing WordBatch, by model: LanguageModel, from before: RecurrentState?,
    to after: inout RecurrentState?, _ tape: inout Tape
  ) -> Tensor {
    let vectors = vectors(of: batch, by: model, &tape)
    let states = model.body(
      vectors, tape.makeSequences(offsets: batch.offsets), from: before, to: &after, &tape)
    return model.output.loss(states, labels: batch.labels, &tape)
  }

  /// The vectors of all words of a batch: [streams · steps, width]. Each distinct spelling is read once.
  static func vectors(of batch: borrowing WordBatch, by model: LanguageModel, _ tape: inout Tape) -> Tensor {
    let vectors = model.vectors(batch.words, &tape)
    return model.readsCharacters ? rows(vectors, batch.places, &tape) : vectors
  }
}
