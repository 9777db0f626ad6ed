/// The folder of one training run and the names of what it holds.
///
/// | file | contents |
/// | --- | --- |
/// | `model.safetensors` | the parameters and what describes them (`SafetensorsFile`) |
/// | `optimizer.safetensors` | what the optimizer knew at that model, for a training that begins from it (`RunOptimizer`) |
/// | `run.json` | what is needed to load and to repeat the run, for people to read (`JSONFile`) |
/// | `metrics.jsonl` | the figures of the training (`MetricsLog`) |
/// | `flow.svg` | the chart of the gradient's flow |
/// | `events.out.tfevents.sluice` | the figures once more, for TensorBoard (`EventFile`) |
/// | `examination.json` | what the model does with its validation part (`Examination`) |
/// | `report.html`, `report.json`, `check.json` | the pages and results of other commands |
/// | `metrics.next.jsonl`, `events.next` | the figures of a training that goes on beside an earlier run |
/// | `metrics.failed.jsonl` | those of one that has failed beside an earlier run |
///
/// A training writes through `RunWriter`, which keeps an earlier run whole until there is a new one.
public struct RunDirectory: Equatable, Sendable {
  /// The folder, as the caller spelled it.
  public let path: String

  /// Where the parameters are.
  public var model: String { file(Self.modelName) }
  /// Where the configuration of the run is.
  public var configuration: String { file(Self.configurationName) }
  /// Where the figures of the training are.
  public var metrics: String { file(Self.metricsName) }
  /// Where the chart of the gradient's flow is.
  public var flowChart: String { file(Self.flowChartName) }
  /// Where the figures for TensorBoard are. A new run writes over those of an earlier one, whose curves would go on in it.
  public var events: String { file(Self.eventsName) }

  /// The path of the file `name` in the folder.
  public func file(_ name: String) -> String { Folder.path(path, name) }

  /// The log that fits the model: that of a training which was killed between the rename of its first model and that of its log
  /// still has the name it had before.
  public static func currentMetrics(in folder: String) -> String {
    let run = RunDirectory(path: folder)
    let next = run.file(nextMetricsName)
    guard isOurLog(next), let checksum = run.modelChecksum, saves(next, checksum) else { return run.metrics }
    return next
  }

  init(path: String) { self.path = path }

  /// A folder for what a run writes: created, with those above it, if it is not there.
  ///
  /// Taken are an empty folder, that of an earlier run, and one in which every file proves to be left by a training or a check that
  /// went no further. Any other is refused, as is one in which no file can be created. Nothing in it is changed.
  public static func create(at path: String) throws(StorageError) -> RunDirectory {
    switch try Folder.occupant(of: path) {
    case .nothing:
      try Folder.create(path)
    case .folder:
      if let name = try firstForeign(in: path) {
        throw StorageError(
          .occupied, path: path, expected: "an empty folder or that of an earlier run",
          found: "other things in it (\(quoted(name)))", advice: "Choose another folder.")
      }
    case .file, .other:
      throw StorageError(
        .wrongKind, path: path, expected: "a folder for the run", found: "something that is no folder",
        advice: "Choose another name.")
    }
    try Folder.checkWritable(path)
    return RunDirectory(path: path)
  }

  /// A folder for the copy of a run: created, with those above it, if it is not there. One that holds anything is refused.
  package static func createEmpty(at path: String) throws(StorageError) -> RunDirectory {
    let run = try create(at: path)
    if let name = try Folder.names(in: path).sorted().first {
      throw StorageError(
        .occupied, path: path, expected: "an empty folder for the copy of a run",
        found: "other things in it (\(quoted(name)))", advice: "Choose another folder.")
    }
    return run
  }

  /// Takes the folder for a training: until the lock is let go, no other training gets it.
  ///
  /// - Throws: `occupied` if another has it.
  public func lock() throws(StorageError) -> RunLock { try RunLock(path) }

  /// The folder of a run that has saved its model. Throws an error that names what is missing.
  public static func open(_ path: String) throws(StorageError) -> RunDirectory {
    let expected = "the folder of a run"
    switch try Folder.occupant(of: path) {
    case .folder: break
    case .nothing:
      throw StorageError(
        .missing, path: path, expected: expected, found: "nothing at this path",
        advice: "Check the spelling, or train a model with this folder as its output.")
    case .file, .other:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "something that is no folder",
        advice: "Give the folder, not a file in it.")
    }
    let run = RunDirectory(path: path)
    var missing: [String] = []
    let hasModel = try Folder.occupant(of: run.model) != .nothing
    if try Folder.occupant(of: run.configuration) == .nothing {
      // A training that was killed between its first two renames has left a model that describes itself.
      let describesItself =
        hasModel && (try? SafetensorsFile(path: run.model))?.metadata[descriptionKey] != nil
      if !describesItself { missing.append("no \(configurationName)") }
    }
    if !hasModel { missing.append("no \(modelName)") }
    guard missing.isEmpty else {
      throw StorageError(
        .missing, path: path, expected: expected, found: "\(missing.joined(separator: " and ")) in it",
        advice: "The run has not saved a model, or this is another folder.")
    }
    return run
  }
}
