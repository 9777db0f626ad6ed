import AllocationCounter
import Foundation
import Testing

@testable import SluiceText

@Suite("Alphabet")
struct AlphabetTests {
  @Test("Ids follow decreasing count, ties the scalar value, and do not depend on the order of the texts")
  func order() {
    let alphabet = Alphabet(of: ["banana", "bé", "😀"])
    #expect(alphabet.scalars == ["a", "b", "n", "é", "😀"].map { (c: Unicode.Scalar) in c.value })
    #expect(alphabet == Alphabet(of: ["😀", "ananab", "éb"]))
    #expect(alphabet != Alphabet(of: ["bananan", "bé", "😀"]))
    #expect(alphabet.count == 6)
    #expect(alphabet.id(of: "a") == 1)
    #expect(alphabet.id(of: "😀") == 5)
  }

  @Test("What is not in the alphabet has the unknown id, whatever its page")
  func unknown() {
    let alphabet = Alphabet(of: ["a"])
    for scalar in ["b", "é", "日", "😀", "\u{0}", "\u{10FFFF}"] as [Unicode.Scalar] {
      #expect(alphabet.id(of: scalar) == Alphabet.unknown)
    }
    #expect(alphabet.scalar(of: 0) == nil)
    #expect(alphabet.scalar(of: 2) == nil)
    #expect(alphabet.scalar(of: -1) == nil)
    #expect(Alphabet(of: [String]()).count == 1)
  }

  @Test("Encoding and decoding go round; unknown characters come back as the replacement")
  func roundTrip() {
    let text = "Straße 日本 😀 e\u{301}\u{10FFFF}"
    let alphabet = Alphabet(of: [text])
    var ids: [Int32] = [7]
    alphabet.encode(text, into: &ids)
    #expect(ids.count == 1 + text.unicodeScalars.count)
    #expect(alphabet.decode(ids.dropFirst()) == text)
    ids.removeAll()
    alphabet.encode("Straxe", into: &ids)
    #expect(alphabet.decode(ids) == "Stra\u{FFFD}e")
    #expect(alphabet.decode(ids, replacement: "?") == "Stra?e")
  }

  @Test("Rare characters can be left to the unknown id")
  func minimumCount() {
    let texts = LabeledTexts([("x", "aab"), ("y", "bac")])
    #expect(Alphabet(of: texts, minimumCount: 2).scalars == [0x61, 0x62])
    #expect(Alphabet(of: texts).scalars == [0x61, 0x62, 0x63])
    #expect(Alphabet(of: texts, minimumCount: 4).count == 1)
  }

  @Test("Counts are exact")
  func counts() {
    var counts = ScalarCounts()
    counts.add("abca")
    counts.add(LabeledTexts([("x", "aé")]))
    #expect(counts["a"] == 3)
    #expect(counts["é"] == 1)
    #expect(counts["z"] == 0)
    #expect(counts.count == 4)
    #expect(counts.total == 6)
    #expect(counts.byDecreasingCount.map(\.count) == [3, 1, 1, 1])
  }

  @Test("An alphabet goes through JSON and through its scalars")
  func stored() throws {
    let alphabet = Alphabet(of: ["Größe 😀"])
    let data = try JSONEncoder().encode(alphabet)
    let restored = try JSONDecoder().decode(Alphabet.self, from: data)
    #expect(restored == alphabet)
    #expect(restored.id(of: "ß") == alphabet.id(of: "ß"))
    #expect(try Alphabet(scalars: alphabet.scalars) == alphabet)
  }

  @Test("A stored list with a surrogate, a number too large or a repetition is refused")
  func damaged() {
    let twice = #expect(throws: AlphabetError.self) { try Alphabet(scalars: [0x61, 0x62, 0x61]) }
    #expect(
      twice?.description
        == "An alphabet lists Unicode scalar values, each once: number 97 at position 2 is listed before.")
    for value: UInt32 in [0xD800, 0xDFFF, 0x110000, .max] {
      let error = #expect(throws: AlphabetError.self) { try Alphabet(scalars: [value]) }
      #expect(error?.description.contains("no Unicode scalar value") == true)
    }
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(Alphabet.self, from: Data("[97, 97]".utf8))
    }
  }

  @Test("Encoding into a buffer with room does not allocate", .enabled(if: AllocationWindow.counts))
  func noAllocation() {
    let text = "Der stille Hafen (Teil 2 von 4), größer 日本"
    let alphabet = Alphabet(of: [text])
    var ids: [Int32] = []
    ids.reserveCapacity(1000)
    let fewest = AllocationWindow.fewest {
      ids.removeAll(keepingCapacity: true)
      for _ in 0..<10 { alphabet.encode(text, into: &ids) }
    }
    #expect(fewest == 0)
    #expect(ids.count == 10 * text.unicodeScalars.count)
  }
}
