import SluiceText

/// A job that can be made again from what its run says of itself, so that a training that was stopped or killed can go on.
public protocol ResumableJob: TrainingJob {
  /// The same job on the same data, which are read again. Where the training began from a finished model (`record.from`), the
  /// description holds what came from it already, so it is what the job continues.
  ///
  /// - Throws: an error of the data; other data than before are found by their fingerprint.
  init(repeating record: RunRecord<Self>) throws
}

extension ClassifierJob: ResumableJob {
  public init(repeating record: RunRecord<ClassifierJob>) throws {
    self = try DataAgain.read([record.data].compactMap { $0 }) { () throws(DataError) in
      try ClassifierJob(
        readingFile: record.data, settings: record.settings,
        continuing: record.from == nil ? nil : record.description)
    }
  }
}

extension StemJob: ResumableJob {
  public init(repeating record: RunRecord<StemJob>) throws {
    self = try DataAgain.read([record.data].compactMap { $0 }) { () throws(DataError) in
      try StemJob(
        readingFile: record.data, settings: record.settings,
        continuing: record.from == nil ? nil : record.description)
    }
  }
}

extension LanguageModelJob: ResumableJob {
  public init(repeating record: RunRecord<LanguageModelJob>) throws {
    self = try DataAgain.read(record.data.paths) { () throws(DataError) in
      try LanguageModelJob(
        reading: record.data, configuration: record.settings.configuration, settings: record.settings,
        continuing: record.from == nil ? nil : record.description)
    }
  }
}

/// Data that a training reads again to go on.
private enum DataAgain {
  /// Reads data; where they came from standard input and cannot be used, the error says what is needed.
  static func read<Job>(_ paths: [String], _ body: () throws(DataError) -> Job) throws(DataError) -> Job {
    do throws(DataError) {
      return try body()
    } catch {
      guard paths.contains(where: TextLines.isStandardInput) else { throw error }
      throw DataError(
        path: error.path, line: error.line, expected: error.expected, got: error.got,
        advice:
          "The training read its data from standard input, which is not kept: give the same data there again, "
          + "such as with 'sluice resume RUN < FILE'.")
    }
  }
}
