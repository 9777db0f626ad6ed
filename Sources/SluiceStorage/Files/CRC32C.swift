import SluiceCore

/// The cyclic redundancy check by the polynomial of Castagnoli (RFC 3720, appendix B.4), taken piece by piece.
///
/// ```swift
/// var check = CRC32C()
/// check.update(header)
/// check.update(values)
/// print(check.hexadecimal)
/// ```
///
/// Finds every change of up to 32 neighboring bits, so every turned bit; it is no protection against somebody
/// who means to deceive. Event files guard each record by it, models their contents.
///
/// - Complexity: eight bytes a round by eight tables (Kounavis and Berry, "Novel table lookup-based algorithms for
///   high-performance CRC generation", IEEE Transactions on Computers 57, 2008), more than 1 GB a second in a release build.
public struct CRC32C: Equatable, Sendable {
  private var state: UInt32 = .max

  /// The check of no byte, which is 0.
  public init() {}

  /// The check of all bytes so far.
  public var value: UInt32 { ~state }

  /// `value` in eight hexadecimal digits, small letters.
  public var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Goes on with `bytes`.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Goes on with `bytes`.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Goes on with the UTF-8 of `text`, after the number of its bytes, so that two texts in a row are not taken for two others.
  public mutating func update(counted text: String) {
    update(text.utf8.count)
    update(Array(text.utf8))
  }

  /// Goes on with a number in eight bytes, the lowest first.
  public mutating func update(_ number: Int) {
    var bytes: [UInt8] = []
    bytes.appendFixed(UInt64(bitPattern: Int64(number)))
    update(bytes)
  }

  /// Goes on with floats, four bytes each, the lowest first.
  public mutating func update(_ floats: Floats) { state = Self.tables.advance(state, over: floats) }

  /// Goes on with bytes.
  public mutating func update(_ bytes: Elements<Int8>) {
    unsafe update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: bytes.source, count: bytes.count)))
  }

  /// Goes on with memory.
  ///
  /// - Safety: `memory` has to be valid for reading.
  @unsafe mutating func update(_ memory: UnsafeRawBufferPointer) {
    state = unsafe Self.tables.advance(state, over: memory)
  }

  private static let tables = CheckTables(polynomial: 0x82F6_3B78)

  // MARK: Event files

  /// The check of some bytes.
  static func check(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var check = CRC32C()
    check.update(bytes)
    return check.value
  }

  /// The check as TensorFlow stores it, so that a check of bytes that hold their own check differs from it: turned by 15 bits,
  /// and a constant added.
  static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    let value = check(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
