import SluiceCore

/// One tensor in a safetensors file.
public struct TensorEntry: Equatable, Sendable {
  /// The tensor's name, which occurs once in a file.
  public var name: String
  /// The element type, which says how many bits each element takes.
  public var type: ElementType
  /// The sizes of the dimensions, row-major; empty for a single number.
  public var shape: [Int]
  /// Where its bytes lie, counted from the end of the header.
  public var bytes: Range<Int>

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The bytes of one element, of a type that is read.
  var elementSize: Int { (type.bitCount ?? 8) / 8 }
}

/// The header of a safetensors file: a JSON object that names the tensors and tiles the bytes behind it.
///
/// Format: https://github.com/huggingface/safetensors#format
struct SafetensorsHeader: Equatable {
  /// The tensors in the order of their bytes.
  var tensors: [TensorEntry] = []
  /// The texts of `__metadata__`.
  var metadata: [CodePoints: String] = [:]

  /// The largest header the format allows.
  static let sizeLimit = 100_000_000
  /// The key that holds texts and no tensor.
  static let metadataKey = "__metadata__"

  /// Parses a header and checks that its tensors tile `dataSize` bytes without gap or overlap.
  init(parsing json: [UInt8], dataSize: Int, path: String) throws(StorageError) {
    do throws(JSONError) {
      var scanner = JSONScanner(json)
      guard scanner.peek() == UInt8(ascii: "{") else {
        throw scanner.error("'{' at its beginning")
      }
      try parse(&scanner)
      try scanner.end()
    } catch {
      throw .damaged(
        path, expected: "a header of safetensors: \(error.expected)",
        found: "\(error.found) at byte \(error.offset) of the header")
    }
    if let name = firstRepeated(tensors.map(\.name)) {
      throw .damaged(path, expected: "every tensor once", found: "\(quoted(name)) twice")
    }
    tensors.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try checkTiling(dataSize: dataSize, path: path)
  }

  private mutating func parse(_ scanner: inout JSONScanner) throws(JSONError) {
    var entries: [TensorEntry] = []
    var texts: [(key: String, value: String)] = []
    var hasMetadata = false
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      guard key.hasSameCodePoints(as: Self.metadataKey) else {
        entries.append(try Self.entry(key, &scanner))
        return
      }
      guard !hasMetadata else { throw scanner.error("one \(Self.metadataKey)") }
      hasMetadata = true
      // Some writers put null where there are no texts.
      if scanner.peek() == UInt8(ascii: "n") { return try scanner.word("null") }
      try scanner.object("an object of texts") {
        (scanner: inout JSONScanner, key: String) throws(JSONError) in
        texts.append((key, try scanner.string("a text in \(Self.metadataKey)")))
      }
    }
    if let key = firstRepeated(texts.map(\.key)) {
      throw JSONError(offset: scanner.offset, expected: "every text once", found: "\(quoted(key)) twice")
    }
    tensors = entries
    for (key, value) in texts { metadata[CodePoints(key)] = value }
  }

  private static func entry(_ name: String, _ scanner: inout JSONScanner) throws(JSONError) -> TensorEntry {
    let start = scanner.offset
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object("an object for \(quoted(name))") {
      (scanner: inout JSONScanner, key: String) throws(JSONError) in
      switch key {
      case "dtype" where type == nil:
        type = ElementType(rawValue: try scanner.string("the name of an element type"))
      case "shape" where shape == nil:
        shape = try counts(&scanner, "a size in a shape")
      case "data_offsets" where offsets == nil:
        offsets = try counts(&scanner, "an offset")
      case "dtype", "shape", "data_offsets":
        throw scanner.error("\(key) of \(quoted(name)) once, not twice")
      default:
        // The format may grow, so what is not known is no damage. Three levels are open already.
        _ = try JSONValue(&scanner, depth: 3)
      }
    }
    func failure(_ expected: String, _ found: String) -> JSONError {
      JSONError(offset: start, expected: "\(expected) for \(quoted(name))", found: found)
    }
    guard let type, let shape, let offsets else {
      throw failure("dtype, shape and data_offsets", "fewer")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure("two offsets, the smaller first", "\(offsets.prefix(4))")
    }
    guard let bits = product(of: shape, times: type.bitCount ?? 1) else {
      throw failure("a shape whose size can be computed", "\(shape.prefix(8))")
    }
    // Of a type that is not known nobody can say how many bytes there have to be.
    if type.bitCount != nil {
      guard bits % 8 == 0 else {
        throw failure("elements that fill whole bytes", "\(bits) bits (\(type.rawValue) \(shape.prefix(8)))")
      }
      guard bits / 8 == offsets[1] - offsets[0] else {
        throw failure(
          "\(bits / 8) bytes (\(type.rawValue) \(shape.prefix(8)))", "\(offsets[1] - offsets[0])")
      }
    }
    return TensorEntry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func counts(_ scanner: inout JSONScanner, _ expected: String) throws(JSONError) -> [Int] {
    var counts: [Int] = []
    try scanner.array("an array of whole numbers") { (scanner: inout JSONScanner) throws(JSONError) in
      counts.append(try scanner.count(expected))
    }
    return counts
  }

  private func checkTiling(dataSize: Int, path: String) throws(StorageError) {
    var end = 0
    for tensor in tensors {
      guard tensor.bytes.lowerBound == end else {
        throw .damaged(
          path, expected: "\(quoted(tensor.name)) to begin at byte \(end) of the data",
          found: "that it begins at \(tensor.bytes.lowerBound)")
      }
      end = tensor.bytes.upperBound
    }
    guard end <= dataSize else {
      throw StorageError(
        .truncated, path: path, expected: "\(end) bytes of data", found: "\(dataSize)",
        advice: "The file is incomplete; write or fetch it again.")
    }
    guard end == dataSize else {
      throw .damaged(path, expected: "\(end) bytes of data", found: "\(dataSize)")
    }
  }
}

extension StorageError {
  static func damaged(_ path: String, expected: String, found: String) -> StorageError {
    StorageError(
      .damaged, path: path, expected: expected, found: found,
      advice: "The file is damaged or of another format.")
  }
}

/// The product of the sizes and `factor`; nil when it is beyond `Int`, even if a later size is zero.
func product(of shape: [Int], times factor: Int) -> Int? {
  var product = 1
  for size in shape + [factor] {
    let (value, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    product = value
  }
  return product
}
