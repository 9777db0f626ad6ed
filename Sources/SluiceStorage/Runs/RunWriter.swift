import SluiceCore

/// What a training does to its folder, so that nothing that was there is lost before there is something new.
///
/// ```swift
/// let run = try RunWriter.begin(
///   at: "runs/mine", job: "classifier", settings: settings, inputs: [dataPath], overwrites: false)
/// let data = try read(dataPath)
/// try run.confirm(data: dataPath, fingerprint: data.fingerprint)
/// let log = try run.openLog(writesEvents: false).log
/// try run.reserve(tensors, description: description, omitting: ["machine"])
/// // … steps, each with a line of the log; after every epoch that is better than those before:
/// try run.save(tensors, description: description, omitting: ["machine"], epoch: epoch, step: step)
/// // … at the end
/// try run.writeFlowChart(svg)
/// try run.close()
/// ```
///
/// - In the folder of an earlier run the log and the events have other names until the first `save` (`metrics.next.jsonl`,
///   `events.next`), and everything of the earlier run stays. That save replaces the run as a whole: the rename of the model is the
///   one step that decides, for the description is inside; what follows is finished by the next training if this one is killed.
/// - A training that ends without a save leaves its log and nothing else: as `metrics.failed.jsonl` beside an earlier run, as
///   `metrics.jsonl` in a folder of its own. That happens when the writer goes away, at the latest.
/// - Until the writer is closed, abandoned or gone no other training gets the folder (`RunLock`).
///
/// Not to be used from two threads at once.
public final class RunWriter {
  /// The folder of the run.
  public let directory: RunDirectory
  /// The name of the job, as the first line of the log and `run.json` have it.
  public let job: String
  /// Whether a model of this training is in place.
  public internal(set) var hasSaved = false
  /// Whether the folder holds what the training can go on from.
  public var hasCheckpoint: Bool { !checkpointSteps.isEmpty }
  /// The steps of the checkpoints that are this training's, in the order in which they were written.
  public internal(set) var checkpointSteps: [Int] = []
  /// Whether the folder holds an earlier run, which stays until the first save.
  public let hasEarlierRun: Bool
  /// Why the log could not be written when a model was saved; nil if it could. The model is saved all the same.
  public private(set) var logProblem: StorageError?
  /// The log, once it is open.
  public internal(set) var log: MetricsLog?
  /// The events for TensorBoard, if they are written.
  public internal(set) var events: EventFile?

  /// How the numbers of the model are stored by the saves to come.
  public var precision = StoredPrecision.float32

  private var lock: RunLock?
  private let hasCreatedFolder: Bool
  /// The description of the earlier run whose data are to be compared; nil if there is nothing to compare.
  private let compared: StoredDescription?
  private var fingerprint: String?
  /// The checksum of the model that was saved last; nil where this training has saved none.
  public internal(set) var savedChecksum: String?
  private var modelRoom: ReservedRoom?
  private var configurationRoom: ReservedRoom?
  var optimizerRoom: ReservedRoom?
  var optimizerBytes: Int?
  private var reserved: (model: Int, configuration: Int)?
  private var isClosed = false
  /// Whether what the first save does after the model is in place is still to be done.
  private var needsCommit = true
  /// What the earlier run's chart of the flow was like: the new one is written after it has gone.
  private let flowChartStatus: FileStatus?

  init(
    _ directory: RunDirectory, job: String, lock: RunLock, hasCreatedFolder: Bool, hasEarlierRun: Bool,
    compared: StoredDescription?
  ) {
    self.directory = directory
    self.job = job
    self.lock = lock
    self.hasCreatedFolder = hasCreatedFolder
    self.hasEarlierRun = hasEarlierRun
    self.compared = compared
    flowChartStatus = (try? Folder.status(of: directory.flowChart)) ?? nil
  }

  deinit { abandon() }

  // MARK: Beginning

