import SluiceCore

/// Arrays by their names as `numpy.savez` and `numpy.savez_compressed` write them: `.npz`, a zip archive of `.npy`.
///
/// ```swift
/// let file = try NPZFile(path: "weights.npz")
/// let values = try file.floats("embedding.weight")
/// ```
public struct NPZFile: Sendable {
  /// An array of the file.
  public struct Entry: Sendable, Equatable {
    /// The name by which NumPy gives it.
    public let name: String
    /// The type of the elements as NumPy spells it, such as `<f4`; nil for a member that is no array.
    public let type: String?
    /// The sizes of the dimensions; empty for a single number.
    public let shape: [Int]
  }

  /// The file that is read, as the caller spelled it.
  public let path: String
  /// The members in the order of the archive.
  public let entries: [Entry]
  private let archive: ZipArchive
  private static let suffix = ".npy"
  private let headers: [NPYHeader?]

  /// Opens the file and reads the list of its members and the header of each array.
  public init(path: String) throws(StorageError) {
    self.path = path
    archive = try ZipArchive(try File.reading(path))
    var entries: [Entry] = []
    var headers: [NPYHeader?] = []
    for member in archive.members {
      guard member.name.hasSuffix(Self.suffix) else {
        entries.append(Entry(name: member.name, type: nil, shape: [member.size]))
        headers.append(nil)
        continue
      }
      let header = try NPYHeader(parsing: try archive.beginning(of: member, count: 1 << 21), path: path)
      entries.append(
        Entry(
          name: String(member.name.unicodeScalars.dropLast(Self.suffix.count)), type: header.type,
          shape: header.shape))
      headers.append(header)
    }
    self.entries = entries
    self.headers = headers
  }

  /// The elements of an array as floats, row-major; those of 64 bits are rounded.
  public func floats(_ name: String) throws(StorageError) -> [Float] {
    let (elements, bytes) = try contents(name)
    return try elements.floats(in: bytes)
  }

  /// The elements of an array as whole numbers, row-major, truth values as 0 and 1.
  public func integers(_ name: String) throws(StorageError) -> [Int64] {
    let (elements, bytes) = try contents(name)
    return try elements.integers(in: bytes)
  }

  /// The bytes of a member that is no array, such as a description beside the arrays.
  public func bytes(_ name: String) throws(StorageError) -> [UInt8] {
    try archive.contents(of: archive.members[try place(of: name)])
  }

  private func contents(_ name: String) throws(StorageError) -> (ArrayElements, [UInt8]) {
    let place = try place(of: name)
    guard let header = headers[place] else {
      throw StorageError(
        .unsupported, path: path, expected: "an array \(quoted(name))", found: "a member that is none")
    }
    return (
      ArrayElements(header: header, name: quoted(name), path: path),
      try archive.contents(of: archive.members[place])
    )
  }

  private func place(of name: String) throws(StorageError) -> Int {
    if let place = entries.firstIndex(where: { $0.name.hasSameCodePoints(as: name) }) { return place }
    let shown = entries.prefix(12).map { quoted($0.name) }.joined(separator: ", ")
    throw StorageError(
      .mismatch, path: path, expected: "an array \(quoted(name))",
      found: entries.isEmpty ? "none at all" : "only \(shown)\(entries.count > 12 ? " and more" : "")",
      advice: "Check the name.")
  }

  /// Writes tensors as arrays of 32-bit floats, and texts as further members, whole or not at all (see `AtomicFile`).
  ///
  /// - Parameter texts: by the names of their members, such as `description.json`.
  /// - Throws: `mismatch` when a name occurs twice or a shape does not agree with the number of values.
  public static func write(
    _ tensors: [NamedTensor], texts: [(name: String, text: String)] = [], to path: String
  ) throws(StorageError) {
    if let name = firstRepeated(tensors.map { $0.name + suffix } + texts.map(\.name)) {
      throw StorageError(.mismatch, path: path, expected: "every array once", found: "\(quoted(name)) twice")
    }
    for tensor in tensors { try SafetensorsFile.check(tensor, path: path) }
    try AtomicFile.write(to: path) { (output: borrowing AtomicFile.Output) throws(StorageError) in
      var writer = ZipWriter()
      for tensor in tensors {
        try writer.write(
          tensor.name + suffix, NPYHeader.bytes(ofFloats: tensor.shape), tensor.values, to: output)
      }
      for text in texts { try writer.write(text.name, Array(text.text.utf8), to: output) }
      try writer.finish(to: output)
    }
  }
}
