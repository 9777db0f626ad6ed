/// The cyclic redundancy check by the polynomial of Castagnoli (RFC 3720, appendix B.4), by which event files guard each record.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    var value = UInt32(byte)
    for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    return value
  }

  /// The check of some bytes.
  static func check(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var value: UInt32 = .max
    for i in bytes.indices { value = table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[i])] ^ value >> 8 }
    return ~value
  }

  /// The check as TensorFlow stores it, so that a check of bytes that hold their own check differs from it: turned by 15 bits,
  /// and a constant added.
  static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let value = check(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
