import SluiceCore
import SluiceStorage

/// The labels and texts of a file, one after the other: lines `label<TAB>text`, records of CSV or JSON objects on lines (`DataColumns`).
struct LabeledRecords: ~Copyable {
  /// The label of the last record, without spaces around it.
  private(set) var label: [UInt32] = []
  /// Its text.
  private(set) var text: [UInt32] = []
  /// The line on which it began, counted from 1.
  private(set) var line = 0
  /// Where it begins in the text of the file, in bytes: of a packed file of what was packed.
  private(set) var offset = 0

  private let path: String
  /// Whether a label is a list, which may be empty.
  private let isList: Bool
  /// What reads lines `label<TAB>text`, or else what reads records.
  private var lines: TextLines?
  private var records: DataRecords?
  private var scalars: [UInt32] = []
  private var fields: [[UInt32]] = []

  /// Opens a file.
  ///
  /// - Parameter multilabel: whether a text has any number of labels: the label is then a list, and may be empty.
  /// - Throws: `DataError` for a file that cannot be read, or of CSV or JSON lacks a column.
  init(path: String, _ columns: DataColumns, lineLimit: Int, multilabel: Bool = false) throws(DataError) {
    try self.init(TextLines(path: path, lineLimit: lineLimit), columns, of: path, multilabel: multilabel)
  }

  /// The records of lines of which none has been read.
  ///
  /// - Parameter path: the file as the caller named it.
  init(
    _ lines: consuming TextLines, _ columns: DataColumns, of path: String, multilabel: Bool = false
  ) throws(DataError) {
    self.path = path
    isList = multilabel
    guard columns.format(of: path) != .lines else {
      self.lines = consume lines
      return
    }
    let wanted: [DataRecords.Wanted] = [
      .init(
        role: "label", name: columns.label,
        usual: DataColumns.usualLabels + (multilabel ? DataColumns.usualLabelLists : []),
        option: "--label-column", isList: multilabel),
      .init(role: "text", name: columns.text, usual: DataColumns.usualTexts, option: "--text-column"),
    ]
    records = try DataRecords(lines, columns, wanted)
  }

  /// Reads the next record; blank lines are none.
  ///
  /// - Returns: false at the end of the file.
  /// - Throws: `DataError` naming the line, for one that holds no label and text.
  /// - Complexity: O(its length); of lines it allocates only where none before was as long.
  mutating func next() throws(DataError) -> Bool {
    guard lines != nil else {
      guard try records?.next(into: &fields) == true else { return false }
      (line, offset) = (records?.line ?? 0, records?.offset ?? 0)
      try set(fields[0][...], fields[1][...])
      return true
    }
    var tab = 0
    while true {
      guard try lines?.next(into: &scalars) == true else { return false }
      tab = 0
      while tab < scalars.count, scalars[tab] != 0x09 { tab += 1 }
      (line, offset) = (lines?.number ?? 0, lines?.lineOffset ?? 0)
      if tab < scalars.count { break }
      guard scalars.allSatisfy(TextScalars.isSpace) else {
        throw DataError(
          path: path, line: line, expected: "a label, a tab and a text",
          got: "\(DataError.excerpt(TextScalars.text(scalars[...]))) without a tab",
          advice: Self.advice(scalars))
      }
    }
    try set(scalars[..<tab], scalars[(tab + 1)...])
    return true
  }

  /// Element by element: to share the memory would make the next record allocate its own.
  private mutating func set(_ label: ArraySlice<UInt32>, _ text: ArraySlice<UInt32>) throws(DataError) {
    let trimmed = TextScalars.trimmed(label)
    self.label.removeAll(keepingCapacity: true)
    for i in trimmed.indices { self.label.append(trimmed[i]) }
    self.text.removeAll(keepingCapacity: true)
    for i in text.indices { self.text.append(text[i]) }
    guard self.label.isEmpty, !isList else { return }
    throw DataError(path: path, line: line, expected: "a label before the text", got: "an empty label")
  }

  /// What a line without a tab may be instead.
  private static func advice(_ line: [UInt32]) -> String {
    if line.first == 0x7B { return "JSON objects on lines are read with --format jsonl." }
    return line.contains(0x2C) || line.contains(0x3B)
      ? "CSV with the names of the columns in its first line is read with --format csv." : ""
  }

  /// The number of the label in a table; nil where the table does not have it.
  func number(in labels: LabelTable) -> Int? { labels.number(of: label) }

  /// Appends the text's characters as ids of an alphabet.
  func encode(_ alphabet: Alphabet, into ids: inout [Int32]) {
    for i in 0..<text.count { ids.append(alphabet.id(ofValue: text[i])) }
  }

  /// Goes to the beginning of a record, and reads up to the beginning of another; see `TextLines.move`.
  mutating func move(to offset: Int, end: Int) {
    lines?.move(to: offset, end: end)
    records?.move(to: offset, end: end)
  }

  /// A checksum of all lines read so far, if the lines take one.
  var check: CRC32C? {
    switch lines {
    case .some(let lines): return lines.check
    case nil: break
    }
    switch records {
    case .some(let records): return records.check
    case nil: return nil
    }
  }

  /// Behind the last byte that was read; see `TextLines.endOffset`.
  var endOffset: Int {
    switch lines {
    case .some(let lines): return lines.endOffset
    case nil: break
    }
    switch records {
    case .some(let records): return records.endOffset
    case nil: return 0
    }
  }
}
