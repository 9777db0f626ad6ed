/// What a command takes, without the type of its value: the parser and the help read this and nothing else.
struct Parameter: Sendable {
  enum Kind: Equatable, Sendable {
    /// `--name value`
    case option
    /// `--name`; with an opposite also `--no-name`
    case flag(hasOpposite: Bool)
    /// A value by its position; `repeats` takes all that are left.
    case positional(repeats: Bool)
  }

  var name: String
  var short: Character?
  var kind: Kind
  var help: String
  var placeholder = ""
  var expectation = ""
  /// What is expected of a text that is none, where more can be said.
  var explain: @Sendable (String) -> String? = { _ in nil }
  var choices: [String] = []
  var completion = ValueCompletion.nothing
  /// The default as help shows it.
  var defaultText: String?
  /// The value when nothing is given; nil when something has to be.
  var defaultValue: (any Sendable)?
  /// The value of a text; nil when it is none.
  var parse: @Sendable (String) -> (any Sendable)? = { _ in nil }
  /// Whether an option that is given several times has all of its values; else the last one counts.
  var accumulates = false
  /// One value of those of all texts, at least one of them.
  var collect: @Sendable ([any Sendable]) -> any Sendable = { $0[0] }

  /// How messages call it: `--epochs <n>`, `--quiet`, `<text>`.
  var title: String {
    switch kind {
    case .option: "--\(name) <\(placeholder)>"
    case .flag: "--\(name)"
    case .positional: "<\(name)>"
    }
  }
}

/// A declared parameter: one value that says all about it and is the key to what was given.
protocol Declaration: Sendable {
  var parameter: Parameter { get }
}

/// `--name value`. When it is given twice, the last one counts, unless it is one that collects.
struct Option<Value: Sendable>: Declaration {
  let parameter: Parameter

  /// An option with a default.
  init(
    _ name: String, short: Character? = nil, _ type: ArgumentType<Value>, default value: Value, help: String
  ) {
    parameter = Option.parameter(name, short, type, defaultValue: value, help)
  }

  /// An option that has to be given.
  init(required name: String, short: Character? = nil, _ type: ArgumentType<Value>, help: String) {
    parameter = Option.parameter(name, short, type, defaultValue: nil, help)
  }

  /// An option that may be left out, for a value of nil.
  init<Wrapped: Sendable>(
    _ name: String, short: Character? = nil, _ type: ArgumentType<Wrapped>, help: String
  ) where Value == Wrapped? {
    parameter = Option.parameter(name, short, type.optional, defaultValue: .some(nil), help)
  }

  /// An option that may be given several times, for all of its values in their order.
  init<Element: Sendable>(
    repeated name: String, _ type: ArgumentType<Element>, help: String
  ) where Value == [Element] {
    parameter = Parameter(
      name: name, kind: .option, help: help, placeholder: type.placeholder, expectation: type.expectation,
      explain: type.explain, choices: type.choices, completion: type.completion, defaultValue: [Element](),
      parse: { [parse = type.parse] in parse($0) }, accumulates: true,
      collect: { $0.compactMap { $0 as? Element } })
  }

  private static func parameter(
    _ name: String, _ short: Character?, _ type: ArgumentType<Value>, defaultValue: Value?, _ help: String
  ) -> Parameter {
    Parameter(
      name: name, short: short, kind: .option, help: help, placeholder: type.placeholder,
      expectation: type.expectation, explain: type.explain, choices: type.choices,
      completion: type.completion,
      defaultText: defaultValue.flatMap(type.text),
      defaultValue: defaultValue, parse: { [parse = type.parse] in parse($0) })
  }
}

/// `--name`, true when given. With `hasOpposite` also `--no-name`, false when given; the last one counts.
struct Flag: Declaration {
  let parameter: Parameter

  init(
    _ name: String, short: Character? = nil, default value: Bool = false, hasOpposite: Bool = false,
    help: String
  ) {
    parameter = Parameter(
      name: name, short: short, kind: .flag(hasOpposite: hasOpposite), help: help,
      defaultText: hasOpposite ? (value ? "--\(name)" : "--no-\(name)") : nil, defaultValue: value)
  }
}

/// A value by its position.
struct Positional<Value: Sendable>: Declaration {
  let parameter: Parameter

  /// A value that has to be given, or has a default.
  init(_ name: String, _ type: ArgumentType<Value>, default value: Value? = nil, help: String) {
    parameter = Parameter(
      name: name, kind: .positional(repeats: false), help: help, placeholder: type.placeholder,
      expectation: type.expectation, explain: type.explain, choices: type.choices,
      completion: type.completion,
      defaultText: value.flatMap(type.text), defaultValue: value,
      parse: { [parse = type.parse] in parse($0) })
  }

  /// All values that are left, in their order.
  init<Element: Sendable>(
    repeated name: String, _ type: ArgumentType<Element>, atLeastOne: Bool = false, help: String
  ) where Value == [Element] {
    parameter = Parameter(
      name: name, kind: .positional(repeats: true), help: help, placeholder: type.placeholder,
      expectation: type.expectation, explain: type.explain, choices: type.choices,
      completion: type.completion,
      defaultValue: atLeastOne ? nil : [Element](),
      parse: { [parse = type.parse] in parse($0) }, collect: { $0.compactMap { $0 as? Element } })
  }
}
