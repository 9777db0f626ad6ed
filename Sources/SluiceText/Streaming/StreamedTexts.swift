import SluiceCore
import SluiceStorage

/// Labeled texts that stay in their file while a classifier is trained on them: what was found in it, the part to validate on, a sample of the part
/// to train on, and what reads all of that part.
///
/// Two passes over the file find it: the first checks every record and counts labels and lengths, the second takes the texts to validate on and
/// the sample, counts the characters of the others, and notes where blocks of texts begin.
public struct StreamedTexts: Sendable {
  /// The names of the labels; a label's id is its place here.
  public let labelNames: [String]
  /// The texts to train on.
  public let trainingCount: Int
  /// Those of them by label id.
  public let trainingCounts: [Int]
  /// Class balance and lengths of all texts.
  public let statistics: TextStatistics
  /// The characters of the training part.
  public let alphabet: Alphabet
  /// Texts of the training part, drawn by the seed.
  public let sample: LabeledTexts
  /// The texts to validate on; none where another file has them.
  public let validation: LabeledTexts
  /// A checksum of the file's lines.
  public let fingerprint: String
  /// The bytes of the file.
  public let byteCount: Int
  /// Whether texts of one label stand together in the file.
  public let isSorted: Bool
  /// The line of each text of the sample, and of the validation part.
  let lines: (sample: [Int], validation: [Int])
  private let lengths: LengthCounts
  private let blocks: TextBlocks

  /// Files of at least so many bytes stay where they are: held in memory they would take some twelve times as much.
  public static let streamedSize = 64 << 20
  /// The same of a file that is packed with gzip: text is about a quarter as large then.
  public static let packedSize = 16 << 20
  /// The most texts of the file that are held to validate on, but that of each label at least one is. Of long texts fewer are, so that they have no
  /// more than some four million characters.
  public static let validationLimit = StreamLimits().validationTexts

  /// Whether a file of labeled texts stays where it is: a regular file of at least `streamedSize` bytes, or of `packedSize` that are packed.
  public static func isStreamed(_ path: String) -> Bool {
    guard !TextLines.isStandardInput(path), let file = try? FileBlocks(path: path),
      let size = try? file.size(), size >= packedSize
    else { return false }
    return size >= streamedSize || file.isPacked == true
  }

  /// Reads a file to find out what is in it.
  ///
  /// - Parameters:
  ///   - columns: how the file is laid out; by default what its name says, else lines `label<TAB>text`.
  ///   - earlier: the labels of an earlier training, whose ids stay; others follow in their order.
  ///   - validationShare: the share of each label to validate on, at least one text of each; nil where all are trained on.
  ///   - seed: what decides which.
  ///   - lineLimit: the most characters of a line, or of a record of CSV.
  /// - Throws: `DataError` naming the line, at the first that holds no label and text; for one label only, or a label that occurs once; and for a file
  ///   that is written to meanwhile.
  /// - Complexity: two passes over the file, in memory that does not grow with it.
  public init(
    readingFile path: String, columns: DataColumns = DataColumns(), continuing earlier: [String] = [],
    validationShare: Double? = 0.2, seed: UInt64, lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    try self.init(
      readingFile: path, columns: columns, continuing: earlier, validationShare: validationShare, seed: seed,
      lineLimit: lineLimit, limits: StreamLimits())
  }

  /// The same with other limits of what is held.
  package init(
    readingFile path: String, columns: DataColumns = DataColumns(), continuing earlier: [String] = [],
    validationShare: Double? = 0.2, seed: UInt64, lineLimit: Int = TextLines.defaultLineLimit,
    limits: StreamLimits
  ) throws(DataError) {
    let file = try Self.open(path)
    let counted = try TextCounts(file, columns, lineLimit: lineLimit, of: path)
    try self.init(
      file, counted, of: path, columns: columns, continuing: earlier, validationShare: validationShare,
      seed: seed, lineLimit: lineLimit, limits: limits)
  }

  /// The same of a file that was counted.
  init(
    _ file: FileBlocks, _ counted: TextCounts, of path: String, columns: DataColumns,
    continuing earlier: [String] = [], validationShare: Double?, seed: UInt64, lineLimit: Int,
    limits: StreamLimits
  ) throws(DataError) {
    let table = counted.labels
    try LabelProblem.check(table.counts, path: path, firstLines: table.firstLines) { table.name(of: $0) }
    let open = { @Sendable (file: FileBlocks) throws(DataError) -> LabeledRecords in
      try LabeledRecords(TextLines(file, lineLimit: lineLimit), columns, of: path)
    }
    let found = (0..<table.count).map { table.name(of: $0) }
    let names = Self.names(found, continuing: earlier)
    var idOfName: [CodePoints: Int32] = [:]
    for (id, name) in names.enumerated() { idOfName[CodePoints(name)] = Int32(id) }
    let ids = found.map { idOfName[CodePoints($0)] ?? 0 }
    let chosen = Self.chosen(counted, ids, share: validationShare, limits, seed: seed)
    let trainingCount = counted.lengths.count - chosen.reduce(0) { $0 + $1.count }
    let parts = try TextParts(
      open(file), counted, validating: chosen,
      sampling: Self.sampled(counted, of: trainingCount, limits, seed: seed), ids, limits, path)
    labelNames = names
    self.trainingCount = trainingCount
    var counts = [Int](repeating: 0, count: names.count)
    var allCounts = counts
    for (label, id) in ids.enumerated() {
      allCounts[Int(id)] = table.counts[label]
      counts[Int(id)] = table.counts[label] - chosen[label].count
    }
    trainingCounts = counts
    statistics = TextStatistics(
      names: names, counts: allCounts, count: counted.lengths.count, counted.lengths.statistics)
    alphabet = Alphabet(ScalarCounts(parts.characters.all))
    validation = LabeledTexts(
      labelNames: names, labels: parts.validation.labels, scalars: parts.validation.scalars)
    sample = LabeledTexts(labelNames: names, labels: parts.sample.labels, scalars: parts.sample.scalars)
    lines = (parts.sample.lines, parts.validation.lines)
    fingerprint = counted.fingerprint
    isSorted = counted.isSorted
    lengths = counted.lengths
    blocks = TextBlocks(
      file, isPacked: file.isPacked == true, parts.index, limits, validation: parts.validating, table,
      ids: ids, open: open)
    do throws(StorageError) {
      byteCount = try file.size()
    } catch {
      throw DataError(error)
    }
    try blocks.check()
  }

