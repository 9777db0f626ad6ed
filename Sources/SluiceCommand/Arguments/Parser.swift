import Sluice

/// What a command line asks for.
enum Request {
  /// The note, if there is one, says how to give the text that was taken for a wish for help.
  case help([Command], note: String? = nil)
  case version
  /// To print what the program can say of itself; see `GeneralOptions`.
  case generate([Command], ParsedArguments)
  /// To run the last command of the path.
  case run([Command], ParsedArguments)
}

/// Understands command lines of the form `command … --option value --flag value …`.
///
/// - `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`; short flags may stand together (`-ab`).
/// - A text that begins with `-` is a value only if it is a number, `-inf` included, or `-` alone; others go as `--name=-text`.
/// - Behind `--` everything is a value by its position.
/// - `--help`, `-h` and `--version` before that win over everything else, mistakes included.
struct Parser {
  /// A mistake and the commands it was made in, which say how to use them.
  struct Failure: Error {
    let path: [Command]
    let error: UsageError
  }

  /// Understands `arguments`, the name of the program left out.
  static func parse(_ arguments: [String], for root: Command) throws(Failure) -> Request {
    var path = [root]
    var rest = arguments[...]
    if rest.first == "help" {
      rest.removeFirst()
      while let command = try subcommand(rest.first, at: path) {
        path.append(command)
        rest.removeFirst()
      }
      return .help(path)
    }
    while let command = try subcommand(rest.first, at: path) {
      path.append(command)
      rest.removeFirst()
    }
    let command = path[path.count - 1]
    let beforeTerminator = rest.prefix { $0 != "--" }
    if let wish = beforeTerminator.first(where: { $0 == "--help" || $0 == "-h" }) {
      return .help(path, note: note(on: wish, among: beforeTerminator, of: command))
    }
    if beforeTerminator.contains("--version") { return .version }
    guard command.run != nil else {
      guard let first = rest.first else { return .help(path) }
      guard path.count == 1 else { throw Failure(path: path, error: unknown(first, of: command)) }
      do {
        var parser = Parser(command: GeneralOptions.command(for: root), rest: rest)
        return .generate(path, try parser.parse())
      } catch {
        throw Failure(path: path, error: error)
      }
    }
    do {
      var parser = Parser(command: command, rest: rest)
      return .run(path, try parser.parse())
    } catch {
      throw Failure(path: path, error: error)
    }
  }

  /// The subcommand called `name`; nil where there is no name or there are no subcommands.
  private static func subcommand(_ name: String?, at path: [Command]) throws(Failure) -> Command? {
    let candidates = path[path.count - 1].subcommands
    guard let name, !candidates.isEmpty, !name.hasPrefix("-") else { return nil }
    if let command = candidates.first(where: { $0.name == name }) { return command }
    let hint = suggestion(for: name, among: candidates.map(\.name))
    throw Failure(path: path, error: UsageError("unknown command \(ScreenText.quoted(name))\(hint)"))
  }

  /// Somebody who gives a text `-h` among others gets help, and is told how to give it.
  private static func note(
    on wish: String, among arguments: ArraySlice<String>, of command: Command
  ) -> String? {
    let takesTexts = command.parameters.contains {
      $0.kind == .positional(repeats: true) && $0.placeholder == "text"
    }
    guard takesTexts, arguments.count > 1 else { return nil }
    return "note: '\(wish)' asks for help; as a text it goes behind '--': … -- \(wish)"
  }

  // MARK: One command

  private let command: Command
  private var rest: ArraySlice<String>
  private var result = ParsedArguments()
  private var positional: [String] = []
  /// The values so far of options that may be given several times.
  private var collected: [String: [any Sendable]] = [:]

  private init(command: Command, rest: ArraySlice<String>) {
    self.command = command
    self.rest = rest
  }

  private mutating func parse() throws(UsageError) -> ParsedArguments {
    while let argument = rest.popFirst() {
      if argument == "--" {
        positional += rest
        rest = []
      } else if argument.hasPrefix("--") {
        try parseLong(argument)
      } else if Parser.looksLikeOption(argument) {
        try parseShort(argument)
      } else {
        positional.append(argument)
      }
    }
    try assignPositional()
    for parameter in command.parameters where result.values[parameter.name] == nil {
      guard let value = parameter.defaultValue else {
        let kind = parameter.kind == .option ? "option" : "argument"
        throw UsageError("missing \(kind) '\(parameter.title)'")
      }
      result.values[parameter.name] = value
    }
    return result
  }

  /// Whether a text is an option and not a value: `-` alone and negative numbers are values.
  private static func looksLikeOption(_ text: String) -> Bool {
    guard text.hasPrefix("-"), text.count > 1 else { return false }
    let second = text.dropFirst().first!
    let isNumber = second.isASCII && second.isNumber || Double(text) != nil
    return !isNumber
  }

