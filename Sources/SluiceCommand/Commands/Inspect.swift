import Sluice

/// `sluice inspect`: what a safetensors file holds.
enum Inspect {
  static let file = Positional("file", .path, help: "A safetensors file, or the folder of a run.")

  static let command = Command(
    "inspect", abstract: "List the tensors and texts of a safetensors file.", takes: [file]
  ) { arguments in
    try list(path: arguments[file], Terminal.standardOutput.writeLine)
  }

  /// Names are padded to the longest, but no further: what is printed grows with the file, not with its longest name
  /// times the number of its tensors.
  private static let widestPadding = 60
  /// The characters shown of a name.
  private static let nameLimit = 200
  /// The characters shown of a text.
  private static let textLimit = 1_000
  /// The extents shown of a shape.
  private static let extentLimit = 16

  /// Gives `line` the texts, then a line for each tensor: name, element type, shape.
  ///
  /// Names and texts come from the file and may hold anything: they are escaped, and cut where they are long.
  static func list(path: String, _ line: (String) -> Void) throws(StorageError) {
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(path: path)
    } catch {
      // A folder is no file, but that of a run holds one.
      guard error.reason == .wrongKind, let run = try? RunDirectory.open(path) else { throw error }
      file = try SafetensorsFile(path: run.model)
    }
    for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) {
      line(
        shown(key.text, limit: nameLimit) + ": " + "\"" + ScreenText.cut(value, to: textLimit) + "\"")
    }
    var width = 0
    for tensor in file.tensors { width = max(width, shown(tensor.name, limit: nameLimit).count) }
    width = min(width, widestPadding)
    var elements = 0.0
    for tensor in file.tensors {
      let name = shown(tensor.name, limit: nameLimit)
      let gap = String(repeating: " ", count: max(width - name.count, 0) + 2)
      line("\(name)\(gap)\(shown(tensor.type.rawValue, limit: nameLimit))  \(shape(of: tensor))")
      elements += Double(tensor.count)
    }
    line("tensors: \(file.tensors.count), elements: \(total(of: file, near: elements))")
  }

  private static func shown(_ text: String, limit: Int) -> String {
    ScreenText.cut(text, to: limit)
  }

  private static func shape(of tensor: TensorEntry) -> String {
    guard tensor.shape.count > extentLimit else { return "\(tensor.shape)" }
    let first = tensor.shape.prefix(extentLimit).map(String.init).joined(separator: ", ")
    return "[\(first), … \(tensor.shape.count) extents]"
  }

  /// The elements of all tensors. Those of a type that is not known may be any number, so the sum may be beyond `Int`.
  private static func total(of file: SafetensorsFile, near estimate: Double) -> String {
    guard estimate < 9e18 else { return "\(estimate)" }
    return "\(file.tensors.reduce(0) { $0 + $1.count })"
  }
}
