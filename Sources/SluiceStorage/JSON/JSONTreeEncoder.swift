import SluiceCore

/// Turns a value that can be coded into a tree of JSON, with what the standard library asks of an `Encoder`.
///
/// Written here and not taken from Foundation, whose code would be half of a program that is linked by itself.
struct JSONTreeEncoder: Encoder {
  let codingPath: [any CodingKey]
  fileprivate let nonFinite: NonFiniteForm
  private let precision: StoredPrecision
  fileprivate let place = Place()

  var userInfo: [CodingUserInfoKey: Any] { [StoredPrecision.userInfoKey: precision] }

  /// The tree of a value. Throws `EncodingError.invalidValue` for a number that JSON cannot hold, and what the value's own coding throws.
  ///
  /// - Parameter precision: what the value is stored beside; a value may take less room beside smaller numbers.
  static func tree(
    of value: some Encodable, _ nonFinite: NonFiniteForm, beside precision: StoredPrecision = .float32
  ) throws -> CodedJSON {
    let encoder = JSONTreeEncoder(codingPath: [], nonFinite: nonFinite, precision: precision)
    try encoder.put(value)
    return encoder.place.tree
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if place.members == nil { place.members = [] }
    return KeyedEncodingContainer(Members(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if place.elements == nil { place.elements = [] }
    return Elements(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  /// An encoder for a part of this value, which is found at `key`.
  fileprivate func part(_ key: any CodingKey) -> JSONTreeEncoder {
    JSONTreeEncoder(codingPath: codingPath + [key], nonFinite: nonFinite, precision: precision)
  }

  /// Codes a value here: as JSON has it where it has it, else by the parts that the value itself names.
  fileprivate func put(_ value: some Encodable) throws {
    if let leaf = try leaf(value) { place.value = leaf } else { try value.encode(to: self) }
  }

  /// The value of a type that JSON has; nil for one made of others.
  private func leaf(_ value: some Encodable) throws -> CodedJSON? {
    switch value {
    case let text as String: .string(text)
    case let number as Int: .number("\(number)")
    case let number as Float: try number.isFinite ? .number(Self.text(number)) : replaced(number)
    case let number as Double: try number.isFinite ? .number(Self.text(number)) : replaced(number)
    case let truth as Bool: .bool(truth)
    case let number as any FixedWidthInteger: .number("\(number)")
    default: nil
    }
  }

  /// The fewest digits that read back as the same number, without a point where it is whole.
  private static func text(_ number: some CustomStringConvertible) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func replaced(_ number: some BinaryFloatingPoint & Encodable) throws -> CodedJSON {
    guard nonFinite == .text else {
      throw EncodingError.invalidValue(
        number, EncodingError.Context(codingPath: codingPath, debugDescription: "no finite number"))
    }
    return .string(number.isNaN ? "nan" : number < 0 ? "-inf" : "inf")
  }
}

/// Where a value goes while it is coded: several containers may add to one.
private final class Place {
  var value: CodedJSON?
  var elements: [Place]?
  var members: [(key: String, place: Place)]?

  var tree: CodedJSON {
    if let value { return value }
    if let elements { return .array(elements.map(\.tree)) }
    // Of a key that was coded twice the last counts.
    let sorted = (members ?? []).enumerated().sorted {
      $0.element.key.hasSameCodePoints(as: $1.element.key)
        ? $0.offset < $1.offset : $0.element.key.precedesByCodePoints($1.element.key)
    }.map(\.element)
    var kept: [CodedJSON.Member] = []
    for (i, member) in sorted.enumerated()
    where i + 1 == sorted.count || !member.key.hasSameCodePoints(as: sorted[i + 1].key) {
      kept.append(CodedJSON.Member(key: member.key, value: member.place.tree))
    }
    return .object(kept)
  }
}

/// The members of an object.
private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: JSONTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  private func added(_ key: any CodingKey) -> JSONTreeEncoder {
    let part = encoder.part(key)
    encoder.place.members?.append((key.stringValue, part.place))
    return part
  }

  func encodeNil(forKey key: Key) { added(key).place.value = .null }
  func encode(_ value: some Encodable, forKey key: Key) throws { try added(key).put(value) }
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> { added(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    added(key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { added(NamedKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { added(key) }
}

/// The elements of a list.
private struct Elements: UnkeyedEncodingContainer {
  let encoder: JSONTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { encoder.place.elements?.count ?? 0 }

  private func added() -> JSONTreeEncoder {
    let part = encoder.part(ElementKey(count))
    encoder.place.elements?.append(part.place)
    return part
  }

  func encodeNil() { added().place.value = .null }
  func encode(_ value: some Encodable) throws { try added().put(value) }
  func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
    added().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { added().unkeyedContainer() }
  func superEncoder() -> any Encoder { added() }
}

/// One value that is no object and no list of its own.
private struct Single: SingleValueEncodingContainer {
  let encoder: JSONTreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil() { encoder.place.value = .null }
  func encode(_ value: some Encodable) throws { try encoder.put(value) }
}
