/// The folder of one training run and the names of what it holds.
///
/// | file | contents |
/// | --- | --- |
/// | `model.safetensors` | the parameters (`SafetensorsFile`) |
/// | `run.json` | what is needed to load and to repeat the run (`JSONFile`) |
/// | `metrics.jsonl` | the figures of the training (`MetricsLog`) |
/// | `flow.svg` | the chart of the gradient's flow |
/// | `events.out.tfevents.sluice` | the figures once more, for TensorBoard (`EventFile`) |
public struct RunDirectory: Equatable, Sendable {
  /// The folder, as the caller spelled it.
  public let path: String

  static let modelName = "model.safetensors"
  static let configurationName = "run.json"
  static let metricsName = "metrics.jsonl"
  static let flowChartName = "flow.svg"
  static let eventsName = "events.out.tfevents.sluice"

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

  private init(path: String) { self.path = path }

  /// The folder for a new run: created, with those above it, if it is not there.
  ///
  /// An empty folder and that of an earlier run are taken; the files of the earlier run stay until the new
  /// one writes its own. A folder that holds anything else and no `run.json` is refused, as is one in which no
  /// file can be created.
  public static func create(at path: String) throws(StorageError) -> RunDirectory {
    let expected = "a folder for the run"
    switch try Folder.occupant(of: path) {
    case .nothing:
      try Folder.create(path)
    case .folder:
      let names = try Folder.names(in: path).sorted()
      let own = [
        modelName, configurationName, metricsName, flowChartName, eventsName, "report.html", "check.json",
      ]
      let foreign = names.filter { !own.contains($0) && !$0.hasPrefix(AtomicFile.temporaryPrefix) }
      guard foreign.isEmpty || names.contains(configurationName) else {
        throw StorageError(
          .occupied, path: path, expected: "an empty folder or that of an earlier run",
          found: "other things in it (\(quoted(foreign[0])))", advice: "Choose another folder.")
      }
    case .file, .other:
      throw StorageError(
        .wrongKind, path: path, expected: expected, found: "something that is no folder",
        advice: "Choose another name.")
    }
    try Folder.checkWritable(path)
    return RunDirectory(path: path)
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
    for name in [configurationName, modelName] where try Folder.occupant(of: run.file(name)) == .nothing {
      missing.append("no \(name)")
    }
    guard missing.isEmpty else {
      throw StorageError(
        .missing, path: path, expected: expected, found: "\(missing.joined(separator: " and ")) in it",
        advice: "The run has not saved a model, or this is another folder.")
    }
    return run
  }
}
