import Sluice

/// The manual page of a program in the language of `man`, written from the declarations of its commands: one page, with a part for
/// each command.
struct Manual {
  let root: Command
  let version: String

  /// The page, without a line end at its end.
  var text: String {
    var lines = [
      ".TH \(root.name.uppercased()) 1 \"\" \(argument("\(root.name) \(version)")) \"User Commands\"",
      ".SH NAME", plain(root.name) + " \\- " + plain(withoutStop(root.abstract)), ".SH SYNOPSIS",
    ]
    lines += runnable.map { path, command in synopsis(path, command) }
    if !root.discussion.isEmpty { lines += [".SH DESCRIPTION"] + paragraphs(root.discussion) }
    lines += [".SH OPTIONS"] + GeneralOptions.shown(atRoot: true).flatMap(entry)
    lines += [".SH COMMANDS"] + runnable.flatMap { path, command in part(path, command) }
    lines += [
      ".SH EXIT STATUS", ".TP", "0", "The work was done.", ".TP", "1", "The work failed.", ".TP", "64",
      "The command line was wrong.", ".TP", "128 + n", "A signal ended the work, which was saved.",
    ]
    return lines.joined(separator: "\n")
  }

  /// The commands that do something.
  private var runnable: [(path: [String], command: Command)] {
    root.descendants().filter { $0.command.run != nil }
  }

  /// The name in bold and what is required, options among those that are not required left out.
  private func synopsis(_ path: [String], _ command: Command) -> String {
    let required = command.parameters.filter { $0.kind == .option && $0.defaultValue == nil }
    let optional = command.parameters.contains { !$0.isPositional && $0.defaultValue != nil }
    let positional = command.parameters.filter(\.isPositional)
    let parts =
      required.map(title) + (optional ? ["[\\fIoptions\\fR]"] : [])
      + positional.map { parameter in
        let repeats = parameter.kind == .positional(repeats: true) ? " ..." : ""
        let text = title(parameter) + repeats
        return parameter.defaultValue == nil ? text : "[\(text)]"
      }
    return ".br\n\\fB\(plain(path.joined(separator: " ")))\\fR " + parts.joined(separator: " ")
  }

  private func part(_ path: [String], _ command: Command) -> [String] {
    [".SS \(argument(path.dropFirst().joined(separator: " ")))", plain(command.abstract)]
      + (command.discussion.isEmpty ? [] : [".PP"] + paragraphs(command.discussion))
      + command.parameters.flatMap(entry)
  }

  /// A parameter with what it is for, what it may be and what it is by default.
  private func entry(_ parameter: Parameter) -> [String] {
    var label = title(parameter)
    if let short = parameter.short { label = "\\fB\\-\(short)\\fR, " + label }
    if parameter.kind == .flag(hasOpposite: true) {
      label += " / \\fB\\-\\-no\\-\(plain(parameter.name))\\fR"
    }
    var text = plain(parameter.help)
    if !parameter.choices.isEmpty {
      text +=
        "\n.br\nValues: " + parameter.choices.map { "\\fB\(plain($0))\\fR" }.joined(separator: ", ") + "."
    }
    if let value = parameter.defaultText { text += "\n.br\nDefault: \\fB\(plain(value))\\fR." }
    return [".TP", label, text]
  }

  private func title(_ parameter: Parameter) -> String {
    switch parameter.kind {
    case .option: "\\fB\\-\\-\(plain(parameter.name))\\fR \\fI\(plain(parameter.placeholder))\\fR"
    case .flag: "\\fB\\-\\-\(plain(parameter.name))\\fR"
    case .positional: "\\fI\(plain(parameter.name))\\fR"
    }
  }

  private func paragraphs(_ text: String) -> [String] {
    Array(text.parts(between: "\n\n").map { [plain(String($0))] }.joined(separator: [".PP"]))
  }

  private func withoutStop(_ text: String) -> String { text.hasSuffix(".") ? String(text.dropLast()) : text }

  /// A text that is shown as it is: hyphens that can be copied, nothing taken for a command of the page or its fonts.
  private func plain(_ text: String) -> String {
    var result = ""
    for line in text.split(separator: "\n") {
      var escaped = ""
      for character in line {
        switch character {
        case "\\": escaped += "\\e"
        case "-": escaped += "\\-"
        default: escaped.append(character)
        }
      }
      if escaped.hasPrefix(".") || escaped.hasPrefix("'") { escaped = "\\&" + escaped }
      result += (result.isEmpty ? "" : "\n") + escaped
    }
    return result
  }

  /// A text as one argument of a request.
  private func argument(_ text: String) -> String {
    "\"" + plain(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq")
      + "\""
  }
}
