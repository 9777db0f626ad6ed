import Sluice

/// The help of a command, made from its declarations.
struct Help {
  /// The commands from the program to the one in question.
  let path: [Command]

  /// The columns a line of help may have.
  static let width = 80
  /// Where the explanations begin.
  private static let column = 26

  private var command: Command { path[path.count - 1] }
  private var name: String { path.map(\.name).joined(separator: " ") }

  /// The whole help, without a line end at its end.
  var text: String {
    var sections = ["OVERVIEW: " + Help.wrapped(command.abstract, from: 10, indent: 0)]
    if !command.discussion.isEmpty {
      sections += command.discussion.parts(between: "\n\n").map {
        Help.wrapped(String($0), from: 0, indent: 0)
      }
    }
    sections.append("USAGE: " + usage)
    let positional = command.parameters.filter { if case .positional = $0.kind { true } else { false } }
    let named = command.parameters.filter { if case .positional = $0.kind { false } else { true } }
    sections += section("ARGUMENTS", positional.map(Help.row))
    sections += section("OPTIONS", named.map(Help.row) + generalRows)
    sections += section("SUBCOMMANDS", command.subcommands.map { ($0.name, $0.abstract) })
    if !command.subcommands.isEmpty {
      let path = (["help"] + path.dropFirst().map(\.name)).joined(separator: " ")
      sections.append("  See '\(self.path[0].name) \(path) <subcommand>' for detailed help.")
    }
    return sections.joined(separator: "\n\n")
  }

  /// How the command is called, on one line: every option, or `[<options>]` where they are too many.
  var usage: String {
    guard command.run != nil else { return "\(name) <subcommand>" }
    let full = ([name] + command.parameters.map(Help.synopsis)).joined(separator: " ")
    guard full.count > Help.width - 7 else { return full }
    let required = command.parameters.filter { $0.kind == .option && $0.defaultValue == nil }
    let positional = command.parameters.filter { if case .positional = $0.kind { true } else { false } }
    return ([name] + required.map(Help.synopsis) + ["[<options>]"] + positional.map(Help.synopsis))
      .joined(separator: " ")
  }

  /// The lines under the message of a mistake.
  var hint: String { "Usage: \(usage)\n  See '\(name) --help' for more information." }

  // MARK: Parts

  private static func synopsis(_ parameter: Parameter) -> String {
    var text = parameter.title
    switch parameter.kind {
    case .positional(repeats: true): text += " ..."
    case .flag(hasOpposite: true): text += "|--no-\(parameter.name)"
    default: break
    }
    return parameter.defaultValue == nil ? text : "[\(text)]"
  }

  private static func row(_ parameter: Parameter) -> (String, String) {
    var label = parameter.short.map { "-\($0), " } ?? ""
    label += parameter.title
    if parameter.kind == .flag(hasOpposite: true) { label += " / --no-\(parameter.name)" }
    var notes: [String] = []
    if !parameter.choices.isEmpty { notes.append("values: \(parameter.choices.joined(separator: ", "))") }
    if let text = parameter.defaultText { notes.append("default: \(text)") }
    let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    return (label, parameter.help + note)
  }

  private var generalRows: [(String, String)] {
    let takesTexts = command.parameters.contains {
      if case .positional = $0.kind { $0.placeholder == "text" } else { false }
    }
    let terminator = ("--", "What stands behind it is an argument, also if it begins with '-'.")
    return GeneralOptions.shown(atRoot: path.count == 1).map(Help.row) + (takesTexts ? [terminator] : [])
  }

  private func section(_ title: String, _ rows: [(label: String, text: String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let lines = rows.map { row in
      let label = "  " + row.label
      let text = Help.wrapped(row.text, from: Help.column, indent: Help.column)
      guard !text.isEmpty else { return label }
      if label.count < Help.column {
        return label + String(repeating: " ", count: Help.column - label.count) + text
      }
      return label + "\n" + String(repeating: " ", count: Help.column) + text
    }
    return ["\(title):\n" + lines.joined(separator: "\n")]
  }

  /// `text` broken at spaces so that lines fit, the first beginning at column `from`, the others at `indent`.
  static func wrapped(_ text: String, from: Int, indent: Int) -> String {
    var result = ""
    var column = from
    var isFirst = true
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !isFirst {
        if column + 1 + word.count > width {
          result += "\n" + String(repeating: " ", count: indent)
          column = indent
        } else {
          result += " "
          column += 1
        }
      }
      result += word
      column += word.count
      isFirst = false
    }
    return result
  }
}
