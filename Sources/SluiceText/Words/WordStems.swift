import SluiceCore

/// Words and the stems of each: what an embedding of words is trained on.
///
/// One spelling is one word, however many stems it belongs to (“saw” to “saw” and to “see”); spellings and stems are
/// compared by their code points (`CodePoints`). Two words are related if they share a stem. That is no relation of
/// classes: “saws” and “sees” are both related to “saw” and not to each other.
public struct WordStems: Sendable, Equatable {
  /// The words, each once, in the order of first sight.
  public let words: [String]
  /// The numbers of the stems of each word, rising.
  public let stems: RaggedIndices
  /// The names of the stems by number, sorted by their code points.
  public let stemNames: [String]

  /// The pairs given; a word that is repeated with another stem has both.
  public init(_ pairs: [(word: String, stem: String)]) {
    let names = Set(pairs.map { CodePoints($0.stem) }).sorted()
    let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    var places: [CodePoints: Int] = [:]
    var words: [String] = []
    var sets: [Set<Int32>] = []
    for pair in pairs {
      let stem = ids[CodePoints(pair.stem)] ?? 0
      if let place = places[CodePoints(pair.word)] {
        sets[place].insert(stem)
      } else {
        places[CodePoints(pair.word)] = words.count
        words.append(pair.word)
        sets.append([stem])
      }
    }
    var stems = RaggedIndices()
    for set in sets { stems.append(set.sorted()) }
    self.words = words
    self.stems = stems
    stemNames = names.map(\.text)
  }

  /// Reads words and stems from a UTF-8 file: lines `word<TAB>stem`, records of CSV or JSON objects on lines (`DataColumns`), whose text
  /// is the word and whose label is the stem. Blank lines are skipped; spaces around both are dropped.
  ///
  /// A stem may have a single word: it is a neighbor of others, but nothing can be found for it.
  ///
  /// A word on several lines has the stems of all of them.
  ///
  /// - Throws: `DataError` naming the line for one without a tab, an empty word or stem, or a second tab; and
  ///   where fewer than ten stems, or groups of stems tied by common words, have two words, too few to train on some and
  ///   to validate on others.
  public init(
    readingFile path: String, columns: DataColumns = DataColumns(),
    lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    try self.init(
      columns.format(of: path) == .lines
        ? Self.pairs(ofLines: path, lineLimit) : Self.pairs(ofRecords: path, columns, lineLimit))
    let counts = countsByStem
    let groups = StemGroups(self)
    let several = Set(counts.indices.filter { counts[$0] > 1 }.map { groups.group(of: Int32($0)) }).count
    guard several >= WordStems.leastStems else {
      let tied = stems.values.count > words.count ? " that have no word in common with others" : ""
      throw DataError(
        path: path, expected: "at least \(WordStems.leastStems) stems of two or more words\(tied)",
        got: "\(several)",
        advice: "Add words that share a stem.")
    }
  }

  private typealias Pairs = [(word: String, stem: String)]

  private static func pairs(
    ofRecords path: String, _ columns: DataColumns, _ lineLimit: Int
  ) throws(DataError) -> Pairs {
    var records = try DataRecords(
      path: path, columns,
      [
        .init(
          role: "word", name: columns.text, usual: ["word", "form", "inflection", "text"],
          option: "--text-column"),
        .init(
          role: "stem", name: columns.label, usual: ["stem", "lemma", "root", "base", "label"],
          option: "--label-column"),
      ], lineLimit: lineLimit)
    var pairs: Pairs = []
    var fields: [[UInt32]] = []
    while try records.next(into: &fields) {
      let parts = fields.map { TextScalars.text(TextScalars.trimmed($0[...])) }
      guard !parts[0].isEmpty, !parts[1].isEmpty else {
        throw DataError(
          path: path, line: records.line, expected: "a word and its stem",
          got: parts[0].isEmpty ? "an empty word" : "an empty stem")
      }
      pairs.append((parts[0], parts[1]))
    }
    return pairs
  }

  private static func pairs(ofLines path: String, _ lineLimit: Int) throws(DataError) -> Pairs {
    var lines = try TextLines(path: path, lineLimit: lineLimit)
    var pairs: Pairs = []
    var line: [UInt32] = []
    while try lines.next(into: &line) {
      let parts = line.split(separator: 0x09, omittingEmptySubsequences: false)
        .map { TextScalars.text(TextScalars.trimmed($0)) }
      if parts.count == 1, parts[0].isEmpty { continue }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw DataError(
          path: path, line: lines.number, expected: "a word, a tab and its stem",
          got: parts.count == 1
            ? "\(DataError.excerpt(parts[0])) without a tab"
            : parts.count > 2 ? "\(parts.count) columns" : "an empty column")
      }
      pairs.append((parts[0], parts[1]))
    }
    return pairs
  }

  /// The stems of several words that training and validation need together.
  public static let leastStems = 10

  /// How many words there are, one for each spelling.
  public var count: Int { words.count }

  /// Whether two words share a stem; a word shares its own with itself.
  public func areRelated(_ i: Int, _ j: Int) -> Bool { stems.sharesValue(i, j) }

  /// The number of words by stem; a word of several counts for each.
  public var countsByStem: [Int] {
    var counts = [Int](repeating: 0, count: stemNames.count)
    for stem in stems.values { counts[Int(stem)] += 1 }
    return counts
  }

  /// Divides the stems, and with them the words, into a part to train on and one to validate on: no stem is
  /// in both, and no word. Stems that are tied by common words, directly or through others, stay together.
  ///
  /// Depends on the seed alone. Both parts keep the numbers of the stems. The share is that of the stems, as near below as
  /// whole groups allow.
  ///
  /// - Precondition: `validationShare` is above 0 and below 1.
  public func split(
    validationShare: Double, seed: UInt64
  ) -> (training: WordStems, validation: WordStems) {
    require(validationShare > 0 && validationShare < 1, "A share is above 0 and below 1.")
    let groups = StemGroups(self)
    var order = Array(0..<Int32(stemNames.count))
    var random = RandomStream(seed: seed, purpose: .split, index: 0)
    random.shuffle(&order)
    let size = min(max(Int((Double(order.count) * validationShare).rounded()), 1), max(order.count - 1, 1))
    var chosen: Set<Int32> = []
    var left = size
    for stem in order where groups.size(of: stem) <= left && !chosen.contains(groups.group(of: stem)) {
      chosen.insert(groups.group(of: stem))
      left -= groups.size(of: stem)
    }
    // Every group is larger than the share: the smallest of them is nearest to it.
    if chosen.isEmpty, let smallest = order.min(by: { groups.size(of: $0) < groups.size(of: $1) }) {
      chosen.insert(groups.group(of: smallest))
    }
    return (
      subset { !chosen.contains(groups.group(of: $0)) }, subset { chosen.contains(groups.group(of: $0)) }
    )
  }

  /// The words of which a stem is wanted, with all their stems.
  public func subset(_ isWanted: (Int32) -> Bool) -> WordStems {
    let places = words.indices.filter { stems[$0].contains(where: isWanted) }
    var kept = RaggedIndices()
    for place in places { kept.append(stems[place]) }
    return WordStems(words: places.map { words[$0] }, stems: kept, stemNames: stemNames)
  }

  private init(words: [String], stems: RaggedIndices, stemNames: [String]) {
    self.words = words
    self.stems = stems
    self.stemNames = stemNames
  }
}
