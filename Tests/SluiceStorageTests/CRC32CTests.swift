import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("The cyclic redundancy check")
struct CRC32CTests {
  /// Bit by bit, as the polynomial says.
  private func reference(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
    return ~value
  }

  @Test("Any number of bytes in any pieces has the check of the definition")
  func pieces() {
    var random = SplitMix(state: 7)
    let bytes = (0..<77).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
    for count in 0...bytes.count {
      let part = Array(bytes.prefix(count))
      let expected = reference(part)
      for cut in stride(from: 0, through: count, by: 5) {
        var check = CRC32C()
        check.update(Array(part[..<cut]))
        check.update(part[cut...])
        #expect(check.value == expected)
      }
    }
  }

  @Test("Floats are checked as their bytes, and the digits are eight")
  func floats() {
    let memory = Memory()
    var check = CRC32C()
    check.update(memory.floats([1, -2]))
    #expect(check.value == reference([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
    #expect(CRC32C().hexadecimal == "00000000")
    var digits = CRC32C()
    digits.update(Array("123456789".utf8))
    #expect(digits.hexadecimal == "e3069283")
  }
}
