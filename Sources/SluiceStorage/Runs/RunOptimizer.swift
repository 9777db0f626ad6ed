import SluiceCore

/// What the optimizer knew when a model was saved, in `optimizer.safetensors` beside the model: a training that begins from the
/// model goes on with it.
///
/// The model's rename is the commit of a save, and this file is written after it. It names the model's checksum, so a pair that a
/// kill has parted, or a copy has mixed, is noticed by whoever reads it; the model is whole all the same.
extension RunDirectory {
  static let optimizerName = "optimizer.safetensors"
  /// The text of `__metadata__` that says which model the file belongs to.
  public static let optimizerKey: CodePoints = "sluice.optimizer.model"

  /// Where the optimizer's numbers are.
  public var optimizer: String { file(Self.optimizerName) }

  /// Whether the file at `path` proves by its contents to hold an optimizer's numbers.
  static func isOurOptimizer(_ path: String) -> Bool {
    (try? SafetensorsFile(path: path))?.metadata[optimizerKey] != nil
  }

  /// Removes the optimizer's numbers, if they are a run's.
  func removeOptimizer() {
    if Self.isOurOptimizer(optimizer) { Folder.removeFile(optimizer) }
  }

  /// The optimizer's numbers that belong to the model with this checksum, found whole; nil, with the reason in words, where
  /// there are none.
  public func optimizerState(ofModel checksum: String?) -> (file: SafetensorsFile?, problem: String) {
    let file: SafetensorsFile
    do throws(StorageError) {
      guard try Folder.occupant(of: optimizer) != .nothing else { return (nil, "the run keeps none") }
      file = try SafetensorsFile(path: optimizer)
      try file.verify()
    } catch {
      return (nil, "it cannot be read (expected \(error.expected), found \(error.found))")
    }
    guard let checksum, file.metadata[Self.optimizerKey] == checksum else {
      return (nil, "\(Self.optimizerName) belongs to another model")
    }
    return (file, "")
  }
}

extension RunWriter {
  /// Takes room for the optimizer's numbers, as `reserve` does for the model. To be called after it.
  public func reserveOptimizer(
    _ tensors: [NamedTensor], metadata: [CodePoints: String]
  ) throws(StorageError) {
    guard !tensors.isEmpty else { return }
    if try Folder.occupant(of: directory.optimizer) != .nothing,
      !RunDirectory.isOurOptimizer(directory.optimizer)
    {
      throw StorageError(
        .occupied, path: directory.optimizer,
        expected: "the optimizer's numbers of an earlier run, or nothing",
        found: "a file that no training has written", advice: "Move it, or choose another folder for the run."
      )
    }
    let size = try optimizerContents(tensors, metadata, model: "00000000").size + (1 << 10)
    optimizerBytes = size
    optimizerRoom = nil
    optimizerRoom = try ReservedRoom(size, for: directory.optimizer)
  }

  /// Writes the optimizer's numbers that belong to the model which was saved last. Without any, those of an earlier model go.
  public func saveOptimizer(
    _ tensors: [NamedTensor], metadata: [CodePoints: String]
  ) throws(StorageError) {
    guard let savedChecksum, !tensors.isEmpty else { return directory.removeOptimizer() }
    try optimizerContents(tensors, metadata, model: savedChecksum).write(
      to: directory.optimizer, into: optimizerRoom)
    optimizerRoom = nil
    if let optimizerBytes { optimizerRoom = try? ReservedRoom(optimizerBytes, for: directory.optimizer) }
  }

  private func optimizerContents(
    _ tensors: [NamedTensor], _ metadata: [CodePoints: String], model: String
  ) throws(StorageError) -> SafetensorsFile.Contents {
    var metadata = metadata
    metadata[RunDirectory.optimizerKey] = model
    return try SafetensorsFile.Contents(
      tensors, metadata: metadata, withChecksum: true, path: directory.optimizer)
  }
}
