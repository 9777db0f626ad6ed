import SluiceCore

/// The cyclic redundancy check of zip archives (APPNOTE.TXT, section 4.4.7), taken piece by piece. `CRC32C` is another polynomial.
struct CRC32 {
  private var state: UInt32 = .max
  private static let tables = CheckTables(polynomial: 0xEDB8_8320)

  /// The check of all bytes so far.
  var value: UInt32 { ~state }

  mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { state = unsafe Self.tables.advance(state, over: $0) }
  }

  /// Goes on with floats, four bytes each, the lowest first.
  mutating func update(_ floats: Floats) { state = Self.tables.advance(state, over: floats) }
}
