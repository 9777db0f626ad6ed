import SluiceCore

/// The batches of texts that stay in their file.
///
/// An epoch goes through the blocks of the file in an order of its own; some blocks at a time make a window, whose texts are dealt out in an
/// order of its own. Both orders follow from the seed and the epoch's number, so a run that was broken off goes on from `epoch` and
/// `cursor`. A packed file is read in its own order: of it only the texts of a window are in another order than in the file.
///
/// The index of an example is the place of a text in the sample that is held beside, for each example another: what is learned of the sample
/// alone goes through it in turn.
package struct StreamedBatches: Sendable {
  /// The examples of a batch.
  package let size: Int
  package private(set) var epoch = 0
  /// The number of examples of this epoch that were dealt out already.
  package private(set) var cursor = 0

  private let blocks: TextBlocks
  private let alphabet: Alphabet
  private let seed: UInt64
  private let exampleCount: Int
  private let sampleCount: Int
  private let bound: BatchBound
  private var order: [Int32]
  private var window = TextWindow()
  /// The window that is at hand, and how many examples of the epoch come before it; nil for none.
  private var place: (window: Int, start: Int)?

  init(
    _ blocks: TextBlocks, _ alphabet: Alphabet, size: Int, seed: UInt64, exampleCount: Int, sampleCount: Int,
    _ bound: BatchBound
  ) {
    self.blocks = blocks
    self.alphabet = alphabet
    self.size = size
    self.seed = seed
    self.exampleCount = exampleCount
    self.sampleCount = max(sampleCount, 1)
    self.bound = bound
    order = (0..<Int32(blocks.count)).map { $0 }
  }

  /// The most texts and characters that a window can hold, whatever the order.
  static func largestWindow(of blocks: TextBlocks) -> (texts: Int, characters: Int) {
    let count = blocks.blocksOfWindow
    return (
      blocks.counts.sorted(by: >).prefix(count).reduce(0) { $0 + Int($1) },
      (0..<blocks.count).map(blocks.byteCount).sorted(by: >).prefix(count).reduce(0, +)
    )
  }

  /// The batches of an epoch.
  package var count: Int { (exampleCount + size - 1) / size }

  /// Goes to an epoch, at its start or after the first `cursor` examples.
  package mutating func start(epoch: Int, cursor: Int) {
    require(cursor >= 0 && cursor <= exampleCount, "The cursor is outside of the examples.")
    self.epoch = epoch
    self.cursor = cursor
    place = nil
    guard !blocks.isPacked else { return }
    for i in 0..<order.count { order[i] = Int32(truncatingIfNeeded: i) }
    var random = RandomStream(seed: seed, purpose: .blockOrder, index: epoch)
    random.shuffle(&order)
  }

  /// Replaces what `batch` holds by the next examples.
  ///
  /// - Returns: false at the end of the epoch, or where the file cannot be read any more.
  /// - Complexity: O(symbols of the batch), and where a window is over that of the next one; allocates for the first window only, of files of
  ///   lines.
  package mutating func next(into batch: inout LabeledBatch) -> Bool {
    batch.removeAll()
    batch.reserve(bound)
    while batch.count < size, cursor < exampleCount {
      guard find() else { return false }
      guard let place else { return false }
      let i = Int(window.order[cursor - place.start])
      batch.append(window.symbols[i], label: window.labels[i], index: Int32(cursor % sampleCount))
      cursor += 1
    }
    return batch.count > 0
  }

  /// Brings the window of the next example to hand; false where it cannot be read.
  private mutating func find() -> Bool {
    var (number, start) = (0, 0)
    if let place {
      if cursor >= place.start, cursor < place.start + window.count { return true }
      if cursor >= place.start + window.count {
        (number, start) = (place.window + 1, place.start + window.count)
      }
    }
    place = nil
    while number * blocks.blocksOfWindow < order.count {
      let count = exampleCount(ofWindow: number)
      if cursor < start + count { return fill(number, start: start) }
      start += count
      number += 1
    }
    return false
  }

  private func range(ofWindow number: Int) -> Range<Int> {
    number * blocks.blocksOfWindow..<min((number + 1) * blocks.blocksOfWindow, order.count)
  }

  private func exampleCount(ofWindow number: Int) -> Int {
    var count = 0
    for i in range(ofWindow: number) { count += Int(blocks.counts[Int(order[i])]) }
    return count
  }

  private mutating func fill(_ number: Int, start: Int) -> Bool {
    window.removeAll()
    if window.order.capacity == 0 {
      let largest = Self.largestWindow(of: blocks)
      window.reserve(texts: largest.texts, characters: largest.characters)
    }
    for i in range(ofWindow: number) {
      guard blocks.read(Int(order[i]), alphabet, into: &window) else { return false }
    }
    for i in 0..<window.count { window.order.append(Int32(truncatingIfNeeded: i)) }
    let windows = (order.count + blocks.blocksOfWindow - 1) / blocks.blocksOfWindow
    var random = RandomStream(seed: seed, purpose: .windowOrder, index: epoch &* windows &+ number)
    random.shuffle(&window.order)
    place = (number, start)
    return true
  }
}
