import Sluice

/// `sluice evaluate`: how good a saved model is on data of the kind it was trained on.
enum Evaluate {
  static let run = Positional("run", .path, help: "The folder of a run.")
  static let data = Option(
    required: "data", .path,
    help:
      "A UTF-8 file: for a classifier lines `label<TAB>text` with labels it knows, for a language model text."
  )

  static let command = Command(
    "evaluate", abstract: "Measure a trained model on new data.",
    takes: [run, data, Shared.lineLimit, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    if try Shared.job(ofRun: arguments[run]) == LanguageModelDescription.jobName {
      return try measureLanguageModel(
        arguments[run], on: arguments[data], lineLimit: arguments[Shared.lineLimit], engine)
    }
    var classifier = try SavedClassifier(readingRun: arguments[run], engine: engine)
    let description = classifier.description
    let texts = try LabelledTexts(
      readingFile: arguments[data], labels: description.labels,
      lineLimit: arguments[Shared.lineLimit] ?? description.settings.lineLimit)
    let sequences = LabelledSequences(texts, alphabet: description.alphabet)
    var report = ClassificationReport(labelNames: description.labels)
    try classifier.probabilities(of: sequences) { i, probabilities in
      report.add(expected: sequences.labels[i], predicted: Int32(probabilities.indexOfMaximum))
    }
    Terminal.standardOutput.writeLine(report.table)
  }

  /// The perplexity of a text, read as one stream.
  private static func measureLanguageModel(_ run: String, on path: String, lineLimit: Int?, _ engine: Engine)
    throws
  {
    var model = try SavedLanguageModel(readingRun: run, engine: engine)
    let corpus = WordCorpus(
      vocabulary: model.description.vocabulary,
      test: try WordCorpus.lines(
        ofFile: path, lineLimit: lineLimit ?? model.description.settings.lineLimit))
    guard corpus.test.count > 1 else {
      throw DataError(
        path: path, expected: "a line with a word", got: "none",
        advice: "Give a text of words parted by spaces.")
    }
    let result = LanguageModelResult(
      epoch: model.description.result?.epoch ?? 0, loss: model.loss(corpus, corpus.test),
      charactersPerWord: LanguageModelData.charactersPerWord(corpus.test, corpus))
    let unseen = corpus.test.count { Int($0) >= corpus.vocabularyCount }
    Terminal.standardOutput.writeLine(
      "\(grouped(corpus.test.count)) words, ends of sentences included, \(grouped(unseen)) of them outside the "
        + "vocabulary and predicted as \(WordCorpus.unknown)\n\(result.text)")
  }
}
