import SluiceCore
import SluiceText
import Testing

@testable import SluiceStorage

@Suite("Lists of words, packed")
struct PackedWordsTests {
  @Test("Every list comes back, code point by code point and in its order")
  func back() {
    let long = String(repeating: "ab", count: 700)
    let lists: [[String]] = [
      [], [""], ["", "", "a", ""], ["walk", "walks", "walked", "walk"], ["zebra", "ant", "zebras"],
      ["e\u{301}", "é", "日本", "日本語", "🚢", "a b", "tab\t", "line\n", "nul\0", "\u{10FFFF}"],
      [long, "", long + "c", "b"], (0..<3_000).map { "w\($0 &* 2_654_435_761 % 10_007)" },
    ]
    for list in lists {
      let read = PackedWords.words(of: PackedWords.text(of: list))
      #expect(read?.map { CodePoints($0) } == list.map { CodePoints($0) }, "\(list.prefix(3))")
    }
  }

  @Test("Words that look like those before them take less than a quarter of the room of a list")
  func size() throws {
    let words = Inflections.wordStems.words
    let list = try JSONFile.text(of: words, for: "list")
    #expect(PackedWords.text(of: words).utf8.count * 4 < list.utf8.count)
  }

  @Test("Whatever else the text is, it is refused or read to an end")
  func damaged() {
    for text in ["", "3", "x AAAA", "-1 AAAA", "2 A", "99999999999999999999 ", "1 \u{e9}", "1  AAAA"] {
      #expect(PackedWords.words(of: text) == nil, "\(text)")
    }
    let whole = PackedWords.text(of: (0..<200).map { "word\($0 * 7)" })
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    for place in 0..<whole.utf8.count {
      var bytes = Array(whole.utf8)
      bytes[place] = letters[place % letters.count]
      _ = PackedWords.words(of: String(decoding: bytes, as: UTF8.self))
      _ = PackedWords.words(of: String(decoding: bytes.prefix(place), as: UTF8.self))
    }
    // Many words of a text of few letters are none that anything has written.
    #expect(PackedWords.words(of: "60000000 AAAA") == nil)
  }
}
