import Sluice

/// Makes models of every kind, exports each in every format, and writes beside them what Sluice itself answers: for
/// `peers/exports.py`, which has other programs read the exports and compares.
///
///     export-samples FOLDER [all | quick]
///
/// `quick` makes a small part of them.
@main
enum ExportSamples {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let folder = arguments.first, arguments.count <= 2 else {
      print("expected: export-samples FOLDER [all | quick]")
      return
    }
    let isQuick = arguments.last == "quick"
    try ClassifierSamples.write(in: folder, isQuick: isQuick)
    try StemSamples.write(in: folder, isQuick: isQuick)
    try LanguageModelSamples.write(in: folder, isQuick: isQuick)
  }

  /// Writes what was asked and what Sluice answered, the numbers row by row.
  static func writeAnswers(_ texts: [String], _ answers: [Float], width: Int, in folder: String) throws {
    try JSONFile.write(texts, to: folder + "/texts.json")
    let arena = Arena<Float>(capacity: answers.count + Arena<Float>.alignment, named: "answers")
    let values = arena[arena.allocate(answers.count)]
    for i in 0..<answers.count { values[i] = answers[i] }
    try NPZFile.write(
      [NamedTensor("answers", shape: [answers.count / width, width], values)], to: folder + "/answers.npz")
  }

  /// The formats that every model is exported in, by the names of their files.
  static let files: [(format: ExportFormat, name: String)] = [
    (.onnx, "model.onnx"), (.npz, "weights.npz"), (.pyTorch, "state.safetensors"),
  ]
  /// Those of models of words.
  static let vectorFiles: [(format: ExportFormat, name: String)] = [
    (.vectors, "vectors.txt"), (.binaryVectors, "vectors.bin"),
  ]
}
