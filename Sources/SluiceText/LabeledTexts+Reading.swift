import SluiceCore

extension LabeledTexts {
  /// Reads labels and texts from a UTF-8 file: lines `label<TAB>text`, records of CSV or JSON objects on lines (`DataColumns`).
  ///
  /// In CSV and JSON the label is without spaces around it and not empty either; a number is a label like others. A text may have
  /// line ends.
  ///
  /// Of lines `label<TAB>text`:
  ///
  /// - Lines end as `TextLines` says; the last one may lack its end. A byte order mark is dropped. Labels are the same if
  ///   their code points are.
  /// - Blank lines (nothing but spaces) are skipped and counted in line numbers.
  /// - The label is what stands before the first tab, without spaces around it, and may not be empty. The
  ///   text is all the rest, further tabs included; it may be empty and then has length zero.
  ///
  /// - Parameters:
  ///   - path: the file, which may be packed with gzip; `-` for standard input.
  ///   - columns: how the file is laid out; by default what its name says, else lines `label<TAB>text`.
  ///   - known: the names a label may have, in the order of their ids, for data that a trained model is to be
  ///     measured on. Nil, for data to train on: the names are those of the file, sorted, and there must be
  ///     at least two of them, each on at least two lines, so that each can be in the training and in the
  ///     validation part.
  ///   - lineLimit: the most characters of a line, label and tab included; of a record of CSV those of all its lines.
  ///   - multilabel: whether a text has any number of labels: the label is then a list with commas between them, each once, spaces
  ///     around them dropped, in JSON also an array of texts; an empty one, or `null`, is a text without any. A label on one line alone is
  ///     allowed, and there need be only one label if some texts lack it.
  /// - Throws: `DataError` naming the line, at the first that is not as described.
  /// - Complexity: O(size of the file) time; memory for the result and for one line.
  public init(
    readingFile path: String, columns: DataColumns = DataColumns(), labels known: [String]? = nil,
    lineLimit: Int = TextLines.defaultLineLimit, multilabel: Bool = false
  ) throws(DataError) {
    try self.init(
      readingFile: path, columns: columns, labels: known, lineLimit: lineLimit, multilabel: multilabel,
      byteLimit: nil)
  }

  /// The same, of at most so many bytes of text.
  package init(
    readingFile path: String, columns: DataColumns = DataColumns(), labels known: [String]? = nil,
    lineLimit: Int = TextLines.defaultLineLimit, multilabel: Bool = false, byteLimit: Int?
  ) throws(DataError) {
    var reading = Reading(known: known, multilabel: multilabel)
    reading.byteLimit = byteLimit
    try Self.read(path, columns, lineLimit, into: &reading) { _, _ in }
    try reading.check(path: path, columns, forTraining: known == nil)
    self = reading.finish(sorted: known == nil)
  }

  /// The texts of a file as they are, with the line of each, even where nothing could be trained on them.
  ///
  /// - Throws: `DataError` for a line without a label and a text.
  static func examined(
    _ path: String, _ columns: DataColumns, lineLimit: Int, multilabel: Bool = false
  ) throws(DataError) -> (texts: LabeledTexts, lines: [Int]) {
    var reading = Reading(known: nil, multilabel: multilabel)
    var numbers: [Int] = []
    try read(path, columns, lineLimit, into: &reading) { line, count in
      if count > numbers.count { numbers.append(line) }
    }
    return (reading.finish(sorted: true), numbers)
  }

  /// Reads all lines or records of a file; `note` gets the line of each, and how many texts there are with it.
  private static func read(
    _ path: String, _ columns: DataColumns, _ lineLimit: Int, into reading: inout Reading,
    _ note: (Int, Int) -> Void
  ) throws(DataError) {
    var records = try LabeledRecords(
      path: path, columns, lineLimit: lineLimit, multilabel: reading.sets != nil)
    while try records.next() {
      if let limit = reading.byteLimit, records.endOffset > limit {
        throw DataError(
          path: path, line: records.line,
          expected: "at most \(grouped(limit)) bytes where the texts are held in memory", got: "more",
          advice: "Write them to a file, which is read in pieces: standard input cannot be read twice.")
      }
      try reading.add(records.label[...], records.text[...], number: records.line, path: path)
      note(records.line, reading.labels.count)
    }
  }

  /// The examples found so far, with label ids in order of first sight.
  struct Reading {
    let known: [String]?
    /// The most bytes of the text; nil for any number.
    var byteLimit: Int?
    var names: [String] = []
    var ids: [CodePoints: Int32] = [:]
    var firstLines: [Int] = []
    var counts: [Int] = []
    var labels: [Int32] = []
    var scalars = RaggedIndices()
    var text: [Int32] = []
    /// The sets of labels, where texts have any number of labels.
    var sets: LabelSets?

