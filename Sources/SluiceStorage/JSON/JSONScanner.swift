/// Reads JSON (RFC 8259) piece by piece, as the caller asks for it.
///
/// Strict: no comments, no trailing commas, no leading zeros, no control characters in strings, no lone
/// surrogates, valid UTF-8 only. A form of its own and not a tree, so that a damaged or hostile file costs
/// no more memory than what the caller keeps, and so that repeated keys are seen.
struct JSONScanner {
  private let bytes: [UInt8]
  /// The next byte to read.
  private(set) var offset = 0

  /// How deep arrays and objects may be nested where the caller does not know the form.
  static let depthLimit = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Structure

  /// The next byte that is not white space, not consumed; nil at the end.
  mutating func peek() -> UInt8? {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset += 1
      default: return bytes[offset]
      }
    }
    return nil
  }

  /// Consumes `byte`, white space before it included, or throws.
  mutating func take(_ byte: UInt8, _ expected: String) throws(JSONError) {
    guard peek() == byte else { throw error(expected) }
    offset += 1
  }

  /// Consumes `byte` if it is the next one after white space.
  mutating func takes(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  /// Throws unless only white space is left.
  mutating func end() throws(JSONError) {
    guard peek() == nil else { throw error("the end of the text") }
  }

  /// An error at the current place, which describes what is there.
  mutating func error(_ expected: String) -> JSONError {
    guard let byte = peek() else {
      return JSONError(offset: offset, expected: expected, found: "the end of the text")
    }
    let shown = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    return JSONError(offset: offset, expected: expected, found: shown)
  }

  /// Walks an object: calls `member` with each key, which has to consume the value.
  mutating func object(
    _ expected: String, _ member: (inout JSONScanner, String) throws(JSONError) -> Void
  ) throws(JSONError) {
    try take(UInt8(ascii: "{"), expected)
    if takes(UInt8(ascii: "}")) { return }
    repeat {
      let key = try string("a key in double quotes")
      try take(UInt8(ascii: ":"), "':' after a key")
      try member(&self, key)
    } while takes(UInt8(ascii: ","))
    try take(UInt8(ascii: "}"), "',' or '}' in an object")
  }

  /// Walks an array: calls `element` before each element, which it has to consume.
  mutating func array(
    _ expected: String, _ element: (inout JSONScanner) throws(JSONError) -> Void
  ) throws(JSONError) {
    try take(UInt8(ascii: "["), expected)
    if takes(UInt8(ascii: "]")) { return }
    repeat { try element(&self) } while takes(UInt8(ascii: ","))
    try take(UInt8(ascii: "]"), "',' or ']' in an array")
  }

  /// Consumes a word: `true`, `false` or `null`.
  mutating func word(_ word: StaticString) throws(JSONError) {
    let start = offset
    for byte in "\(word)".utf8 {
      guard offset < bytes.count, bytes[offset] == byte else {
        offset = start
        throw error("a value")
      }
      offset += 1
    }
  }

  /// Consumes a whole value and keeps nothing of it. Repeated keys and deeper nesting than `depthLimit` are errors.
  mutating func skip(depth: Int = 0) throws(JSONError) {
    switch peek() {
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      let start = offset
      var keys: [String] = []
      try object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
        keys.append(key)
        try scanner.skip(depth: depth + 1)
      }
      if let key = firstRepeated(keys) {
        throw JSONError(offset: start, expected: "every key once", found: "\(quoted(key)) twice")
      }
    case UInt8(ascii: "["):
      try checkDepth(depth)
      try array("an array") { (scanner: inout JSONScanner) throws(JSONError) in
        try scanner.skip(depth: depth + 1)
      }
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try JSONValue(&self, depth: depth)
    }
  }

  /// Throws for an array or object inside too many others.
  mutating func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth < Self.depthLimit else {
      throw error("at most \(Self.depthLimit) arrays and objects inside each other")
    }
  }

  /// Consumes a string. One of printable ASCII without escapes, as most are, is never made.
  private mutating func skipString() throws(JSONError) {
    let start = offset
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return
      }
      if byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\\") { break }
      offset += 1
    }
    offset = start
    _ = try string("a string")
  }

  // MARK: Numbers

  /// A whole number in the range of `Int`, at least 0, written without fraction and exponent.
  mutating func count(_ expected: String) throws(JSONError) -> Int {
    _ = peek()
    let start = offset
    let text = try number(expected)
    guard let value = Int(text), value >= 0 else {
      throw JSONError(offset: start, expected: expected, found: text.count > 40 ? "a long number" : text)
    }
    return value
  }

  /// The text of a number, checked against the grammar.
  mutating func number(_ expected: String) throws(JSONError) -> String {
    _ = peek()
    let start = offset
    _ = takesHere(UInt8(ascii: "-"))
    if !takesHere(UInt8(ascii: "0")) {
      guard digits() else { return try fail(at: start, expected) }
    }
    if takesHere(UInt8(ascii: ".")) {
      guard digits() else { throw error("a digit after the point") }
    }
    if takesHere(UInt8(ascii: "e")) || takesHere(UInt8(ascii: "E")) {
      if !takesHere(UInt8(ascii: "-")) { _ = takesHere(UInt8(ascii: "+")) }
      guard digits() else { throw error("a digit in the exponent") }
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func fail(at start: Int, _ expected: String) throws(JSONError) -> String {
    offset = start
    throw error(expected)
  }

  private mutating func takesHere(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func digits() -> Bool {
    let start = offset
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
      offset += 1
    }
    return offset > start
  }

  // MARK: Strings

  /// A string, its escapes resolved.
  mutating func string(_ expected: String) throws(JSONError) -> String {
    try take(UInt8(ascii: "\""), expected)
    let start = offset
    var unescaped: [UInt8] = []
    var copied = start
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        unescaped += bytes[copied..<offset]
        guard let text = String(validating: unescaped, as: UTF8.self) else {
          throw JSONError(offset: start, expected: "a string in UTF-8", found: "bytes that are not UTF-8")
        }
        offset += 1
        return text
      }
      guard byte >= 0x20 else { throw error("no raw control character in a string") }
      offset += 1
      if byte == UInt8(ascii: "\\") {
        unescaped += bytes[copied..<offset - 1]
        unescaped += Array(String(try escaped()).utf8)
        copied = offset
      }
    }
    throw JSONError(offset: offset, expected: "'\"' at the end of a string", found: "the end of the text")
  }

  /// The character after a backslash.
  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    let start = offset
    let expected = "one of the escapes \" \\ / b f n r t u after a backslash"
    guard offset < bytes.count else { throw error(expected) }
    offset += 1
    switch bytes[start] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode(from: start)
    default:
      offset = start
      throw error(expected)
    }
  }

  /// The character of `u` with four digits, or of two of them that form a surrogate pair.
  private mutating func unicode(from start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, takesHere(UInt8(ascii: "\\")), takesHere(UInt8(ascii: "u")) {
      let second = try fourDigits()
      if (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw JSONError(offset: start, expected: "a pair of surrogates", found: "one alone")
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
        throw error("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }
}
