import Sluice

/// `sluice inspect`: what a safetensors file holds.
enum Inspect {
  static let file = Positional("file", .path, help: "A safetensors file, or the folder of a run.")

  static let command = Command(
    "inspect", abstract: "List the tensors and texts of a safetensors file.", takes: [file, JSONOutput.flag]
  ) { arguments in
    let path = arguments[file]
    let contents: SafetensorsFile
    do throws(StorageError) {
      contents = try SafetensorsFile(path: path)
    } catch {
      // A folder is no file, but that of a run holds one.
      guard error.reason == .wrongKind, let run = try? RunDirectory.open(path) else {
        throw error
      }
      contents = try SafetensorsFile(path: run.model)
    }
    if arguments[JSONOutput.flag] { return try JSONOutput.write(FileContents(contents)) }
    contents.list(Terminal.standardOutput.writeLine)
  }
}