  private mutating func parseLong(_ argument: String) throws(UsageError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelled = String(parts[0])
    let name = String(spelled.dropFirst(2))
    let inline = parts.count > 1 ? String(parts[1]) : nil
    for parameter in command.parameters {
      switch parameter.kind {
      case .option where parameter.name == name:
        return try setOption(parameter, spelled, inline: inline)
      case .flag where parameter.name == name:
        return try setFlag(parameter, true, spelled, inline: inline)
      case .flag(hasOpposite: true) where "no-" + parameter.name == name:
        return try setFlag(parameter, false, spelled, inline: inline)
      default: continue
      }
    }
    throw Parser.unknown(spelled, of: command)
  }

  /// The error for an option that the command does not have.
  private static func unknown(_ spelled: String, of command: Command) -> UsageError {
    let hint = suggestion(for: spelled, among: longNames(of: command))
    return UsageError(
      "unknown option \(ScreenText.quoted(spelled))"
        + (hint.isEmpty ? advice(on: spelled, of: command) : hint))
  }

  /// How a text that begins with `-` is given to a command that takes arguments by their position.
  private static func advice(on text: String, of command: Command) -> String {
    let takesArguments = command.parameters.contains { if case .positional = $0.kind { true } else { false } }
    return takesArguments
      ? ". As an argument it goes behind '--': … -- \(ScreenText.quoted(text, limit: 40))" : ""
  }

  /// All long names a command understands, dashes included.
  private static func longNames(of command: Command) -> [String] {
    command.parameters.flatMap { parameter -> [String] in
      switch parameter.kind {
      case .option, .flag(hasOpposite: false): ["--\(parameter.name)"]
      case .flag(hasOpposite: true): ["--\(parameter.name)", "--no-\(parameter.name)"]
      case .positional: []
      }
    } + ["--help", "--version"]
  }

  /// Some short flags together, the last of which may be an option with its value.
  private mutating func parseShort(_ argument: String) throws(UsageError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      guard let parameter = command.parameters.first(where: { $0.short == letter }) else {
        let place = letters.isEmpty ? "" : " in \(ScreenText.quoted(argument))"
        throw UsageError(
          "unknown option \(ScreenText.quoted("-\(letter)"))\(place)"
            + Parser.advice(on: argument, of: command))
      }
      guard parameter.kind == .option else {
        try setFlag(parameter, true, "-\(letter)", inline: nil)
        continue
      }
      if letters.first == "=" {
        letters.removeFirst()
      } else if letters.isEmpty {
        return try setOption(parameter, "-\(letter)", inline: nil)
      }
      return try setOption(parameter, "-\(letter)", inline: String(letters))
    }
  }

  private mutating func setOption(
    _ parameter: Parameter, _ spelled: String, inline: String?
  ) throws(UsageError) {
    var text = inline
    if text == nil, let next = rest.first, !Parser.looksLikeOption(next) { text = rest.removeFirst() }
    guard let text else {
      let hint = rest.first.map {
        ". A value that begins with '-' goes as \(ScreenText.quoted("\(spelled)=\($0)"))"
      }
      throw UsageError(
        "missing value for '\(parameter.title)': expected \(parameter.expectation)\(hint ?? "")")
    }
    let value = try value(of: text, for: parameter)
    if parameter.accumulates {
      collected[parameter.name, default: []].append(value)
      result.values[parameter.name] = parameter.collect(collected[parameter.name] ?? [])
    } else {
      result.values[parameter.name] = value
    }
    result.given.insert(parameter.name)
  }

  private mutating func setFlag(
    _ parameter: Parameter, _ value: Bool, _ spelled: String, inline: String?
  ) throws(UsageError) {
    guard inline == nil else { throw UsageError("the flag '\(spelled)' takes no value") }
    result.values[parameter.name] = value
    result.given.insert(parameter.name)
  }

  private func value(of text: String, for parameter: Parameter) throws(UsageError) -> any Sendable {
    guard let value = parameter.parse(text) else {
      let hint = suggestion(for: text, among: parameter.choices)
      throw UsageError(
        "the value \(ScreenText.quoted(text)) is invalid for '\(parameter.title)': expected "
          + (parameter.explain(text) ?? parameter.expectation) + hint)
    }
    return value
  }

  private mutating func assignPositional() throws(UsageError) {
    var texts = positional[...]
    for parameter in command.parameters {
      guard case .positional(let repeats) = parameter.kind, let first = texts.popFirst() else { continue }
      var values = [try value(of: first, for: parameter)]
      while repeats, let next = texts.popFirst() { values.append(try value(of: next, for: parameter)) }
      result.values[parameter.name] = parameter.collect(values)
      result.given.insert(parameter.name)
    }
    if let extra = texts.first {
      throw UsageError(
        "unexpected argument \(ScreenText.quoted(extra)). A value of several words goes in quotation marks")
    }
  }
}
