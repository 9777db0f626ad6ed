import SluiceCore
import SluiceStorage

/// The records of a file of CSV or of JSON objects, of which some columns are read, one record at a time.
struct DataRecords: ~Copyable {
  /// A column that is wanted.
  struct Wanted {
    /// What it holds, to follow "the": `text`.
    let role: String
    /// Its name, as it was asked for; nil for one of the usual ones.
    let name: String?
    let usual: [String]
    /// The option that names it.
    let option: String
    /// Whether it may hold several texts: in JSON an array, or null for none, which become one with commas between them.
    var isList = false
  }

  /// The line on which the last record began, counted from 1.
  private(set) var line: Int
  /// Where it begins in the text, in bytes.
  private(set) var offset = 0

  private let path: String
  private let wanted: [Wanted]
  private var lines: TextLines
  private var csv: CSVRecords?
  /// Of JSON the names of the wanted members, once the first object was seen.
  private var members: [String]
  /// The first object, which was read to know what the file is.
  private var waiting: [UInt8]?

  /// Opens a file and finds the columns.
  ///
  /// - Throws: `DataError` for a file that cannot be read, is empty, or lacks a column.
  init(
    path: String, _ columns: DataColumns, _ wanted: [Wanted], lineLimit: Int
  ) throws(DataError) {
    try self.init(TextLines(path: path, lineLimit: lineLimit), columns, wanted)
  }

  /// The records of lines of which none has been read.
  init(_ lines: consuming TextLines, _ columns: DataColumns, _ wanted: [Wanted]) throws(DataError) {
    var lines = lines
    let head = try Self.head(of: &lines, columns, lines.path, wanted)
    self.init(lines, head, wanted)
  }

  /// Goes to the beginning of a record, and reads up to the beginning of another; see `TextLines.move`.
  mutating func move(to offset: Int, end: Int) {
    lines.move(to: offset, end: end)
    waiting = nil
  }

  /// A checksum of all lines read so far; nil where none is wanted.
  var check: CRC32C? { lines.check }
  /// Behind the last byte that was read; see `TextLines.endOffset`.
  var endOffset: Int { lines.endOffset }

  private init(_ lines: consuming TextLines, _ head: Head, _ wanted: [Wanted]) {
    self.wanted = wanted
    if head.csv == nil { offset = lines.lineOffset }
    path = lines.path
    (line, csv, members, waiting) = (lines.number, head.csv, head.members, head.object)
    self.lines = lines
  }

  /// What the first line says: of CSV the columns, of JSON the members, and the object.
  private struct Head {
    var csv: CSVRecords?
    var members: [String] = []
    var object: [UInt8]?
  }

  private static func head(
    of lines: inout TextLines, _ columns: DataColumns, _ path: String, _ wanted: [Wanted]
  ) throws(DataError) -> Head {
    var first: [UInt32] = []
    repeat {
      guard try lines.next(into: &first) else {
        throw DataError(
          path: lines.path, expected: "a first line with the names of the columns, or JSON objects",
          got: "an empty file")
      }
    } while first.allSatisfy(TextScalars.isSpace)
    let line = lines.number
    var head = Head()
    let beginsJSON = first.first { !TextScalars.isSpace($0) } == 0x7B
    if columns.format(of: path) ?? (beginsJSON ? .jsonl : .csv) == .jsonl {
      let object = lines.bytes
      let keys = try keys(of: object, path: lines.path, line: line)
      head.members = try names(wanted, among: keys, path: lines.path, line: line)
      head.object = object
    } else {
      var csv = CSVRecords(separator: columns.separator?.unicodeScalars.first?.value)
      let header = try csv.header(first, &lines)
      csv.places = try names(wanted, among: header, path: lines.path, line: line)
        .map { name in header.firstIndex { $0.hasSameCodePoints(as: name) } ?? 0 }
      head.csv = csv
    }
    return head
  }

