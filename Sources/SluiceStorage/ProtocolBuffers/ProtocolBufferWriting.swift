/// The few encodings of protocol buffers that event files and ONNX need: https://protobuf.dev/programming-guides/encoding
extension [UInt8] {
  /// Seven bits a byte, the lowest first.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// All bytes of a number, the lowest first.
  mutating func appendFixed(_ value: UInt16) {
    append(UInt8(truncatingIfNeeded: value))
    append(UInt8(value >> 8))
  }

  /// All bytes of a number, the lowest first.
  mutating func appendFixed(_ value: UInt32) {
    for i in 0..<4 { append(UInt8(truncatingIfNeeded: value >> UInt32(8 * i))) }
  }

  /// All bytes of a number, the lowest first.
  mutating func appendFixed(_ value: UInt64) {
    for i in 0..<8 { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * i))) }
  }

  mutating func appendField(_ number: UInt64, _ value: Int64) {
    appendVarint(number << 3)
    appendVarint(UInt64(bitPattern: value))
  }

  mutating func appendField(_ number: UInt64, _ value: Double) {
    appendVarint(number << 3 | 1)
    appendFixed(value.bitPattern)
  }

  mutating func appendField(_ number: UInt64, _ value: Float) {
    appendVarint(number << 3 | 5)
    appendFixed(value.bitPattern)
  }

  /// The head of a field whose `count` bytes follow: a text, a message or packed numbers.
  mutating func appendField(_ number: UInt64, count: Int) {
    appendVarint(number << 3 | 2)
    appendVarint(UInt64(count))
  }

  mutating func appendField(_ number: UInt64, _ bytes: [UInt8]) {
    appendField(number, count: bytes.count)
    append(contentsOf: bytes)
  }

  mutating func appendField(_ number: UInt64, _ text: String) { appendField(number, Array(text.utf8)) }

  /// A message inside of this one, of the fields that `body` appends.
  mutating func appendMessage(_ number: UInt64, _ body: (inout [UInt8]) -> Void) {
    var message: [UInt8] = []
    body(&message)
    appendField(number, message)
  }

  /// The bytes that a number takes as a varint.
  static func varintCount(_ value: Int) -> Int {
    Swift.max((UInt64(value).bitWidth - UInt64(value).leadingZeroBitCount + 6) / 7, 1)
  }
}
