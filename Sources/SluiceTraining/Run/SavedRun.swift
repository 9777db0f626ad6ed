import SluiceCore
import SluiceModels
import SluiceStorage

/// What a training of a job of one's own has saved: the model with its parameters, and what `run.json` says of it.
///
/// ```swift
/// let run = try SavedRun<TaggerJob>("runs/tagger")
/// var tape = Tape(for: run.parameters, mode: .evaluation)
/// let logits = run.model(words, &tape)
/// ```
///
/// For the trainings that come with the library, `SavedClassifier`, `SavedStems` and `SavedLanguageModel` say more.
public struct SavedRun<Job: LoadableJob>: ~Copyable {
  /// All that `run.json` holds: settings, description, where the data came from, and the saved model's figures.
  public let record: RunRecord<Job>
  /// The model's layers.
  public let model: Job.Model
  /// All that was learned.
  public var parameters: Parameters

  /// Everything that decided what was trained and how.
  public var settings: Job.Settings { record.settings }
  /// What it took to build the model again: alphabets, labels, vocabularies.
  public var description: Job.Description { record.description }

  /// Loads the model of a run's folder.
  ///
  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read, do not fit each other, or are of another job.
  public init(_ path: String, threads: Int = 1) throws(StorageError) {
    try self.init(path, engine: Engine(threads: threads))
  }

  /// The same on an engine that is shared.
  public init(_ path: String, engine: Engine) throws(StorageError) {
    let directory = try RunDirectory.open(path)
    let record = try directory.description(RunRecord<Job>.self, ofJob: Job.name) {
      (record) throws(SettingProblem) in try record.settings.check(SettingCheck("settings."))
    }
    let saved = try SavedModel(directory, engine: engine, forUseAlone: false) {
      (parameters: inout Parameters) throws(ModelError) in
      try Job.makeModel(record.settings, record.description, in: &parameters)
    }
    self.record = record
    model = saved.model
    parameters = saved.takeParameters()
  }
}
