extension RunDirectory {
  /// Brings the folder into order after a training that was killed. To be called with the folder's lock.
  ///
  /// If its first model is in place its commit is finished, else its log and events go: they are those of nothing.
  ///
  /// - Parameter keepsAside: leave what a training has written beside an earlier run, for it is to go on.
  func recover(keepsAside: Bool = false) throws(StorageError) {
    let next = file(Self.nextMetricsName)
    if try Folder.status(of: next, followingLinks: false) != nil {
      if let header = Self.logHeader(next), let checksum = modelChecksum, Self.saves(next, checksum) {
        try restoreConfiguration()
        try finishCommit(writesEvents: header.values["events"] == .bool(true), hasLog: true)
      } else if !keepsAside {
        Folder.removeFile(next)
        Folder.removeFile(file(Self.nextEventsName))
      }
    } else {
      if !keepsAside { Folder.removeFile(file(Self.nextEventsName)) }
      guard try Folder.occupant(of: configuration) == .nothing, let checksum = modelChecksum,
        Self.saves(metrics, checksum)
      else { return }
      try restoreConfiguration()
    }
  }

  /// Writes the `run.json` that belongs to the model from the description in the model, if another or none is there.
  private func restoreConfiguration() throws(StorageError) {
    let model = try SafetensorsFile(path: model)
    guard let checksum = model.checksum, let text = model.metadata[Self.descriptionKey] else { return }
    if try Folder.occupant(of: configuration) != .nothing {
      let stored = try? StoredDescription(path: configuration, text: JSONFile.contents(of: configuration))
      if stored?.members.value(Self.modelKey)?.string == checksum { return }
    }
    let inside = try StoredDescription(path: self.model, text: Array(text.utf8))
    let bytes = inside.members.text(without: [Self.modelKey], first: [(Self.modelKey, checksum)])
    try AtomicFile.write(bytes + [UInt8(ascii: "\n")], to: configuration)
  }

  /// What is left to do of a first save when the model is in place: removes what belongs to the earlier run, and gives the log and
  /// the events their names. The log comes last: as long as it has its other name there is something to do.
  func finishCommit(writesEvents: Bool, hasLog: Bool) throws(StorageError) {
    Folder.removeFile(flowChart)
    Folder.removeFile(file(Self.failedMetricsName))
    let report = file(Self.reportName)
    if Self.isOurReport(report) { Folder.removeFile(report) }
    let nextEvents = file(Self.nextEventsName)
    if !writesEvents {
      Folder.removeFile(events)
    } else if try Folder.status(of: nextEvents, followingLinks: false) != nil {
      try Folder.rename(nextEvents, to: events)
    }
    let nextMetrics = file(Self.nextMetricsName)
    if try Folder.status(of: nextMetrics, followingLinks: false) != nil {
      try Folder.rename(nextMetrics, to: metrics)
    } else if !hasLog {
      Folder.removeFile(metrics)
    }
    Folder.synchronize(path)
  }
}
