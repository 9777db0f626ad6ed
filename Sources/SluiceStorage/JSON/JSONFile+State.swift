/// Values inside checkpoints: JSON in which a number that is not finite is a text.
extension JSONFile {
  /// The bytes that stand for a value, whose numbers read back to the bit; nil for a value whose own coding fails.
  package static func stateBytes(of value: some Encodable) -> [UInt8]? {
    guard let tree = try? JSONTreeEncoder.tree(of: value, .text) else { return nil }
    var bytes: [UInt8] = []
    tree.append(to: &bytes)
    return bytes
  }

  /// The value of such bytes; nil where they stand for another.
  package static func value<Value: Decodable>(_ type: Value.Type, ofState bytes: [UInt8]) -> Value? {
    guard let tree = try? CodedJSON(parsing: bytes) else { return nil }
    return try? JSONTreeDecoder.value(type, of: tree, .text)
  }
}