    init(known: [String]?, multilabel: Bool) {
      self.known = known
      if multilabel { sets = LabelSets() }
      for name in known ?? [] { _ = enter(name, line: 0) }
    }

    mutating func enter(_ name: String, line: Int) -> Int32 {
      if let id = ids[CodePoints(name)] { return id }
      let id = Int32(names.count)
      ids[CodePoints(name)] = id
      names.append(name)
      firstLines.append(line)
      counts.append(0)
      return id
    }

    mutating func add(
      _ name: ArraySlice<UInt32>, _ scalarsOfText: ArraySlice<UInt32>, number: Int, path: String
    ) throws(DataError) {
      if sets != nil {
        let ids = try labelIDs(name, number: number, path: path)
        try add(scalarsOfText, number: number, path: path)
        for id in ids { counts[Int(id)] += 1 }
        labels.append(sets?.number(of: ids) ?? 0)
        return
      }
      let label = TextScalars.text(name)
      if let known, ids[CodePoints(label)] == nil {
        throw DataError(
          path: path, line: number, expected: "one of the labels \(DataError.list(known))",
          got: DataError.excerpt(label),
          advice: label.contains(",") ? "This classifier gives each text one label." : "")
      }
      try add(scalarsOfText, number: number, path: path)
      let id = enter(label, line: number)
      counts[Int(id)] += 1
      labels.append(id)
    }

    /// Adds a text.
    private mutating func add(
      _ scalarsOfText: ArraySlice<UInt32>, number: Int, path: String
    ) throws(DataError) {
      if scalarsOfText.count > Int(Int32.max) - scalars.values.count {
        throw DataError(
          path: path, line: number, expected: "at most \(Int32.max) characters in all texts together",
          got: "more", advice: "Train on a part of the file.")
      }
      text.removeAll(keepingCapacity: true)
      for value in scalarsOfText { text.append(Int32(bitPattern: value)) }
      scalars.append(text)
    }

    func check(path: String, _ columns: DataColumns, forTraining: Bool) throws(DataError) {
      if labels.isEmpty { throw LabelProblem.noTexts(path, columns) }
      guard forTraining else { return }
      if let sets { return try check(sets, path: path) }
      try LabelProblem.check(counts, path: path, firstLines: firstLines) { names[$0] }
    }

    func finish(sorted: Bool) -> LabeledTexts {
      guard sorted else {
        return LabeledTexts(labelNames: names, labels: labels, scalars: scalars, sets: sets)
      }
      let order = names.indices.sorted { names[$0].precedesByCodePoints(names[$1]) }
      var newIDs = [Int32](repeating: 0, count: names.count)
      for (new, old) in order.enumerated() { newIDs[old] = Int32(new) }
      if let sets { return finish(sets, order.map { names[$0] }, newIDs) }
      return LabeledTexts(
        labelNames: order.map { names[$0] }, labels: labels.map { newIDs[Int($0)] }, scalars: scalars)
    }
  }
}

/// What is wrong with the labels of data to train on.
enum LabelProblem {
  /// The error for a file without texts.
  static func noTexts(_ path: String, _ columns: DataColumns) -> DataError {
    columns.format(of: path) == .lines
      ? DataError(
        path: path, expected: "lines with a label, a tab and a text", got: "a file without any")
      : DataError(
        path: path, expected: "records with a label and a text below the names of the columns",
        got: "a file without any")
  }

  /// Throws unless there are two labels, each on two lines at least.
  ///
  /// - Parameters:
  ///   - counts: how often each label occurs, of which there is at least one.
  ///   - firstLines: the line on which each occurs first.
  ///   - name: gives a label by its number.
  static func check(
    _ counts: [Int], path: String, firstLines: [Int], name: (Int) -> String
  ) throws(DataError) {
    if counts.count == 1 {
      throw DataError(
        path: path, expected: "at least two different labels",
        got: "\(DataError.excerpt(name(0))) on every line")
    }
    for (id, count) in counts.enumerated() where count == 1 {
      throw DataError(
        path: path, line: firstLines[id],
        expected: "every label at least twice, once to train and once to validate",
        got: "the label \(DataError.excerpt(name(id))) on this line only",
        advice: name(id).contains(",")
          ? "If these are several labels, --multilabel takes them apart."
          : "Add examples of it or remove the line.")
    }
  }
}
