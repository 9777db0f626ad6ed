import SluiceCore
import SluiceModels
import SluiceStorage

/// All that an unfinished training needs to go on to the same bits, in one safetensors file: numbers as tensors, all else in texts.
struct Checkpoint<Job: TrainingJob> {
  /// What a checkpoint says of itself, whatever its job.
  struct Header: Codable, Equatable {
    /// The version of the form.
    var format = CheckpointHeader.currentFormat
    /// The version of the program: another one may compute in another order.
    var sluice = SluiceVersion.current
    /// The name of the job.
    var job = Job.name
    /// The kernels in use; others give other last bits.
    var instructionSet: String
    /// The steps made.
    var step: Int
    /// Whether they end in the middle of an epoch.
    var isInEpoch: Bool
    /// How long the log was, and the events, if they are written.
    var logLength: Int
    var eventsLength: Int?
    /// The checksum of the model that the training has saved; nil before the first.
    var model: String?
    /// A fingerprint of the data's contents.
    var dataFingerprint: String?
    /// What the training was asked to do beside training.
    var flowInterval: Int?
    var checkpoints: String
    var keepsCheckpoints: Int
    var onSpike: String
    /// How the numbers of the saved model are stored; nil for floats as they are trained.
    var precision: StoredPrecision?
    var stopOn: String?
    var patience: Int?
  }

  private static var descriptionKey: CodePoints { "sluice.description" }
  private static var stateKey: CodePoints { "sluice.state" }

  let header: Header
  let record: RunRecord<Job>
  private let state: [UInt8]
  private let file: SafetensorsFile

  /// Reads the last checkpoint of the training in a folder.
  ///
  /// - Throws: `StorageError` for a folder without one, one that is damaged, or one that this program cannot go on with.
  init(in path: String) throws(StorageError) {
    let file = try RunDirectory.lastCheckpoint(in: path)
    guard let text = file.metadata[RunDirectory.checkpointKey],
      let description = file.metadata[Self.descriptionKey],
      let state = file.metadata[Self.stateKey].flatMap({ Base64.bytes(of: $0) })
    else {
      throw StorageError(
        .damaged, path: file.path, expected: "a checkpoint of this program", found: "one that lacks a part",
        advice: RunDirectory.advice)
    }
    let common = try CheckpointHeader(of: file)
    guard common.job == Job.name else {
      throw StorageError(
        .mismatch, path: file.path, expected: "a checkpoint of the job \(ScreenText.quoted(Job.name))",
        found: "one of \(ScreenText.quoted(common.job))", advice: "Go on with it as a training of that job.")
    }
    header = try JSONFile.decode(Header.self, text: text, path: file.path)
    guard header.sluice == SluiceVersion.current else {
      throw StorageError(
        .unsupported, path: file.path, expected: "a checkpoint of version \(SluiceVersion.current)",
        found: "one of \(ScreenText.quoted(header.sluice))", advice: "Go on with the version that wrote it.")
    }
    record = try JSONFile.decode(RunRecord<Job>.self, text: description, path: file.path)
    do {
      try record.settings.check(SettingCheck("settings."))
    } catch {
      throw StorageError(error, in: file.path)
    }
    self.state = state
    self.file = file
  }

  /// Throws unless the folder's model is the one that was there, or one that was saved after the checkpoint and will be saved again.
  /// In a copy that was made while a training went on it may be an earlier one, which nothing would replace.
  func checkModel(in folder: RunWriter) throws(StorageError) {
    guard let named = header.model, folder.savedChecksum != named else { return }
    let saved = try? folder.directory.readDescription(RunRecord<Job>.self).result
    guard folder.hasSaved, let saved, saved.epoch > record.result?.epoch ?? 0 else {
      throw StorageError(
        .mismatch, path: folder.directory.model,
        expected: "the model that belongs to the checkpoint, with the checksum '\(named)'",
        found: folder.savedChecksum.map { "another, with '\($0)'" } ?? "none",
        advice:
          "The folder was changed, or copied while it was written: take the model of the same moment, or train anew with "
          + "--overwrite.")
    }
  }

