import SluiceCore
import SluiceStorage
import Synchronization

/// A file of labeled texts in blocks of some neighboring texts, each of which can be read by itself.
///
/// Texts have numbers in the order of the file, from 0; those to validate on are passed over. Of a packed file a block that comes after the one
/// read before costs no more than its own length; any other is looked for from the beginning.
final class TextBlocks: Sendable {
  /// Where a block begins: in the text, in bytes, and with which text.
  struct Block: Sendable {
    var offset: Int
    var first: Int
  }

  /// Where the blocks of a file begin, found while it is read from its beginning to its end.
  struct Index: Sendable {
    private(set) var blocks: [Block] = []
    /// Behind the last text.
    private(set) var end = Block(offset: 0, first: 0)
    private var distance: Int
    private let limit: Int

    init(_ limits: StreamLimits) { (distance, limit) = (limits.blockSize, max(limits.blockCount, 2)) }

    /// Takes note of where the next text begins.
    mutating func add(offset: Int) {
      let text = end.first
      end.first = text + 1
      if let last = blocks.last, offset - last.offset < distance { return }
      if blocks.count == limit {
        // Of a file so large blocks are longer.
        var kept = 0
        for i in stride(from: 0, to: blocks.count, by: 2) {
          blocks[kept] = blocks[i]
          kept += 1
        }
        blocks.removeLast(blocks.count - kept)
        distance *= 2
      }
      blocks.append(Block(offset: offset, first: text))
    }

    mutating func finish(offset: Int) { end.offset = offset }
  }

  /// The file.
  let file: FileBlocks
  /// Whether it is packed, so that it can be read in its order only.
  let isPacked: Bool
  /// The texts to train on that each block holds.
  let counts: [Int32]
  /// How many blocks make a window.
  let blocksOfWindow: Int
  private let index: Index
  /// The numbers of the texts to validate on, in rising order.
  private let validation: [Int]
  private let labels: LabelTable
  /// The label id of each label of the table.
  private let ids: [Int32]
  private let open: @Sendable (FileBlocks) throws(DataError) -> LabeledRecords
  private let reader = Mutex(Reader())

  /// What reads, for whoever asks next: it keeps nothing from block to block that a block depends on.
  private struct Reader: ~Copyable {
    var records: LabeledRecords?
    /// The number of the text that comes next; nil where it is not known.
    var next: Int?
    var symbols: [Int32] = []
    /// What went wrong first.
    var problem: DataError?
  }

  /// - Parameter open: opens the file at its beginning.
  init(
    _ file: FileBlocks, isPacked: Bool, _ index: Index, _ limits: StreamLimits, validation: [Int],
    _ labels: LabelTable, ids: [Int32],
    open: @escaping @Sendable (FileBlocks) throws(DataError) -> LabeledRecords
  ) {
    self.file = file
    self.isPacked = isPacked
    self.index = index
    self.validation = validation
    self.labels = labels
    self.ids = ids
    self.open = open
    let mean = (index.end.offset - (index.blocks.first?.offset ?? 0)) / max(index.blocks.count, 1)
    blocksOfWindow = max(limits.windowSize / max(mean, 1), limits.windowBlocks, 1)
    counts = index.blocks.indices.map { block in
      let texts = Self.texts(of: block, index)
      return Int32(
        texts.count - Self.place(of: texts.upperBound, in: validation)
          + Self.place(of: texts.lowerBound, in: validation))
    }
  }

  /// How many blocks there are.
  var count: Int { counts.count }

  /// The bytes of a block.
  func byteCount(of block: Int) -> Int {
    (block + 1 < count ? index.blocks[block + 1] : index.end).offset - index.blocks[block].offset
  }

  /// About the memory, in bytes.
  var memory: Int {
    (MemoryLayout<Block>.stride + 4) * index.blocks.capacity + 8 * validation.count + labels.byteCount
  }

  private static func texts(of block: Int, _ index: Index) -> Range<Int> {
    let next = block + 1 < index.blocks.count ? index.blocks[block + 1] : index.end
    return index.blocks[block].first..<next.first
  }

  /// How many of some rising numbers are below another.
  private static func place(of number: Int, in numbers: [Int]) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Adds the texts to train on of a block to a window, in their order.
  ///
  /// - Returns: false where the file cannot be read any more, or holds something else than it did; `check` says what.
  func read(_ block: Int, _ alphabet: Alphabet, into window: inout TextWindow) -> Bool {
    reader.withLock { reader in
      guard reader.problem == nil else { return false }
      do throws(DataError) {
        try read(block, alphabet, into: &window, &reader)
        return true
      } catch {
        reader.problem = error
        return false
      }
    }
  }

  private func read(
    _ block: Int, _ alphabet: Alphabet, into window: inout TextWindow, _ reader: inout Reader
  ) throws(DataError) {
    let texts = Self.texts(of: block, index)
    if isPacked {
      try skip(to: texts.lowerBound, &reader)
    } else {
      if reader.records == nil {
        reader.records = try open(file)
        // What the file begins with is read before anything is looked for.
        _ = try reader.records?.next()
      }
      let offset = index.blocks[block].offset
      reader.records?.move(to: offset, end: offset + byteCount(of: block))
    }
    var place = Self.place(of: texts.lowerBound, in: validation)
    reader.next = nil
    for text in texts {
      guard try reader.records?.next() == true else { throw changed }
      if place < validation.count, validation[place] == text {
        place += 1
        continue
      }
      guard let label = reader.records?.number(in: labels) else { throw changed }
      reader.symbols.removeAll(keepingCapacity: true)
      reader.records?.encode(alphabet, into: &reader.symbols)
      window.add(reader.symbols, label: ids[label])
    }
    reader.next = texts.upperBound
  }

  /// Goes to a text of a packed file.
  private func skip(to text: Int, _ reader: inout Reader) throws(DataError) {
    var next = reader.next ?? .max
    if next > text {
      reader.records = try open(file)
      next = 0
    }
    while next < text {
      guard try reader.records?.next() == true else { throw changed }
      next += 1
    }
  }

  private var changed: DataError {
    DataError(
      path: file.path, expected: "the texts that the file held when it was read first", got: "others",
      advice: "Bring it back as it was and go on with 'sluice resume', or train anew.")
  }

  /// Throws for a file that was written to since it was opened, or of which something could not be read.
  func check() throws(DataError) {
    do throws(StorageError) {
      try file.check()
    } catch {
      throw DataError(error)
    }
    if let problem = reader.withLock({ $0.problem }) { throw problem }
  }
}

/// The texts of some blocks, from which batches are dealt out.
struct TextWindow: Sendable {
  private(set) var symbols = RaggedIndices()
  private(set) var labels: [Int32] = []
  /// In which order they are dealt out.
  var order: [Int32] = []

  var count: Int { labels.count }

  mutating func reserve(texts: Int, characters: Int) {
    symbols.reserve(sequences: texts, values: characters)
    labels.reserveCapacity(texts)
    order.reserveCapacity(texts)
  }

  mutating func removeAll() {
    symbols.removeAll()
    labels.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
  }

  mutating func add(_ text: [Int32], label: Int32) {
    symbols.append(text)
    labels.append(label)
  }
}
