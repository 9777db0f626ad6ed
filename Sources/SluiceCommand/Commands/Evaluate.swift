import Sluice

/// `sluice evaluate`: how good a saved model is on data of the kind it was trained on.
enum Evaluate {
  static let run = Positional("run", .folder, help: "The folder of a run.")
  static let data = Option(
    required: "data", .path,
    help:
      "A UTF-8 file: for a classifier lines `label<TAB>text` with labels it knows, for stems lines `word<TAB>stem`, for a "
      + "language model text; or CSV or JSON lines, also packed with gzip. - reads standard input."
  )

  static let command = Command(
    "evaluate", abstract: "Measure a trained model on new data.",
    takes: [run, data] + DataOptions.all + [JSONOutput.flag, Shared.lineLimit, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    let (run, path, limit) = (arguments[run], arguments[data], arguments[Shared.lineLimit])
    let asJSON = arguments[JSONOutput.flag]
    func tell(_ text: String, _ figures: some Encodable) throws {
      if asJSON { try JSONOutput.write(figures) } else { Terminal.standardOutput.writeLine(text) }
    }
    let columns = (DataOptions.columns(arguments) ?? DataColumns())
      .completed(by: try DataOptions.columns(ofRun: run), forFile: path)
    switch try Shared.job(ofRun: run) {
    case LanguageModelDescription.jobName:
      let model = try SavedLanguageModel(run: run, engine: engine).evaluate(
        readingFile: path, columns: columns, lineLimit: limit)
      let baselines = try RunDirectory.open(run).readDescription(RunBaselines.self).baselines
      try tell(
        ([model.text] + baselines.map { "in training, " + $0.text }).joined(separator: "\n"),
        LanguageModelOutputFigures(model, baselines: baselines))
    case StemDescription.jobName:
      let stems = try SavedStems(run: run, engine: engine).evaluate(
        readingFile: path, columns: columns, lineLimit: limit)
      Shared.note(stems.notes)
      try tell(stems.text, StemFigures(stems))
    default:
      var classifier = try SavedClassifier(run: run, engine: engine)
      let report = try classifier.evaluate(readingFile: path, columns: columns, lineLimit: limit)
      try tell(report.table, ClassifierFigures(report))
    }
  }
}
