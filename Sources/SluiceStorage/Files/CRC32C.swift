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
  public mutating func update(_ floats: Floats) {
    #if _endian(little)
      unsafe update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: floats.source, count: floats.count)))
    #else
      for index in 0..<floats.count {
        var bytes: [UInt8] = []
        bytes.appendFixed(floats[index].bitPattern)
        update(bytes)
      }
    #endif
  }

  /// Goes on with bytes.
  public mutating func update(_ bytes: Elements<Int8>) {
    unsafe update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: bytes.source, count: bytes.count)))
  }

  /// Goes on with memory.
  ///
  /// - Safety: `memory` has to be valid for reading.
  @unsafe mutating func update(_ memory: UnsafeRawBufferPointer) {
    var state = state
    unsafe Self.tables.withUnsafeBufferPointer { tables in
      let table = tables.baseAddress!
      var index = 0
      while index + 8 <= memory.count {
        let bytes = unsafe memory.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let word = UInt64(littleEndian: bytes) ^ UInt64(state)
        // The byte that came first is followed by seven others: its table is the one for that.
        let low =
          unsafe table[1_792 + Int(word & 0xFF)] ^ table[1_536 + Int(word >> 8 & 0xFF)]
          ^ table[1_280 + Int(word >> 16 & 0xFF)] ^ table[1_024 + Int(word >> 24 & 0xFF)]
        let high =
          unsafe table[768 + Int(word >> 32 & 0xFF)] ^ table[512 + Int(word >> 40 & 0xFF)]
          ^ table[256 + Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
        state = low ^ high
        index += 8
      }
      while index < memory.count {
        state = unsafe table[Int((state ^ UInt32(memory[index])) & 0xFF)] ^ state >> 8
        index += 1
      }
    }
    self.state = state
  }

  /// Eight tables of 256: what a byte makes of the check when none to seven bytes follow it.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { byte in
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
      return value
    }
    for index in 256..<2_048 {
      let before = tables[index - 256]
      tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
    }
    return tables
  }()

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
