import Sluice

/// `sluice export RUN --precision P --to FOLDER`: a smaller run.
enum ExportRun {
  static let run = Positional("run", .path, help: "The folder of a run.")
  static let precision = Option(
    "precision", .choice, default: StoredPrecision.int8,
    help:
      "How the numbers of the copy are stored: int8 takes about a quarter of the room of float32, bfloat16 a half."
  )
  static let folder: Option<String> = Option(
    required: "to", .path, help: "The folder of the copy, which is empty or not there.")
  static let isUnmeasured = Flag(
    "no-measure", help: "Do not measure what the copy has lost.")

  static let command = Command(
    "export", abstract: "Write a smaller copy of a run.",
    discussion:
      """
      The copy is a run like any other, without what only a training needs. Its size and the figures of both models on the validation \
      part of the run's data are printed, if those data are still where they were.
      """,
    takes: [run, precision, folder, isUnmeasured, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    let text =
      switch try Shared.job(ofRun: arguments[run]) {
      case LanguageModelDescription.jobName: try copy(LanguageModelJob.self, arguments, engine)
      case StemDescription.jobName: try copy(StemJob.self, arguments, engine)
      default: try copy(ClassifierJob.self, arguments, engine)
      }
    Terminal.standardOutput.writeLine(text)
  }

  private static func copy<Job: ResumableJob>(
    _: Job.Type, _ arguments: ParsedArguments, _ engine: Engine
  ) throws -> String {
    try StoredCopy<Job>.write(
      run: arguments[run], to: arguments[folder], precision: arguments[precision], engine: engine,
      isMeasured: !arguments[isUnmeasured]
    ).text
  }
}
