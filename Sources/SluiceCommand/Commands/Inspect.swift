import Sluice

/// `sluice inspect`: what a file of tensors holds.
enum Inspect {
  static let file = Positional("file", .path, help: "The file, or the folder of a run.")

  static let command = Command(
    "inspect", abstract: "List what a file of tensors holds.",
    discussion: """
      Files of safetensors, ONNX, NumPy (npy, npz) and vectors of words (word2vec) are known by their contents. \
      With --json a file has to be safetensors.
      """,
    takes: [file, JSONOutput.flag]
  ) { arguments in
    let path = arguments[file]
    let list = arguments[JSONOutput.flag] ? writeJSON : writeLines
    do {
      try list(path)
    } catch let error as StorageError {
      // A folder is no file, but that of a run holds one.
      guard error.reason == .wrongKind, let run = try? RunDirectory.open(path) else {
        throw error
      }
      try list(run.model)
    }
  }

  private static func writeLines(_ path: String) throws {
    try FileListing.list(path, Terminal.standardOutput.writeLine)
  }

  private static func writeJSON(_ path: String) throws {
    let contents: SafetensorsFile
    do throws(StorageError) {
      contents = try SafetensorsFile(path: path)
    } catch {
      // A file that can be listed is whole, and so of another format.
      guard (try? FileListing.list(path) { _ in }) != nil else { throw error }
      throw StorageError(
        .unsupported, path: path, expected: "a file of safetensors, for JSON", found: "another format",
        advice: "Leave out --json to have it listed.")
    }
    try JSONOutput.write(FileContents(contents))
  }
}
