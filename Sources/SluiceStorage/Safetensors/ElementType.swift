/// An element type of safetensors, by its name in the header.
///
/// The format grows: a name that is not among `known` is kept as it is, so that a file with it can still be listed.
/// Its elements cannot be read.
public struct ElementType: RawRepresentable, Hashable, Sendable {
  /// The name in the header, such as `F32`.
  public let rawValue: String

  private let name: Name?

  /// The names of the format, looked up once: the elements of a file are converted one by one.
  private enum Name: String {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case uint32 = "U32"
    case int32 = "I32"
    case uint64 = "U64"
    case int64 = "I64"
    case float4 = "F4"
    case float6E2M3 = "F6_E2M3"
    case float6E3M2 = "F6_E3M2"
    case float8E4M3 = "F8_E4M3"
    case float8E5M2 = "F8_E5M2"
    case float8E8M0 = "F8_E8M0"
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float32 = "F32"
    case float64 = "F64"
    case complex64 = "C64"
  }

  /// The type of that name.
  public init(rawValue: String) {
    self.rawValue = rawValue
    name = Name(rawValue: rawValue)
  }

  /// Truth values of a byte.
  public static let bool = ElementType(rawValue: "BOOL")
  /// Whole numbers of 8 bits from 0.
  public static let uint8 = ElementType(rawValue: "U8")
  /// Whole numbers of 8 bits.
  public static let int8 = ElementType(rawValue: "I8")
  /// Whole numbers of 16 bits from 0.
  public static let uint16 = ElementType(rawValue: "U16")
  /// Whole numbers of 16 bits.
  public static let int16 = ElementType(rawValue: "I16")
  /// Whole numbers of 32 bits from 0.
  public static let uint32 = ElementType(rawValue: "U32")
  /// Whole numbers of 32 bits.
  public static let int32 = ElementType(rawValue: "I32")
  /// Whole numbers of 64 bits from 0.
  public static let uint64 = ElementType(rawValue: "U64")
  /// Whole numbers of 64 bits.
  public static let int64 = ElementType(rawValue: "I64")
  /// Floats of 4 bits, two in a byte.
  public static let float4 = ElementType(rawValue: "F4")
  /// Floats of 6 bits: 2 of exponent, 3 of fraction.
  public static let float6E2M3 = ElementType(rawValue: "F6_E2M3")
  /// Floats of 6 bits: 3 of exponent, 2 of fraction.
  public static let float6E3M2 = ElementType(rawValue: "F6_E3M2")
  /// Floats of 8 bits: 4 of exponent, 3 of fraction.
  public static let float8E4M3 = ElementType(rawValue: "F8_E4M3")
  /// Floats of 8 bits: 5 of exponent, 2 of fraction.
  public static let float8E5M2 = ElementType(rawValue: "F8_E5M2")
  /// Powers of two of 8 bits.
  public static let float8E8M0 = ElementType(rawValue: "F8_E8M0")
  /// Floats of 8 bits: 4 of exponent, 3 of fraction, with one zero and no infinity.
  public static let float8E4M3FNUZ = ElementType(rawValue: "F8_E4M3FNUZ")
  /// Floats of 8 bits: 5 of exponent, 2 of fraction, with one zero and no infinity.
  public static let float8E5M2FNUZ = ElementType(rawValue: "F8_E5M2FNUZ")
  /// Half precision of IEEE 754.
  public static let float16 = ElementType(rawValue: "F16")
  /// The upper half of single precision.
  public static let bfloat16 = ElementType(rawValue: "BF16")
  /// Single precision, what parameters are saved in.
  public static let float32 = ElementType(rawValue: "F32")
  /// Double precision.
  public static let float64 = ElementType(rawValue: "F64")
  /// Complex numbers: two single precision numbers each.
  public static let complex64 = ElementType(rawValue: "C64")

  /// The types whose size is known, the narrowest first.
  public static let known: [ElementType] = [
    .float4, .float6E2M3, .float6E3M2, .bool, .uint8, .int8, .float8E4M3, .float8E5M2, .float8E8M0,
    .float8E4M3FNUZ, .float8E5M2FNUZ, .uint16, .int16, .float16, .bfloat16, .uint32, .int32, .float32,
    .uint64, .int64, .float64, .complex64,
  ]

  /// The bits of one element; nil for a type that is not known. Elements of less than a byte lie without gaps.
  public var bitCount: Int? {
    switch name {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E4M3, .float8E5M2, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .uint32, .int32, .float32: 32
    case .uint64, .int64, .float64, .complex64: 64
    case nil: nil
    }
  }

  /// What an element is, for a message: `F4, floats of 4 bits`.
  var explanation: String {
    guard let bitCount else { return "\(quoted(rawValue)), a type that this version does not know" }
    let kind =
      switch name {
      case .complex64: "complex numbers"
      case .float8E8M0: "powers of two"
      case _ where readsAsInteger: name == .bool ? "truth values" : "whole numbers"
      default: "floats"
      }
    return "\(rawValue), \(kind) of \(bitCount) bits"
  }

  /// The element that starts at `bytes[start]` as a `Float`; nil for a type that is not read as one.
  ///
  /// Half precision and bfloat16 convert exactly. Double precision is rounded to nearest, beyond the range
  /// to infinity. The payload of a NaN may change.
  func float(_ bytes: [UInt8], at start: Int) -> Float? {
    switch name {
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
    guard readsAsInteger else { return nil }
    let bits = bits(bytes, at: start)
    return switch name {
    case .bool, .uint8, .uint16, .uint32, .uint64: Int64(exactly: bits)
    case .int8: Int64(Int8(truncatingIfNeeded: bits))
    case .int16: Int64(Int16(truncatingIfNeeded: bits))
    case .int32: Int64(Int32(truncatingIfNeeded: bits))
    case .int64: Int64(truncatingIfNeeded: bits)
    default: nil
    }
  }

  /// Whether `float(_:at:)` gives values.
  public var readsAsFloat: Bool {
    switch name {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// Whether `integer(_:at:)` gives values.
  public var readsAsInteger: Bool {
    switch name {
    case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
    default: false
    }
  }

  /// The bytes of one element, the lowest first, as a number.
  private func bits(_ bytes: [UInt8], at start: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<(bitCount ?? 0) / 8 { bits |= UInt64(bytes[start + index]) << UInt64(8 * index) }
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
