/// A shell whose command line can be completed.
enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

/// What makes a shell complete a program's command line, written from the declarations of its commands: the commands of a group,
/// the options of a command, the values of an option, and paths.
///
/// Each script follows the parser's rules. Commands come first, then options and values by their position in any order; an option's
/// value stands behind it or behind `=`, and behind `--` no option is offered.
struct CompletionScript {
  /// The program.
  let root: Command

  /// The script for a shell, without a line end at its end.
  func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// Commands with the names that lead to them.
  var commands: [(path: [String], command: Command)] { root.descendants() }

  /// The name of a function for a command.
  func function(_ path: [String]) -> String {
    "_" + path.joined(separator: "_").map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
  }

  /// All options of a command, those that every command has at the end.
  func options(_ path: [String], _ command: Command) -> [Parameter] {
    command.parameters.filter { !$0.isPositional } + GeneralOptions.shown(atRoot: path.count == 1)
  }

  /// The subcommands that `help` goes through are those of the program itself.
  func subcommands(_ command: Command, at path: [String]) -> [(name: String, abstract: String)] {
    command.subcommands.map { ($0.name, $0.abstract) }
      + (path.count == 1 ? [("help", "Show the help of a command.")] : [])
  }

  /// A text in single quotes, as all three shells read them; fish alone knows escapes inside.
  func quoted(_ text: String, for shell: Shell) -> String {
    if shell == .fish {
      let escaped = text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      return "'\(escaped)'"
    }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
