import SluiceCore

/// Records of fields with a separator between them (RFC 4180): a field in quotation marks may hold separators and line ends, and a
/// quotation mark that is written twice. A line end in a field is read as a line feed. In a field that does not begin with a quotation
/// mark, these are characters like others.
struct CSVRecords {
  /// Which fields are wanted, by their places.
  var places: [Int] = []
  /// The fields of every record.
  private(set) var width = 0
  /// Where the last record begins in the text, in bytes.
  private(set) var offset = 0
  /// What stands between them; the header decides where it is not given.
  private var separator: UInt32?

  private var fields: [[UInt32]] = []
  private var line: [UInt32] = []

  private static let quote: UInt32 = 0x22
  /// What may stand between fields, the likeliest first: comma, semicolon, tab and bar.
  private static let separators: [UInt32] = [0x2C, 0x3B, 0x09, 0x7C]

  init(separator: UInt32?) { self.separator = separator }

  /// The names of the columns, from the first record, of which the first line is given.
  mutating func header(_ first: [UInt32], _ lines: inout TextLines) throws(DataError) -> [String] {
    if separator == nil { separator = Self.separator(of: first) }
    line = first
    try readRecord(&lines)
    width = fields.count
    let names = fields.map { TextScalars.text(TextScalars.trimmed($0[...])) }
    for (i, name) in names.enumerated() where !name.isEmpty {
      guard let other = names[..<i].firstIndex(where: { $0.hasSameCodePoints(as: name) }) else { continue }
      throw DataError(
        path: lines.path, line: lines.number, expected: "a name of its own for every column",
        got: "\(DataError.excerpt(name)) for columns \(other + 1) and \(i + 1)",
        advice: "The first record has to hold the names of the columns.")
    }
    return names
  }

  /// Reads the wanted fields of the next record.
  ///
  /// - Returns: the line on which it began; nil at the end of the file.
  mutating func next(into wanted: inout [[UInt32]], _ lines: inout TextLines) throws(DataError) -> Int? {
    repeat {
      guard try lines.next(into: &line) else { return nil }
    } while line.allSatisfy(TextScalars.isSpace)
    let began = lines.number
    offset = lines.lineOffset
    try readRecord(&lines)
    guard fields.count == width else {
      let name = Self.name(of: separator ?? 0)
      throw DataError(
        path: lines.path, line: began,
        expected: "\(width) fields as in the first record, with a \(name) between them",
        got: "\(fields.count)",
        advice: fields.count > width
          ? "Put fields that hold a \(name) in quotation marks, or give another --separator."
          : "Complete the record, or give another --separator.")
    }
    wanted.removeAll(keepingCapacity: true)
    for place in places { wanted.append(fields[place]) }
    return began
  }

  /// Parts `line` into fields, and the lines after it as far as they belong to one of them.
  private mutating func readRecord(_ lines: inout TextLines) throws(DataError) {
    let began = lines.number
    fields.removeAll(keepingCapacity: true)
    var total = line.count
    var i = 0
    while true {
      var field: [UInt32] = []
      if i < line.count, line[i] == Self.quote {
        i += 1
        try readQuoted(into: &field, from: &i, &total, began: began, &lines)
      } else {
        while i < line.count, line[i] != separator {
          field.append(line[i])
          i += 1
        }
      }
      fields.append(field)
      if i == line.count { return }
      i += 1
    }
  }

  /// Reads what stands between two quotation marks, from a place of `line` on, which goes behind the second.
  ///
  /// - Parameters:
  ///   - total: the characters of all lines of the record.
  ///   - began: the line on which the record began.
  private mutating func readQuoted(
    into field: inout [UInt32], from i: inout Int, _ total: inout Int, began: Int, _ lines: inout TextLines
  ) throws(DataError) {
    let opened = lines.number
    while true {
      guard i < line.count else {
        try readOn(&total, began: began, opened: opened, &lines)
        field.append(0x0A)
        i = 0
        continue
      }
      let value = line[i]
      i += 1
      if value == Self.quote {
        guard i < line.count, line[i] == Self.quote else { break }
        i += 1
      }
      field.append(value)
    }
    guard i == line.count || line[i] == separator else {
      throw DataError(
        path: lines.path, line: lines.number,
        expected:
          "a \(Self.name(of: separator ?? 0)) or the end of the line after a field in quotation marks",
        got: DataError.excerpt(TextScalars.text(line[i...])),
        advice: "Write a quotation mark inside of a field twice.")
    }
  }

  /// Goes to the next line inside of a field that was opened by a quotation mark.
  private mutating func readOn(
    _ total: inout Int, began: Int, opened: Int, _ lines: inout TextLines
  ) throws(DataError) {
    guard try lines.next(into: &line) else {
      throw DataError(
        path: lines.path, line: opened,
        expected: "a quotation mark that ends the field begun on this line",
        got: "the end of the file",
        advice: "Write a quotation mark inside of a field twice, and the field between two of them.")
    }
    total += line.count + 1
    guard total <= lines.lineLimit else {
      throw DataError(
        path: lines.path, line: began, expected: "a record of at most \(lines.lineLimit) characters",
        got: "more, with a field in quotation marks since line \(opened)",
        advice: "A quotation mark may be missing there; else raise the limit (--line-limit).")
    }
  }

  /// What stands most often between the names of the columns, outside of quotation marks.
  private static func separator(of header: [UInt32]) -> UInt32 {
    var counts = Array(repeating: 0, count: separators.count)
    var isQuoted = false
    for value in header {
      if value == quote { isQuoted.toggle() }
      if !isQuoted, let place = separators.firstIndex(of: value) { counts[place] += 1 }
    }
    let most = counts.max() ?? 0
    return separators[counts.firstIndex(of: most) ?? 0]
  }

  private static func name(of separator: UInt32) -> String {
    switch separator {
    case 0x2C: "comma"
    case 0x3B: "semicolon"
    case 0x09: "tab"
    case 0x7C: "bar"
    default: DataError.excerpt(TextScalars.text([separator]))
    }
  }
}
