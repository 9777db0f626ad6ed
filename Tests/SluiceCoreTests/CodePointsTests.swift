import SluiceCore
import Testing

@Suite("Texts by their code points")
struct CodePointsTests {
  private let composed = "caf\u{E9}"
  private let decomposed = "cafe\u{301}"

  @Test("Two spellings of one letter are two keys, though Swift's texts are equal")
  func distinct() {
    #expect(composed == decomposed)
    #expect(CodePoints(composed) != CodePoints(decomposed))
    #expect(!composed.hasSameCodePoints(as: decomposed) && composed.hasSameCodePoints(as: "caf\u{E9}"))
    #expect(Set([composed, decomposed, composed].map { CodePoints($0) }).count == 2)
    // Angstrom sign and letter, Kelvin sign and K, a composed and a decomposed Hangul syllable.
    for (a, b) in [("\u{212B}", "\u{C5}"), ("\u{212A}", "K"), ("\u{AC00}", "\u{1100}\u{1161}")] {
      #expect(a == b && CodePoints(a) != CodePoints(b))
    }
  }

  @Test("The order is that of the code points, whatever the language says")
  func order() {
    let sorted = ["a", "\u{1F600}", "Z", "", "ab", "e\u{301}", "\u{E9}", "\u{FFFD}"].map { CodePoints($0) }
      .sorted().map(\.text)
    let expected = ["", "Z", "a", "ab", "e\u{301}", "\u{E9}", "\u{FFFD}", "\u{1F600}"]
    #expect(sorted.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test("A part of a text is the same key as a copy of it")
  func substring() {
    let text = "to be or not to be"
    #expect(CodePoints(text.suffix(5)) == CodePoints(text.prefix(5)))
    #expect(CodePoints(text.suffix(5)).hashValue == CodePoints(String(text.prefix(5))).hashValue)
  }

  @Test("Layers and parameters are told apart by code points")
  func parameters() throws {
    var parameters = Parameters(seed: 1)
    let first = try parameters.add(composed, shape: Shape(1), initializer: .zeros)
    let second = try parameters.add(decomposed, shape: Shape(1), initializer: .zeros)
    _ = try parameters.addLayer(named: composed)
    _ = try parameters.addLayer(named: decomposed)
    #expect(parameters.find(composed) == first && parameters.find(decomposed) == second && first != second)
    #expect(throws: ModelError.self) { try parameters.addLayer(named: "caf\u{E9}") }
  }
}
