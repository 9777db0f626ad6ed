/// Completion for zsh: a function for each command, which says with `_arguments` what the command takes, with what it is for.
extension CompletionScript {
  var zsh: String {
    let name = function([root.name])
    return """
      #compdef \(root.name)
      # Completion of \(root.name) for zsh, written by `\(root.name) --generate-completion-script zsh`.

      \(commands.map(zshFunction).joined(separator: "\n\n"))

      # Loaded by compinit as the function of this file's name, or by `source`.
      if [ "${funcstack[1]}" = \(quoted(name, for: .zsh)) ]; then \(name) "$@"; else compdef \(name) \(root.name); fi
      """
  }

  private func zshFunction(_ path: [String], _ command: Command) -> String {
    let name = function(path)
    var specifications = options(path, command).flatMap(zshOption)
    guard command.run == nil else {
      for (i, parameter) in command.parameters.filter(\.isPositional).enumerated() {
        let place = parameter.kind == .positional(repeats: true) ? "*" : "\(i + 1)"
        specifications.append(
          quoted("\(place):\(zshText(parameter.name)):\(zshAction(parameter.offered))", for: .zsh))
      }
      return """
        \(name)() {
          _arguments -s -S \\
            \(specifications.joined(separator: " \\\n    "))
        }
        """
    }
    let words = subcommands(command, at: path).map { word, abstract in
      quoted("\(zshText(word)):\(abstract)", for: .zsh)
    }
    let branches = command.subcommands.map { "        \($0.name)) \(function(path + [$0.name])) ;;" }
    // Help goes through the same commands, and takes no options.
    let help = path.count == 1 ? ["        help) \(name) ;;"] : []
    return """
      \(name)() {
        local context state state_descr line
        typeset -A opt_args
        _arguments -C \\
          \((specifications + ["'1: :->command'", "'*:: :->arguments'"]).joined(separator: " \\\n    "))
        case $state in
          command)
            local -a commands=(
              \(words.joined(separator: "\n        "))
            )
            _describe command commands ;;
          arguments)
            case $words[1] in
      \((branches + help).joined(separator: "\n"))
            esac ;;
        esac
      }
      """
  }

  /// The specifications of an option: what it is for, and what its value is. Short and long name exclude each other.
  private func zshOption(_ parameter: Parameter) -> [String] {
    let text = "[\(zshText(parameter.help))]"
    let value =
      parameter.kind == .option ? ":\(zshText(parameter.placeholder)):\(zshAction(parameter.offered))" : ""
    let names = parameter.spellings
    let exclusion = parameter.accumulates ? "*" : names.count > 1 ? "(\(names.joined(separator: " ")))" : ""
    return names.map { name in
      // `=` allows the value in the same word or in the next one, `+` the same of a letter.
      let mark = parameter.kind != .option ? "" : name.hasPrefix("--") ? "=" : "+"
      return quoted(exclusion + name + mark + text + value, for: .zsh)
    }
  }

  private func zshAction(_ completion: ValueCompletion) -> String {
    switch completion {
    // A blank offers nothing, and shows what is expected.
    case .nothing: " "
    case .words(let words): "(\(words.map(zshText).joined(separator: " ")))"
    case .files: "_files"
    case .folders: "_files -/"
    }
  }

  /// A text inside a specification, where some characters part it.
  private func zshText(_ text: String) -> String {
    text.map { ":[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
