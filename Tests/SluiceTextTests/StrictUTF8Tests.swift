import Testing

@testable import SluiceText

@Suite("Strict UTF-8")
struct StrictUTF8Tests {
  @Test(
    "Well-formed text decodes to its scalars",
    arguments: [
      "", "plain", "Größe 12 – “ß”", "日本語 テスト", "😀e\u{301}\u{10FFFF}\u{0}",
      "\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}",
    ])
  func wellFormed(text: String) {
    var scalars: [UInt32] = []
    let bytes = Array(text.utf8)
    #expect(StrictUTF8.decode(bytes[...], into: &scalars) == nil)
    #expect(scalars == text.unicodeScalars.map(\.value))
  }

  @Test(
    "Every kind of ill-formed sequence is refused at its first byte",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
      [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF0, 0x9F, 0x98],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]])
  func illFormed(bytes: [UInt8]) {
    var scalars: [UInt32] = []
    #expect(StrictUTF8.decode(([0x61, 0x62] + bytes + [0x63])[...], into: &scalars) == 2)
    #expect(scalars == [0x61, 0x62])
  }

  @Test("It agrees with the standard library on every two bytes and on every scalar's edges")
  func agreesWithStandardLibrary() {
    var scalars: [UInt32] = []
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        scalars.removeAll(keepingCapacity: true)
        let bytes = [first, second]
        let ours = StrictUTF8.decode(bytes[...], into: &scalars) == nil
        let theirs = String(validating: bytes, as: UTF8.self)
        if ours != (theirs != nil) || (ours && scalars != theirs?.unicodeScalars.map(\.value)) {
          Issue.record("The bytes \(bytes) are judged differently.")
        }
      }
    }
  }
}
