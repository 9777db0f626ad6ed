import Sluice

/// How the text of an argument becomes a value, and what to tell people about it.
struct ArgumentType<Value: Sendable>: Sendable {
  /// What stands for the value in help: `n` in `--epochs <n>`.
  var placeholder: String
  /// What is expected, to follow the word "expected".
  var expectation: String
  /// What is expected of a text that is none, where more can be said than `expectation` does.
  var explain: @Sendable (String) -> String? = { _ in nil }
  /// The texts that are allowed, where they can be listed.
  var choices: [String] = []
  /// What a shell offers for the value; the choices where there are any.
  var completion = ValueCompletion.nothing
  /// The value of a text; nil when it is none.
  var parse: @Sendable (String) -> Value?
  /// The text of a default value in help; nil shows none.
  var text: @Sendable (Value) -> String?

  /// The same type under another placeholder.
  func named(_ placeholder: String) -> Self {
    var copy = self
    copy.placeholder = placeholder
    return copy
  }
}

extension ArgumentType where Value: LosslessStringConvertible {
  /// A number within the limit of a setting.
  static func limited(by limit: SettingLimit<Value>, named placeholder: String = "x") -> Self {
    Self(
      placeholder: placeholder, expectation: limit.expectation,
      parse: { text in Value(text).flatMap { limit.allows($0) ? $0 : nil } }, text: { "\($0)" })
  }
}

extension ArgumentType where Value == Int {
  /// A whole number.
  static func integer(in range: ClosedRange<Int> = .min ... .max) -> Self { limited(by: SettingLimit(range)) }

  /// A whole number within the limit of a setting.
  static func limited(by limit: SettingLimit<Int>) -> Self { limited(by: limit, named: "n") }
}

extension ArgumentType where Value: BinaryFloatingPoint & LosslessStringConvertible {
  /// A number that is finite.
  static var real: Self {
    limited(by: SettingLimit(-Value.greatestFiniteMagnitude...Value.greatestFiniteMagnitude))
  }

  /// A number above a bound.
  static func real(above bound: Value) -> Self { limited(by: SettingLimit(above: bound)) }
}

extension ArgumentType where Value == CheckpointSchedule {
  /// How often a training writes what it could go on from.
  static var checkpointSchedule: Self {
    Self(
      placeholder: "when",
      expectation: "one of \(CheckpointSchedule.forms), such as 60s or 500steps",
      completion: .words(["60s", "500steps", "epoch", "never"]),
      parse: { CheckpointSchedule($0) }, text: { $0.text })
  }
}

extension ArgumentType where Value == StopCondition {
  /// On which findings a training stops.
  static var stopCondition: Self {
    let expectation = "any, warning, fault, or the name of a finding, such as 'rate too high'"
    return Self(
      placeholder: "finding", expectation: expectation,
      // There are too many to list them all as choices.
      explain: { expectation + suggestion(for: $0, among: StopCondition.words) },
      parse: { word in
        let condition = StopCondition(word)
        return StopCondition.words.contains(condition.text) ? condition : nil
      }, text: { $0.text })
  }
}

extension ArgumentType where Value == ClassifierMetric {
  /// By which figure the best epoch is chosen.
  static var classifierMetric: Self {
    Self(
      placeholder: "figure", expectation: "one of \(ClassifierMetric.forms)",
      completion: .words(["accuracy", "micro-f1", "macro-f1", "f1:"]), parse: { ClassifierMetric($0) },
      text: { $0.text })
  }
}

extension ArgumentType where Value == ScheduleSetting {
  /// How a learning rate changes.
  static var schedule: Self {
    Self(
      placeholder: "shape", expectation: "one of \(ScheduleSetting.forms), with \(ScheduleSetting.ranges)",
      explain: ScheduleSetting.problem,
      completion: .words(ScheduleSetting.forms.parts(between: ", ").map(beginning(ofForm:))),
      parse: { ScheduleSetting($0) }, text: { $0.text })
  }
}

/// What a form such as `step:EVERY[:FACTOR]` begins with: its word, and the colon where something has to follow.
private func beginning(ofForm form: Substring) -> String {
  let word = form.prefix(while: \.isLetter)
  return String(word) + (form.dropFirst(word.count).first == ":" ? ":" : "")
}

extension ArgumentType where Value == [Int] {
  /// Whole numbers above 0, each larger than the one before.
  static var risingNumbers: Self {
    Self(
      placeholder: "n,n", expectation: "rising whole numbers above 0, parted by commas, such as 2000,6000",
      parse: { text in
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let pairs = zip([0] + numbers, numbers)
        return pairs.allSatisfy { $0 < $1 } ? numbers : nil
      }, text: { $0.map(String.init).joined(separator: ",") })
  }
}

extension ArgumentType where Value == String {
  /// Any text, the empty one included.
  static var text: Self {
    Self(placeholder: "text", expectation: "a text", parse: { $0 }, text: { $0.isEmpty ? nil : $0 })
  }

  /// The path of a file or folder; whether it exists is for the command to find out.
  static var path: Self {
    Self(
      placeholder: "path", expectation: "a path that is not empty", completion: .files,
      parse: { $0.isEmpty ? nil : $0 }, text: { $0 })
  }

  /// The path of a folder.
  static var folder: Self {
    var type = path
    type.completion = .folders
    return type
  }

  /// The name of a part of a model; which parts there are is known when the model is.
  static var partName: Self {
    Self(
      placeholder: "name", expectation: "the name of a layer or parameter", parse: { $0.isEmpty ? nil : $0 },
      text: { $0 })
  }

  /// One of some words.
  static func choice(of words: [String]) -> Self {
    Self(
      placeholder: "name", expectation: "one of \(words.joined(separator: ", "))", choices: words,
      parse: { words.contains($0) ? $0 : nil }, text: { $0 })
  }
}

extension ArgumentType where Value: CaseIterable & RawRepresentable<String> {
  /// One of the cases, by its raw value.
  static var choice: Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      placeholder: "name", expectation: "one of \(words.joined(separator: ", "))", choices: words,
      parse: { Value(rawValue: $0) }, text: { $0.rawValue })
  }
}

extension ArgumentType {
  /// The same texts, for a value that need not be given.
  var optional: ArgumentType<Value?> {
    ArgumentType<Value?>(
      placeholder: placeholder, expectation: expectation, explain: explain, choices: choices,
      completion: completion, parse: { [parse] in parse($0).map { .some($0) } },
      text: { [text] in $0.flatMap(text) })
  }
}
