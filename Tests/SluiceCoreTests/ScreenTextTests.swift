import SluiceCore
import Testing

@Suite("Text of unknown origin on a screen")
struct ScreenTextTests {
  @Test(
    "What a screen would obey, or not show, is escaped",
    arguments: [
      ("\u{1B}[31m", #"\u{1B}[31m"#), ("a\nb\r\tc", #"a\nb\r\tc"#), ("\u{0}\u{7F}", #"\0\u{7F}"#),
      ("\u{85}\u{9B}", #"\u{0085}\u{009B}"#), ("\u{202A}\u{202E}", #"\u{202A}\u{202E}"#),
      ("\u{2066}\u{2069}", #"\u{2066}\u{2069}"#), ("\u{200E}\u{200F}\u{61C}", #"\u{200E}\u{200F}\u{061C}"#),
      ("\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}", #"\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}"#),
      ("\u{AD}\u{34F}\u{3164}", #"\u{00AD}\u{034F}\u{3164}"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
      ("\u{FFFE}", #"\u{FFFE}"#), ("\u{E0041}", #"\u{000E0041}"#), ("a\u{FE0F}", #"a\u{FE0F}"#),
    ])
  func escaping(text: String, shown: String) {
    #expect(ScreenText.escaped(text) == shown)
    #expect(ScreenText.cut(text, to: 200) == shown)
    #expect(ScreenText.quoted(text) == "'\(shown)'")
    #expect(ScreenText.escaped(shown) == shown)
  }

  @Test(
    "Letters of any script, marks and pictures stay as they are",
    arguments: ["Größe", "日本", "e\u{301}", "❤️ 😀", "שלום", ""])
  func plain(text: String) {
    #expect(ScreenText.escaped(text) == text)
    #expect(ScreenText.cut(text, to: 20) == text)
    #expect(ScreenText.cutInTheMiddle(text, to: 20) == text)
  }

  @Test("A long text is cut by its columns, never within an escape, and a heap of marks is cut too")
  func cutting() {
    #expect(ScreenText.cut("abcdef", to: 6) == "abcdef")
    #expect(ScreenText.cut("abcdefg", to: 6) == "abcde…")
    #expect(ScreenText.cut("日本語日", to: 6) == "日本…")
    #expect(ScreenText.cut("abc\u{1B}def", to: 6) == "abc…")
    #expect(ScreenText.cutInTheMiddle("abcdefghij", to: 5) == "ab…ij")
    for text in [String(repeating: "x", count: 100_000), "e" + String(repeating: "\u{301}", count: 100_000)] {
      #expect(ScreenText.cut(text, to: 60).unicodeScalars.count <= 241)
      #expect(ScreenText.cutInTheMiddle(text, to: 60).unicodeScalars.count <= 241)
    }
  }

  @Test("A field of data is whole, on one line and in its column")
  func field() {
    let long = String(repeating: "y", count: 5_000)
    #expect(ScreenText.field("a\tb\r\nc\u{1B}\u{202E}" + long) == #"a b c\u{1B}\u{202E}"# + long)
    #expect(ScreenText.line("a\nb\u{9B}") == #"a b\u{009B}"#)
  }

  @Test("Padding counts columns")
  func padding() {
    #expect(ScreenText.padded("日本", to: 6) == "日本  ")
    #expect(ScreenText.paddedLeft("e\u{301}", to: 3) == "  e\u{301}")
    #expect(ScreenText.padded("long", to: 2) == "long")
  }
}
