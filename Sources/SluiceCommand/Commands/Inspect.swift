import Sluice

/// `sluice inspect`: what a safetensors file holds.
enum Inspect {
  static let file = Positional("file", .path, help: "A safetensors file, or the folder of a run.")

  static let command = Command(
    "inspect", abstract: "List the tensors and texts of a safetensors file.", takes: [file]
  ) { arguments in
    for line in try lines(path: arguments[file]) { Terminal.standardOutput.writeLine(line) }
  }

  /// The texts, then a line for each tensor: name, element type, shape.
  static func lines(path: String) throws(StorageError) -> [String] {
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(path: path)
    } catch {
      // A folder is no file, but that of a run holds one.
      guard error.reason == .wrongKind, let run = try? RunDirectory.open(path) else { throw error }
      file = try SafetensorsFile(path: run.model)
    }
    let texts = file.metadata.sorted { $0.key < $1.key }.map {
      DataError.printable("\($0.key): \($0.value.debugDescription)")
    }
    // Names come from the file and may hold anything.
    let names = file.tensors.map { DataError.printable($0.name) }
    let longest = names.map(\.count).max() ?? 0
    let tensors = zip(names, file.tensors).map { name, tensor in
      let gap = String(repeating: " ", count: longest - name.count + 2)
      return "\(name)\(gap)\(tensor.type.rawValue)  \(tensor.shape)"
    }
    let elements = file.tensors.reduce(0) { $0 + $1.count }
    return texts + tensors + ["tensors: \(tensors.count), elements: \(elements)"]
  }
}
