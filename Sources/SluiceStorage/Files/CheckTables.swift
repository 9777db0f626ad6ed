import SluiceCore

/// The tables of a cyclic redundancy check of 32 bits: what a byte makes of the check when none to seven bytes follow it, 256
/// numbers each.
struct CheckTables: Sendable {
  private let values: [UInt32]

  /// - Parameter polynomial: its coefficients, the highest in the lowest bit.
  init(polynomial: UInt32) {
    var tables = (0..<256).map { byte in
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
      return value
    }
    for index in 256..<2_048 {
      let before = tables[index - 256]
      tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
    }
    values = tables
  }

  /// The state of a check after more bytes, eight of them a round.
  ///
  /// - Safety: `memory` has to be valid for reading.
  @unsafe func advance(_ state: UInt32, over memory: UnsafeRawBufferPointer) -> UInt32 {
    var state = state
    unsafe values.withUnsafeBufferPointer { tables in
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
    return state
  }

  /// The state of a check after floats, four bytes each, the lowest first.
  func advance(_ state: UInt32, over floats: Floats) -> UInt32 {
    #if _endian(little)
      unsafe advance(
        state, over: UnsafeRawBufferPointer(UnsafeBufferPointer(start: floats.source, count: floats.count)))
    #else
      var state = state
      for index in 0..<floats.count {
        withUnsafeBytes(of: floats[index].bitPattern.littleEndian) { state = advance(state, over: $0) }
      }
      return state
    #endif
  }
}
