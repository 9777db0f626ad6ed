import AllocationCounter
import SluiceCore
import Testing

@testable import SluiceText

@Suite("Batches")
struct BatchesTests {
  /// `count` examples of lengths 0 to 12, each with its own symbols and label.
  private func examples(_ count: Int) -> LabeledSequences {
    var symbols = RaggedIndices()
    for i in 0..<count { symbols.append([Int32](repeating: Int32(i), count: (i * 7) % 13)) }
    return LabeledSequences(symbols: symbols, labels: (0..<Int32(count)).map { $0 * 3 })
  }

  private func indices(_ batches: Batches) -> [[Int32]] { batches.map(\.indices) }

  @Test(
    "An epoch deals out every example once, with its own symbols and label", arguments: [1, 7, 64, 100, 101],
    [nil, 9])
  func everyExampleOnce(size: Int, seed: UInt64?) {
    let examples = examples(100)
    var batches = examples.batches(of: size, shuffledBy: seed)
    var batch = LabeledBatch()
    for epoch in 0..<3 {
      batches.start(epoch: epoch)
      #expect(batches.underestimatedCount == batches.count)
      var seen: [Int32] = []
      var sizes: [Int] = []
      while batches.next(into: &batch) {
        sizes.append(batch.count)
        seen += batch.indices
        for (place, i) in batch.indices.enumerated() {
          #expect(Array(batch.symbols[place]) == Array(examples.symbols[Int(i)]))
          #expect(batch.labels[place] == i * 3)
        }
      }
      #expect(seen.sorted() == Array(0..<100))
      #expect(sizes.count == batches.count)
      #expect(sizes.dropLast().allSatisfy { $0 == size })
      #expect(sizes.last == 100 - (sizes.count - 1) * size)
      #expect(batch.count == 0 && batch.symbols.count == 0)
    }
  }

  @Test("Without a seed the order is that of the examples")
  func inOrder() {
    #expect(indices(examples(5).batches(of: 2)) == [[0, 1], [2, 3], [4]])
  }

  @Test("Orders are functions of seed and epoch, differ between them, and can be taken up again")
  func deterministic() {
    let examples = examples(50)
    let first = indices(examples.batches(of: 8, shuffledBy: 1, epoch: 0))
    #expect(first == indices(examples.batches(of: 8, shuffledBy: 1, epoch: 0)))
    #expect(first != indices(examples.batches(of: 8, shuffledBy: 2, epoch: 0)))
    #expect(first != indices(examples.batches(of: 8, shuffledBy: 1, epoch: 1)))
    #expect(first.joined().sorted() == Array(0..<50))

    var batches = examples.batches(of: 8, shuffledBy: 1, epoch: 4)
    var batch = LabeledBatch()
    for _ in 0..<3 { _ = batches.next(into: &batch) }
    var resumed = examples.batches(of: 8, shuffledBy: 1)
    resumed.start(epoch: batches.epoch, cursor: batches.cursor)
    #expect(batches.epoch == 4 && batches.cursor == 24)
    #expect(resumed.underestimatedCount == 4)
    #expect(indices(resumed) == indices(batches))
    batches.start(epoch: 0)
    #expect(indices(batches) == first)
  }

  @Test("Without an epoch every loop has the next epoch's order, over one value or one made for each loop")
  func reshuffles() {
    let examples = examples(30)
    let epochs = (0..<4).map { indices(examples.batches(of: 8, shuffledBy: 1, epoch: $0)) }
    let batches = examples.batches(of: 8, shuffledBy: 1)
    #expect(indices(batches) == epochs[0])
    #expect(indices(batches) == epochs[1])
    for epoch in 2..<4 { #expect(indices(examples.batches(of: 8, shuffledBy: 1)) == epochs[epoch]) }
    // Another seed has passes of its own, and other examples begin again.
    #expect(
      indices(examples.batches(of: 8, shuffledBy: 2))
        == indices(examples.batches(of: 8, shuffledBy: 2, epoch: 0)))
    #expect(indices(self.examples(30).batches(of: 8, shuffledBy: 1)) == epochs[0])
    // What is dealt out by hand begins at epoch 0 and stays there; a loop afterwards finishes it.
    var byHand = examples.batches(of: 8, shuffledBy: 1)
    #expect(byHand.next()?.indices == epochs[0][0])
    #expect(indices(byHand) == Array(epochs[0][1...]))
  }

