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
    try self.init(
      readingFile: record.data, settings: record.settings,
      continuing: record.from == nil ? nil : record.description)
  }
}

extension StemJob: ResumableJob {
  public init(repeating record: RunRecord<StemJob>) throws {
    try self.init(
      readingFile: record.data, settings: record.settings,
      continuing: record.from == nil ? nil : record.description)
  }
}

extension LanguageModelJob: ResumableJob {
  public init(repeating record: RunRecord<LanguageModelJob>) throws {
    try self.init(
      reading: record.data, configuration: record.settings.configuration, settings: record.settings,
      continuing: record.from == nil ? nil : record.description)
  }
}
