/// Kinds of values of JSON, in words for people who have never seen the program's source.
enum JSONKind {
  /// What a decoder wanted, by the type it was asked for: `a whole number`, `a list of texts`.
  static func expected(of type: Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case let list as any JSONList.Type: many(list.element).map { "a list of \($0)" } ?? "a list"
    case let object as any JSONKeyed.Type:
      many(object.value).map { "named values in braces, all of them \($0)," } ?? "named values in braces"
    case let optional as any JSONOptional.Type: expected(of: optional.wrapped)
    default: "a value of another kind"
    }
  }

  /// The plural for elements of a list; nil for those of no one kind.
  private static func many(_ type: Any.Type) -> String? {
    switch type {
    case is any BinaryInteger.Type: "whole numbers"
    case is any BinaryFloatingPoint.Type: "numbers"
    case is Bool.Type: "true and false"
    case is String.Type: "texts"
    default: nil
    }
  }

  /// What stands at a place, where the tree has it.
  static func found(at path: [any CodingKey], in tree: JSONValue) -> String {
    var value = tree
    for key in path {
      let next: JSONValue? =
        if let index = key.intValue {
          value.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        } else {
          value.object?[key.stringValue]
        }
      guard let next else { return "another kind of value" }
      value = next
    }
    return switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .string(let text): "the text \(quoted(text))"
    case .array(let elements): "a list of \(elements.count)"
    case .object: "named values in braces"
    }
  }
}

/// Arrays, whatever they hold.
private protocol JSONList { static var element: Any.Type { get } }
extension Array: JSONList { static var element: Any.Type { Element.self } }

/// Dictionaries, whatever they hold.
private protocol JSONKeyed { static var value: Any.Type { get } }
extension Dictionary: JSONKeyed { static var value: Any.Type { Value.self } }

/// Optional values, whatever they are.
private protocol JSONOptional { static var wrapped: Any.Type { get } }
extension Optional: JSONOptional { static var wrapped: Any.Type { Wrapped.self } }
