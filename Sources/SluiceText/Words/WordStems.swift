import SluiceCore

/// Words and the stem of each: what an embedding of words is trained on.
public struct WordStems: Sendable, Equatable {
  /// The words, each once for a stem.
  public let words: [String]
  /// The stem's number of each word.
  public let stems: [Int32]
  /// The names of the stems by number, sorted.
  public let stemNames: [String]

  /// The pairs given; repetitions are dropped.
  public init(_ pairs: [(word: String, stem: String)]) {
    let names = Set(pairs.map { $0.stem }).sorted()
    let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    var seen: Set<String> = []
    var words: [String] = []
    var stems: [Int32] = []
    for pair in pairs where seen.insert(pair.word + "\t" + pair.stem).inserted {
      words.append(pair.word)
      stems.append(ids[pair.stem] ?? 0)
    }
    self.words = words
    self.stems = stems
    stemNames = names
  }

  /// Reads `word<TAB>stem` lines from a UTF-8 file. Blank lines are skipped; spaces around both are dropped.
  ///
  /// A stem may have a single word: it is a neighbour of others, but nothing can be found for it.
  ///
  /// - Throws: `DataError` naming the line for one without a tab, an empty word or stem, or a second tab; and
  ///   where fewer than ten stems have two words, too few to train on some and to validate on others.
  public init(readingFile path: String, lineLimit: Int = TextLines.defaultLineLimit) throws(DataError) {
    var lines = try TextLines(path: path, lineLimit: lineLimit)
    var pairs: [(word: String, stem: String)] = []
    var line: [UInt32] = []
    while try lines.next(into: &line) {
      let parts = line.split(separator: 0x09, omittingEmptySubsequences: false).map { WordStems.text($0) }
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
    self.init(pairs)
    let several = countsByStem.count { $0 > 1 }
    guard several >= WordStems.leastStems else {
      throw DataError(
        path: path, expected: "at least \(WordStems.leastStems) stems of two or more words",
        got: "\(several)",
        advice: "Add words that share a stem.")
    }
  }

  /// The stems of several words that training and validation need together.
  public static let leastStems = 10

  /// How many words there are, one for each pair of a spelling and a stem.
  public var count: Int { words.count }

  /// The number of words by stem.
  public var countsByStem: [Int] {
    var counts = [Int](repeating: 0, count: stemNames.count)
    for stem in stems { counts[Int(stem)] += 1 }
    return counts
  }

  /// Divides the stems, and with them the words, into a part to train on and one to validate on: no stem is
  /// in both.
  ///
  /// Depends on the seed alone. Both parts keep the numbers of the stems.
  ///
  /// - Precondition: `validationShare` is above 0 and below 1.
  public func split(
    validationShare: Double, seed: UInt64
  ) -> (training: WordStems, validation: WordStems) {
    require(validationShare > 0 && validationShare < 1, "A share is above 0 and below 1.")
    var order = Array(0..<Int32(stemNames.count))
    var random = RandomStream(seed: seed, purpose: .split, index: 0)
    random.shuffle(&order)
    let size = min(max(Int((Double(order.count) * validationShare).rounded()), 1), max(order.count - 1, 1))
    let chosen = Set(order.prefix(size))
    return (subset { !chosen.contains($0) }, subset { chosen.contains($0) })
  }

  /// The words whose stem is wanted.
  public func subset(_ isWanted: (Int32) -> Bool) -> WordStems {
    let kept = words.indices.filter { isWanted(stems[$0]) }
    return WordStems(words: kept.map { words[$0] }, stems: kept.map { stems[$0] }, stemNames: stemNames)
  }

  private init(words: [String], stems: [Int32], stemNames: [String]) {
    self.words = words
    self.stems = stems
    self.stemNames = stemNames
  }

  private static func text(_ values: ArraySlice<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for value in values {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    let start = text.drop(while: isSpace)
    return String(String.UnicodeScalarView(start.reversed().drop(while: isSpace).reversed()))
  }
}