  /// Takes a folder for a training, before its data are read.
  ///
  /// Creates the folder if it is not there, locks it, removes temporary files of killed processes, and finishes or undoes what a
  /// killed training has begun. Nothing of an earlier run is changed otherwise.
  ///
  /// - Parameters:
  ///   - settings: what decides the result besides the data. The earlier run's are read as the same type, so that a setting which that
  ///     version did not know has its usual value.
  ///   - inputs: the files that the training reads.
  ///   - overwrites: take the folder of a run of another job, or with other settings or data, too.
  /// - Throws: `occupied` for a folder that is somebody's or another training's, for a run that `overwrites` would be needed for (the
  ///   error says what differs), and for an input that a run in this folder would replace.
  public static func begin<Settings: Codable>(
    at path: String, job: String, settings: Settings, inputs: [String], overwrites: Bool
  ) throws(StorageError) -> RunWriter {
    let isNew = try Folder.occupant(of: path) == .nothing
    // Before the folder is created: an input in it may be one that is yet to be written.
    let directory = try RunDirectory.create(at: path)
    do throws(StorageError) {
      let lock = try directory.lock()
      try directory.refuse(inputs: inputs)
      AtomicFile.removeAbandoned(in: path)
      let hasUnfinished = try !directory.claimedCheckpointSteps().isEmpty
      if hasUnfinished {
        guard overwrites else {
          throw StorageError(
            .occupied, path: path, expected: "a folder without an unfinished training",
            found: "one that was stopped or killed",
            advice:
              "'sluice resume \(ScreenText.path(path))' goes on with it; give another --out, or --overwrite, to begin anew."
          )
        }
      }
      // Another training may have ended between the first look and the lock.
      _ = try RunDirectory.create(at: path)
      // An unfinished training can be gone on with until this one begins to write.
      try directory.recover(keepsAside: hasUnfinished)
      let hasEarlierRun = RunDirectory.isRun(path)
      let hasModel = hasEarlierRun ? try Folder.occupant(of: directory.model) != .nothing : false
      let compared = hasModel && !overwrites ? try directory.comparable() : nil
      if let compared { try RunComparison(directory, compared).check(job: job, settings: settings) }
      return RunWriter(
        directory, job: job, lock: lock, hasCreatedFolder: isNew, hasEarlierRun: hasEarlierRun,
        compared: compared)
    } catch {
      if isNew { Folder.removeIfEmpty(path) }
      throw error
    }
  }

  /// Compares the data with those of the earlier run, when they are known. To be called before anything else.
  ///
  /// - Parameters:
  ///   - data: where the data come from, as the description has it under `data`; nil for data that are embedded.
  ///   - fingerprint: what tells the contents from others, such as a checksum in hexadecimal digits. Where the earlier run has one too,
  ///     it alone decides, so that a file may have moved. It is stored as `dataFingerprint`.
  /// - Throws: `occupied` if the earlier run was trained on others and is not to be overwritten.
  public func confirm(data: (some Encodable)?, fingerprint: String?) throws(StorageError) {
    self.fingerprint = fingerprint
    guard let compared else { return }
    try RunComparison(directory, compared).check(data: data, fingerprint: fingerprint)
  }

  /// Compares what the training begins from with what that of the earlier run began from. To be called after `confirm(data:)`.
  ///
  /// - Parameters:
  ///   - value: what the description has under `member`; nil for a training from nothing.
  ///   - member: such as `from`.
  /// - Throws: `occupied` if the earlier run began from something else and is not to be overwritten.
  public func confirm(_ value: (some Encodable)?, as member: String) throws(StorageError) {
    guard let compared else { return }
    try RunComparison(directory, compared).check(value, as: member)
  }

  /// Creates the log, with its first line, and if asked for the events.
  ///
  /// - Parameter room: how many bytes of lines may wait in memory.
  public func openLog(
    writesEvents: Bool, room: Int = 1 << 16
  ) throws(StorageError) -> (log: MetricsLog, events: EventFile?) {
    // What an unfinished training has left goes when the new one begins to write, not before.
    for step in try directory.claimedCheckpointSteps() { Folder.removeFile(directory.checkpoint(step: step)) }
    Folder.removeFile(directory.file(RunDirectory.nextEventsName))
    let isAside = hasEarlierRun
    // The log comes first: by it the folder is known if nothing else comes.
    let file = try AtomicFile.replace(
      isAside ? directory.file(RunDirectory.nextMetricsName) : directory.metrics,
      beginning: RunDirectory.logHeader(job: job, writesEvents: writesEvents),
      permissions: (try? Folder.status(of: directory.metrics)) ?? nil)
    if writesEvents {
      events = try EventFile(
        path: isAside ? directory.file(RunDirectory.nextEventsName) : directory.events,
        permissions: (try? Folder.status(of: directory.events)) ?? nil)
    } else if !isAside {
      // What a killed training has left, which had saved nothing.
      Folder.removeFile(directory.events)
    }
    let log = try MetricsLog(writing: file, room: room, mirroredTo: events)
    self.log = log
    return (log, events)
  }

  // MARK: Room

  /// Takes room on the device for the model and its description, so that a model that cannot be saved is found before the first
  /// step, and no log that grows takes the room. The arguments are those that `save` will get.
  ///
  /// - Throws: `full`, with what is needed and what is free.
  public func reserve(
    _ tensors: [NamedTensor], description: some Encodable, omitting omitted: Set<String> = [],
    metadata: [CodePoints: String] = [:]
  ) throws(StorageError) {
    let save = try PreparedSave(
      tensors, description: description, omitting: omitted, metadata: metadata, dataFingerprint: fingerprint,
      precision: precision, in: directory)
    // Figures of the result come into the description later.
    let spare = 1 << 12
    try reserve(bytes: save.model.size + spare, configuration: save.configuration.count + spare)
  }

