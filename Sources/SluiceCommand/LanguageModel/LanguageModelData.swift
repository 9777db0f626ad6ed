import Sluice

/// The text of a language model, divided, encoded and cut into streams.
struct LanguageModelData: Sendable {
  let corpus: WordCorpus
  let spelling: Spelling
  let training: WordStreams
  let validation: WordStreams
  /// The characters of a word of the validation part on average, with the space or the end of the line after it.
  let charactersPerWord: Double

  /// The sentences of the embedded tales.
  static let embeddedLines = 6_000

  /// - Throws: `DataError` for files that cannot be used, such as a text too short for one batch.
  init(_ files: LanguageModelFiles, _ settings: LanguageModelSettings) throws(DataError) {
    let order: WordCorpus.VocabularyOrder = settings.adaptiveCutoffs.isEmpty ? .firstSight : .frequency
    let name = files.text ?? files.training ?? "the embedded tales"
    if let training = files.training, let validation = files.validation {
      corpus = try WordCorpus(
        trainingFile: training, validationFile: validation, testFile: files.test,
        vocabulary: settings.vocabulary, order: order, vocabularyLimit: settings.vocabularyLimit,
        lineLimit: settings.lineLimit)
    } else if let text = files.text {
      corpus = try WordCorpus(
        readingFile: text, validationShare: settings.validationShare, order: order,
        vocabularyLimit: settings.vocabularyLimit, lineLimit: settings.lineLimit)
    } else {
      let parts = WordCorpus.split(
        SmallTales(seed: settings.seed).lines(Self.embeddedLines), validationShare: settings.validationShare)
      corpus = WordCorpus(
        training: parts.training, validation: parts.validation, order: order,
        vocabularyLimit: settings.vocabularyLimit)
    }
    if let last = settings.adaptiveCutoffs.last, last >= corpus.vocabularyCount {
      throw DataError(
        path: name,
        expected:
          "more than \(last) words in the vocabulary, where --adaptive-softmax begins its last cluster",
        got: "\(corpus.vocabularyCount)", advice: "Give it smaller numbers, or leave the option out.")
    }
    let known = corpus.vocabulary.filter { !$0.hasSameCodePoints(as: WordCorpus.unknown) }
    spelling = Spelling(alphabet: Alphabet(of: Array(known)), longest: settings.longestWord)
    training = try WordStreams(
      corpus.training, streams: settings.streams, steps: settings.steps, of: name)
    validation = try WordStreams(
      corpus.validation, streams: settings.streams, steps: settings.steps,
      of: files.validation ?? name + ", the part to validate on")
    charactersPerWord = Self.charactersPerWord(corpus.validation, corpus)
  }

  /// The characters of a token on average: those of a word and the space after it, one for the end of a sentence, of
  /// which the space before it is taken off.
  static func charactersPerWord(_ tokens: [Int32], _ corpus: WordCorpus) -> Double {
    var characters = 0
    for token in tokens where token != corpus.endForm {
      characters += corpus.spellings[Int(token)].unicodeScalars.count + 1
    }
    return Double(max(characters, 1)) / Double(max(tokens.count, 1))
  }
}
