import SluiceCore

/// The checkpoints in a run's folder: files `checkpoint-STEP.safetensors`, each of which holds all that a training needs to go on.
///
/// A checkpoint appears whole or not at all; those before it are removed when it is there. So after a kill the folder holds the
/// last one whole, and perhaps the one before it.
extension RunDirectory {
  static let checkpointPrefix = "checkpoint-"
  static let checkpointSuffix = ".safetensors"
  /// The text of a checkpoint's `__metadata__` by which it is known.
  public static let checkpointKey: CodePoints = "sluice.checkpoint"

  /// The name of the checkpoint after a step.
  static func checkpointName(step: Int) -> String { "\(checkpointPrefix)\(step)\(checkpointSuffix)" }

  /// The step that a file's name says it is a checkpoint of; nil for other names.
  static func step(ofCheckpoint name: String) -> Int? {
    guard name.hasPrefix(checkpointPrefix), name.hasSuffix(checkpointSuffix) else { return nil }
    let digits = name.dropFirst(checkpointPrefix.count).dropLast(checkpointSuffix.count)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let step = Int(digits),
      String(step) == digits
    else { return nil }
    return step
  }

  /// Whether the file at `path` proves by its contents to be a checkpoint.
  static func isOurCheckpoint(_ path: String) -> Bool {
    (try? SafetensorsFile(path: path))?.metadata[checkpointKey] != nil
  }

  /// Where the checkpoint after a step is.
  public func checkpoint(step: Int) -> String { file(Self.checkpointName(step: step)) }

  /// The steps of which there is a checkpoint, or a file of its name that nobody can read, so that a damaged checkpoint is not taken for
  /// none; the last first. A file of that name that proves to be something else is not counted.
  func claimedCheckpointSteps() throws(StorageError) -> [Int] {
    guard try Folder.occupant(of: path) == .folder else { return [] }
    return try Folder.names(in: path).compactMap { Self.step(ofCheckpoint: $0) }
      .filter { step in
        guard let file = try? SafetensorsFile(path: checkpoint(step: step)) else { return true }
        return file.metadata[Self.checkpointKey] != nil
      }.sorted(by: >)
  }

  /// The last checkpoint of the unfinished training in the folder at `path`, opened and found whole.
  ///
  /// - Throws: `missing` where there is none, `truncated` or `damaged` for one that is cut or whose contents do not agree with its
  ///   checksum: the error says whether there is one before it.
  public static func lastCheckpoint(in path: String) throws(StorageError) -> SafetensorsFile {
    let directory = RunDirectory(path: path)
    let steps = try directory.claimedCheckpointSteps()
    guard let step = steps.first else {
      let hasModel = try Folder.occupant(of: directory.model) != .nothing
      throw StorageError(
        .missing, path: path, expected: "the folder of a training that was stopped or killed",
        found: hasModel ? "a run without a checkpoint" : "no checkpoint",
        advice: hasModel
          ? "That training has ended: there is nothing to go on with." : "Check the spelling, or train anew.")
    }
    do throws(StorageError) {
      let file = try SafetensorsFile(path: directory.checkpoint(step: step))
      guard file.checksum != nil else {
        throw StorageError(
          .damaged, path: file.path, expected: "a checkpoint with a checksum", found: "one without")
      }
      try file.verify()
      return file
    } catch {
      var error = error
      error.advice =
        steps.count > 1
        ? "The file was changed or cut since it was written: remove it, and the training goes on from the checkpoint of step "
          + "\(steps[1])."
        : "The file was changed or cut since it was written: bring it back, or train anew with --overwrite."
      throw error
    }
  }
}

extension RunWriter {
  /// Writes a checkpoint, whole or not at all, and removes older ones. The log is brought up to date first.
  ///
  /// - Parameters:
  ///   - tensors: the numbers, written from where they lie.
  ///   - metadata: texts, one of them under `RunDirectory.checkpointKey`.
  ///   - kept: how many checkpoints stay.
  public func writeCheckpoint(
    _ tensors: [NamedTensor], metadata: [CodePoints: String], step: Int, keeping kept: Int
  ) throws(StorageError) {
    try SafetensorsFile.write(
      tensors, metadata: metadata, withChecksum: true, to: directory.checkpoint(step: step))
    checkpointSteps.removeAll { $0 == step }
    checkpointSteps.append(step)
    let surplus = checkpointSteps.dropLast(max(kept, 1))
    for step in surplus { Folder.removeFile(directory.checkpoint(step: step)) }
    checkpointSteps.removeFirst(surplus.count)
  }

  /// How long the log and the events are, with all that waits written and on the device: where a checkpoint cuts them back to. Without
  /// that, a loss of power could leave a checkpoint that names a log longer than what there is.
  public func flushedLengths() throws(StorageError) -> (log: Int, events: Int?) {
    try log?.synchronize()
    try events?.synchronize()
    return (log?.length ?? 0, events?.length)
  }

  /// Takes the folder of an unfinished training to go on with it.
  ///
  /// - Throws: `occupied` if another training has it, and `missing` if there is no checkpoint.
  public static func resume(at path: String, job: String) throws(StorageError) -> RunWriter {
    let directory = RunDirectory(path: path)
    let lock = try directory.lock()
    // Nothing is put in order in a folder that is none of an unfinished training.
    let steps = try directory.claimedCheckpointSteps()
    if steps.isEmpty { _ = try RunDirectory.lastCheckpoint(in: path) }
    AtomicFile.removeAbandoned(in: path)
    // A first save that was cut off is finished; the log and the events of one that is yet to come stay aside.
    try directory.recover(keepsAside: true)
    let isAside =
      try Folder.status(of: directory.file(RunDirectory.nextMetricsName), followingLinks: false) != nil
    let hasModel = try Folder.occupant(of: directory.model) != .nothing
    let writer = RunWriter(
      directory, job: job, lock: lock, hasCreatedFolder: false,
      hasEarlierRun: isAside && RunDirectory.isRun(path), compared: nil)
    writer.hasSaved = hasModel && !isAside
    writer.savedChecksum = writer.hasSaved ? directory.modelChecksum : nil
    writer.checkpointSteps = steps.reversed()
    return writer
  }

  /// Opens the log, and the events if there are lengths of both, cut back to where a checkpoint was made.
  ///
  /// - Parameter step: the step of the last line, which those for TensorBoard without a step of their own go on with.
  public func openLog(
    cutTo lengths: (log: Int, events: Int?), step: Int, room: Int = 1 << 16
  ) throws(StorageError) -> (log: MetricsLog, events: EventFile?) {
    let aside = hasEarlierRun && !hasSaved
    if let length = lengths.events {
      events = try EventFile(
        continuing: aside ? directory.file(RunDirectory.nextEventsName) : directory.events, length: length)
    }
    let path = aside ? directory.file(RunDirectory.nextMetricsName) : directory.metrics
    let log = try MetricsLog(
      continuing: path, length: lengths.log, step: step, room: room, mirroredTo: events)
    self.log = log
    return (log, events)
  }

  /// Cuts the log and the events back to where a checkpoint was made, and goes on behind it.
  public func cutLog(to lengths: (log: Int, events: Int?)) throws(StorageError) {
    try log?.cut(to: lengths.log)
    if let length = lengths.events { try events?.cut(to: length) }
  }

  /// Ends a training that is done: nothing is left to go on with.
  public func removeCheckpoints() {
    for step in checkpointSteps { Folder.removeFile(directory.checkpoint(step: step)) }
    checkpointSteps.removeAll()
  }
}