  @Test("Shuffling reaches every place from every place")
  func spread() {
    var reached = [Set<Int32>](repeating: [], count: 6)
    for epoch in 0..<200 {
      let order = indices(examples(6).batches(of: 6, shuffledBy: 3, epoch: epoch))[0]
      for (place, i) in order.enumerated() { reached[place].insert(i) }
    }
    #expect(reached.allSatisfy { $0.count == 6 })
  }

  @Test("No examples make no batches")
  func none() {
    #expect(indices(examples(0).batches(of: 4, shuffledBy: 1)).isEmpty)
    #expect(examples(0).largestBatch(of: 4) == BatchBound(sequences: 0, symbols: 0, longest: 0))
  }

  @Test("No batch exceeds the bound, and the bound is the longest examples together")
  func bound() {
    let examples = examples(100)
    #expect(examples.largestBatch(of: 7) == BatchBound(sequences: 7, symbols: 7 * 12, longest: 12))
    #expect(examples.largestBatch(of: 1000).symbols == examples.symbols.values.count)
    for batch in examples.batches(of: 9, shuffledBy: 8) {
      #expect(batch.symbols.values.count <= examples.largestBatch(of: 9).symbols)
    }
  }

  @Test("A batch that is kept is not overwritten by the next")
  func valueSemantics() {
    var batches = examples(20).batches(of: 5)
    let first = batches.next()
    let second = batches.next()
    #expect(first?.indices == [0, 1, 2, 3, 4])
    #expect(second?.indices == [5, 6, 7, 8, 9])
  }

  @Test(
    "After the first batch, epochs of filling one batch do not allocate",
    .enabled(if: AllocationWindow.counts))
  func noAllocationFilling() {
    var batches = examples(100).batches(of: 8, shuffledBy: 1)
    var batch = LabeledBatch()
    _ = batches.next(into: &batch)
    var epoch = 0
    var dealt = 0
    let fewest = AllocationWindow.fewest {
      epoch += 1
      batches.start(epoch: epoch)
      while batches.next(into: &batch) { dealt += batch.count }
    }
    #expect(fewest == 0)
    #expect(dealt == 100 * epoch)
  }

  @Test(
    "A loop's batches after the first do not allocate; keeping them does",
    .enabled(if: AllocationWindow.counts))
  func noAllocationLooping() {
    var batches = examples(100).batches(of: 8, shuffledBy: 1)
    _ = batches.next()
    var dealt = 0
    let fewest = AllocationWindow.fewest {
      batches.start(epoch: 3)
      while let batch = batches.next() { dealt += batch.count }
    }
    #expect(fewest == 0)
    #expect(dealt > 0)

    // The counter must see the copies that kept batches force, or the zero above says nothing.
    let before = sluice_allocation_count()
    batches.start(epoch: 3)
    var kept: [LabeledBatch] = []
    while let batch = batches.next() { kept.append(batch) }
    #expect(sluice_allocation_count() - before >= 3 * kept.count)
    #expect(kept.count == 13)
  }

  @Test("A loop allocates a few blocks at its start only", .enabled(if: AllocationWindow.counts))
  func loopAllocatesAtItsStart() {
    // One block each for the order, offsets, symbols, labels and indices, and one that the offsets have outgrown.
    let batches = examples(100).batches(of: 4, shuffledBy: 1)
    var dealt = 0
    let fewest = AllocationWindow.fewest(enough: 6) {
      for batch in batches { dealt += batch.count }
    }
    #expect(fewest <= 6)
    #expect(dealt % 100 == 0 && dealt > 0)
  }
}
