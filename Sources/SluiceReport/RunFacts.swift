import SluiceCore
import SluiceStorage

/// What a report says of a run beside its log: settings and data from `run.json`, and what its model does with the validation part
/// from `examination.json`. Each is empty where the folder does not have it, as that of a training without a save yet.
struct RunFacts: Sendable {
  /// A value of `run.json` by the names that lead to it.
  struct Fact: Equatable, Sendable {
    let name: String
    let text: String
    /// The number, where it is one.
    let number: Double?
  }

  /// What was trained; nil where nobody knows.
  let job: String?
  /// The members of `run.json` that every job has, as they stand there.
  let members: [(key: String, value: JSONValue)]
  let examination: Examination?

  private static let keys = [
    "job", "sluice", "data", "dataFingerprint", "from", "vectors", "settings", "machine", "baselines",
    "result",
    "testResult",
  ]

  /// Reads what the folder of a run says of it. What cannot be read is left out: the page is about the log.
  init(readingRun folder: String) {
    let run = try? RunDirectory.open(folder)
    let stored = try? run?.storedDescription()
    members = Self.keys.compactMap { key in stored?.value(key).map { (key, $0) } }
    job = members.first { $0.key == "job" }?.value.string
    examination = run?.examination()
  }

  /// The settings, the data and what the run came from.
  var settings: [Fact] {
    var facts: [Fact] = []
    for (key, value) in members where !["baselines", "result", "testResult"].contains(key) {
      let count = facts.count
      Self.flatten(value, key == "settings" ? "" : Self.words(key), into: &facts)
      // Of data without a source, such as those that a program makes up itself.
      if key == "data", facts.count == count {
        facts.append(Fact(name: key, text: "from no file", number: nil))
      }
    }
    return facts
  }

  /// The figures of the saved model on the validation part and, with `test` before their names, on the test part.
  var figures: [Fact] {
    resultFigures
      + baselines.map { Fact(name: "baseline: " + $0.title, text: "\($0.value)", number: $0.value) }
  }

  /// Those of the model alone.
  var resultFigures: [Fact] {
    var facts: [Fact] = []
    for (key, prefix) in [("result", ""), ("testResult", "test")] {
      guard let value = members.first(where: { $0.key == key })?.value else { continue }
      Self.flatten(value, prefix, into: &facts)
    }
    return facts.filter { $0.number != nil }
  }

  private static func flatten(_ value: JSONValue, _ name: String, into facts: inout [Fact]) {
    switch value {
    case .object(let object):
      // A choice without values of its own, such as the schedule `{"cosine": {}}`.
      if !name.isEmpty, object.members.count == 1, object.members[0].value.object?.members.isEmpty == true {
        facts.append(Fact(name: name, text: words(object.members[0].key), number: nil))
        return
      }
      for member in object.members {
        flatten(
          member.value, name.isEmpty ? words(member.key) : "\(name), \(words(member.key))", into: &facts)
      }
    case .null: break
    default: facts.append(Fact(name: name, text: text(value), number: value.double))
    }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let elements):
      elements.isEmpty
        ? "none" : elements.map(text).joined(separator: elements[0].object == nil ? ", " : "; ")
    case .object(let object): object.members.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
    }
  }

  /// A member's name in words: `learningRate` as `learning rate`. Names that are not spelled so stay.
  static func words(_ name: String) -> String {
    var result = ""
    var last: Character?
    for character in name {
      if character.isUppercase, let last, last.isLowercase { result += " " }
      result +=
        character.isUppercase && last?.isUppercase != true ? character.lowercased() : String(character)
      last = character
    }
    return result
  }
}