  /// Takes room for a model of `bytes` bytes, and for a `run.json` of `configuration`.
  public func reserve(bytes: Int, configuration: Int = 1 << 16) throws(StorageError) {
    reserved = (bytes, configuration)
    (modelRoom, configurationRoom) = (nil, nil)
    do {
      modelRoom = try ReservedRoom(bytes, for: directory.model)
      configurationRoom = try ReservedRoom(configuration, for: directory.configuration)
    } catch {
      (modelRoom, configurationRoom) = (nil, nil)
      throw error
    }
  }

  // MARK: Saving

  /// Saves the model with its description. The first save replaces an earlier run as a whole: what belongs to it is removed.
  ///
  /// The log gets a line `{"kind":"saved","epoch":…,"step":…,"model":"checksum"}` before. Where the log cannot be written, as on a full
  /// disk, the model is saved all the same, and `logProblem` says why.
  ///
  /// - Parameters: see `RunDirectory.save`.
  /// - Returns: the checksum of the model.
  @discardableResult
  public func save(
    _ tensors: [NamedTensor], description: some Encodable, omitting omitted: Set<String> = [],
    metadata: [CodePoints: String] = [:], epoch: Int, step: Int
  ) throws(StorageError) -> String {
    let save = try PreparedSave(
      tensors, description: description, omitting: omitted, metadata: metadata, dataFingerprint: fingerprint,
      precision: precision, in: directory)
    note(save, epoch: epoch, step: step)
    try save.model.write(to: directory.model, into: modelRoom)
    hasSaved = true
    savedChecksum = save.checksum
    var problem: StorageError?
    do {
      let configuration = save.configuration
      try AtomicFile.write(to: directory.configuration, into: configurationRoom) {
        (output: borrowing AtomicFile.Output) throws(StorageError) in try output.write(configuration)
      }
    } catch {
      // The model describes itself, so the run is whole.
      problem = error
    }
    if needsCommit { try finishCommit() }
    if let reserved { try? reserve(bytes: reserved.model, configuration: reserved.configuration) }
    if let problem { throw problem }
    return save.checksum
  }

  /// Writes what a later figure adds to the description of the model that was saved: into `run.json` alone, for the model is the same.
  public func update(description: some Encodable) throws(StorageError) {
    guard let checksum = savedChecksum else { return }
    let text = try PreparedSave.configuration(
      description, model: checksum, dataFingerprint: fingerprint, precision: precision, in: directory)
    try AtomicFile.write(text, to: directory.configuration)
  }

  /// Writes the line that says which model belongs to the log.
  private func note(_ save: PreparedSave, epoch: Int, step: Int) {
    guard let log else { return }
    logProblem = nil
    do {
      log.begin("saved")
      log.add("epoch", epoch)
      log.add("step", step)
      log.add("model", save.checksum)
      try log.end()
      try log.flush()
    } catch {
      logProblem = error
    }
  }

  /// What the first save does when the model is in place.
  private func finishCommit() throws(StorageError) {
    try directory.finishCommit(writesEvents: events != nil, hasLog: log != nil)
    needsCommit = false
    log?.path = directory.metrics
    events?.path = directory.events
  }

  /// Writes the chart of the gradient's flow, with the permission bits of the one before.
  public func writeFlowChart(_ svg: String) throws(StorageError) {
    try AtomicFile.write(Array(svg.utf8), to: directory.flowChart, permissions: flowChartStatus)
  }

  // MARK: Ending

  /// Writes the lines of the log that wait and gives the room back. After a save everything stays; without one see `abandon`.
  public func close() throws(StorageError) {
    defer { abandon() }
    try log?.flush()
  }

  /// Ends a training that has failed: before its first save only the log is left of it, beside an earlier run as
  /// `metrics.failed.jsonl`. Does nothing the second time.
  public func abandon() {
    guard !isClosed else { return }
    isClosed = true
    try? log?.flush()
    (modelRoom, configurationRoom, reserved) = (nil, nil, nil)
    (optimizerRoom, optimizerBytes) = (nil, nil)
    defer { lock = nil }
    // What is to go on keeps its log where it is.
    guard !hasSaved, !hasCheckpoint else { return }
    if let events { Folder.removeFile(events.path) }
    if hasEarlierRun, let log {
      let failed = directory.file(RunDirectory.failedMetricsName)
      if (try? Folder.rename(log.path, to: failed)) != nil { log.path = failed }
    }
    if hasCreatedFolder { Folder.removeIfEmpty(directory.path) }
  }
}
