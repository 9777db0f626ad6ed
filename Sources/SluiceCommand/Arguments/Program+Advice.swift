import Sluice

/// Advice that depends on what the command in question takes: an option that it lacks is no help.
extension Program {
  /// What is wrong with an argument that is no UTF-8, counted from 0 behind the program's name, and what can be done: a file
  /// can be renamed, a text has to be given in another encoding.
  func complaint(aboutArgument index: Int, of arguments: [String]) -> String {
    let said = "expected arguments in UTF-8, got other bytes in argument \(index + 1)"
    let rename = "Rename the file, or go by another name of it."
    let convert =
      "Give the text in UTF-8: check the language settings of the terminal (locale), or of what made the text."
    guard let parameter = parameter(of: arguments[index], at: index, in: arguments) else {
      return "\(said). If it names a file: \(rename) If it is a text: \(convert)"
    }
    let place = "\(said), the value of '\(parameter.title)'"
    switch parameter.placeholder {
    case "path": return "\(place). \(rename)"
    case "text": return "\(place). \(convert)"
    default: return "\(place): expected \(parameter.expectation)."
    }
  }

  /// The option whose value an argument is, or that it names along with its value; nil for arguments by their position.
  private func parameter(of text: String, at index: Int, in arguments: [String]) -> Parameter? {
    let options = command(of: arguments).parameters.filter { $0.kind == .option }
    if text.hasPrefix("--") {
      return options.first { text.hasPrefix("--\($0.name)=") }
    }
    guard index > 0 else { return nil }
    let before = arguments[index - 1]
    return options.first { option in
      before == "--\(option.name)" || option.short.map { before == "-\($0)" } ?? false
    }
  }

  /// The command that arguments begin with.
  private func command(of arguments: [String]) -> Command {
    var command = root
    for name in arguments {
      guard let next = command.subcommands.first(where: { $0.name == name }) else { break }
      command = next
    }
    return command
  }

  /// What can be made smaller where memory does not suffice: the options of the command that decide it.
  func memoryAdvice(_ arguments: [String]) -> String {
    let deciding = [
      "config", "units", "layers", "embedding", "width", "batch", "streams", "steps", "adaptive-softmax",
      "line-limit",
    ]
    let own = Set(command(of: arguments).parameters.map(\.name))
    let options = deciding.filter { own.contains($0) }.map { "--\($0)" }
    let raise = "raise the limit (ulimit -v)"
    guard options.contains(where: { $0 != "--line-limit" }) else {
      return "Give it shorter texts, or \(raise)."
    }
    return "Make the model or its batches smaller (\(options.joined(separator: ", "))), or \(raise)."
  }
}
