/// The element types of safetensors, by their names in the header.
public enum ElementType: String, Equatable, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case uint32 = "U32"
  case int32 = "I32"
  case uint64 = "U64"
  case int64 = "I64"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"
  case complex64 = "C64"

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E4M3, .float8E5M2: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .complex64: 8
    }
  }

  /// The element that starts at `bytes[start]` as a `Float`; nil for a type that is not read as one.
  ///
  /// Half precision and bfloat16 convert exactly. Double precision is rounded to nearest, beyond the range
  /// to infinity. The payload of a NaN may change.
  func float(_ bytes: [UInt8], at start: Int) -> Float? {
    switch self {
    case .float32: Float(bitPattern: UInt32(bits(bytes, at: start)))
    case .float64: Float(Double(bitPattern: bits(bytes, at: start)))
    case .float16: floatFromHalf(UInt16(bits(bytes, at: start)))
    case .bfloat16: Float(bitPattern: UInt32(bits(bytes, at: start)) << 16)
    default: nil
    }
  }

  /// The element that starts at `bytes[start]` as an integer; nil for a type that is not one, and for a
  /// value beyond `Int64`.
  func integer(_ bytes: [UInt8], at start: Int) -> Int64? {
    let bits = bits(bytes, at: start)
    return switch self {
    case .bool, .uint8, .uint16, .uint32, .uint64: Int64(exactly: bits)
    case .int8: Int64(Int8(truncatingIfNeeded: bits))
    case .int16: Int64(Int16(truncatingIfNeeded: bits))
    case .int32: Int64(Int32(truncatingIfNeeded: bits))
    case .int64: Int64(truncatingIfNeeded: bits)
    default: nil
    }
  }

  /// Whether `float(_:at:)` gives values.
  public var readsAsFloat: Bool { [.float16, .bfloat16, .float32, .float64].contains(self) }

  /// Whether `integer(_:at:)` gives values.
  public var readsAsInteger: Bool {
    [.bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64].contains(self)
  }

  /// The bytes of one element, the lowest first, as a number.
  private func bits(_ bytes: [UInt8], at start: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<byteCount { bits |= UInt64(bytes[start + index]) << UInt64(8 * index) }
    return bits
  }
}

/// The value of a number in IEEE half precision. `Float16` does not exist on every platform.
func floatFromHalf(_ half: UInt16) -> Float {
  let sign = UInt32(half >> 15) << 31
  let exponent = UInt32(half >> 10 & 0x1F)
  let fraction = UInt32(half & 0x3FF)
  switch exponent {
  case 0x1F:  // infinity or NaN
    return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  case 0:  // zero or subnormal: fraction · 2⁻²⁴, exact in single precision
    let magnitude = Float(fraction) * 0x1p-24
    return Float(bitPattern: sign | magnitude.bitPattern)
  default:  // the exponent's bias grows from 15 to 127
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
