import SluiceCore
import SluiceStorage

// A corpus that is larger than memory: counted once, and read from its file by every stream.
extension WordCorpus {
  /// Files of at least so many bytes stay where they are (`init(streaming:…)`): held in memory they would take some three times as much.
  public static let streamedSize = 64 << 20

  /// The most words of the vocabulary of a text that stays in its file, where no limit is given.
  public static let streamedVocabulary = 20_000

  /// The words to train on that are kept beside, the last ones: enough to count trigrams.
  static let trainingSample = 1_000_000
  /// The words to validate on that are kept beside, the first ones.
  static let validationSample = 20_000

  /// Whether a text stays in its file: plain text of at least `streamedSize` bytes, in a regular file that is not packed, and validated on part of it
  /// or on such a file of any size.
  public static func isStreamed(
    _ path: String, validationFile: String? = nil, columns: DataColumns = DataColumns()
  ) -> Bool {
    isPlain(path, columns, least: streamedSize)
      && (validationFile.map { isPlain($0, columns, least: 0) } ?? true)
  }

  private static func isPlain(_ path: String, _ columns: DataColumns, least: Int) -> Bool {
    guard !TextLines.isStandardInput(path), columns.format(of: path) == .lines,
      let blocks = try? FileBlocks(path: path), let size = try? blocks.size(), size >= least
    else { return false }
    return blocks.isPacked == false
  }

  /// A corpus whose text stays in its file, of which the last `validationShare` of the lines is to validate on, or that of two files.
  ///
  /// `training` and `validation` hold samples then, and `streamed` the whole. A word outside of the vocabulary is read as `<unk>`, not by its
  /// characters. Batches are those of `init(readingFile:…)` where the vocabulary has all words.
  ///
  /// - Parameters:
  ///   - path: the text, or the part of it to train on.
  ///   - validationFile: the part to validate on, where it has a file of its own.
  ///   - testFile: the part to test on, which is held in memory.
  ///   - limit: the most words of the vocabulary; nil for `streamedVocabulary`.
  /// - Throws: `DataError` for files that cannot be read or have no word in one of the parts.
  /// - Complexity: two passes over the file, in memory that does not grow with it.
  public init(
    streaming path: String, validationFile: String? = nil, testFile: String? = nil,
    validationShare: Double = 0.1,
    order: VocabularyOrder = .firstSight, vocabularyLimit limit: Int? = nil,
    continuing earlier: [String] = [],
    lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    self.init(training: [])
    var check = CRC32C()
    // Whoever reads them later reads the files that were counted, whatever has their names by then.
    let blocks = try StreamedTexts.open(path)
    let validationBlocks = try validationFile.map(StreamedTexts.open) ?? blocks
    let lines = try Self.countLines(of: blocks, lineLimit, &check)
    var trainingLines = lines.filled
    if validationFile == nil { trainingLines -= Int((Double(lines.filled) * validationShare).rounded()) }
    guard trainingLines > 0, validationFile != nil || trainingLines < lines.filled else {
      throw DataError(
        path: path, expected: "lines of words to train on and to validate on",
        got: "\(lines.filled) lines with a word", advice: "Give a text of more lines.")
    }
    var validationBeginning = 0
    if let validationFile {
      let other = try Self.countLines(of: validationBlocks, lineLimit, &check)
      guard other.filled > 0 else {
        throw DataError(
          path: validationFile, expected: "a line with a word", got: "none",
          advice: "Give a text of words parted by spaces.")
      }
      validationBeginning = other.beginning
    }
    do throws(StorageError) {
      var counts: WordCounts? = WordCounts(keeping: [Self.end, Self.unknown])
      let training = try StreamedPart(of: blocks, from: lines.beginning, lines: trainingLines, into: &counts)
      var none: WordCounts?
      let validation =
        try StreamedPart(
          of: validationBlocks, from: validationFile == nil ? training.end : validationBeginning, into: &none)
      let counted = counts ?? WordCounts(keeping: [])
      counts = nil
      let chosen = Self.chosen(of: counted, limit: limit ?? Self.streamedVocabulary)
      let distinct = counted.index.count
      setVocabulary(chosen.order, chosen.seen, order, limit: nil, earlier)
      var index = WordIndex()
      for spelling in spellings { _ = index.enter(spelling) }
      let words = VocabularyIndex(index: index, end: endForm, unknown: unknownForm)
      let text = StreamedText(
        training: training, validation: validation, distinctCount: distinct, unknownCount: chosen.others,
        fingerprint: check.hexadecimal, byteCount: try blocks.size(), words: words)
      streamed = text
      self.training = try training.tokens(
        from: max(training.tokenCount - Self.trainingSample, 0), count: Self.trainingSample, words)
      self.validation = try validation.tokens(from: 0, count: Self.validationSample, words)
      sentenceCounts = (training.sentenceCount, validation.sentenceCount, 0)
    } catch {
      throw DataError(error)
    }
    try streamed?.check()
    if let testFile {
      (test, sentenceCounts.test) = encode(
        try Self.linesWithWords(ofFile: testFile, DataColumns(format: .lines), lineLimit: lineLimit))
    }
  }

  /// Reads a file to its end: the lines with a word, and where the first line begins.
  ///
  /// - Throws: `DataError` for a file that is not text in UTF-8, or has a line that is too long.
  private static func countLines(
    of blocks: FileBlocks, _ lineLimit: Int, _ check: inout CRC32C
  ) throws(DataError) -> (filled: Int, beginning: Int) {
    var lines = TextLines(blocks, lineLimit: lineLimit)
    lines.check = check
    var scalars: [UInt32] = []
    var filled = 0
    while try lines.next(into: &scalars) {
      var place = 0
      if LineWords.next(in: lines.bytes, from: &place) != nil { filled += 1 }
    }
    check = lines.check ?? check
    return (filled, lines.hasMark ? 3 : 0)
  }

  /// The words of the vocabulary in the order of first sight, how often they occur, and how often others do.
  private static func chosen(
    of counts: WordCounts, limit: Int
  ) -> (order: [CodePoints], seen: [CodePoints: Int], others: Int) {
    let required = [CodePoints(end), CodePoints(unknown)]
    var numbers = Array(0..<counts.index.count)
    if numbers.count > limit {
      let isRequired = Set(numbers.filter { required.contains(CodePoints(counts.index.text(of: $0))) })
      let ranked = numbers.filter { !isRequired.contains($0) }
        .sorted { (counts.counts[$0], $1) > (counts.counts[$1], $0) }
      numbers = (ranked.prefix(max(limit - required.count, 1)) + isRequired).sorted()
    }
    var others = counts.counts.reduce(counts.forgotten, +)
    var order: [CodePoints] = []
    var seen: [CodePoints: Int] = [:]
    for number in numbers {
      let word = CodePoints(counts.index.text(of: number))
      order.append(word)
      seen[word] = counts.counts[number]
      others -= counts.counts[number]
    }
    for word in required where seen[word] == nil {
      order.append(word)
      seen[word] = 0
    }
    if others > 0 { seen[required[1], default: 0] += others }
    return (order, seen, others)
  }

  /// How many words there are to train on, ends of sentences included.
  public var trainingCount: Int { streamed?.training.tokenCount ?? training.count }
  /// How many there are to validate on.
  public var validationCount: Int { streamed?.validation.tokenCount ?? validation.count }
}
