import SluiceCore
import SluiceStorage

extension Parameters {
  /// Writes all parameters to a safetensors file, whole or not at all. Rows of tables that wait for their updates get them first.
  ///
  /// - Parameter metadata: texts that the file carries beside the tensors.
  /// - Complexity: O(elements); the values are written from where they are, without a copy.
  public borrowing func write(to path: String, metadata: [CodePoints: String] = [:]) throws(StorageError) {
    try SafetensorsFile.write(namedTensors, metadata: metadata, to: path)
  }

  /// All parameters as tensors to be written: views that hold until a parameter is added.
  package var namedTensors: [NamedTensor] {
    settle()
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
    let file = try SafetensorsFile(path: path)
    for handle in handles { _ = try file.check(self[handle].name, shape: self[handle].shape.array) }
    for handle in handles {
      try file.read(self[handle].name, shape: self[handle].shape.array, into: values(of: handle))
    }
    if let found = firstNonFinite() {
      throw StorageError(
        .damaged, path: path, expected: "finite numbers",
        found: "\(found.value) at element \(found.element) of '\(found.source)'",
        advice: "No training saves such a model: the file was changed; train the model again.")
    }
  }
}