  /// Reads the wanted fields of the next record, in the order in which they were asked for.
  ///
  /// - Returns: false at the end of the file.
  mutating func next(into fields: inout [[UInt32]]) throws(DataError) -> Bool {
    if csv != nil {
      guard let began = try csv?.next(into: &fields, &lines) else { return false }
      line = began
      offset = csv?.offset ?? 0
      return true
    }
    let bytes: [UInt8]
    if let first = waiting {
      bytes = first
      waiting = nil
    } else {
      var scalars: [UInt32] = []
      repeat {
        guard try lines.next(into: &scalars) else { return false }
      } while scalars.allSatisfy(TextScalars.isSpace)
      line = lines.number
      offset = lines.lineOffset
      bytes = lines.bytes
    }
    let values: [JSONField?]
    do throws(JSONError) {
      values = try JSONField.values(of: members, in: bytes)
    } catch {
      throw Self.broken(error, path: path, line: line)
    }
    fields.removeAll(keepingCapacity: true)
    for (i, value) in values.enumerated() {
      if wanted[i].isList, let list = try list(value, i) {
        fields.append(list)
        continue
      }
      guard case .text(let text)? = value else {
        throw DataError(
          path: path, line: line, expected: "a text or a number as “\(members[i])”, the \(wanted[i].role)",
          got: value.map { "\($0.kind)" } ?? "an object without it",
          advice: value == nil ? "Every line has to have it: remove the line or complete it." : "")
      }
      fields.append(text.unicodeScalars.map(\.value))
    }
    return true
  }

  /// The texts of a list with commas between them; nil for what is no list.
  private func list(_ value: JSONField?, _ i: Int) throws(DataError) -> [UInt32]? {
    let texts: [String]
    switch value {
    case .list(let list)?: texts = list
    case .other(kind: "null")?: texts = []
    default: return nil
    }
    let wrong = texts.first {
      $0.utf8.contains(UInt8(ascii: ",")) || $0.unicodeScalars.allSatisfy { TextScalars.isSpace($0.value) }
    }
    if let text = wrong {
      throw DataError(
        path: path, line: line,
        expected: "texts that are not empty and have no comma in “\(members[i])”, the \(wanted[i].role)",
        got: DataError.excerpt(text), advice: "Commas stand between labels: write another character.")
    }
    return Array(texts.joined(separator: ",").unicodeScalars.map(\.value))
  }

  // MARK: Columns

  private static func keys(of object: [UInt8], path: String, line: Int) throws(DataError) -> [String] {
    do throws(JSONError) {
      return try JSONField.keys(of: object)
    } catch {
      throw broken(error, path: path, line: line)
    }
  }

  private static func broken(_ error: JSONError, path: String, line: Int) -> DataError {
    DataError(
      path: path, line: line,
      expected: "one whole JSON object: \(error.expected) at byte \(error.offset + 1)",
      got: error.found,
      advice:
        "A line may be cut, or an object spread over several lines: put each on a line of its own, such as with 'jq -c .'."
    )
  }

  /// The names of the wanted columns among those that there are.
  private static func names(
    _ wanted: [Wanted], among names: [String], path: String, line: Int
  ) throws(DataError) -> [String] {
    var found: [String] = []
    for column in wanted {
      if let name = column.name {
        guard names.contains(where: { $0.hasSameCodePoints(as: name) }) else {
          throw DataError(
            path: path, line: line, expected: "a column \(DataError.excerpt(name)) for the \(column.role)",
            got: DataError.list(names),
            advice: advice(suggestion(for: name, among: names), "Name one of them with \(column.option)."))
        }
        found.append(name)
        continue
      }
      let usual = column.usual.lazy.compactMap { usual in names.first { $0.lowercased() == usual } }.first
      guard let usual else {
        throw DataError(
          path: path, line: line,
          expected: "a column for the \(column.role), such as “\(column.usual[0])”",
          got: DataError.list(names),
          advice: "Name it with \(column.option).")
      }
      found.append(usual)
    }
    if found.count > 1, found[0].hasSameCodePoints(as: found[1]) {
      throw DataError(
        path: path, line: line, expected: "two columns for the \(wanted[0].role) and the \(wanted[1].role)",
        got: "\(DataError.excerpt(found[0])) for both",
        advice: "Name them with \(wanted[0].option) and \(wanted[1].option).")
    }
    return found
  }

  /// A suggestion as a sentence, or what else can be done.
  private static func advice(_ suggestion: String, _ other: String) -> String {
    suggestion.isEmpty ? other : String(suggestion.dropFirst(2))
  }
}

/// What characters are, by their numbers.
enum TextScalars {
  /// Whether a character is white space.
  static func isSpace(_ value: UInt32) -> Bool { Unicode.Scalar(value)?.properties.isWhitespace ?? false }

  /// What is left without the white space on both sides.
  static func trimmed(_ values: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
    guard let first = values.firstIndex(where: { !isSpace($0) }),
      let last = values.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return values[first...last]
  }

  /// The text of characters.
  static func text(_ values: ArraySlice<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    for value in values {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    return String(text)
  }
}
