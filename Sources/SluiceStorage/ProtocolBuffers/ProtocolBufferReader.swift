/// Goes through the fields of a message: https://protobuf.dev/programming-guides/encoding
struct ProtocolBufferReader {
  /// What a field holds.
  enum Value {
    case number(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// A text, a message or packed numbers.
    case bytes(ArraySlice<UInt8>)
  }

  private let bytes: ArraySlice<UInt8>
  private var next: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// Gives every field to `body`; false for bytes that are no message, or where `body` says so.
  static func forEach(_ bytes: ArraySlice<UInt8>, _ body: (Int, Value) -> Bool) -> Bool {
    var reader = ProtocolBufferReader(bytes)
    while reader.next < bytes.endIndex {
      guard let (number, value) = reader.nextField(), body(number, value) else { return false }
    }
    return true
  }

  /// The next field with its number; nil at the end, and where the message is damaged.
  mutating func nextField() -> (number: Int, value: Value)? {
    guard let key = varint(), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
    let number = Int(key >> 3)
    switch key & 7 {
    case 0: return varint().map { (number, .number($0)) }
    case 1: return fixed(8).map { (number, .fixed64($0)) }
    case 5: return fixed(4).map { (number, .fixed32(UInt32($0))) }
    case 2:
      guard let count = varint(), count <= UInt64(bytes.endIndex - next) else { return nil }
      defer { next += Int(count) }
      return (number, .bytes(bytes[next..<next + Int(count)]))
    default: return nil
    }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard next < bytes.endIndex else { return nil }
      let byte = bytes[next]
      next += 1
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func fixed(_ size: Int) -> UInt64? {
    guard size <= bytes.endIndex - next else { return nil }
    var value: UInt64 = 0
    for i in 0..<size { value |= UInt64(bytes[next + i]) << UInt64(8 * i) }
    next += size
    return value
  }
}

extension ProtocolBufferReader.Value {
  var integer: Int64? {
    if case .number(let value) = self { Int64(bitPattern: value) } else { nil }
  }

  var text: String? { slice.map { String(decoding: $0, as: UTF8.self) } }

  var slice: ArraySlice<UInt8>? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }
}
