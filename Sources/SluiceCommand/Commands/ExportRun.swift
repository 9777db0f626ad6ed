import Sluice

/// `sluice export RUN --to FOLDER --precision P`: a smaller run.
enum ExportRun {
  static let folder: Option<String?> = Option(
    "to", .folder,
    help: "Write a copy of the run with smaller numbers into a folder, which is empty or not there.")
  static let precision: Option<StoredPrecision?> = Option(
    "precision", .choice,
    help:
      "How the numbers of the copy are stored: int8, the default, takes about a quarter of the room of float32, bfloat16 a half."
  )
  static let isUnmeasured = Flag(
    "no-measure", help: "Do not measure what the copy has lost.")

  /// Writes the copy into a folder and says what it saves and costs.
  static func copy(_ arguments: ParsedArguments, to folder: String, job: String, _ engine: Engine) throws {
    let text =
      switch job {
      case LanguageModelDescription.jobName: try copy(LanguageModelJob.self, arguments, folder, engine)
      case StemDescription.jobName: try copy(StemJob.self, arguments, folder, engine)
      default: try copy(ClassifierJob.self, arguments, folder, engine)
      }
    Terminal.standardOutput.writeLine(text)
  }

  private static func copy<Job: ResumableJob>(
    _: Job.Type, _ arguments: ParsedArguments, _ folder: String, _ engine: Engine
  ) throws -> String {
    try StoredCopy<Job>.write(
      run: arguments[Export.run], to: folder, precision: arguments[precision] ?? .int8, engine: engine,
      isMeasured: !arguments[isUnmeasured]
    ).text
  }
}
