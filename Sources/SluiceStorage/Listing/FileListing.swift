/// What a file of tensors, of any format that is known here, holds, in lines for people.
public enum FileListing {
  /// Finds out by its contents what a file is, and lists it: safetensors, ONNX, NumPy's npy and npz, and vectors of words as text or
  /// binary of word2vec.
  ///
  /// - Throws: `StorageError` for a file that cannot be read or is none of them; the error is about the format that its beginning,
  ///   else the end of its name, speaks for.
  public static func list(_ path: String, _ line: (String) -> Void) throws(StorageError) {
    let file = try File.reading(path)
    let size = try file.size()
    let beginning = try file.available(at: 0, atMost: 16)
    if beginning.starts(with: NPYHeader.magic) { return try NPYFile(path: path).list(line) }
    let isZip = [ZipArchive.localSignature, ZipArchive.endSignature].contains { signature in
      beginning.number(at: 0, 4) == Int(signature)
    }
    if isZip { return try NPZFile(path: path).list(line) }
    if isSafetensors(beginning, size: size) { return try SafetensorsFile(path: path).list(line) }
    if path.hasSuffix(".onnx") { return try ONNXFile(path: path).list(line) }
    // A protocol buffer has no mark of its own, and neither have vectors of words.
    if let width = try? WordVectorFile.width(ofFile: path) {
      let vectors = try WordVectorFile(readingFile: path, words: [], width: width)
      line(
        "vectors of words: \(vectors.count), elements of each: \(width), \(vectors.isBinary ? "binary" : "text")"
      )
      return
    }
    if size <= Int(Int32.max), let model = ONNXFile(path: path, try file.bytes(at: 0, count: size)) {
      return model.list(line)
    }
    if path.hasSuffix(".npz") { return try NPZFile(path: path).list(line) }
    if path.hasSuffix(".npy") { return try NPYFile(path: path).list(line) }
    if path.hasSuffix(".safetensors") { return try SafetensorsFile(path: path).list(line) }
    throw StorageError(
      .damaged, path: path, expected: "a file of safetensors, ONNX, NumPy or word2vec",
      found: size == 0 ? "an empty file" : "none of them",
      advice: "The file is incomplete, damaged or of another format.")
  }

  /// Whether a file begins like safetensors: the length of a header, and the header's first byte.
  private static func isSafetensors(_ beginning: [UInt8], size: Int) -> Bool {
    guard beginning.count > 8, let length = beginning.number(at: 0, 8) else { return false }
    return length <= SafetensorsHeader.sizeLimit && beginning[8] == UInt8(ascii: "{")
  }
}
