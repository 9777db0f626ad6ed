import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Words with counts")
struct StemCountTests {
  private static func pairs() -> [(word: String, stem: String)] {
    (0..<120).flatMap { i -> [(word: String, stem: String)] in
      let stem = String(format: "s%03d", i)
      return ["", "s", "ed"].map { (word: "w\(i)\($0)", stem: stem) }
    }
  }

  /// The counts of 120 stems of three words, as they are in texts: a few are frequent.
  private static let counts: [Double] = (0..<360).map { (place: Int) -> Double in
    let (stem, form) = place.quotientAndRemainder(dividingBy: 3)
    return 10_000.0 / Double(stem + 1) + Double(form)
  }

  private func batches(_ counts: [Double]?, exponent: Float?, size: Int = 30) -> StemBatches {
    let words = WordStems(Self.pairs(), counts: counts)
    return StemBatches(words, Alphabet(of: words.words), size: size, seed: 3, countExponent: exponent)
  }

  /// All that an epoch deals out, batch by batch.
  private func dealt(_ batches: inout StemBatches, _ epoch: Int, cursor: Int = 0) -> [[[Int32]]] {
    var all: [[[Int32]]] = []
    var batch = batches.makeBatch()
    batches.start(epoch: epoch, cursor: cursor)
    while batches.next(into: &batch) {
      #expect(Set((0..<batch.count).map { Array(batch.symbols[$0]) }).count == batch.count)
      all.append((0..<batch.count).map { Array(batch.symbols[$0]) + [-1] + Array(batch.stems[$0]) })
    }
    return all
  }

  @Test("Without counts, with equal ones and with a power of 0 every epoch has the same batches")
  func equal() {
    var plain = batches(nil, exponent: 0.75)
    for epoch in 1...3 {
      let expected = dealt(&plain, epoch)
      #expect(expected.reduce(0) { $0 + $1.count } == 360)
      for (counts, exponent) in [
        (Self.counts, Float(0)), ([Double](repeating: 7, count: 360), 0.75), (Self.counts, nil),
      ] as [([Double], Float?)] {
        var others = batches(counts, exponent: exponent)
        #expect(dealt(&others, epoch) == expected)
      }
    }
  }

  @Test("Stems come as often as the mean of their words' counts to the power says, at most once in a batch")
  func shares() throws {
    var all = batches(Self.counts, exponent: 0.75)
    let shares = try #require(all.shares)
    let bound = Double(all.count)
    let weights = StemShares.weights(Self.counts, exponent: 0.75)
    let total = weights.reduce(0, +)
    // Over all numbers that an epoch can begin with.
    let starts = 2_000
    for stem in 0..<120 {
      let mean = weights[3 * stem..<3 * stem + 3].reduce(0, +) / 3
      let expected = min(360 * mean / total, bound)
      #expect(abs(shares.share(stem) - expected) < 1e-9)
      var copies = 0
      for i in 0..<starts { copies += shares.copies(stem, from: (Double(i) + 0.5) / Double(starts)) }
      let found = Double(copies) / Double(starts)
      #expect(abs(found - expected) < 0.002, "\(stem): \(found) of \(expected)")
    }
    #expect(shares.share(0) == bound && shares.share(119) < 0.5)

    // What is dealt out: no more than that, and less only where a batch has the stem already.
    var seen = [Int](repeating: 0, count: 120)
    for epoch in 1...20 {
      for batch in dealt(&all, epoch) { for word in batch { seen[Int(word[word.count - 1])] += 1 } }
    }
    for stem in 0..<120 { #expect(Double(seen[stem]) <= 60 * (shares.share(stem) + 1)) }
    #expect(seen[0] > 2 * seen[20] && seen[20] > 2 * seen[119] && seen.allSatisfy { $0 % 3 == 0 })
    #expect(seen.reduce(0, +) > 20 * 360 / 2)
  }

  @Test("An epoch goes on from any run to the same batches")
  func cursor() {
    var all = batches(Self.counts, exponent: 0.75)
    _ = dealt(&all, 1)
    var batch = all.makeBatch()
    all.start(epoch: 2)
    _ = all.next(into: &batch)
    let cursor = all.cursor
    var rest: [[[Int32]]] = []
    while all.next(into: &batch) {
      rest.append((0..<batch.count).map { Array(batch.symbols[$0]) + [-1] + Array(batch.stems[$0]) })
    }
    var others = batches(Self.counts, exponent: 0.75)
    #expect(cursor > 0 && dealt(&others, 2, cursor: cursor) == rest)
  }

  @Test(
    "A part whose words all have a count of 0 is dealt out as without counts, and one frequent stem alone ends no training"
  )
  func extremes() {
    var zeros = batches([Double](repeating: 0, count: 360), exponent: 0.75)
    var plain = batches(nil, exponent: nil)
    #expect(zeros.shares == nil)
    #expect(dealt(&zeros, 1) == dealt(&plain, 1))
    var single = batches([1e15] + [Double](repeating: 0, count: 359), exponent: 1)
    #expect(!dealt(&single, 1).isEmpty)
  }

  @Test(
    "Counts are part of what tells data apart, and of the run; words without them have the fingerprint that they had"
  )
  func fingerprint() throws {
    func job(_ counts: [Double]?) -> StemJob { StemJob(WordStems(Self.pairs(), counts: counts)) }
    #expect(job(nil).dataFingerprint != job(Self.counts).dataFingerprint)
    #expect(job(Self.counts).dataFingerprint == job(Self.counts).dataFingerprint)
    let settings = String(decoding: try JSONEncoder().encode(StemJobSettings()), as: UTF8.self)
    #expect(settings.contains("countExponent"))
    let text = try #require(job(Self.counts).countText)
    #expect(text.contains("to the power of 0.75") && job(nil).countText == nil)
  }
}
