import SluiceCore

/// Running text as the ids of its words, in parts to train on, to validate on and to test on.
///
/// A word is what stands between spaces, tabs or line ends, and two words are one if their code points are the same
/// (`CodePoints`). After the last word of every line that has one stands an end of
/// sentence. Every distinct spelling has an id, a *form*: those of the vocabulary first, in the order of first
/// sight unless another is asked for, then those that only occur elsewhere, which a model can read but not predict. The vocabulary always holds the end of
/// sentence and `<unk>`.
public struct WordCorpus: Sendable {
  /// Which words a model can predict.
  public enum VocabularySource: String, Codable, CaseIterable, Sendable {
    /// Those of the training part.
    case training
    /// Those of all parts, as in Kim et al. 2016 (arXiv:1508.06615): a figure on the others then holds no `<unk>` that is not
    /// in the text.
    case all
  }

  /// How the words of the vocabulary are numbered.
  public enum VocabularyOrder: String, Codable, CaseIterable, Sendable {
    /// As they come in the text.
    case firstSight
    /// The more frequent first, and of equal ones the first seen: what an adaptive softmax needs. `<unk>` counts as often as the words
    /// that a limit leaves out.
    case frequency
  }

  /// The end of a sentence: a line end, which is spelled as no word of a text can be, since it parts words.
  public static let end = "\n"
  /// What stands for every word outside the vocabulary where words are predicted. A text may hold it, as published ones do
  /// that were cut to a vocabulary: it then means the same.
  public static let unknown = "<unk>"

  /// A word as people are shown it: the end of a sentence as `<eos>`, every other as it is.
  public static func shown(_ word: String) -> String { word.hasSameCodePoints(as: end) ? "<eos>" : word }

  /// All spellings by their forms.
  public private(set) var spellings: [String] = []
  /// How many of the forms, from 0 on, are the vocabulary.
  public private(set) var vocabularyCount = 0
  /// How often each word of the vocabulary occurs in the parts that it was made from.
  public private(set) var counts: [Int] = []
  /// The forms of the words to train on, in the order of the text, an end after each line that has any.
  public internal(set) var training: [Int32] = []
  /// The same of the text to validate on; empty for none.
  public internal(set) var validation: [Int32] = []
  /// The same of the text to test on; empty for none.
  public internal(set) var test: [Int32] = []
  /// The lines of each part that hold a word.
  public internal(set) var sentenceCounts = (training: 0, validation: 0, test: 0)
  /// The lines that hold a word, of the three parts together.
  public var sentenceCount: Int { sentenceCounts.training + sentenceCounts.validation + sentenceCounts.test }

  /// The text where it stays in its file; `training` and `validation` then are samples of it.
  public internal(set) var streamed: StreamedText?

  private var formOfSpelling: [CodePoints: Int32] = [:]

  /// A corpus of lines of text.
  ///
  /// - Parameters:
  ///   - source: the parts whose words are the vocabulary.
  ///   - limit: the most words of the vocabulary; the most frequent are kept, of equal ones the first seen. nil for all.
  ///   - earlier: the vocabulary of an earlier training, which comes first and whole, so that its words keep their ids.
  /// - Precondition: a limit leaves room for the end of sentence, `<unk>` and one word.
  public init(
    training: [String], validation: [String] = [], test: [String] = [],
    vocabulary source: VocabularySource = .training, order: VocabularyOrder = .firstSight,
    vocabularyLimit limit: Int? = nil, continuing earlier: [String] = []
  ) {
    require(limit ?? 3 >= 3, "A vocabulary holds at least the end of sentence, <unk> and one word.")
    makeVocabulary(source == .all ? [training, validation, test] : [training], order, limit: limit, earlier)
    (self.training, sentenceCounts.training) = encode(training)
    (self.validation, sentenceCounts.validation) = encode(validation)
    (self.test, sentenceCounts.test) = encode(test)
  }

