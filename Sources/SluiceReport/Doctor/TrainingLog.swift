import SluiceCore
import SluiceFlow
import SluiceStorage

/// What a log says of a training: its figures, what was found, and what there is to say of the log itself.
struct TrainingLog: Sendable {
  /// The path, as it was given.
  let name: String
  private(set) var figures = TrainingFigures()
  /// What the training's own monitor found; nil where none watched it, so that there are figures alone.
  private(set) var watched: RunFindings?
  /// What is to be known of the log, such as that it was cut off.
  private(set) var notes: [String] = []

  /// What was found: by the training's own monitor or, where none watched, by the figures alone.
  private(set) var findings: [Finding] = []

  /// Reads a log: a file, or what is found in a folder (see `LogPlace`).
  ///
  /// - Throws: `StorageError` for one that cannot be read or holds no loss.
  init(reading path: String) throws(StorageError) {
    name = path
    let place = try LogPlace(of: path)
    notes = place.notes
    for file in place.files {
      switch file.kind {
      case .metrics: try read(metrics: file.path)
      case .events: try read(events: file.path, prefix: file.prefix)
      case .lines: try read(lines: file.path)
      case .document: try read(document: file.path)
      }
    }
    guard !figures.isEmpty || watched?.findings.isEmpty == false else {
      throw StorageError(
        .damaged, path: place.files.first?.path ?? path, expected: "the log of a training, with a loss",
        found: "none",
        advice: "Give the folder of a run, an event file, a trainer_state.json or a file of JSON lines.")
    }
    findings = watched?.findings ?? figures.diagnosis().findings
  }

  // MARK: Forms

  /// A log of this program or of one that uses its `MetricsLog`.
  private mutating func read(metrics path: String) throws(StorageError) {
    var reader = try MetricsReader(path: path)
    var found = RunFindings()
    var isWatched = false
    while let line = try reader.next() {
      switch line.kind {
      case "step":
        guard let step = line.integer("step") else { continue }
        for key in ["loss", "learning_rate", "gradient_norm"] {
          if let value = line.double(key) { figures.add(key, value, step: step) }
        }
      case "epoch":
        if let step = line.integer("step"), let value = line.double("validation_loss") {
          figures.add("validation_loss", value, step: step)
        }
      case "flow": isWatched = true
      default:
        found.add(line)
        isWatched = isWatched || !found.findings.isEmpty
      }
    }
    if isWatched { watched = found }
    if found.leftOut > 0 { notes.append("\(found.leftOut) later findings are left out") }
    if reader.lastLineWasCutOff { notes.append("the last line was cut off and is left out") }
  }

  /// An event file; the names of its figures get the prefix.
  private mutating func read(events path: String, prefix: String) throws(StorageError) {
    var events = try EventReader(path: path)
    while let scalars = try events.next() {
      for scalar in scalars { figures.add(prefix + scalar.tag, Double(scalar.value), step: scalar.step) }
    }
    if events.isCutOff { notes.append("what follows a record that was cut off or is damaged is left out") }
  }

  /// JSON lines of any framework, an object a line.
  private mutating func read(lines path: String) throws(StorageError) {
    var lines = try FileLines(path: path)
    var count = 0
    var skipped = 0
    while let (text, isWhole) = try lines.next() {
      guard text.contains(where: { $0 > 0x20 }) else { continue }
      guard let value = try? JSONValue(parsing: LooseJSON.strict(text)), let object = value.object else {
        if isWhole { skipped += 1 } else { notes.append("the last line was cut off and is left out") }
        continue
      }
      count += 1
      add(object, number: count)
    }
    if skipped > 0 { notes.append("\(grouped(skipped)) lines are no JSON objects and are left out") }
  }

  /// A JSON document: `trainer_state.json`, whose `log_history` holds the lines, or a list of lines.
  private mutating func read(document path: String) throws(StorageError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: LooseJSON.strict(try JSONFile.contents(of: path)))
    } catch let error as JSONError {
      throw StorageError(
        .damaged, path: path, expected: "JSON: \(error.expected) at byte \(error.offset)", found: error.found,
        advice: "The file is damaged or no log.")
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError(.damaged, path: path, expected: "JSON", found: "\(error)")
    }
    let lines = value.array ?? value.object?["log_history"]?.array ?? []
    for (i, line) in lines.enumerated() {
      if let object = line.object { add(object, number: i + 1) }
    }
  }

  /// Takes the figures of a line.
  ///
  /// - Parameter number: what stands for the step where the line has none.
  private mutating func add(_ line: JSONObject, number: Int) {
    var step: (value: Int, rank: Int)?
    var values: [(key: String, value: Double?)] = []
    for member in line.members {
      guard let (name, rank) = FigureName.of(member.key) else { continue }
      let value = LooseJSON.number(member.value)
      if name == .step {
        if let value, value.isFinite, abs(value) < 1e15, step.map({ rank < $0.rank }) ?? true {
          step = (Int(value), rank)
        }
      } else if value != nil || member.value == .null {
        values.append((member.key, value))
      }
    }
    // A column that is empty in this line is written as null, as a number that is none is: it is the latter where the line has no other figure.
    let isEmptyColumn = values.contains { $0.value != nil && FigureName.of($0.key)?.name != .rate }
    for (key, value) in values {
      if let value { figures.add(key, value, step: step?.value ?? number) }
      if value == nil, !isEmptyColumn, FigureName.of(key)?.name == .loss {
        figures.add(key, .nan, step: step?.value ?? number)
      }
    }
  }
}

/// JSON as Python writes it, which has `NaN` and `Infinity`.
enum LooseJSON {
  /// The same with texts in the place of numbers that JSON does not have.
  static func strict(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "N")) || bytes.contains(UInt8(ascii: "I")) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 16)
    var isInText = false
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      if isInText {
        result.append(byte)
        if byte == UInt8(ascii: "\\"), i + 1 < bytes.count {
          i += 1
          result.append(bytes[i])
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
      } else if let word = words.first(where: { bytes[i...].starts(with: $0) }) {
        result += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
        i += word.count - 1
      } else {
        if byte == UInt8(ascii: "\"") { isInText = true }
        result.append(byte)
      }
      i += 1
    }
    return result
  }

  private static let words = ["NaN", "-Infinity", "Infinity"].map { Array($0.utf8) }

  /// The number that a value is or spells; nil for anything else.
  static func number(_ value: JSONValue) -> Double? {
    if let number = value.double { return number }
    switch value.string?.lowercased() {
    case "nan": return .nan
    case "inf", "infinity", "+inf", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }
}
