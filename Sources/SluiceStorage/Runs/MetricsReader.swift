/// One line of a metrics log.
public struct MetricsLine: Equatable, Sendable {
  /// The number of the line in the file, counted from 1.
  public let number: Int
  /// What the line is about: `step`, `epoch`, `summary` …
  public let kind: String
  /// All members in the order of the file, `kind` included.
  public let values: JSONObject

  /// The number under `key`; NaN or infinity where a second key says so; nil when there is none.
  public func double(_ key: String) -> Double? {
    guard case .null = values[key] else { return values[key]?.double }
    return switch values[key + "_is"]?.string {
    case "nan": .nan
    case "inf": .infinity
    case "-inf": -.infinity
    default: nil
    }
  }

  /// The whole number under `key`; nil when there is none.
  public func integer(_ key: String) -> Int? { values[key]?.integer }

  /// The text under `key`; nil when there is none.
  public func string(_ key: String) -> String? { values[key]?.string }
}

/// Reads a metrics log line by line, in memory that does not grow with the file.
///
/// A last line that was cut off, as in a log that is being written or of a run that was killed, is left out
/// and reported by `lastLineWasCutOff`. Any other line that is no JSON object with a text `kind` is an error
/// with its number. Blank lines are passed over.
public struct MetricsReader {
  /// The file that is read, as the caller spelled it.
  public let path: String
  /// True when the file ended within a line and that line was left out.
  public private(set) var lastLineWasCutOff = false

  /// The longest line that is read, in bytes.
  public static let lineLimit = 16 << 20

  private var lines: FileLines

  /// Opens the log at `path`.
  public init(path: String) throws(StorageError) {
    try self.init(path: path, chunkSize: 1 << 16, limit: MetricsReader.lineLimit)
  }

  init(path: String, chunkSize: Int, limit: Int = lineLimit) throws(StorageError) {
    self.path = path
    lines = try FileLines(path: path, chunkSize: chunkSize, limit: limit)
  }

  /// All lines of the file at `path`.
  public static func lines(of path: String) throws(StorageError) -> [MetricsLine] {
    var reader = try MetricsReader(path: path)
    var lines: [MetricsLine] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  /// The next line; nil at the end.
  public mutating func next() throws(StorageError) -> MetricsLine? { try next(beginningWith: []) }

  /// The next line that begins with those bytes; nil at the end. The others are passed over without a look at them.
  mutating func next(beginningWith beginning: [UInt8]) throws(StorageError) -> MetricsLine? {
    while let (text, isWhole) = try lines.next() {
      guard text.starts(with: beginning) else { continue }
      if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") })
      {
        continue
      }
      do {
        return try line(text)
      } catch {
        guard isWhole else {
          lastLineWasCutOff = true
          return nil
        }
        throw error
      }
    }
    return nil
  }

  private func line(_ text: [UInt8]) throws(StorageError) -> MetricsLine {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text)
    } catch {
      throw damaged(expected: "JSON: \(error.expected) at byte \(error.offset)", found: error.found)
    }
    guard let values = value.object, let kind = values["kind"]?.string else {
      throw damaged(expected: "an object with a text \"kind\"", found: "something else")
    }
    return MetricsLine(number: lines.number, kind: kind, values: values)
  }

  private func damaged(expected: String, found: String) -> StorageError {
    StorageError(
      .damaged, path: path, line: lines.number, expected: expected, found: found,
      advice: "The file is damaged or no metrics log.")
  }
}