  /// Lines to test on, by a vocabulary that is given: that of a model trained before.
  public init(vocabulary: [String], test: [String]) {
    for word in vocabulary where form(of: word) == nil { add(word) }
    for word in [Self.end, Self.unknown] where form(of: word) == nil { add(word) }
    vocabularyCount = spellings.count
    counts = Array(repeating: 0, count: vocabularyCount)
    (self.test, sentenceCounts.test) = encode(test)
  }

  /// The form of a spelling, or nil for one that was never met.
  public func form(of spelling: String) -> Int32? { formOfSpelling[CodePoints(spelling)] }

  /// The id to predict for a form: itself in the vocabulary, else that of `<unk>`.
  public func target(of form: Int32) -> Int32 { Int(form) < vocabularyCount ? form : unknownForm }

  /// The form of `<unk>`.
  public var unknownForm: Int32 { form(of: Self.unknown) ?? 0 }
  /// The form of the end of sentence.
  public var endForm: Int32 { form(of: Self.end) ?? 0 }

  /// The words of the vocabulary by their ids.
  public var vocabulary: ArraySlice<String> { spellings[..<vocabularyCount] }

  /// The words of a line, parted by spaces, ideographic ones too, tabs and line ends. A space parts words even before
  /// a combining mark, with which it would be one character.
  public static func words(of line: String) -> [String] {
    line.unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\u{3000}" || isNewline($0) }.map(
      String.init)
  }

  private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\u{B}", "\u{C}", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private mutating func makeVocabulary(
    _ parts: [[String]], _ wanted: VocabularyOrder, limit: Int?, _ earlier: [String]
  ) {
    let required = [CodePoints(Self.end), CodePoints(Self.unknown)]
    var order: [CodePoints] = []
    var seen: [CodePoints: Int] = [:]
    for line in parts.joined() {
      let words = Self.words(of: line)
      if words.isEmpty { continue }
      for word in words.map({ CodePoints($0) }) + [required[0]] {
        if seen[word] == nil { order.append(word) }
        seen[word, default: 0] += 1
      }
    }
    for word in required where seen[word] == nil {
      order.append(word)
      seen[word] = 0
    }
    setVocabulary(order, seen, wanted, limit: limit, earlier)
  }

  /// Makes the vocabulary of words in the order of first sight, both required ones among them, and of how often they occur.
  mutating func setVocabulary(
    _ words: [CodePoints], _ seen: [CodePoints: Int], _ wanted: VocabularyOrder, limit: Int?,
    _ earlier: [String]
  ) {
    let required = [CodePoints(Self.end), CodePoints(Self.unknown)]
    var order = words
    spellings.removeAll()
    formOfSpelling.removeAll()
    if let limit, order.count > limit {
      let ranked = order.indices.filter { !required.contains(order[$0]) }
        .sorted { (seen[order[$0]] ?? 0, $1) > (seen[order[$1]] ?? 0, $0) }
      let kept = Set(ranked.prefix(limit - required.count).map { order[$0] }).union(required)
      order.removeAll { !kept.contains($0) }
    }
    if wanted == .frequency {
      var rank = seen
      let known = Set(order)
      for (word, count) in seen where !known.contains(word) { rank[required[1], default: 0] += count }
      let places = order.indices.sorted { (rank[order[$0]] ?? 0, $1) > (rank[order[$1]] ?? 0, $0) }
      order = places.map { order[$0] }
    }
    if !earlier.isEmpty {
      let known = earlier.map { CodePoints($0) }
      let set = Set(known)
      order = known + order.filter { !set.contains($0) }
    }
    for word in order { add(word.text) }
    vocabularyCount = order.count
    counts = order.map { seen[$0] ?? 0 }
  }

  private mutating func add(_ spelling: String) {
    formOfSpelling[CodePoints(spelling)] = Int32(spellings.count)
    spellings.append(spelling)
  }

  /// The forms of the lines' words, and the lines that hold one.
  mutating func encode(_ lines: [String]) -> (forms: [Int32], sentences: Int) {
    var forms: [Int32] = []
    var sentences = 0
    for line in lines {
      let words = Self.words(of: line)
      if words.isEmpty { continue }
      sentences += 1
      for word in words {
        if form(of: word) == nil { add(word) }
        forms.append(form(of: word) ?? 0)
      }
      forms.append(endForm)
    }
    return (forms, sentences)
  }
}

