/// Completion for bash. The words are walked once: the commands they name, then how many values stand by their position, of which
/// neither options nor their values are.
extension CompletionScript {
  var bash: String {
    let name = function([root.name])
    return """
      # Completion of \(root.name) for bash, written by `\(root.name) --generate-completion-script bash`.

      # Takes the words that begin like the current one.
      \(name)_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }

      # Takes files, or with -d folders, whose names bash quotes where they have spaces.
      \(name)_paths() {
        mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
        compopt -o filenames 2> /dev/null
      }

      \(name)() {
        local current=${COMP_WORDS[COMP_CWORD]} option='' path=\(quoted(root.name, for: .bash)) word i
        local options='' valued='' commands='' position=0 isLiteral=''
        COMPREPLY=()

        # Bash parts words at '=', so an option with its value is three of them.
        if [[ $current == = ]]; then
          current=''
          option=${COMP_WORDS[COMP_CWORD - 1]}
        elif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
          option=${COMP_WORDS[COMP_CWORD - 2]}
        else
          option=${COMP_WORDS[COMP_CWORD - 1]}
        fi

        for ((i = 1; i < COMP_CWORD; i += 1)); do
          word=${COMP_WORDS[i]}
          [[ $word == help && $i == 1 ]] && continue
          case "$path $word" in
            \(groups.map { quoted($0, for: .bash) }.joined(separator: " | "))) path+=" $word" ;;
            *) break ;;
          esac
        done

        case $path in
      \(commands.map(bashSettings).joined(separator: "\n"))
        esac

        for (( ; i < COMP_CWORD; i += 1)); do
          word=${COMP_WORDS[i]}
          if [[ $isLiteral ]]; then
            position=$((position + 1))
          elif [[ $word == -- ]]; then
            isLiteral=yes
          elif [[ ${COMP_WORDS[i + 1]} == = && $word == --* ]]; then
            i=$((i + 2))
          elif [[ $word == -?* && ! $word =~ ^-[0-9.] ]]; then
            [[ $valued == *" $word "* ]] && i=$((i + 1))
          else
            position=$((position + 1))
          fi
        done

        if [[ ! $isLiteral ]]; then
          if [[ ${COMP_WORDS[1]} != help && $valued == *" $option "* ]]; then
            case "$path $option" in
      \(commands.flatMap(bashValues).joined(separator: "\n"))
            esac
            return
          fi
          if [[ $current == -* ]]; then
            \(name)_words "$options"
            return
          fi
          if [[ $commands ]]; then
            \(name)_words "$commands"
            return
          fi
        fi

        [[ ${COMP_WORDS[1]} == help ]] && return
        case "$path $position" in
      \(commands.flatMap(bashPositions).joined(separator: "\n"))
        esac
      }

      complete -F \(name) \(root.name)
      """
  }

  /// The paths that a further word may make of a group's.
  private var groups: [String] { commands.dropFirst().map { $0.path.joined(separator: " ") } }

  /// What can stand at a command.
  private func bashSettings(_ path: [String], _ command: Command) -> String {
    let options = options(path, command)
    let valued = options.filter { $0.kind == .option }.flatMap(\.spellings)
    let words = subcommands(command, at: path).map(\.name)
    return """
          \(quoted(path.joined(separator: " "), for: .bash)))
            options=\(quoted(options.flatMap(\.spellings).joined(separator: " "), for: .bash))
            valued=\(quoted(" " + valued.joined(separator: " ") + " ", for: .bash))
            commands=\(quoted(words.joined(separator: " "), for: .bash)) ;;
      """
  }

  /// A case for each option whose values can be offered.
  private func bashValues(_ path: [String], _ command: Command) -> [String] {
    options(path, command).compactMap { option in
      guard option.kind == .option, let action = bashAction(option.offered) else { return nil }
      let keys = option.spellings.map { quoted((path + [$0]).joined(separator: " "), for: .bash) }
      return "        \(keys.joined(separator: " | "))) \(action) ;;"
    }
  }

  /// A case for each position; one that repeats goes for all after it.
  private func bashPositions(_ path: [String], _ command: Command) -> [String] {
    command.parameters.filter(\.isPositional).enumerated().compactMap { i, parameter in
      guard let action = bashAction(parameter.offered) else { return nil }
      let own = quoted(path.joined(separator: " ") + " ", for: .bash)
      let place = parameter.kind == .positional(repeats: true) && i == 0 ? "*" : "\(i)"
      return "    \(own)\(place)) \(action) ;;"
    }
  }

  private func bashAction(_ completion: ValueCompletion) -> String? {
    let name = function([root.name])
    switch completion {
    case .nothing: return nil
    case .words(let words): return "\(name)_words \(quoted(words.joined(separator: " "), for: .bash))"
    case .files: return "\(name)_paths -f"
    case .folders: return "\(name)_paths -d"
    }
  }
}
