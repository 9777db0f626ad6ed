import Sluice

/// `sluice evaluate`: how good a saved model is on data of the kind it was trained on.
enum Evaluate {
  static let run = Positional("run", .path, help: "The folder of a run.")
  static let data = Option(
    required: "data", .path,
    help:
      "A UTF-8 file: for a classifier lines `label<TAB>text` with labels it knows, for stems lines `word<TAB>stem`, for a "
      + "language model text."
  )

  static let command = Command(
    "evaluate", abstract: "Measure a trained model on new data.",
    takes: [run, data, Shared.lineLimit, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    let (run, path, limit) = (arguments[run], arguments[data], arguments[Shared.lineLimit])
    let text =
      switch try Shared.job(ofRun: run) {
      case LanguageModelDescription.jobName: try languageModel(run, on: path, lineLimit: limit, engine)
      case StemDescription.jobName: try stems(run, on: path, lineLimit: limit, engine)
      default: try classifier(run, on: path, lineLimit: limit, engine)
      }
    Terminal.standardOutput.writeLine(text)
  }

  /// Precision, recall and F1 of each label.
  private static func classifier(
    _ run: String, on path: String, lineLimit: Int?, _ engine: Engine
  ) throws -> String {
    var classifier = try SavedClassifier(run: run, engine: engine)
    let description = classifier.description
    let texts = try LabelledTexts(
      readingFile: path, labels: description.labels, lineLimit: lineLimit ?? description.settings.lineLimit)
    let sequences = LabelledSequences(texts, alphabet: description.alphabet)
    var report = ClassificationReport(labelNames: description.labels)
    classifier.probabilities(of: sequences) { i, probabilities in
      report.add(expected: sequences.labels[i], predicted: Int32(probabilities.indexOfMaximum))
    }
    return report.table
  }

  /// How often the nearest word of the file shares a stem, beside what spelling alone finds.
  private static func stems(
    _ run: String, on path: String, lineLimit: Int?, _ engine: Engine
  ) throws -> String {
    let saved = try SavedStems(run: run, engine: engine)
    let words = try WordStems(readingFile: path, lineLimit: lineLimit ?? saved.description.settings.lineLimit)
    UnknownCharacters(words.words, saved.description.alphabet).note()
    let recall = saved.vectors(of: words.words).recall(words, engine)
    return """
      on \(grouped(recall?.queries ?? 0)) of \(grouped(words.count)) words, whose stems have another word:
        trained                \(recall?.text ?? "")
        longest common prefix  \(WordSearch.prefixRecall(words)?.text ?? "")
        character trigrams     \(WordSearch.trigramRecall(words)?.text ?? "")
      """
  }

  /// The perplexity of a text, read as one stream.
  private static func languageModel(
    _ run: String, on path: String, lineLimit: Int?, _ engine: Engine
  ) throws -> String {
    let model = try SavedLanguageModel(run: run, engine: engine)
    let corpus = WordCorpus(
      vocabulary: model.description.vocabulary,
      test: try WordCorpus.lines(
        ofFile: path, lineLimit: lineLimit ?? model.description.settings.lineLimit))
    guard corpus.test.count > 1 else {
      throw DataError(
        path: path, expected: "a line with a word", got: "none",
        advice: "Give a text of words parted by spaces.")
    }
    let figures = LanguageModelFigures(
      loss: model.loss(corpus, corpus.test) ?? .nan, charactersPerWord: corpus.charactersPerWord(corpus.test))
    let unseen = corpus.test.count { Int($0) >= corpus.vocabularyCount }
    return "\(grouped(corpus.test.count)) words, ends of sentences included, \(grouped(unseen)) of them outside the "
      + "vocabulary and predicted as \(WordCorpus.unknown)\n\(figures.text)"
  }
}
