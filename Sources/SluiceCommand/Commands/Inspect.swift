import Sluice

/// `sluice inspect`: what a file of tensors holds.
enum Inspect {
  static let file = Positional("file", .path, help: "The file, or the folder of a run.")

  static let command = Command(
    "inspect", abstract: "List what a file of tensors holds.",
    discussion:
      "Files of safetensors, ONNX, NumPy (npy, npz) and vectors of words (word2vec) are known by their contents.",
    takes: [file]
  ) { arguments in
    let path = arguments[file]
    do throws(StorageError) {
      try FileListing.list(path, Terminal.standardOutput.writeLine)
    } catch {
      // A folder is no file, but that of a run holds one.
      guard error.reason == .wrongKind, let run = try? RunDirectory.open(path) else {
        throw error
      }
      try FileListing.list(run.model, Terminal.standardOutput.writeLine)
    }
  }
}