extension WordCorpus {
  /// Reads a file, of which the last `validationShare` of the lines is to validate on.
  ///
  /// - Throws: `DataError` for a file that cannot be read or has no word in one of the parts.
  public init(
    readingFile path: String, validationShare: Double, order: VocabularyOrder = .firstSight,
    vocabularyLimit: Int? = nil, continuing earlier: [String] = [],
    columns: DataColumns = DataColumns(), lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    let lines = try Self.lines(ofFile: path, columns: columns, lineLimit: lineLimit)
    let (training, validation) = Self.split(lines, validationShare: validationShare)
    self.init(
      training: training, validation: validation, order: order, vocabularyLimit: vocabularyLimit,
      continuing: earlier)
    if self.training.isEmpty || self.validation.isEmpty {
      throw DataError(
        path: path, expected: "lines of words to train on and to validate on",
        got: sentenceCount == 1 ? "one line with words" : "\(sentenceCount) lines with a word",
        advice: sentenceCount == 1
          ? "Whole lines go to the one or the other: break the line up, such as with 'fold -s -w 1000'."
          : "Give a text of more lines.")
    }
  }

  /// Reads the parts from files of their own.
  ///
  /// - Throws: `DataError` for a file that cannot be read or has no word.
  public init(
    trainingFile: String, validationFile: String, testFile: String? = nil,
    vocabulary source: VocabularySource = .training, order: VocabularyOrder = .firstSight,
    vocabularyLimit: Int? = nil, continuing earlier: [String] = [],
    columns: DataColumns = DataColumns(), lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) {
    let training = try Self.linesWithWords(ofFile: trainingFile, columns, lineLimit: lineLimit)
    let validation = try Self.linesWithWords(ofFile: validationFile, columns, lineLimit: lineLimit)
    var test: [String] = []
    if let testFile { test = try Self.linesWithWords(ofFile: testFile, columns, lineLimit: lineLimit) }
    self.init(
      training: training, validation: validation, test: test, vocabulary: source, order: order,
      vocabularyLimit: vocabularyLimit, continuing: earlier)
  }

  /// The first lines to train on, the last `validationShare` to validate on.
  public static func split(
    _ lines: [String], validationShare: Double
  ) -> (training: [String], validation: [String]) {
    let filled = lines.filter { !words(of: $0).isEmpty }
    let count = filled.count - Int((Double(filled.count) * validationShare).rounded())
    return (Array(filled[..<count]), Array(filled[count...]))
  }

  /// All lines of a UTF-8 file, ended as `TextLines` says, or the texts of its records of CSV or JSON, each of which is a line.
  public static func lines(
    ofFile path: String, columns: DataColumns = DataColumns(), lineLimit: Int = TextLines.defaultLineLimit
  ) throws(DataError) -> [String] {
    var lines: [String] = []
    guard columns.format(of: path) == .lines else {
      var records = try DataRecords(
        path: path, columns,
        [.init(role: "text", name: columns.text, usual: DataColumns.usualTexts, option: "--text-column")],
        lineLimit: lineLimit)
      var fields: [[UInt32]] = []
      while try records.next(into: &fields) { lines.append(TextScalars.text(fields[0][...])) }
      return lines
    }
    var reader = try TextLines(path: path, lineLimit: lineLimit)
    var scalars: [UInt32] = []
    while try reader.next(into: &scalars) { lines.append(TextScalars.text(scalars[...])) }
    return lines
  }

  static func linesWithWords(
    ofFile path: String, _ columns: DataColumns, lineLimit: Int
  ) throws(DataError) -> [String] {
    let lines = try lines(ofFile: path, columns: columns, lineLimit: lineLimit)
    guard lines.contains(where: { !words(of: $0).isEmpty }) else {
      throw DataError(
        path: path, expected: "a line with a word", got: "\(lines.count) lines without one",
        advice: "Give a text of words parted by spaces.")
    }
    return lines
  }
}
