import SluiceCore
import Testing

@Suite("Texts found inside texts")
struct TextSearchTests {
  @Test("The first place is found, by bytes")
  func places() {
    let text = "aab, aaé, ab"
    #expect(text.firstPlace(of: "ab").map { text[..<$0.lowerBound] } == "a")
    #expect(text.firstPlace(of: ", ab").map { text[$0.upperBound...] } == "")
    #expect(text.holds("é,") && !text.holds("e\u{301}") && !text.holds("") && !"".holds("a"))
    #expect(!"ab".holds("abc") && "abc".holds("abc"))
  }

  @Test("A text is parted at every separator")
  func parts() {
    #expect("a, b, c".parts(between: ", ") == ["a", "b", "c"])
    #expect("\n\na\n\n\n\nb\n".parts(between: "\n\n") == ["a", "b\n"])
    #expect("a".parts(between: ", ") == ["a"] && "".parts(between: ", ").isEmpty)
  }
}
