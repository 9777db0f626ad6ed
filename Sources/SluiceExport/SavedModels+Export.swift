import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

extension SavedClassifier {
  /// Writes the model for other programs.
  ///
  /// ```swift
  /// try SavedClassifier(run: "runs/sms").export(.onnx, to: "sms.onnx")
  /// ```
  ///
  /// - Returns: what there is to say of the file.
  /// - Throws: `StorageError` if the file cannot be written (one that was there stays), or for vectors: a classifier has
  ///   none of words.
  @discardableResult
  public func export(_ format: ExportFormat, to path: String) throws(StorageError) -> [String] {
    let file = ExportedFile(path, try ExportTexts(description, thresholds: thresholds, for: path))
    return try file.write(
      format, parameters, graph: { try model.graph(parameters) },
      state: { try model.stateDictionary(parameters) }
    ) { (isBinary) throws(StorageError) in
      throw StorageError(
        .unsupported, path: path, expected: "a model of words, for its vectors",
        found: "a classifier of texts",
        advice: "Export it as arrays: 'embedding.weight' has the vectors of its characters.")
    }
  }
}

extension SavedStems {
  /// Writes the model for other programs; as vectors, the directions of the words it knows.
  ///
  /// - Returns: what there is to say of the file, such as words that its format cannot hold.
  /// - Throws: `StorageError` if the file cannot be written; one that was there stays.
  @discardableResult
  public func export(_ format: ExportFormat, to path: String) throws(StorageError) -> [String] {
    let file = ExportedFile(path, try ExportTexts(description, for: path))
    return try file.write(
      format, parameters, graph: { try model.graph(parameters) },
      state: { try model.stateDictionary(parameters) }
    ) { (isBinary) throws(StorageError) in
      try file.writeVectors(of: words, as: words, isBinary: isBinary) {
        let vectors = self.vectors(of: $0)
        return (vectors.width, vectors.rows)
      }
    }
  }
}

extension SavedLanguageModel {
  /// Writes the model for other programs; as vectors, those of its vocabulary, the end of a sentence as `</s>`.
  ///
  /// - Returns: what there is to say of the file, such as words that its format cannot hold.
  /// - Throws: `StorageError` if the file cannot be written; one that was there stays.
  @discardableResult
  public func export(_ format: ExportFormat, to path: String) throws(StorageError) -> [String] {
    let file = ExportedFile(path, try ExportTexts(description, for: path))
    return try file.write(
      format, parameters, graph: { try model.graph(parameters) },
      state: { try model.stateDictionary(parameters) }
    ) { (isBinary) throws(StorageError) in
      let words = description.vocabulary
      let end = words.holds(Self.exportedEnd) ? WordCorpus.end : Self.exportedEnd
      let names = words.map { $0.hasSameCodePoints(as: WordCorpus.end) ? end : $0 }
      return try file.writeVectors(of: words, as: names, isBinary: isBinary) { (width, vectors(of: $0)) }
    }
  }

  /// How word2vec spells the end of a sentence.
  private static let exportedEnd = "</s>"
}
