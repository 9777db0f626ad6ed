import Sluice

/// `sluice evaluate`: how good a saved classifier is on labelled texts.
enum Evaluate {
  static let run = Positional("run", .path, help: "The folder of a run.")
  static let data = Option(
    required: "data", .path, help: "A UTF-8 file of lines `label<TAB>text`, with labels the model knows.")

  static let command = Command(
    "evaluate", abstract: "Measure a trained classifier on labelled texts.",
    takes: [run, data, Shared.threads]
  ) { arguments in
    var classifier = try SavedClassifier(
      readingRun: arguments[run], engine: try Shared.engine(arguments))
    let description = classifier.description
    let texts = try LabelledTexts(
      readingFile: arguments[data], labels: description.labels, lineLimit: description.settings.lineLimit)
    let sequences = LabelledSequences(texts, alphabet: description.alphabet)
    var report = ClassificationReport(labelNames: description.labels)
    try classifier.probabilities(of: sequences) { i, probabilities in
      report.add(expected: sequences.labels[i], predicted: Int32(probabilities.indexOfMaximum))
    }
    print(report.table)
  }
}
