/// A JSON value, written without Foundation: the memory of this process is one of the results.
indirect enum JSON {
  case null
  case number(Double)
  case text(String)
  case list([JSON])
  case object([(String, JSON)])

  /// The value as text, objects and lists of objects on lines of their own.
  func text(indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    switch self {
    case .null: return "null"
    case .number(let value):
      guard value.isFinite else { return "null" }
      return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
    case .text(let text): return JSON.quoted(text)
    case .list(let values):
      if values.isEmpty { return "[]" }
      let lines = values.map { margin + "  " + $0.text(indent: indent + 2) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + margin + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { margin + "  " + JSON.quoted($0.0) + ": " + $0.1.text(indent: indent + 2) }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + margin + "}"
    }
  }

  static func number(_ value: Int) -> JSON { .number(Double(value)) }
  static func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
