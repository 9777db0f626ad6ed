import Sluice

extension Parameters {
  /// Writes all parameters to a safetensors file, atomically.
  borrowing func write(to path: String, metadata: [String: String]) throws(StorageError) {
    settle()
    var tensors: [NamedTensor] = []
    for handle in handles {
      let description = self[handle]
      tensors.append(
        NamedTensor(description.name, shape: description.shape.array, values(of: handle)))
    }
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// Reads all parameters from a safetensors file. Nothing is changed unless all are there in their shape. Numbers
  /// that are not finite are an error: whatever the model says with them means nothing.
  borrowing func read(from path: String) throws(StorageError) {
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

extension RunDirectory {
  /// Saves a model and what describes it, each atomically, the description last. A description that cannot be
  /// written is found before the model is replaced.
  func save(
    _ parameters: borrowing Parameters, _ description: some RunDescription
  ) throws(StorageError) {
    let text = try JSONFile.encode(description, for: configuration)
    try parameters.write(
      to: model, metadata: ["format": "pt", "producer": "sluice \(SluiceVersion.current)"])
    try AtomicFile.write(text, to: configuration)
  }
}
