/// What every command takes beside its own, and what a program can say of itself: its help and version, what completes its
/// command line, and its manual page.
enum GeneralOptions {
  static let help = Flag("help", short: "h", help: "Show help information.")
  static let version = Flag("version", help: "Show the version.")
  static let script: Option<Shell?> = Option(
    "generate-completion-script", .choice.named("shell"),
    help: "Print what makes a shell complete the command line.")
  static let manual = Flag("generate-manual", help: "Print the manual page, for `man`.")

  /// Those that help and completion show: at the root of a program all, elsewhere the help.
  static func shown(atRoot isRoot: Bool) -> [Parameter] {
    let ofProgram: [any Declaration] = isRoot ? [version, script, manual] : []
    return (ofProgram + [help]).map(\.parameter)
  }

  /// The root of a program as a command that takes what the program can say of itself.
  static func command(for root: Command) -> Command {
    Command(root.name, abstract: root.abstract, takes: [script, manual]) { _ in }
  }

  /// The text that was asked for.
  static func text(_ arguments: ParsedArguments, root: Command, version: String) throws(UsageError) -> String
  {
    switch (arguments[script], arguments[manual]) {
    case (let shell?, false): return CompletionScript(root: root).text(for: shell)
    case (nil, true): return Manual(root: root, version: version).text
    case (nil, false): throw UsageError("missing command")
    default: throw UsageError("the script and the manual page are two texts: ask for one at a time")
    }
  }
}
