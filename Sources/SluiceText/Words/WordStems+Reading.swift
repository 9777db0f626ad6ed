import SluiceCore

extension WordStems {
  /// Reads words and stems from a UTF-8 file: lines `word<TAB>stem`, records of CSV or JSON objects on lines (`DataColumns`), whose text
  /// is the word and whose label is the stem. Blank lines are skipped; spaces around both are dropped.
  ///
  /// How often each word occurs in some text may stand there too: as a third column of lines, or in the column or member that
  /// `columns.count` names. Then it stands with every word: a number of at least 0, with or without decimals.
  ///
  /// A stem may have a single word: it is a neighbor of others, but nothing can be found for it.
  ///
  /// A word on several lines has the stems of all of them, and the sum of their counts.
  ///
  /// - Throws: `DataError` naming the line for one without a tab, an empty word or stem, a count that is none or stands with some words
  ///   alone, or a third tab; and where all counts are 0, or fewer than ten stems, or groups of stems tied by common words, have two words,
  ///   too few to train on some and to validate on others.
  public init(
    readingFile path: String, columns: DataColumns = DataColumns(),
    lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    let rows =
      columns.format(of: path) == .lines
      ? try CountedPairs(lines: path, lineLimit) : try CountedPairs(records: path, columns, lineLimit)
    if let counts = rows.counts, !counts.isEmpty, counts.allSatisfy({ $0 == 0 }) {
      throw DataError(
        path: path, expected: "a count above 0", got: "0 for all \(grouped(counts.count)) words",
        advice: "Leave the counts out: then all words are dealt out alike.")
    }
    self.init(rows.pairs, counts: rows.counts)
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
}

/// The rows of a file: a word, its stem, and how often it occurs, where that is said.
private struct CountedPairs {
  private(set) var pairs: [(word: String, stem: String)] = []
  private(set) var counts: [Double]?

  /// The largest count: whole numbers up to it are exact, and sums of many.
  private static let largest = 1e15

  init(records path: String, _ columns: DataColumns, _ lineLimit: Int) throws(DataError) {
    var wanted: [DataRecords.Wanted] = [
      .init(
        role: "word", name: columns.text, usual: ["word", "form", "inflection", "text"],
        option: "--text-column"),
      .init(
        role: "stem", name: columns.label, usual: ["stem", "lemma", "root", "base", "label"],
        option: "--label-column"),
    ]
    if let count = columns.count {
      wanted.append(.init(role: "count", name: count, usual: [], option: "--count-column"))
      counts = []
    }
    var records = try DataRecords(path: path, columns, wanted, lineLimit: lineLimit)
    var fields: [[UInt32]] = []
    while try records.next(into: &fields) {
      let parts = fields.map { TextScalars.text(TextScalars.trimmed($0[...])) }
      guard !parts[0].isEmpty, !parts[1].isEmpty else {
        throw DataError(
          path: path, line: records.line, expected: "a word and its stem",
          got: parts[0].isEmpty ? "an empty word" : "an empty stem")
      }
      pairs.append((parts[0], parts[1]))
      if counts != nil { counts?.append(try Self.count(parts[2], path: path, line: records.line)) }
    }
  }

  init(lines path: String, _ lineLimit: Int) throws(DataError) {
    var lines = try TextLines(path: path, lineLimit: lineLimit)
    var line: [UInt32] = []
    var first: Int?
    while try lines.next(into: &line) {
      let parts = line.split(separator: 0x09, omittingEmptySubsequences: false)
        .map { TextScalars.text(TextScalars.trimmed($0)) }
      if parts.count == 1, parts[0].isEmpty { continue }
      if first == nil {
        first = lines.number
        if parts.count == 3 { counts = [] }
      }
      let columns = counts == nil ? 2 : 3
      guard parts.count == columns, !parts[0].isEmpty, !parts[1].isEmpty else {
        let isMixed = (2...3).contains(parts.count) && parts.count != columns
        throw DataError(
          path: path, line: lines.number,
          expected: (columns == 2
            ? "a word, a tab and its stem" : "a word, its stem and its count, with tabs between them")
            + (isMixed ? ", as on line \(first ?? 1)" : ""),
          got: parts.count == 1
            ? "\(DataError.excerpt(parts[0])) without a tab"
            : parts.count == columns ? "an empty column" : "\(parts.count) columns",
          advice: isMixed
            ? "A third column is how often the word occurs: give it to all words or to none." : "")
      }
      pairs.append((parts[0], parts[1]))
      if counts != nil { counts?.append(try Self.count(parts[2], path: path, line: lines.number)) }
    }
  }

  /// How often a word occurs.
  private static func count(_ text: String, path: String, line: Int) throws(DataError) -> Double {
    let isPlain = text.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) }
    if isPlain, let count = Double(text), count >= 0, count <= largest { return count }
    let isGrouped = !text.isEmpty && text.utf8.allSatisfy { "0123456789.,'_ ".utf8.contains($0) }
    throw DataError(
      path: path, line: line, expected: "a count from 0 to 1e15",
      got: text.isEmpty ? "an empty one" : DataError.excerpt(text),
      advice: isGrouped ? "Write digits alone, with a point before decimals." : "")
  }
}
