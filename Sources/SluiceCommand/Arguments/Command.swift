import Sluice

/// A command: what it is called, what it takes and what it does, or which commands it holds.
struct Command: Sendable {
  let name: String
  /// One sentence for the list of commands and the top of the help.
  let abstract: String
  /// More for the help; paragraphs parted by an empty line.
  let discussion: String
  let parameters: [Parameter]
  let subcommands: [Command]
  /// Does the work; nil for a command that only holds others.
  let run: (@Sendable (ParsedArguments) throws -> Void)?

  /// A command that does something with what `takes` declares.
  init(
    _ name: String, abstract: String, discussion: String = "", takes: [any Declaration] = [],
    run: @escaping @Sendable (ParsedArguments) throws -> Void
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.parameters = takes.map(\.parameter)
    self.subcommands = []
    self.run = run
    checkParameters()
  }

  /// A command that holds others.
  init(_ name: String, abstract: String, discussion: String = "", subcommands: [Command]) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.parameters = []
    self.subcommands = subcommands
    self.run = nil
  }

  private func checkParameters() {
    let named = parameters.filter { if case .positional = $0.kind { false } else { true } }
    require(Set(parameters.map(\.name)).count == parameters.count, "\(name) declares a name twice.")
    require(
      !named.contains { $0.name == "help" || $0.name == "version" || $0.short == "h" },
      "\(name) declares a name that every command has.")
    let positional = parameters.filter { if case .positional = $0.kind { true } else { false } }
    require(
      !positional.dropLast().contains { $0.kind == .positional(repeats: true) || $0.defaultValue != nil },
      "\(name) declares a value behind one that takes all, or that may be left out.")
  }
}

/// What was given to a command, by the declarations.
struct ParsedArguments: Sendable {
  var values: [String: any Sendable] = [:]
  /// The names of what was given and not taken from a default.
  var given: Set<String> = []

  /// The value given, or the default.
  subscript<Value>(option: Option<Value>) -> Value { value(of: option.parameter) }

  /// Whether the flag is on.
  subscript(flag: Flag) -> Bool { value(of: flag.parameter) }

  /// The value given, or the default.
  subscript<Value>(positional: Positional<Value>) -> Value { value(of: positional.parameter) }

  /// Whether the command line names it; false when a default stands in.
  func gives(_ declaration: any Declaration) -> Bool { given.contains(declaration.parameter.name) }

  private func value<Value>(of parameter: Parameter) -> Value {
    guard let value = values[parameter.name] as? Value else {
      fatalError("The command does not declare \(parameter.title).")
    }
    return value
  }
}
