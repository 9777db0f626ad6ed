import SluiceCore

/// Makes a value that can be decoded of a tree of JSON, with what the standard library asks of a `Decoder`.
///
/// Its errors are the standard library's: `typeMismatch` for another kind of value, `valueNotFound` for null, `keyNotFound`, and
/// `dataCorrupted` with `doesNotFit` for a number that the type cannot hold.
struct JSONTreeDecoder: Decoder {
  /// What is said of a number that its type cannot hold.
  static let doesNotFit = "The number does not fit."

  let node: CodedJSON
  let codingPath: [any CodingKey]
  fileprivate let nonFinite: NonFiniteForm

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func value<Value: Decodable>(
    _ type: Value.Type, of tree: CodedJSON, _ nonFinite: NonFiniteForm
  ) throws -> Value {
    try JSONTreeDecoder(node: tree, codingPath: [], nonFinite: nonFinite).decode(type)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = node else {
      throw Self.mismatch([String: Any].self, node, codingPath)
    }
    return KeyedDecodingContainer(Members(decoder: self, members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = node else { throw Self.mismatch([Any].self, node, codingPath) }
    return Elements(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  /// A decoder for a part of this value.
  fileprivate func part(_ node: CodedJSON, _ key: any CodingKey) -> JSONTreeDecoder {
    JSONTreeDecoder(node: node, codingPath: codingPath + [key], nonFinite: nonFinite)
  }

  /// The value of a part; the path to it is made only where somebody asks for it.
  fileprivate func decode<Value: Decodable>(
    _ type: Value.Type, _ node: CodedJSON, _ key: any CodingKey
  ) throws -> Value {
    try leaf(type, node) { codingPath + [key] } ?? Value(from: part(node, key))
  }

  // MARK: Values that JSON has

  /// The value of a type that JSON has; nil for one made of others.
  fileprivate func leaf<Value>(
    _ type: Value.Type, _ node: CodedJSON, _ path: () -> [any CodingKey]
  ) throws -> Value? {
    if type == String.self {
      guard case .string(let text) = node else { throw Self.mismatch(type, node, path()) }
      return text as? Value
    }
    if type == Bool.self {
      guard case .bool(let truth) = node else { throw Self.mismatch(type, node, path()) }
      return truth as? Value
    }
    if type == Int.self { return try integer(Int.self, node, path) as? Value }
    if type == Float.self { return try real(Float.self, node, path) as? Value }
    if type == Double.self { return try real(Double.self, node, path) as? Value }
    if let type = type as? any FixedWidthInteger.Type { return try integer(type, node, path) as? Value }
    return nil
  }

  private func integer<Number: FixedWidthInteger>(
    _ type: Number.Type, _ node: CodedJSON, _ path: () -> [any CodingKey]
  ) throws -> Number {
    guard case .number(let text) = node else { throw Self.mismatch(type, node, path()) }
    // A whole number may be written with a point or an exponent.
    guard let number = Number(text) ?? Double(text).flatMap({ Number(exactly: $0) }) else {
      throw Self.misfit(path())
    }
    return number
  }

  private func real<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Number.Type, _ node: CodedJSON, _ path: () -> [any CodingKey]
  ) throws -> Number {
    switch node {
    case .number(let text):
      guard let number = Number(text), number.isFinite else { throw Self.misfit(path()) }
      return number
    case .string("nan") where nonFinite == .text: return .nan
    case .string("inf") where nonFinite == .text: return .infinity
    case .string("-inf") where nonFinite == .text: return -.infinity
    default: throw Self.mismatch(type, node, path())
    }
  }

  // MARK: Errors

  fileprivate static func mismatch(
    _ type: Any.Type, _ node: CodedJSON, _ path: [any CodingKey]
  ) -> DecodingError {
    if case .null = node {
      return .valueNotFound(type, DecodingError.Context(codingPath: path, debugDescription: "null"))
    }
    return .typeMismatch(
      type, DecodingError.Context(codingPath: path, debugDescription: "another kind of value"))
  }

  private static func misfit(_ path: [any CodingKey]) -> DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: doesNotFit))
  }
}

extension JSONTreeDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { if case .null = node { true } else { false } }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try leaf(type, node) { codingPath } ?? Value(from: self)
  }
}

/// The members of an object, by their keys.
private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: JSONTreeDecoder
  private let members: [CodedJSON.Member]
  /// Where each key is, of objects with so many that looking at all would take long.
  private let places: [CodePoints: Int]?

  init(decoder: JSONTreeDecoder, _ members: [CodedJSON.Member]) {
    self.decoder = decoder
    self.members = members
    places =
      members.count <= 16
      ? nil
      : Dictionary(
        members.enumerated().map { (CodePoints($0.element.key), $0.offset) }, uniquingKeysWith: { $1 })
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

  private func found(_ key: String) -> CodedJSON? {
    if let places { return places[CodePoints(key)].map { members[$0].value } }
    return members.first { $0.key.hasSameCodePoints(as: key) }?.value
  }

  private func member(_ key: any CodingKey) throws -> CodedJSON {
    guard let value = found(key.stringValue) else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "no such key"))
    }
    return value
  }

  private func part(_ key: any CodingKey) throws -> JSONTreeDecoder { decoder.part(try member(key), key) }

  func contains(_ key: Key) -> Bool { found(key.stringValue) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { if case .null = try member(key) { true } else { false } }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.decode(type, member(key), key)
  }
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Inner> { try part(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try part(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { try part(NamedKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try part(key) }
}

/// The elements of a list, one after the other.
private struct Elements: UnkeyedDecodingContainer {
  let decoder: JSONTreeDecoder
  let elements: [CodedJSON]
  var currentIndex = 0

  init(decoder: JSONTreeDecoder, elements: [CodedJSON]) {
    self.decoder = decoder
    self.elements = elements
  }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  /// The next element, which stays the next.
  private func next(_ type: Any.Type) throws -> CodedJSON {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type,
        DecodingError.Context(
          codingPath: codingPath + [ElementKey(currentIndex)], debugDescription: "the end of the list"))
    }
    return elements[currentIndex]
  }

  private mutating func part() throws -> JSONTreeDecoder {
    let part = decoder.part(try next([Any].self), ElementKey(currentIndex))
    currentIndex += 1
    return part
  }

  mutating func decodeNil() throws -> Bool {
    guard case .null = try next(Never.self) else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try decoder.decode(type, next(type), ElementKey(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type
  ) throws -> KeyedDecodingContainer<Inner> { try part().container(keyedBy: type) }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try part().unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { try part() }
}
