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

  /// Reads all parameters from a safetensors file. Nothing is changed unless all are there in their shape.
  borrowing func read(from path: String) throws(StorageError) {
    let file = try SafetensorsFile(path: path)
    for handle in handles { _ = try file.check(self[handle].name, shape: self[handle].shape.array) }
    for handle in handles {
      try file.read(self[handle].name, shape: self[handle].shape.array, into: values(of: handle))
    }
  }
}

extension RunDirectory {
  /// Saves a model and what describes it, each atomically, the description last.
  func save(
    _ parameters: borrowing Parameters, _ description: some RunDescription
  ) throws(StorageError) {
    try parameters.write(
      to: model, metadata: ["format": "pt", "producer": "sluice \(SluiceVersion.current)"])
    try JSONFile.write(description, to: configuration)
  }
}
