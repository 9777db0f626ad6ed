import SluiceCore
import SluiceStorage

extension Parameters {
  /// Writes all parameters to a safetensors file, whole or not at all.
  ///
  /// - Parameter metadata: texts that the file carries beside the tensors.
  /// - Throws: `StorageError` if the file cannot be written, or if rows of a table wait for updates of an optimizer with exact
  ///   rows: call `Optimizer.settle` before.
  /// - Complexity: O(elements); the values are written from where they are, without a copy.
  public borrowing func write(to path: String, metadata: [CodePoints: String] = [:]) throws(StorageError) {
    if let table = firstTableBehind {
      throw StorageError(
        .unsupported, path: path, expected: "tables with all rows up to date",
        found: "'\(table)', rows of which wait for updates",
        advice: "Call `optimizer.settle(&parameters)` before writing.")
    }
    try SafetensorsFile.write(namedTensors, metadata: metadata, to: path)
  }

  /// All parameters as tensors to be written: views that hold until a parameter is added.
  package var namedTensors: [NamedTensor] {
    expectSettled("Saving parameters")
    var tensors: [NamedTensor] = []
    for handle in handles {
      let description = self[handle]
      tensors.append(
        NamedTensor(description.name, shape: description.shape.array, values(of: handle)))
    }
    return tensors
  }

  /// Reads all parameters from a safetensors file, by their names. Nothing is changed unless all are there in their shape. Numbers
  /// that are not finite are an error: whatever the model says with them means nothing.
  public borrowing func read(from path: String) throws(StorageError) {
    try read(from: try SafetensorsFile(path: path))
  }

  /// The same from a file that has been opened.
  package borrowing func read(from file: SafetensorsFile) throws(StorageError) {
    for handle in handles { _ = try file.check(self[handle].name, shape: self[handle].shape.array) }
    for handle in handles {
      try file.read(self[handle].name, shape: self[handle].shape.array, into: values(of: handle))
    }
    try checkFinite(file)
  }

  /// Takes the values of all parameters for use alone: where they lie in the file, if they are there as they are computed with. Errors
  /// are those of `read`.
  ///
  /// - Parameter others: values that some parameters have in place of those in the file, by their names, which are taken as if the file had them: rounded
  ///   as it rounds.
  package mutating func use(
    _ file: SafetensorsFile, replacing others: [String: Floats] = [:]
  ) throws(StorageError) {
    let precision = file.metadata[StoredPrecision.key].flatMap { StoredPrecision(rawValue: $0) } ?? .float32
    var sources: [FixedSource] = []
    for handle in handles {
      let (name, shape) = (self[handle].name, self[handle].shape.array)
      if let other = others[name] {
        sources.append(.floats(precision.rounded(other, shape: shape)))
      } else if let bytes = try file.byteRows(name, shape: shape) {
        sources.append(.bytes(bytes))
      } else if let floats = try file.view(name, shape: shape) {
        sources.append(.floats(floats))
      } else {
        try file.read(name, shape: shape, into: values(of: handle))
        sources.append(.column)
      }
    }
    fix(sources)
    try checkFinite(file)
  }

  private borrowing func checkFinite(_ file: SafetensorsFile) throws(StorageError) {
    if let found = firstNonFinite() {
      throw StorageError(
        .damaged, path: file.path, expected: "finite numbers",
        found: "\(found.value) at element \(found.element) of '\(found.source)'",
        advice: "No training saves such a model: the file was changed; train the model again.")
    }
  }
}
