/// What stands before the elements of an array of NumPy.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Eight bytes of magic and version, the length of
/// a header, and the header: a dictionary in the spelling of Python, such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct NPYHeader: Equatable {
  /// The type of the elements as NumPy spells it, such as `<f4`.
  var type: String
  /// Whether the first index changes fastest, and not the last.
  var isFortran: Bool
  var shape: [Int]
  /// The bytes before the elements.
  var size: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest header that is read; NumPy itself refuses longer ones.
  private static let limit = 1 << 20

  /// The bytes before an array of 32-bit floats, row-major: a multiple of 64, so that the elements can be mapped.
  static func bytes(ofFloats shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    while (10 + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    text.append(UInt8(ascii: "\n"))
    return magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }

  /// Reads the header at the beginning of `bytes`, which holds all of it or all that there is.
  ///
  /// - Throws: `StorageError` with `path`, for anything that is no such header.
  init(parsing bytes: [UInt8], path: String) throws(StorageError) {
    func damaged(_ expected: String, _ found: String) -> StorageError {
      .damaged(path, expected: "an array of NumPy: \(expected)", found: found)
    }
    guard bytes.count >= 10, Array(bytes[..<6]) == Self.magic else {
      throw damaged("its magic number", "other bytes")
    }
    guard (1...3).contains(bytes[6]) else {
      throw StorageError(
        .unsupported, path: path, expected: "version 1, 2 or 3 of NumPy's format",
        found: "version \(bytes[6])",
        advice: "Write it again with numpy.save.")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthBytes else {
      throw damaged("the length of its header", "the end of the file")
    }
    var length = 0
    for i in 0..<lengthBytes { length |= Int(bytes[8 + i]) << (8 * i) }
    size = 8 + lengthBytes + length
    guard length <= Self.limit else { throw damaged("a header of at most \(Self.limit) bytes", "\(length)") }
    guard bytes.count >= size else {
      throw StorageError(
        .truncated, path: path, expected: "a header of \(length) bytes",
        found: "\(bytes.count - 8 - lengthBytes)", advice: "The file is incomplete: fetch it again.")
    }
    var scanner = PythonScanner(bytes[(8 + lengthBytes)..<size])
    guard let values = scanner.dictionary() else {
      throw damaged(
        "a dictionary of Python in its header",
        quoted(String(decoding: bytes[(8 + lengthBytes)..<size].prefix(80), as: UTF8.self)))
    }
    guard case .boolean(let isFortran) = values["fortran_order"], case .tuple(let extents) = values["shape"],
      let type = values["descr"]
    else { throw damaged("'descr', 'fortran_order' and 'shape' in its header", "others") }
    var shape: [Int] = []
    for extent in extents {
      guard case .integer(let size) = extent else {
        throw damaged("whole numbers in its shape", "another value")
      }
      shape.append(size)
    }
    guard product(of: shape, times: 16) != nil else {
      throw damaged("a shape whose size can be computed", "\(shape.prefix(8))")
    }
    if case .text(let text) = type { self.type = text } else { self.type = "fields" }
    self.isFortran = isFortran
    self.shape = shape
  }

  /// The type of an element as safetensors calls it, and whether its bytes are in the order of large machines; nil for one that
  /// is not read.
  var element: (type: ElementType, isBigEndian: Bool)? {
    let code = type.utf8.first.map { "<>|=".utf8.contains($0) } == true ? String(type.dropFirst()) : type
    let element: ElementType? =
      switch code {
      case "f2": .float16
      case "f4": .float32
      case "f8": .float64
      case "b1", "?": .bool
      case "i1": .int8
      case "u1": .uint8
      case "i2": .int16
      case "u2": .uint16
      case "i4": .int32
      case "u4": .uint32
      case "i8": .int64
      case "u8": .uint64
      default: nil
      }
    return element.map { ($0, type.hasPrefix(">")) }
  }
}

/// The few literals of Python that a header holds.
private struct PythonScanner {
  indirect enum Value {
    case text(String)
    case boolean(Bool)
    case integer(Int)
    case tuple([Value])
  }

  private let bytes: ArraySlice<UInt8>
  private var next: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// The whole text as a dictionary with texts as keys; nil if it is none.
  mutating func dictionary() -> [String: Value]? {
    guard take("{") else { return nil }
    var values: [String: Value] = [:]
    while !take("}") {
      guard case .text(let key)? = value(depth: 0), take(":"), let value = value(depth: 0) else { return nil }
      guard values.updateValue(value, forKey: key) == nil else { return nil }
      guard take(",") || peek == UInt8(ascii: "}") else { return nil }
    }
    return peek == nil ? values : nil
  }

  private mutating func value(depth: Int) -> Value? {
    guard depth < 16, let first = peek else { return nil }
    switch first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return text(until: first)
    case UInt8(ascii: "("): return values(from: "(", to: ")", depth)
    case UInt8(ascii: "["): return values(from: "[", to: "]", depth)
    case UInt8(ascii: "T"): return takeWord("True") ? .boolean(true) : nil
    case UInt8(ascii: "F"): return takeWord("False") ? .boolean(false) : nil
    default: return integer()
    }
  }

  private mutating func values(from open: Character, to close: Character, _ depth: Int) -> Value? {
    guard take(open) else { return nil }
    var values: [Value] = []
    while !take(close) {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
      guard take(",") || peek == close.asciiValue else { return nil }
    }
    return .tuple(values)
  }

  private mutating func text(until quote: UInt8) -> Value? {
    next += 1
    guard let end = bytes[next...].firstIndex(of: quote) else { return nil }
    defer { next = end + 1 }
    return .text(String(decoding: bytes[next..<end], as: UTF8.self))
  }

  private mutating func integer() -> Value? {
    let digits = bytes[next...].prefix { (48...57).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    next = digits.endIndex
    // Python 2 marked long numbers so.
    if next < bytes.endIndex, bytes[next] == UInt8(ascii: "L") { next += 1 }
    return .integer(value)
  }

  /// The next byte that is no space.
  private var peek: UInt8? {
    mutating get {
      while next < bytes.endIndex, [32, 9, 10, 13].contains(bytes[next]) { next += 1 }
      return next < bytes.endIndex ? bytes[next] : nil
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard peek == character.asciiValue else { return false }
    next += 1
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard bytes[next...].starts(with: word.utf8) else { return false }
    next += word.utf8.count
    return true
  }
}
