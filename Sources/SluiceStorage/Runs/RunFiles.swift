/// The names of what a run's folder holds, and how a file of such a name shows that a run has written it.
///
/// A name proves nothing: `metrics.jsonl` may be anybody's. Only a `run.json` of ours makes a folder a run's. A folder without one,
/// as a training leaves it that was killed early, is taken if every file in it proves by its contents that it is ours.
extension RunDirectory {
  static let modelName = "model.safetensors"
  static let configurationName = "run.json"
  static let metricsName = "metrics.jsonl"
  static let flowChartName = "flow.svg"
  static let eventsName = "events.out.tfevents.sluice"
  static let reportName = "report.html"
  static let checkName = "check.json"
  static let examinationName = "examination.json"
  /// The figures of a report's page.
  static let reportFiguresName = "report.json"
  /// The log and the events of a training that has not saved yet, in the folder of an earlier run. TensorBoard takes every name
  /// that holds `tfevents`, and would mix the curves of both.
  static let nextMetricsName = "metrics.next.jsonl"
  static let nextEventsName = "events.next"
  /// The log of a training that has failed beside an earlier run.
  static let failedMetricsName = "metrics.failed.jsonl"

  /// All that a run may write.
  static let ownNames = [
    modelName, configurationName, optimizerName, metricsName, flowChartName, eventsName, reportName,
    checkName, examinationName, reportFiguresName,
    nextMetricsName, nextEventsName, failedMetricsName, TuningFolder.recordName, TuningFolder.pageName,
  ]

  /// The form of `run.json` and of the first line of a log, as this version writes them.
  public static let format = "sluice run 1"
  /// The form of `run.json` and of the description in a model whose numbers are bytes: narrow tables share scales among rows, and lists of words
  /// are packed, which earlier versions cannot read.
  package static let smallFormat = "sluice run 2"
  /// The form of `check.json`, as this version writes it.
  public static let checkFormat = "sluice check 1"
  /// The form of a report's figures, as this version writes them.
  public static let reportFormat = "sluice report 1"
  /// What a report's page has in its head, by which it is known.
  public static let reportMark = #"<meta name="generator" content="sluice">"#

  // MARK: Proofs

  /// Whether the folder at `path` is that of a run: whether its `run.json` is one of ours.
  public static func isRun(_ path: String) -> Bool { isOurDescription(Folder.path(path, configurationName)) }

  /// The first thing in the folder, in the order of names, that no run has written; nil for the folder of a run, which may hold
  /// other files of its owner, and for one that is empty or holds only what an early end of a training or a check leaves.
  static func firstForeign(in path: String) throws(StorageError) -> String? {
    let names = try Folder.names(in: path).sorted()
    if names.contains(configurationName), isRun(path) { return nil }
    let hasLog = isOurLog(Folder.path(path, metricsName))
    for name in names {
      let file = Folder.path(path, name)
      let isRegular = try Folder.status(of: file, followingLinks: false)?.kind == .file
      let isOurs =
        switch name {
        case metricsName, nextMetricsName, failedMetricsName: isOurLog(file)
        case checkName: isOurCheck(file)
        case examinationName: isOurExamination(file)
        case reportFiguresName: isOurReportFigures(file)
        case reportName: isOurReport(file)
        case eventsName, nextEventsName: hasLog && isEvents(file)
        case optimizerName: hasLog && isOurOptimizer(file)
        case modelName: hasLog && isSavedModel(file, by: Folder.path(path, metricsName))
        default:
          AtomicFile.process(ofTemporary: name) != nil
            // One that cannot be read is a damaged one where the log is ours.
            || step(ofCheckpoint: name) != nil && (hasLog || isOurCheckpoint(file))
        }
      if !isRegular || !isOurs { return name }
    }
    return nil
  }

  /// Whether the JSON object at `path` says that it is a run's description: a `format` of ours and a job.
  static func isOurDescription(_ path: String) -> Bool {
    guard let bytes = try? JSONFile.contents(of: path), let members = try? JSONMembers(parsing: bytes) else {
      return false
    }
    return isOurs(members)
  }

  /// Whether a description has a `format` of ours and a job.
  static func isOurs(_ members: JSONMembers) -> Bool {
    hasFormat(members.value("format"), "sluice run ") && members.value("job")?.string?.isEmpty == false
  }

  /// Whether the log at `path` begins with our header line.
  static func isOurLog(_ path: String) -> Bool { logHeader(path) != nil }

  /// The first line of a training's log, by which a folder is known that holds nothing else yet.
  ///
  /// - Parameter writesEvents: whether the figures are written for TensorBoard too.
  static func logHeader(job: String, writesEvents: Bool) -> [UInt8] {
    var line = Array(#"{"kind":"run","format":"\#(format)","job":"#.utf8)
    appendJSONString(job, to: &line)
    line += Array(#","events":\#(writesEvents)}"#.utf8)
    return line + [UInt8(ascii: "\n")]
  }

  /// The first line of the log at `path` if it is our header.
  static func logHeader(_ path: String) -> MetricsLine? {
    guard var reader = try? MetricsReader(path: path, chunkSize: 1 << 12, limit: 1 << 12),
      let line = try? reader.next(), line.kind == "run", hasFormat(line.values["format"], "sluice run ")
    else { return nil }
    return line
  }

  /// Whether the file at `path` is the result of a check.
  public static func isOurCheck(_ path: String) -> Bool {
    hasFormat("sluice check ", path)
  }

  /// Whether the file at `path` holds the figures of a report.
  static func isOurReportFigures(_ path: String) -> Bool { hasFormat("sluice report ", path) }

  /// Whether the file at `path` is a JSON object with such a format.
  static func hasFormat(_ prefix: String, _ path: String) -> Bool {
    guard let bytes = try? JSONFile.contents(of: path), let members = try? JSONMembers(parsing: bytes) else {
      return false
    }
    return hasFormat(members.value("format"), prefix)
  }

  /// Whether the file at `path` is a report's page.
  static func isOurReport(_ path: String) -> Bool {
    guard let head = beginning(of: path, 1 << 12) else { return false }
    // Pages of earlier versions have no mark, but this line in its place.
    return contains(head, reportMark)
      || contains(head, #"<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">"#)
  }

  private static func isEvents(_ path: String) -> Bool {
    beginning(of: path, 64).map { contains($0, "brain.Event:2") } ?? false
  }

  /// Whether the model at `path` describes its run, and the log says that its training has saved it.
  private static func isSavedModel(_ path: String, by log: String) -> Bool {
    guard let model = try? SafetensorsFile(path: path), model.metadata[descriptionKey] != nil,
      let checksum = model.checksum
    else { return false }
    return saves(log, checksum)
  }

  /// Whether a line of kind `saved` in the log at `path` names the model with that checksum.
  static func saves(_ path: String, _ checksum: String) -> Bool {
    guard var reader = try? MetricsReader(path: path) else { return false }
    let beginning = Array(#"{"kind":"saved","#.utf8)
    while let line = try? reader.next(beginningWith: beginning) {
      if line.string("model") == checksum { return true }
    }
    return false
  }

  private static func hasFormat(_ value: JSONValue?, _ prefix: String) -> Bool {
    value?.string?.hasPrefix(prefix) == true
  }

  private static func beginning(of path: String, _ count: Int) -> [UInt8]? {
    guard let file = try? File.reading(path) else { return nil }
    return try? file.available(at: 0, atMost: count)
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).holds(text)
  }
}
