import SluiceCore

/// The folder of a tuning: an ordinary run, which is the best model so far, and beside it `tune.json`, the page `tune.html` and, until all is
/// done, a folder for each trial.
///
/// | file | contents |
/// | --- | --- |
/// | those of a run | the best model so far; see `RunDirectory` |
/// | `tune.json` | the trials and what they reached (`TuningRecord`) |
/// | `tune.html` | the same as a page |
/// | `trials/0007/`, `trials/0007-2/` | the run of a trial, and of the same with its second other seed |
package struct TuningFolder: Sendable {
  static let recordName = "tune.json"
  static let pageName = "tune.html"
  static let trialsName = "trials"

  /// The folder as a run's.
  package let run: RunDirectory
  /// That no other tuning or training writes into it.
  private let lock: RunLock

  /// Where the record is.
  package static func record(in path: String) -> String { Folder.path(path, recordName) }
  /// Where the page is.
  package static func page(in path: String) -> String { Folder.path(path, pageName) }

  /// Whether a folder is that of a tuning.
  package static func isTuning(_ path: String) -> Bool {
    RunDirectory.hasFormat("sluice tuning ", record(in: path))
  }

  /// Takes a folder for a tuning: an empty one, one that is not there, that of an earlier tuning or, if it may be overwritten, of a run.
  ///
  /// - Throws: `occupied` for any other, for one that another training has, and where one of the inputs is a file that would be replaced.
  package init(_ path: String, inputs: [String], overwrites: Bool) throws(StorageError) {
    let isTuning = Self.isTuning(path)
    if !isTuning {
      guard overwrites || !RunDirectory.isRun(path) else {
        throw StorageError(
          .occupied, path: path, expected: "an empty folder or that of a tuning", found: "a run",
          advice: "Choose another folder, or give --overwrite to replace the run.")
      }
      _ = try RunDirectory.create(at: path)
    }
    try Folder.checkWritable(path)
    let directory = RunDirectory(path: path)
    lock = try directory.lock()
    try directory.refuse(inputs: inputs)
    AtomicFile.removeAbandoned(in: path)
    run = directory
  }

  /// Reads the record; nil where there is none.
  package func readRecord() throws(StorageError) -> TuningRecord? {
    guard try Folder.occupant(of: Self.record(in: run.path)) != .nothing else { return nil }
    return try TuningRecord(readingTuning: run.path)
  }

  /// Writes the record.
  package func write(_ record: some Encodable) throws(StorageError) {
    try JSONFile.write(record, to: Self.record(in: run.path))
  }

  /// The folder of a step's training, created with those above it.
  package func folder(of step: TuningStep) throws(StorageError) -> String {
    let digits = "\(step.trial)"
    let name = String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    let trials = Folder.path(run.path, Self.trialsName)
    try Folder.create(trials)
    return Folder.path(trials, step.repetition == 0 ? name : "\(name)-\(step.repetition)")
  }

  /// Puts the run of a trial in place of the one that the folder holds. The rename of the model decides, as in every save; what is cut off
  /// by a kill leaves a model that describes itself.
  package func keep(_ path: String) throws(StorageError) {
    let source = RunDirectory(path: path)
    let names = [
      RunDirectory.modelName, RunDirectory.configurationName, RunDirectory.metricsName,
      RunDirectory.flowChartName, RunDirectory.optimizerName, RunDirectory.examinationName,
    ]
    for name in names {
      if try Folder.occupant(of: source.file(name)) == .file {
        try copy(source.file(name), to: run.file(name))
      } else {
        Folder.removeFile(run.file(name))
      }
    }
    // A page about the model before.
    for name in [RunDirectory.reportName, RunDirectory.reportFiguresName] {
      Folder.removeFile(run.file(name))
    }
  }

  private func copy(_ path: String, to target: String) throws(StorageError) {
    let file = try File.reading(path)
    let size = try file.size()
    try AtomicFile.write(to: target) { (output: borrowing AtomicFile.Output) throws(StorageError) in
      let piece = 1 << 20
      for offset in stride(from: 0, to: size, by: piece) {
        try output.write(try file.bytes(at: offset, count: min(piece, size - offset)))
      }
    }
  }

  /// Removes the folders of all trials: what is in them and is a run's.
  package func removeTrials() {
    let trials = Folder.path(run.path, Self.trialsName)
    for name in (try? Folder.names(in: trials)) ?? [] { removeTrial(Folder.path(trials, name)) }
    Folder.removeIfEmpty(trials)
  }

  /// Removes what a run has written into a folder, and the folder if nothing else is in it.
  package func removeTrial(_ path: String) {
    let directory = RunDirectory(path: path)
    for name in (try? Folder.names(in: path)) ?? []
    where RunDirectory.ownNames.contains(name) || RunDirectory.step(ofCheckpoint: name) != nil
      || AtomicFile.process(ofTemporary: name) != nil
    {
      Folder.removeFile(directory.file(name))
    }
    Folder.removeIfEmpty(path)
  }

  /// Removes what an earlier tuning has left: its record, page and trials. The run stays until there is a better one.
  package func removeEarlier() {
    removeTrials()
    Folder.removeFile(run.file(Self.recordName))
    Folder.removeFile(run.file(Self.pageName))
  }
}

extension TuningRecord {
  /// Reads the record of the tuning in a folder.
  ///
  /// - Throws: `StorageError` for a folder without one, one that is damaged, or one of a later version.
  public init(readingTuning path: String) throws(StorageError) {
    let file = TuningFolder.record(in: path)
    guard try Folder.occupant(of: file) != .nothing else {
      throw StorageError(
        .missing, path: path, expected: "the folder of a tuning", found: "no tune.json in it",
        advice: "Check the spelling, or begin with `sluice tune`.")
    }
    guard RunDirectory.hasFormat("sluice tuning ", file) else {
      throw StorageError(
        .wrongKind, path: file, expected: "the record of a tuning", found: "something else",
        advice: "Choose another folder.")
    }
    self = try JSONFile.read(TuningRecord.self, from: file)
    guard format == Self.currentFormat else {
      throw StorageError(
        .unsupported, path: file, expected: "a record in the form '\(Self.currentFormat)'",
        found: quoted(format), advice: "Use the version that wrote it.")
    }
    let indices = trials.indices
    guard trials.map(\.number) == Array(indices), trials.allSatisfy({ $0.values.count == dimensions.count }),
      round.allSatisfy({ indices.contains($0.trial) && rungs.indices.contains($0.rung) && $0.repetition >= 0 }
      ),
      trials.allSatisfy({ $0.results.count <= rungs.count }),
      [kept?.trial, spread?.trial].compactMap({ $0 }).allSatisfy({ indices.contains($0) })
    else {
      throw StorageError(
        .damaged, path: file, expected: "trials by number with a value for each dimension", found: "others",
        advice: "The file was changed: begin anew with --overwrite.")
    }
  }
}
