import AllocationCounter
import Testing

@testable import SluiceText

@Suite("Reading n-grams")
struct GramReaderTests {
  private let alphabet = Alphabet(of: ["the cat sat on Mat, ab Ab"])

  private func bag(_ texts: [String], rows: Int = 1 << 20, hashes: Int = 1) -> GramBag {
    var reader = GramReader(alphabet, rows: rows, hashes: hashes)
    var bag = GramBag()
    for text in texts {
      var ids: [Int32] = []
      alphabet.encode(text, into: &ids)
      reader.read(ids[...], into: &bag)
    }
    return bag
  }

  @Test("A word has its pieces of up to five characters with a mark at both ends, and itself")
  func pieces() {
    // ^a ^ab ^ab$ a ab ab$ b b$ and the word.
    #expect(bag(["ab"]).rows.count == 9)
    // What is written with a capital comes twice where the capital is in it: all but b and b$.
    #expect(bag(["Ab"]).rows.count == 9 + 7)
    // ^c ^ca ^cat ^cat$ c ca cat cat$ a at at$ t t$, those of ab but for a, which is there, the words, and the pair of words.
    #expect(bag(["cat ab"]).rows.count == 13 + 8 - 1 + 2 + 1)
    #expect(bag(["", "  "]).offsets == [0, 0, 0])
  }

  @Test("What occurs more often weighs 1 + ln(count), and its row is there once")
  func counts() {
    let (once, thrice) = (bag(["ab"]), bag(["ab ab ab"]))
    #expect(once.weights.allSatisfy { $0 == 1 })
    // The pair of words is new, and occurs twice.
    #expect(thrice.rows.count == once.rows.count + 1)
    let weights = Dictionary(uniqueKeysWithValues: zip(thrice.rows, thrice.weights))
    for row in once.rows { #expect(abs((weights[row] ?? 0) - 2.0986123) < 1e-6) }
    #expect(thrice.weights.contains { abs($0 - 1.6931472) < 1e-6 })
  }

  @Test("A text's rows do not depend on the texts before it, and lie in the table")
  func alone() {
    for rows in [2, 64, 1 << 12] {
      let both = bag(["the cat sat on Mat,", "ab"], rows: rows)
      let alone = bag(["ab"], rows: rows)
      #expect(Array(both.rows[both.places(1)]) == alone.rows)
      #expect(both.rows.allSatisfy { $0 >= 0 && Int($0) < rows })
      #expect(Set(both.rows[both.places(0)]).count == both.places(0).count)
    }
  }

  @Test(
    "With several hashes each piece falls on as many rows, the first of which is that of one hash",
    arguments: [2, 3])
  func hashes(count: Int) {
    let (one, several) = (bag(["the cat sat"]), bag(["the cat sat"], hashes: count))
    #expect(several.rows.count == count * one.rows.count)
    #expect(stride(from: 0, to: several.rows.count, by: count).map { several.rows[$0] } == one.rows)
    #expect(bag(["the cat sat"], rows: 16, hashes: count).rows.allSatisfy { (0..<16).contains($0) })
  }

  @Test("Texts of a bag can be taken over one by one, and the last be filled up with rows that weigh nothing")
  func joining() {
    let all = bag(["the cat", "", "sat"])
    var joined = GramBag()
    for i in 0..<3 { joined.append(text: i, of: all) }
    #expect(joined == all)
    joined.fill(upTo: all.rows.count + 2)
    #expect(joined.rows.count == all.rows.count + 2 && joined.weights.suffix(2) == [0, 0])
    #expect(joined.places(2).upperBound == joined.rows.count && joined.places(0) == all.places(0))
  }

  @Test(
    "A steady stream of texts allocates nothing", .enabled(if: sluice_thread_allocation_count() >= 0))
  func allocations() {
    var reader = GramReader(alphabet, rows: 1 << 12)
    var bag = GramBag()
    var ids: [Int32] = []
    alphabet.encode("the cat sat on Mat, ab Ab", into: &ids)
    var before = 0
    for turn in 0..<50 {
      if turn == 20 { before = sluice_thread_allocation_count() }
      bag.removeAll()
      reader.read(ids[0..<20], into: &bag)
      reader.read(ids[2..<turn % 20 + 2], into: &bag)
    }
    #expect(sluice_thread_allocation_count() == before)
  }
}
