/// Completion for fish: one line for each thing that can be completed, under the condition that the words so far lead to its
/// command.
extension CompletionScript {
  var fish: String {
    let name = function([root.name])
    return """
      # Completion of \(root.name) for fish, written by `\(root.name) --generate-completion-script fish`.

      # The options of a command that take a value.
      function _\(name)_valued
          switch "$argv"
      \(commands.map(fishValued).joined(separator: "\n"))
          end
      end

      # The command that the words before the cursor lead to, and on a second line how many values stand by their position.
      function _\(name)_place
          set -l words (commandline -opc)
          set -l path $words[1]
          set path \(root.name)
          set -e words[1]
          test "$words[1]" = help; and set -e words[1]
          while set -q words[1]
              switch "$path $words[1]"
                  case \(commands.dropFirst().map { quoted($0.path.joined(separator: " "), for: .fish) }.joined(separator: " "))
                      set path "$path $words[1]"
                      set -e words[1]
                  case '*'
                      break
              end
          end
          set -l valued (string split -- ' ' (_\(name)_valued $path))
          set -l position 0
          set -l isLiteral no
          while set -q words[1]
              if test $isLiteral = yes
                  set position (math $position + 1)
              else if test "$words[1]" = --
                  set isLiteral yes
              else if contains -- "$words[1]" $valued
                  set -e words[1]
              else if not string match -qr '^-[^0-9.]' -- "$words[1]"
                  set position (math $position + 1)
              end
              set -e words[1]
          end
          echo $path
          echo $position
      end

      # Whether the words lead to a command, and if a number follows whether so many values stand by their position, or with a + at
      # least so many.
      function _\(name)_is
          set -l place (_\(name)_place)
          test "$place[1]" = "$argv[1]"; or return 1
          switch "$argv[2]"
              case ''
                  return 0
              case '+*'
                  test $place[2] -ge (string sub -s 2 -- $argv[2])
              case '*'
                  test $place[2] -eq $argv[2]
          end
      end

      complete -c \(root.name) -f
      \(commands.flatMap(fishLines).joined(separator: "\n"))
      """
  }

  private func fishValued(_ path: [String], _ command: Command) -> String {
    let valued = options(path, command).filter { $0.kind == .option }.flatMap(\.spellings)
    return """
              case \(quoted(path.joined(separator: " "), for: .fish))
                  echo \(quoted(valued.joined(separator: " "), for: .fish))
      """
  }

  private func fishLines(_ path: [String], _ command: Command) -> [String] {
    let own = path.joined(separator: " ")
    func line(_ place: String, _ rest: String) -> String {
      let condition = "_\(function([root.name]))_is \"\(own)\"\(place.isEmpty ? "" : " \(place)")"
      return "complete -c \(root.name) -n \(quoted(condition, for: .fish)) \(rest)"
    }
    var lines = subcommands(command, at: path).map { word, abstract in
      line("0", "-a \(quoted(word, for: .fish)) -d \(quoted(abstract, for: .fish))")
    }
    for option in options(path, command) {
      for spelling in option.spellings {
        let isLong = spelling.hasPrefix("--")
        let name = (isLong ? "-l " : "-s ") + spelling.drop { $0 == "-" }
        let value = option.kind == .option ? " " + fishValue(option.offered) : ""
        lines.append(line("", "\(name)\(value) -d \(quoted(option.help, for: .fish))"))
      }
    }
    for (i, parameter) in command.parameters.filter(\.isPositional).enumerated() {
      guard parameter.offered != .nothing else { continue }
      let place = parameter.kind == .positional(repeats: true) ? "+\(i)" : "\(i)"
      lines.append(line(place, fishPosition(parameter.offered)))
    }
    return lines
  }

  /// What a value is, of an option: `-x` has one and no files.
  private func fishValue(_ completion: ValueCompletion) -> String {
    switch completion {
    case .nothing: "-x"
    case .words(let words): "-x -a \(quoted(words.joined(separator: " "), for: .fish))"
    case .files: "-r -F"
    case .folders: "-x -a '(__fish_complete_directories)'"
    }
  }

  private func fishPosition(_ completion: ValueCompletion) -> String {
    switch completion {
    case .nothing: ""
    case .words(let words): "-a \(quoted(words.joined(separator: " "), for: .fish))"
    case .files: "-F"
    case .folders: "-a '(__fish_complete_directories)'"
    }
  }
}
