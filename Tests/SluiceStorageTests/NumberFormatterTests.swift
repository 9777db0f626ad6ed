import Testing

@testable import SluiceStorage

@Suite("Numbers in the fewest digits")
struct NumberFormatterTests {
  @Test(
    "Everyday numbers look as people write them",
    arguments: [
      (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (100, "100.0"),
      (0.00012, "0.00012"),
      (0.000012, "0.000012"), (0.0000012, "1.2e-6"), (1e15, "1000000000000000.0"), (1e16, "1e16"),
      (1.5e300, "1.5e300"),
      (1 / 3.0, "0.3333333333333333"), (.leastNonzeroMagnitude, "5e-324"),
      (.greatestFiniteMagnitude, "1.7976931348623157e308"),
      (.leastNormalMagnitude, "2.2250738585072014e-308"), (9007199254740992, "9007199254740992.0"),
      (0x1p-1022 * 0.5, "1.1125369292536007e-308"),
      (2e-44, "2e-44"), (123456.789, "123456.789"),
    ])
  func doubles(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test(
    "Floats need no more digits than a float has",
    arguments: [
      (Float(0.1), "0.1"), (1 / 3, "0.33333334"), (16_777_216, "16777216.0"),
      (.leastNonzeroMagnitude, "1e-45"),
      (.greatestFiniteMagnitude, "3.4028235e38"), (.leastNormalMagnitude, "1.1754944e-38"),
      (-1e-10, "-1e-10"),
    ])
  func floats(value: Float, expected: String) {
    #expect(text(value) == expected)
  }

  @Test("Random doubles read back bit by bit and have as many digits as the standard library's text")
  func randomDoubles() throws {
    var wrong: [String] = []
    var random = SplitMix(state: 11)
    for index in 0..<8_000 {
      var bits = UInt64.random(in: 0 ... .max, using: &random)
      // Also numbers of everyday size, powers of two, and numbers next to them.
      if index % 4 == 1 { bits = Double.random(in: -1000...1000, using: &random).bitPattern }
      if index % 4 == 2 { bits &= 0xFFF0_0000_0000_0000 }
      if index % 4 == 3 { bits = bits & 0xFFF0_0000_0000_0000 &- 1 }
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      let text = text(value)
      if Double(text)?.bitPattern != bits || digits(text) != digits(value.description) { wrong.append(text) }
    }
    #expect(wrong.isEmpty)
  }

  @Test("Random floats read back bit by bit and have as many digits as the standard library's text")
  func randomFloats() throws {
    var wrong: [String] = []
    var random = SplitMix(state: 12)
    for index in 0..<8_000 {
      var bits = UInt32.random(in: 0 ... .max, using: &random)
      if index % 4 == 1 { bits = Float.random(in: -10...10, using: &random).bitPattern }
      if index % 4 == 2 { bits &= 0xFF80_0000 }
      if index % 4 == 3 { bits = bits & 0xFF80_0000 &- 1 }
      let value = Float(bitPattern: bits)
      guard value.isFinite else { continue }
      let text = text(value)
      if Float(text)?.bitPattern != bits || digits(text) != digits(value.description) { wrong.append(text) }
    }
    #expect(wrong.isEmpty)
  }

  private func text(_ value: Double) -> String {
    var formatter = NumberFormatter()
    var bytes: [UInt8] = []
    formatter.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func text(_ value: Float) -> String {
    var formatter = NumberFormatter()
    var bytes: [UInt8] = []
    formatter.append(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The significant digits of a number's text, without zeros at either end.
  private func digits(_ text: String) -> String {
    let significand = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
    return String(significand.reversed().drop { $0 == "0" }.reversed())
  }
}
