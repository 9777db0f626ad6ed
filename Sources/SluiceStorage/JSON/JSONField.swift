/// The value of a member of a JSON object, as far as it is one text: of objects on lines, read member by member and not kept.
package enum JSONField: Equatable, Sendable {
  /// A text, or a number or truth value as it was written.
  case text(String)
  /// A list of nothing but such.
  case list([String])
  /// Another kind of value.
  case other(kind: String)

  /// What it is, in words.
  package var kind: String {
    switch self {
    case .text: "a text"
    case .list: "a list"
    case .other(let kind): kind
    }
  }

  /// The keys of a text that is one object, which is checked to its end.
  package static func keys(of bytes: [UInt8]) throws(JSONError) -> [String] {
    var scanner = JSONScanner(bytes)
    var keys: [String] = []
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      keys.append(key)
      try scanner.skipValue(depth: 1)
    }
    try scanner.end()
    return keys
  }

  /// The values of some members of a text that is one object, which is checked to its end; nil for a member that it does not have. A
  /// wanted member that comes twice is an error.
  package static func values(of names: [String], in bytes: [UInt8]) throws(JSONError) -> [JSONField?] {
    var scanner = JSONScanner(bytes)
    var values = [JSONField?](repeating: nil, count: names.count)
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      guard let place = names.firstIndex(where: { $0.utf8.elementsEqual(key.utf8) }) else {
        try scanner.skipValue(depth: 1)
        return
      }
      guard values[place] == nil else {
        throw JSONError(offset: scanner.offset, expected: "every key once", found: "\(quoted(key)) twice")
      }
      values[place] = try JSONField(&scanner)
    }
    try scanner.end()
    return values
  }

  private static func list(_ scanner: inout JSONScanner) throws(JSONError) -> JSONField {
    var texts: [String] = []
    var isOfTexts = true
    try scanner.array("a list") { (scanner: inout JSONScanner) throws(JSONError) in
      if [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "n")].contains(scanner.peek()) {
        isOfTexts = false
        return try scanner.skipValue(depth: 2)
      }
      if case .text(let text) = try JSONField(&scanner) { texts.append(text) }
    }
    return isOfTexts ? .list(texts) : .other(kind: "a list")
  }

  private init(_ scanner: inout JSONScanner) throws(JSONError) {
    switch scanner.peek() {
    case UInt8(ascii: "\""): self = .text(try scanner.string("a text"))
    case UInt8(ascii: "{"):
      try scanner.skipValue(depth: 1)
      self = .other(kind: "an object")
    case UInt8(ascii: "["): self = try Self.list(&scanner)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      self = .other(kind: "null")
    case UInt8(ascii: "t"):
      try scanner.word("true")
      self = .text("true")
    case UInt8(ascii: "f"):
      try scanner.word("false")
      self = .text("false")
    default: self = .text(try scanner.number("a text or a number"))
    }
  }
}
