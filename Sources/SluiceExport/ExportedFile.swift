import SluiceCore
import SluiceStorage

/// A file that a model is exported to, with the texts that go with it.
struct ExportedFile {
  private let path: String
  private let texts: ExportTexts

  init(_ path: String, _ texts: ExportTexts) {
    self.path = path
    self.texts = texts
  }

  /// Writes a model.
  ///
  /// - Parameters:
  ///   - graph: the model for ONNX.
  ///   - state: the model for PyTorch.
  ///   - vectors: writes the vectors of the model's words.
  /// - Returns: what there is to say of the file.
  func write(
    _ format: ExportFormat, _ parameters: borrowing Parameters, graph: () throws -> ONNXGraph,
    state: () throws -> StateDictionary, vectors: (_ isBinary: Bool) throws(StorageError) -> [String]
  ) throws(StorageError) -> [String] {
    switch format {
    case .onnx:
      var model = ONNXModel(try made("a model that ONNX can express", graph))
      model.metadata = texts.texts
      model.producer.version = SluiceVersion.current
      try model.write(to: path)
    case .npz: try writeNPZ(parameters)
    case .pyTorch: try made("a model that a module of PyTorch can express", state).write(texts, to: path)
    case .vectors, .binaryVectors: return try vectors(format == .binaryVectors)
    }
    return []
  }

  /// All parameters under their own names, and the texts as one object of JSON.
  private func writeNPZ(_ parameters: borrowing Parameters) throws(StorageError) {
    try NPZFile.write(
      parameters.namedTensors, texts: [(name: "description.json", text: texts.object)], to: path)
  }

  /// The vectors of words, those left out that the format cannot hold.
  ///
  /// - Parameters:
  ///   - words: as the model reads them.
  ///   - names: as they are written.
  ///   - vectors: the width and the elements of the vectors of some words.
  /// - Returns: how many were left out, if any.
  func writeVectors(
    of words: [String], as names: [String], isBinary: Bool,
    _ vectors: ([String]) -> (width: Int, values: [Float])
  ) throws(StorageError) -> [String] {
    let kept = words.indices.filter { WordVectorFile.canHold(names[$0]) }
    let (width, values) = vectors(kept.map { words[$0] })
    try WordVectorFile.write(
      kept.map { names[$0] }, width: width, values: values, isBinary: isBinary, to: path)
    let rest = words.count - kept.count
    guard rest > 0 else { return [] }
    return [
      "\(grouped(rest)) of \(grouped(words.count)) words hold a space or a line end, which the format cannot: left out"
    ]
  }

  private func made<Value>(_ expected: String, _ make: () throws -> Value) throws(StorageError) -> Value {
    do {
      return try make()
    } catch {
      throw StorageError(.unsupported, path: path, expected: expected, found: String("\(error)".dropLast()))
    }
  }
}
