import SluiceCore

/// A value of JSON, objects in the order of their text.
public enum JSONValue: Equatable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent in the range of `Int`.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A text, with its escapes resolved.
  case string(String)
  /// Values in their order.
  case array([JSONValue])
  /// Values by their keys, in the order of the text.
  case object(JSONObject)

  /// Parses a whole text. Repeated keys, nesting deeper than 64 and numbers beyond `Double` are errors.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    self = try JSONValue(&scanner, depth: 0)
    try scanner.end()
  }

  /// Parses a whole text. Repeated keys, nesting deeper than 64 and numbers beyond `Double` are errors.
  public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }

  init(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
    try scanner.checkDepth(depth)
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      self = .object(try JSONObject(&scanner, depth: depth))
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try scanner.array("an array") { (scanner: inout JSONScanner) throws(JSONError) in
        elements.append(try JSONValue(&scanner, depth: depth + 1))
      }
      self = .array(elements)
    case UInt8(ascii: "\""):
      self = .string(try scanner.string("a string"))
    case UInt8(ascii: "t"):
      try scanner.word("true")
      self = .bool(true)
    case UInt8(ascii: "f"):
      try scanner.word("false")
      self = .bool(false)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      self = .null
    default:
      self = try JSONValue(number: &scanner)
    }
  }

  private init(number scanner: inout JSONScanner) throws(JSONError) {
    let text = try scanner.number("a value")
    if text != "-0", let integer = Int(text) {
      self = .integer(integer)
    } else if let number = Double(text), number.isFinite {
      self = .number(number)
    } else {
      throw JSONError(
        offset: scanner.offset, expected: "a number of at most 1.7976931348623157e+308", found: "a larger one"
      )
    }
  }

  /// The number, whole or not; nil for anything else.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The whole number; nil for anything else.
  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The text; nil for anything else.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements; nil for anything else.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The object; nil for anything else.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }
}

/// The members of a JSON object in the order of their text, every key once.
public struct JSONObject: Equatable, Sendable {
  /// One key with its value.
  public struct Member: Equatable, Sendable {
    /// The member's name, with its escapes resolved.
    public var key: String
    /// What the key stands for.
    public var value: JSONValue
  }

  /// The members in the order of the text.
  public private(set) var members: [Member] = []

  /// The value of `key`, compared byte by byte; nil when there is none.
  public subscript(key: String) -> JSONValue? {
    members.first { $0.key.hasSameCodePoints(as: key) }?.value
  }

  init(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) {
    let start = scanner.offset
    var members: [Member] = []
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      members.append(Member(key: key, value: try JSONValue(&scanner, depth: depth + 1)))
    }
    if let key = firstRepeated(members.map(\.key)) {
      throw JSONError(offset: start, expected: "every key once", found: "\(quoted(key)) twice")
    }
    self.members = members
  }
}

/// The first name, in the order of code points, that occurs twice; nil when each occurs once.
func firstRepeated(_ names: [String]) -> String? {
  // Names of equal code points are equal to Swift too, and a set is faster than sorting. Where Swift finds two equal, their
  // code points decide.
  if names.count < 2 || Set(names).count == names.count { return nil }
  let sorted = names.sorted { $0.precedesByCodePoints($1) }
  for (name, next) in zip(sorted, sorted.dropFirst()) where name.hasSameCodePoints(as: next) { return name }
  return nil
}
