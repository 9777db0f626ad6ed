/// The members of a JSON object and where the text of each value lies, without the values themselves: to look at one
/// member of a large text, and to copy the others as they are.
struct JSONMembers {
  /// One member: its key, and the bytes of its value.
  struct Member {
    let key: String
    let value: ArraySlice<UInt8>
  }

  let members: [Member]

  /// Parses a whole text, which has to be one object.
  init(parsing bytes: [UInt8]) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    var members: [Member] = []
    try scanner.object("an object") { (scanner: inout JSONScanner, key: String) throws(JSONError) in
      _ = scanner.peek()
      let start = scanner.offset
      try scanner.skipValue(depth: 1)
      members.append(Member(key: key, value: bytes[start..<scanner.offset]))
    }
    try scanner.end()
    self.members = members
  }

  /// The value of `key`; nil when there is none.
  func value(_ key: String) -> JSONValue? {
    guard let member = members.first(where: { $0.key == key }) else { return nil }
    return try? JSONValue(parsing: Array(member.value))
  }

  /// The object without the members of some keys and with others before them, each value as it was written.
  func text(without omitted: Set<String> = [], first added: [(key: String, text: String)] = []) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    func append(_ key: String, _ value: some Sequence<UInt8>) {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      appendJSONString(key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(contentsOf: value)
    }
    for (key, text) in added {
      var value: [UInt8] = []
      appendJSONString(text, to: &value)
      append(key, value)
    }
    for member in members where !omitted.contains(member.key) { append(member.key, member.value) }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}

extension JSONScanner {
  /// Consumes a value of any kind, checked against the grammar, and keeps nothing of it.
  mutating func skipValue(depth: Int) throws(JSONError) {
    try checkDepth(depth)
    switch peek() {
    case UInt8(ascii: "{"):
      try object("an object") { (scanner: inout JSONScanner, _: String) throws(JSONError) in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try array("an array") { (scanner: inout JSONScanner) throws(JSONError) in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "\""): _ = try string("a string")
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number("a value")
    }
  }
}
