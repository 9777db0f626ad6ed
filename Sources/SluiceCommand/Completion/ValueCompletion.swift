/// What a shell offers where a value is expected.
enum ValueCompletion: Equatable, Sendable {
  case nothing
  case words([String])
  case files
  case folders
}

extension Parameter {
  /// What a shell offers for the value: what it has to be one of, or what its type suggests.
  var offered: ValueCompletion { choices.isEmpty ? completion : .words(choices) }

  /// Whether it is given by its position.
  var isPositional: Bool { if case .positional = kind { true } else { false } }

  /// The names with their dashes that it goes by: `--quiet`, `-q`, and `--no-quiet` where it has an opposite.
  var spellings: [String] {
    switch kind {
    case .positional: []
    case .option, .flag(hasOpposite: false): ["--\(name)"] + (short.map { ["-\($0)"] } ?? [])
    case .flag(hasOpposite: true): ["--\(name)", "--no-\(name)"] + (short.map { ["-\($0)"] } ?? [])
    }
  }
}

extension Command {
  /// All commands below this one, itself first, each with the names that lead to it, the program's at the beginning.
  func descendants(after path: [String] = []) -> [(path: [String], command: Command)] {
    let own = path + [name]
    return [(own, self)] + subcommands.flatMap { $0.descendants(after: own) }
  }
}
