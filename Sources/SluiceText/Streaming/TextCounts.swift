import SluiceCore
import SluiceStorage

/// What a first pass over a file of labeled texts finds: its labels, lengths and checksum.
struct TextCounts: Sendable {
  private(set) var labels = LabelTable()
  private(set) var lengths = LengthCounts()
  private(set) var fingerprint = ""
  /// How often a text has another label than the one before it.
  private var changes = 0

  /// Reads a file to its end.
  ///
  /// - Throws: `DataError` for a record that holds no label and text, or a file without any.
  init(_ file: FileBlocks, _ columns: DataColumns, lineLimit: Int, of path: String) throws(DataError) {
    var lines = TextLines(file, lineLimit: lineLimit)
    lines.check = CRC32C()
    var records = try LabeledRecords(lines, columns, of: path)
    var last = -1
    while try records.next() {
      let label = labels.add(records.label, line: records.line)
      if labels.count > LabelTable.limit {
        throw DataError(
          path: path, line: records.line, expected: "at most \(LabelTable.limit) different labels",
          got: "more",
          advice: "Look whether this is the column of the labels.")
      }
      lengths.add(records.text.count)
      if label != last { changes += 1 }
      last = label
    }
    fingerprint = records.check?.hexadecimal ?? ""
    if lengths.count == 0 { throw LabelProblem.noTexts(path, columns) }
  }

  /// Whether labels change far less often from text to text than in a random order.
  var isSorted: Bool {
    let count = Double(lengths.count)
    let same = labels.counts.reduce(0) { $0 + (Double($1) / count) * (Double($1) / count) }
    return Double(changes) < 0.1 * count * (1 - same)
  }
}

/// What a second pass takes of the texts, whose labels are known by then.
struct TextParts {
  /// Texts that are held.
  struct Held {
    var labels: [Int32] = []
    var scalars = RaggedIndices()
    /// The line of each.
    var lines: [Int] = []

    fileprivate mutating func add(_ text: [UInt32], _ label: Int32, line: Int) {
      scalars.append(text.lazy.map { Int32(bitPattern: $0) })
      labels.append(label)
      lines.append(line)
    }
  }

  private(set) var validation = Held()
  /// The numbers of these in the file.
  private(set) var validating: [Int] = []
  private(set) var sample = Held()
  private(set) var index: TextBlocks.Index
  /// The characters of the texts to train on.
  private(set) var characters = CharacterCounts()

  /// - Parameters:
  ///   - records: those of the file, from its beginning.
  ///   - chosen: of each label the texts to validate on, by their numbers among its own.
  ///   - sampled: the texts to train on that are held, by their numbers among those.
  ///   - ids: of each label its id.
  init(
    _ records: consuming LabeledRecords, _ counted: TextCounts, validating chosen: [[Int]],
    sampling sampled: [Int], _ ids: [Int32], _ limits: StreamLimits, _ path: String
  ) throws(DataError) {
    index = TextBlocks.Index(limits)
    var records = records
    let labels = counted.labels
    var seen = [Int](repeating: 0, count: labels.count)
    var next = seen
    var (number, trained, drawn) = (0, 0, 0)
    while try records.next() {
      guard let label = labels.number(of: records.label), number < counted.lengths.count else {
        throw Self.changed(path)
      }
      index.add(offset: records.offset)
      if next[label] < chosen[label].count, chosen[label][next[label]] == seen[label] {
        next[label] += 1
        validation.add(records.text, ids[label], line: records.line)
        validating.append(number)
      } else {
        characters.add(records.text)
        if drawn < sampled.count, sampled[drawn] == trained {
          drawn += 1
          sample.add(records.text, ids[label], line: records.line)
        }
        trained += 1
      }
      seen[label] += 1
      number += 1
    }
    index.finish(offset: records.endOffset)
    guard seen == labels.counts else { throw Self.changed(path) }
  }

  private static func changed(_ path: String) -> DataError {
    DataError(
      path: path, expected: "the file as it was when it was read first", got: "one that was written to since",
      advice: "Wait until it is complete, and train then.")
  }
}

/// How often each character occurs, with a place for each of those that are neighbors of one that does.
struct CharacterCounts {
  /// For each 256 characters the number of their page and 1, or 0 for none.
  private var pageOf = [Int32](repeating: 0, count: 0x1100)
  private var counts: [Int] = []

  mutating func add(_ scalars: [UInt32]) {
    for i in 0..<scalars.count {
      let page = Int(scalars[i] >> 8)
      if pageOf[page] == 0 {
        counts.append(contentsOf: repeatElement(0, count: 256))
        pageOf[page] = Int32(counts.count >> 8)
      }
      counts[(Int(pageOf[page]) - 1) << 8 | Int(scalars[i] & 0xFF)] += 1
    }
  }

  /// The count of each character that occurs.
  var all: [UInt32: Int] {
    var all: [UInt32: Int] = [:]
    for (page, place) in pageOf.enumerated() where place > 0 {
      for low in 0..<256 where counts[(Int(place) - 1) << 8 | low] > 0 {
        all[UInt32(page << 8 | low)] = counts[(Int(place) - 1) << 8 | low]
      }
    }
    return all
  }
}
