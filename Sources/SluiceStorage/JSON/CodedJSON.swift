import SluiceCore

/// A value of JSON between a type that can be coded and its text.
///
/// Beside `JSONValue`, which is for looking at texts of unknown form, it keeps numbers as they are written: so a `UInt64` loses no digit, and
/// a `Float` is not read by way of a `Double`.
enum CodedJSON {
  case null
  case bool(Bool)
  /// A number by its text, which fits the grammar.
  case number(String)
  case string(String)
  case array([CodedJSON])
  /// The members in the order of the text, every key once.
  case object([Member])

  struct Member {
    let key: String
    let value: CodedJSON
  }

  // MARK: Reading

  /// Parses a whole text. Repeated keys and nesting deeper than `JSONScanner.depthLimit` are errors.
  ///
  /// - Parameter keys: the keys of the outermost object that are kept, nil for all. What the others hold is checked only.
  init(parsing bytes: [UInt8], keys: Set<String>? = nil) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    self = try CodedJSON(&scanner, depth: 0, keys: keys)
    try scanner.end()
  }

  private init(_ scanner: inout JSONScanner, depth: Int, keys: Set<String>? = nil) throws(JSONError) {
    switch scanner.peek() {
    case UInt8(ascii: "{"): self = .object(try Self.members(&scanner, depth, keys))
    case UInt8(ascii: "["):
      try scanner.checkDepth(depth)
      var elements: [CodedJSON] = []
      try scanner.array("an array") { (scanner: inout JSONScanner) throws(JSONError) in
        elements.append(try CodedJSON(&scanner, depth: depth + 1))
      }
      self = .array(elements)
    case UInt8(ascii: "\""): self = .string(try scanner.string("a string"))
    case UInt8(ascii: "t"):
      try scanner.word("true")
      self = .bool(true)
    case UInt8(ascii: "f"):
      try scanner.word("false")
      self = .bool(false)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      self = .null
    default: self = .number(try scanner.number("a value"))
    }
  }

  private static func members(
    _ scanner: inout JSONScanner, _ depth: Int, _ keys: Set<String>?
  ) throws(JSONError) -> [Member] {
    try scanner.checkDepth(depth)
    let start = scanner.offset
    var names: [String] = []
    var members: [Member] = []
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      names.append(key)
      if let keys, !keys.contains(key) { return try scanner.skip(depth: depth + 1) }
      members.append(Member(key: key, value: try CodedJSON(&scanner, depth: depth + 1)))
    }
    if let key = firstRepeated(names) {
      throw JSONError(offset: start, expected: "every key once", found: "\(quoted(key)) twice")
    }
    return members
  }

  // MARK: Writing

  /// Appends the text, the members of objects sorted by the code points of their keys, hence the same text for the same value.
  ///
  /// - Parameter indentation: the spaces before a line inside, for people to read; nil for all in one line.
  func append(to bytes: inout [UInt8], indentation: Int? = nil) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .number(let text): bytes += Array(text.utf8)
    case .string(let text): appendJSONString(text, to: &bytes)
    case .array(let elements):
      Self.append(elements, between: ("[", "]"), to: &bytes, indentation) { element, inner, bytes in
        element.append(to: &bytes, indentation: inner)
      }
    case .object(let members):
      let sorted = members.sorted { $0.key.precedesByCodePoints($1.key) }
      Self.append(sorted, between: ("{", "}"), to: &bytes, indentation) { member, inner, bytes in
        appendJSONString(member.key, to: &bytes)
        bytes += Array((inner == nil ? ":" : " : ").utf8)
        member.value.append(to: &bytes, indentation: inner)
      }
    }
  }

  private static func append<Part>(
    _ parts: [Part], between marks: (Unicode.Scalar, Unicode.Scalar), to bytes: inout [UInt8],
    _ indentation: Int?, _ append: (Part, Int?, inout [UInt8]) -> Void
  ) {
    func breakLine(_ spaces: Int?) {
      guard let spaces else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes += repeatElement(UInt8(ascii: " "), count: spaces)
    }
    let inner = indentation.map { $0 + 2 }
    bytes.append(UInt8(ascii: marks.0))
    for (i, part) in parts.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(inner)
      append(part, inner, &bytes)
    }
    if !parts.isEmpty { breakLine(indentation) }
    bytes.append(UInt8(ascii: marks.1))
  }
}

/// What becomes of a number that JSON has no form for: NaN and the infinities.
enum NonFiniteForm {
  /// An error that names the place.
  case refused
  /// A text: `nan`, `inf`, `-inf`.
  case text
}

/// The place of an element in a list, on the path to a value.
struct ElementKey: CodingKey {
  let index: Int
  init(_ index: Int) { self.index = index }
  var stringValue: String { "\(index)" }
  var intValue: Int? { index }
  init?(intValue: Int) { index = intValue }
  init?(stringValue: String) { return nil }
}

/// What a superclass or a whole value is coded under, where a type asks for it.
struct NamedKey: CodingKey {
  let stringValue: String
  init(_ name: String) { stringValue = name }
  var intValue: Int? { nil }
  init?(intValue: Int) { return nil }
  init?(stringValue: String) { self.stringValue = stringValue }
}