  /// Opens a file that is read several times.
  static func open(_ path: String) throws(DataError) -> FileBlocks {
    do throws(StorageError) {
      return try FileBlocks(path: path)
    } catch {
      throw DataError(error)
    }
  }

  /// The labels of an earlier training, and those of the file behind them in the order of their code points.
  private static func names(_ found: [String], continuing earlier: [String]) -> [String] {
    let sorted = found.sorted { $0.precedesByCodePoints($1) }
    return LabeledTexts(labelNames: sorted, labels: [], scalars: RaggedIndices())
      .continuing(labels: earlier).labelNames
  }

  /// Of each label of the table which of its texts are to validate on, by their numbers among those of the label.
  private static func chosen(
    _ counted: TextCounts, _ ids: [Int32], share: Double?, _ limits: StreamLimits, seed: UInt64
  ) -> [[Int]] {
    guard let share else { return ids.map { _ in [] } }
    let lengths = counted.lengths
    let most = min(
      Double(limits.validationTexts) / Double(max(lengths.count, 1)),
      Double(limits.validationCharacters) / Double(max(lengths.total, 1)))
    return ids.indices.map { label in
      let size = counted.labels.counts[label]
      guard size > 1 else { return [] }
      let count = Int((Double(size) * min(share, most)).rounded())
      var random = RandomStream(seed: seed, purpose: .split, index: Int(ids[label]))
      return random.choose(min(max(count, 1), size - 1), below: size)
    }
  }

  /// The texts to train on that are held beside, by their numbers among those.
  private static func sampled(
    _ counted: TextCounts, of count: Int, _ limits: StreamLimits, seed: UInt64
  ) -> [Int] {
    let mean = Double(counted.lengths.total) / Double(max(counted.lengths.count, 1))
    let limit = min(Int(Double(limits.sampleCharacters) / max(mean, 1)), limits.sampleTexts)
    var random = RandomStream(seed: seed, purpose: .textSample, index: 0)
    return random.choose(min(max(limit, 1), count), below: count)
  }

  /// Whether the file is packed, so that it is read in its own order.
  public var isPacked: Bool { blocks.isPacked }
  /// About how many texts are in a random order among each other.
  public var windowCount: Int {
    min(StreamedBatches.largestWindow(of: blocks).texts, trainingCount)
  }
  /// The places of the file that are read for them.
  public var placesOfWindow: Int { min(blocks.blocksOfWindow, blocks.count) }

  /// About the memory that it takes while it is read, in bytes; the texts that are held not among it.
  package var memory: Int {
    let window = StreamedBatches.largestWindow(of: blocks)
    // A window has characters, and texts with their labels and turns; beside it are what is read and its line.
    return 4 * window.characters + 12 * window.texts + blocks.memory + lengths.byteCount + (1 << 18)
  }

  /// All texts to train on in batches of `size`, of characters as ids of an alphabet.
  package func batches(of size: Int, shuffledBy seed: UInt64, _ alphabet: Alphabet) -> StreamedBatches {
    StreamedBatches(
      blocks, alphabet, size: size, seed: seed, exampleCount: trainingCount, sampleCount: sample.count,
      largestBatch(of: size))
  }

  /// The most that any batch of `size` texts can hold.
  package func largestBatch(of size: Int) -> BatchBound {
    let lengths = lengths.longest(size)
    return BatchBound(
      sequences: lengths.count, symbols: lengths.reduce(0, +), longest: lengths.first ?? 0)
  }

  /// A batch that takes at least as much memory as any of `size` texts: the longest, with as many different characters as there can be.
  package func longest(_ size: Int, _ alphabet: Alphabet) -> LabeledBatch {
    var symbols = RaggedIndices()
    var labels: [Int32] = []
    var next = 0
    for length in lengths.longest(size) {
      symbols.append((next..<next + length).lazy.map { Int32($0 % alphabet.count) })
      labels.append(Int32(labels.count % labelNames.count))
      next += length
    }
    return LabeledBatch(symbols: symbols, labels: labels)
  }

  /// Looks whether the file is what it was when it was read first.
  ///
  /// - Throws: `DataError` for one that was written to since, or of which something could not be read.
  package func check() throws(DataError) { try blocks.check() }
}