  /// Puts the training back to where it stood.
  ///
  /// - Returns: what the journal is restored from, once its log is open.
  func restore(_ trainer: inout Trainer<Job>, _ record: inout RunRecord<Job>) throws(StorageError)
    -> StateReader
  {
    for tensor in trainer.stateTensors { try file.check(tensor.name, shape: tensor.shape) }
    for tensor in trainer.stateTensors {
      try file.read(tensor.name, shape: tensor.shape, into: tensor.values)
    }
    do throws(StateError) {
      var reader = StateReader(state)
      try reader.read(part: "trainer", into: &trainer)
      let journal = try reader.read(part: "journal")
      var best = try reader.read(part: "best")
      record.result = try best.readOptional { (state: inout StateReader) throws(StateError) in
        let epoch = try state.readInt()
        guard var measure = self.record.result?.measure else {
          throw StateError(expected: "a description with a result", found: "one without")
        }
        try state.read(part: "measure", into: &measure)
        return SavedResult(epoch: epoch, measure: measure)
      }
      try best.end(of: "best")
      return journal
    } catch {
      throw damaged(error)
    }
  }

  /// Puts the journal back to where it stood.
  func restore(_ journal: inout TrainingJournal<Job>, from state: StateReader) throws(StorageError) {
    do throws(StateError) {
      var state = state
      try journal.restore(from: &state)
      try state.end(of: "journal")
    } catch {
      throw damaged(error)
    }
  }

  private func damaged(_ error: StateError) -> StorageError {
    StorageError(
      .damaged, path: file.path, expected: error.expected, found: error.found, advice: RunDirectory.advice)
  }

  /// Writes a checkpoint of a training as it stands.
  static func write(
    _ trainer: borrowing Trainer<Job>, _ journal: TrainingJournal<Job>, _ record: RunRecord<Job>,
    _ options: TrainingOptions, isInEpoch: Bool, lengths: (log: Int, events: Int?), to folder: RunWriter
  ) throws(StorageError) {
    let header = Header(
      instructionSet: trainer.parameters.engine.kernels.instructionSet.rawValue, step: journal.stepCount,
      isInEpoch: isInEpoch, logLength: lengths.log, eventsLength: lengths.events,
      model: folder.savedChecksum, dataFingerprint: trainer.job.dataFingerprint,
      flowInterval: options.flowInterval, checkpoints: options.checkpoints.text,
      keepsCheckpoints: options.keepsCheckpoints, onSpike: options.onSpike.rawValue,
      precision: options.precision == .float32 ? nil : options.precision, stopOn: options.stopOn?.text,
      patience: options.patience)
    let tensors = trainer.stateTensors
    var state = StateWriter()
    state.write(part: "trainer", trainer)
    state.write(part: "journal", journal)
    state.write(part: "best") { state in
      state.write(record.result) { state, result in
        state.write(result.epoch)
        state.write(part: "measure", result.measure)
      }
    }
    let path = folder.directory.path
    try folder.writeCheckpoint(
      tensors.map { NamedTensor($0.name, shape: $0.shape, $0.values) },
      metadata: [
        RunDirectory.checkpointKey: try JSONFile.text(of: header, for: path),
        descriptionKey: try JSONFile.text(of: record, for: path),
        stateKey: Base64.text(of: state.bytes),
      ], step: journal.stepCount, keeping: options.keepsCheckpoints)
  }
}

/// What every checkpoint says of itself, whatever its job.
public struct CheckpointHeader: Codable, Equatable, Sendable {
  /// The version of the form that checkpoints have now.
  static let currentFormat = "sluice checkpoint 1"

  /// The version of the form.
  public var format: String
  /// The name of the job, as `sluice train` takes it.
  public var job: String
  /// The steps made.
  public var step: Int
  /// The kernels that made them.
  public var instructionSet: String

  /// Reads what the last checkpoint of the unfinished training in a folder says.
  public init(in path: String) throws(StorageError) {
    try self.init(of: RunDirectory.lastCheckpoint(in: path))
  }

  init(of file: SafetensorsFile) throws(StorageError) {
    self = try JSONFile.decode(
      Self.self, text: file.metadata[RunDirectory.checkpointKey] ?? "", path: file.path)
    guard format == Self.currentFormat else {
      throw StorageError(
        .unsupported, path: file.path, expected: "a checkpoint in the form '\(Self.currentFormat)'",
        found: ScreenText.quoted(format), advice: "Go on with the version that wrote it.")
    }
  }
}
