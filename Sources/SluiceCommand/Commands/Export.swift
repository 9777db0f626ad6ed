import Sluice

/// `sluice export`: a trained model for other programs, and smaller.
enum Export {
  static let run = Positional("run", .folder, help: "The folder of a run.")
  static let onnx = file("onnx", "the model as a graph of ONNX, with its alphabet and labels or vocabulary")
  static let npz = file("npz", "all weights as arrays of NumPy")
  static let pyTorch = file("pytorch", "the state dictionary of a module of PyTorch, as safetensors")
  static let vectors = file("vectors", "the vectors of all words the model knows, in the format of word2vec")
  static let binary = Flag("binary", help: "Write vectors in the binary format of word2vec, not as text.")

  private static func file(_ name: String, _ contents: String) -> Option<String?> {
    Option(name, .path, help: "Write \(contents).")
  }

  static let command = Command(
    "export", abstract: "Write a trained model for other programs, or a smaller copy of a run.",
    discussion: """
      Give one or more files to write. What each holds and how programs read it stands in Documentation/Exports.md; \
      `sluice inspect` lists any of them.

      The copy that --to writes is a run like any other, without what only a training needs. Its size and the figures of both models on \
      the validation part of the run's data are printed, if those data are still where they were.
      """,
    takes: [
      run, onnx, npz, pyTorch, vectors, binary, ExportRun.folder, ExportRun.precision, ExportRun.isUnmeasured,
      Shared.threads,
    ]
  ) { arguments in
    let asked: [(format: ExportFormat, path: String?)] = [
      (.onnx, arguments[onnx]), (.npz, arguments[npz]), (.pyTorch, arguments[pyTorch]),
      (arguments[binary] ? .binaryVectors : .vectors, arguments[vectors]),
    ]
    let files = asked.compactMap { wish in wish.path.map { (format: wish.format, path: $0) } }
    let folder = arguments[ExportRun.folder]
    guard folder != nil || arguments[ExportRun.precision] == nil && !arguments[ExportRun.isUnmeasured] else {
      throw UsageError("--precision and --no-measure are about a copy of the run: give --to with its folder")
    }
    guard !files.isEmpty || folder != nil else {
      throw UsageError(
        "nothing to write: give --onnx, --npz, --pytorch or --vectors with a file, or --to with a folder")
    }
    for file in files { try RunDirectory.refuseWriting(to: file.path, inputs: []) }
    guard Set(files.map { CodePoints($0.path) }).count == files.count else {
      throw UsageError("one file cannot hold two formats: give each a file of its own")
    }
    let engine = try Shared.engine(arguments)
    let job = try Shared.job(ofRun: arguments[run])
    if let folder { try ExportRun.copy(arguments, to: folder, job: job, engine) }
    guard !files.isEmpty else { return }
    switch job {
    case LanguageModelDescription.jobName:
      let model = try SavedLanguageModel(run: arguments[run], engine: engine)
      for file in files { tell(try model.export(file.format, to: file.path), of: file.path) }
    case StemDescription.jobName:
      let stems = try SavedStems(run: arguments[run], engine: engine)
      for file in files { tell(try stems.export(file.format, to: file.path), of: file.path) }
    default:
      let classifier = try SavedClassifier(run: arguments[run], engine: engine)
      for file in files { tell(try classifier.export(file.format, to: file.path), of: file.path) }
    }
  }

  private static func tell(_ notes: [String], of path: String) {
    Shared.note(notes)
    Terminal.standardOutput.writeLine("The model is in \(ScreenText.path(path)).")
  }
}
