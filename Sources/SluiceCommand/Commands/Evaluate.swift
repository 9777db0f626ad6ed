import Sluice

/// `sluice evaluate`: how good a saved model is on data of the kind it was trained on.
enum Evaluate {
  static let run = Positional("run", .folder, help: "The folder of a run.")
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
    let text: String
    switch try Shared.job(ofRun: run) {
    case LanguageModelDescription.jobName:
      text = try SavedLanguageModel(run: run, engine: engine).evaluate(readingFile: path, lineLimit: limit)
        .text
    case StemDescription.jobName:
      let stems = try SavedStems(run: run, engine: engine).evaluate(readingFile: path, lineLimit: limit)
      Shared.note(stems.notes)
      text = stems.text
    default:
      var classifier = try SavedClassifier(run: run, engine: engine)
      text = try classifier.evaluate(readingFile: path, lineLimit: limit).table
    }
    Terminal.standardOutput.writeLine(text)
  }
}
