import Testing

@testable import SluiceStorage

@Suite("Bytes as letters")
struct Base64Tests {
  @Test(
    "The examples of RFC 4648, section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func examples(plain: String, letters: String) {
    #expect(Base64.text(of: Array(plain.utf8)) == letters)
    #expect(Base64.bytes(of: letters) == Array(plain.utf8))
  }

  @Test("Every byte comes back, and what is no such text is refused")
  func bytes() {
    let all = (0...255).map { UInt8($0) }
    #expect(Base64.bytes(of: Base64.text(of: all)) == all)
    for text in ["Zg", "Zg=a", "Zm9\n", "====", "Z===", "Zé=="] {
      #expect(Base64.bytes(of: text) == nil, "\(text)")
    }
  }
}
