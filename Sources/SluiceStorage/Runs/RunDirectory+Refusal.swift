extension RunDirectory {
  /// Throws if writing the file at `path` would destroy something: one of the command's inputs, or what a run owns.
  ///
  /// Files are compared by what they are and not by the spelling of their names, so another path to an input, or a link to it, is
  /// found too.
  ///
  /// - Parameters:
  ///   - inputs: the files that the command reads. Folders of runs need not be given: their files are a run's.
  ///   - allowed: names in a run's folder that this command may write, such as `report.html`.
  public static func refuseWriting(
    to path: String, inputs: [String], allowing allowed: [String] = []
  ) throws(StorageError) {
    let target = try? Folder.status(of: path)
    for input in inputs {
      guard isSame(path, target, input, try? Folder.status(of: input)) else { continue }
      throw StorageError(
        .occupied, path: path, expected: "a file that is none of the inputs",
        found: "the input \(quoted(input))",
        advice: "Choose another name to write to.")
    }
    let (folder, name) = (Folder.parent(of: path), Folder.lastPart(of: path))
    // Where small and capital letters are one, a name of another spelling is the same file.
    let isOwn =
      step(ofCheckpoint: name) != nil
      || ownNames.contains { own in
        if allowed.contains(own) { return false }
        return own == name || isSame(path, target, "", try? Folder.status(of: Folder.path(folder, own)))
      }
    guard isOwn else { return }
    if isRun(folder) || isOurLog(Folder.path(folder, metricsName)) {
      throw StorageError(
        .occupied, path: path, expected: "a file of your own",
        found: "one that belongs to the run in \(quoted(folder))",
        advice: "Choose another name to write to.")
    }
  }

  /// Throws if a report's figures cannot go to `path`, because something else than the figures of an earlier report is there.
  package static func refuseReplacing(_ path: String) throws(StorageError) {
    guard try Folder.occupant(of: path) != .nothing, !isOurReportFigures(path) else { return }
    throw StorageError(
      .occupied, path: path, expected: "no file, or the figures of an earlier report",
      found: "something else",
      advice: "Choose another name for the page: its figures go beside it.")
  }

  /// Throws if one of the files that a training or a check reads is one that a run in this folder owns, and so would be replaced.
  public func refuse(inputs: [String]) throws(StorageError) {
    let checkpoints = try Folder.names(in: path).filter { Self.step(ofCheckpoint: $0) != nil }
    for name in Self.ownNames + checkpoints {
      let own = file(name)
      let status = try? Folder.status(of: own)
      for input in inputs where Self.isSame(own, status, input, try? Folder.status(of: input)) {
        throw StorageError(
          .occupied, path: input, expected: "data outside of what a run in \(quoted(path)) writes",
          found: "its \(name)", advice: "Move the data, or choose another folder for the run.")
      }
    }
  }

  private static func isSame(
    _ path: String, _ status: FileStatus?, _ other: String, _ otherStatus: FileStatus?
  ) -> Bool {
    if path.utf8.elementsEqual(other.utf8) { return true }
    guard let status, let otherStatus else { return false }
    return status.isSameFile(as: otherStatus)
  }
}
