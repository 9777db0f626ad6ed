import SluiceCore
import Testing

@testable import SluiceFlow

@Suite("Numbers, axes and text of the charts")
struct ChartTextTests {
  @Test(
    "Scientific notation",
    arguments: [
      (1.0, "1.00e+00"), (0.00321, "3.21e-03"), (3.215e-4, "3.22e-04"), (9.996, "1.00e+01"),
      (9.994, "9.99e+00"), (123456.0, "1.23e+05"), (1e16, "1.00e+16"), (1.5e300, "1.50e+300"),
      (.leastNonzeroMagnitude, "5.00e-324"), (0.1, "1.00e-01"), (12.0, "1.20e+01"),
    ])
  func scientificNotation(value: Double, expected: String) {
    #expect(scientific(value, fractionDigits: 2, exponentDigits: 2) == expected)
  }

  @Test("Scientific notation without a fraction, and with a short exponent")
  func shortForms() {
    #expect(scientific(0.00095, fractionDigits: 0) == "1e-3")
    #expect(scientific(0.00032, fractionDigits: 1) == "3.2e-4")
  }

  @Test("The axis spans whole decades and gives every value a visible length")
  func scale() throws {
    let axis = try #require(DecadeScale(values: [1e-4, 1e-2]))
    #expect(axis.lowest == -5 && axis.highest == -2)
    #expect(axis.position(of: 1e-2) == 1)
    #expect(abs(axis.position(of: 1e-4) - 1.0 / 3) < 1e-12)
    let one = try #require(DecadeScale(values: [2.5e-3, 2.5e-3]))
    #expect(one.lowest == -3 && one.highest == -2)
    #expect(DecadeScale(values: []) == nil)
    let least = try #require(DecadeScale(values: [.leastNonzeroMagnitude, .greatestFiniteMagnitude]))
    #expect(least.position(of: .leastNonzeroMagnitude) > 0)
    #expect(least.position(of: .greatestFiniteMagnitude) <= 1)
  }

  @Test("Powers of ten end the axis where they are, for every exponent", arguments: -300...300)
  func powers(exponent: Int) throws {
    let value = try #require(Double("1e\(exponent)"))
    let axis = try #require(DecadeScale(values: [value]))
    #expect(axis.lowest == exponent - 1 && axis.highest == exponent)
  }

  @Test("Never more ticks than asked for, and at least one", arguments: [2, 3, 5, 12])
  func ticks(limit: Int) throws {
    for span in [1, 2, 3, 7, 20, 100, 600] {
      let least = try #require(Double("2e-\(span / 2 + 1)"))
      let most = try #require(Double("5e\(span - span / 2 - 2)"))
      let axis = try #require(DecadeScale(values: [least, most]))
      let ticks = axis.ticks(atMost: limit)
      #expect((1...limit).contains(ticks.count), "\(span): \(ticks)")
    }
  }

  @Test("Columns of wide, combining and plain letters")
  func columnCounts() {
    #expect(ScreenText.columns(of: "gru") == 3)
    #expect(ScreenText.columns(of: "層") == 2)
    #expect(ScreenText.columns(of: "e\u{301}") == 1)
    #expect(ScreenText.columns(of: "🌊") == 2)
  }

  @Test("Shortening keeps both ends within the limit")
  func shortening() {
    #expect(shortened("abcdefgh", to: 8, ascii: false) == "abcdefgh")
    #expect(shortened("abcdefghi", to: 8, ascii: false) == "abcd…ghi")
    #expect(shortened("abcdefghi", to: 8, ascii: true) == "abc...hi")
    #expect(ScreenText.columns(of: shortened("層層層層層", to: 6, ascii: false)) <= 6)
    #expect(shortened("abcdef", to: 2, ascii: true) == "..")
  }

  @Test("Wrapping breaks at spaces, and in a word only where it must")
  func wrapping() {
    func lines(_ text: String, _ limit: Double) -> [String] { wrapped(text, to: limit) { _ in 1 } }
    #expect(lines("one two three", 7) == ["one two", "three"])
    #expect(lines("abcdefgh ij", 5) == ["abcde", "fgh", "ij"])
    #expect(lines("", 5) == [])
  }

  @Test("Widths are bounded by the widest letter and grow with the text")
  func widths() {
    #expect(SVGText.width(of: "", size: 10) == 0)
    #expect(abs(SVGText.width(of: "WW", size: 10) - 19.78) < 1e-9)
    #expect(SVGText.width(of: "層", size: 10) >= 10)
  }
}
