import SluiceCore
import SluiceModels
import SluiceText

// Texts that stay in their file: which of it is held, and what that takes.
extension ClassifierJob {
  /// A training on the texts of a file that stay there, whatever its size: every epoch reads it again.
  ///
  /// The part to validate on is held, and a sample of the part to train on, on which the table of n-grams is solved for.
  ///
  /// A file below `StreamedTexts.streamedSize` is held by what makes the job again from its run: to go on with such a training, give
  /// `Training.resume` this same job.
  ///
  /// - Throws: `DataError` as for a file whose texts are held, for one that is written to meanwhile, and for settings of any number of
  ///   labels.
  /// - Complexity: two passes over the file, in memory that does not grow with it.
  public init(
    streamingFile path: String, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil
  ) throws(DataError) {
    try self.init(
      streamingFile: path, settings: settings, continuing: earlier, limits: StreamLimits())
  }

  /// The same with other limits of what is held.
  package init(
    streamingFile path: String, settings: ClassifierJobSettings = ClassifierJobSettings(),
    continuing earlier: ClassifierDescription? = nil, limits: StreamLimits
  ) throws(DataError) {
    guard !settings.model.isMultilabel else {
      throw DataError(
        path: path, expected: "texts with one label each, where they stay in their file",
        got: "settings for any number of labels",
        advice: "Such texts are held in memory: read the file with init(readingFile:).")
    }
    let texts = try StreamedTexts(
      readingFile: path, columns: settings.columns ?? DataColumns(), continuing: earlier?.labels ?? [],
      validationShare: settings.validationFile == nil ? settings.validationShare : nil,
      seed: settings.dataSeed ?? settings.seed, lineLimit: settings.model.lineLimit, limits: limits)
    let parts = try Self.givenParts(of: texts.labelNames, settings, path)
    self.init(
      texts, validation: parts.validation, test: parts.test, source: path, settings: settings,
      continuing: earlier)
  }

  /// How many texts there are to train on.
  public var trainingCount: Int { streamed?.trainingCount ?? training.count }

  /// Whether an epoch goes through all texts to train on. Of n-grams alone a table is solved for on the sample of a file, and what is learned
  /// beside it are a few numbers, for which the sample is enough.
  var readsWhole: Bool { streamed == nil || settings.model.reader != .ngrams }

  /// Of texts that stay in their file.
  public var dataMemory: Int {
    guard let streamed else { return 0 }
    func held(_ part: LabeledSequences?) -> Int {
      part.map { 4 * $0.symbols.values.count + 12 * $0.count } ?? 0
    }
    let grams = GramFeatures.memory(
      training, labelCount: labelNames.count, isCrossed: settings.model.reader ?? .characters != .characters)
    // The validation part is kept as texts, too.
    return streamed.memory + held(training) + 2 * held(validation) + held(test) + grams
  }

  /// Of texts that stay in their file.
  public func checkData() throws { try streamed?.check() }

  /// How a file is read that is not held, in some lines.
  var streamingText: String? {
    guard let streamed else { return nil }
    let size = MemoryPlan.readable(streamed.byteCount)
    guard readsWhole else {
      return
        "the texts stay in their file of \(size); n-grams are learned on \(grouped(training.count)) of those to train on, drawn by the seed\n"
    }
    let window = grouped(streamed.windowCount)
    if !streamed.isPacked {
      return
        "the texts stay in their file of \(size), which every epoch reads in another order: about \(window) texts at a time from \(grouped(streamed.placesOfWindow)) places of it\n"
    }
    let warning =
      streamed.isSorted && streamed.windowCount < streamed.trainingCount
      ? "warning: the texts are sorted by label, and a packed file can be read in its order only: most batches have texts of one label. Unpack it, or shuffle its lines\n"
      : ""
    return
      "the texts stay in their packed file of \(size), which every epoch reads in its order: about \(window) texts at a time are shuffled\n"
      + warning
  }
}
