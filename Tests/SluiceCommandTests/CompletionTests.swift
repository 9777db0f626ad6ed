import Foundation
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("What shells complete, and the manual page")
struct CompletionTests {
  /// Words on a command line with the cursor at their end, and the words that are offered for the last one.
  struct Case: Sendable, CustomTestStringConvertible {
    let line: [String]
    let offered: [String]
    var testDescription: String { line.joined(separator: " ") }
  }

  static let cases = [
    Case(line: ["example", ""], offered: ["classify", "help", "model"]),
    Case(line: ["example", "m"], offered: ["model"]),
    Case(line: ["example", "model", ""], offered: ["check", "train"]),
    Case(line: ["example", "help", "model", "t"], offered: ["train"]),
    Case(line: ["example", "model", "train", "--e"], offered: ["--epochs"]),
    Case(line: ["example", "model", "train", "--no"], offered: ["--no-color"]),
    Case(line: ["example", "model", "train", "--optimizer", ""], offered: ["adam", "sgd", "smorms3"]),
    Case(line: ["example", "model", "train", "--optimizer", "sm"], offered: ["smorms3"]),
    Case(line: ["example", "model", "train", "--epochs", ""], offered: []),
    Case(line: ["example", "model", "check", "--data", "my"], offered: ["my data.tsv"]),
    Case(line: ["example", "classify", ""], offered: ["runs"]),
    Case(line: ["example", "classify", "-q", "ru"], offered: ["runs"]),
    Case(line: ["example", "classify", "runs", ""], offered: []),
    Case(line: ["example", "classify", "--", "ru"], offered: ["runs"]),
    Case(line: ["example", "--generate-m"], offered: ["--generate-manual"]),
    Case(line: ["example", "--generate-completion-script", ""], offered: ["bash", "fish", "zsh"]),
  ]

  /// The path of a shell, where this machine has it.
  static func path(of shell: Shell) -> String? {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + shell.rawValue }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What a shell prints, given a program in its language and a folder to be in.
  private func output(of shell: Shell, _ program: String, in folder: TestFolder) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.path(of: shell)))
    let file = try folder.write(program, to: "program")
    process.arguments = [shell == .bash ? "--norc" : shell == .zsh ? "-f" : "--no-config", file]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// A folder with the script of the example program and some files to complete.
  private func folder(_ shell: Shell) throws -> TestFolder {
    let folder = try TestFolder()
    _ = try folder.write(CompletionScript(root: Example.root).text(for: shell), to: "script")
    _ = try folder.write("", to: "my data.tsv")
    try FileManager.default.createDirectory(atPath: folder.path + "/runs", withIntermediateDirectories: true)
    return folder
  }

  private func quoted(_ text: String) -> String {
    CompletionScript(root: Example.root).quoted(text, for: .bash)
  }

  @Test("bash offers what the parser takes", arguments: cases)
  func bash(_ test: Case) throws {
    let folder = try folder(.bash)
    let words = test.line.map(quoted).joined(separator: " ")
    let program = """
      source ./script
      COMP_WORDS=(\(words)); COMP_CWORD=\(test.line.count - 1); COMPREPLY=()
      _example
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let lines = try output(of: .bash, program, in: folder).split(separator: "\n").map(String.init)
    #expect(lines.filter { !["script", "program"].contains($0) }.sorted() == test.offered)
  }

  @Test("bash takes the value behind '=' for that of the option before it")
  func joined() throws {
    let folder = try folder(.bash)
    let program = """
      source ./script
      COMP_WORDS=(example model train --optimizer = ad); COMP_CWORD=5; _example; echo "${COMPREPLY[@]}"
      COMP_WORDS=(example model train --optimizer =); COMP_CWORD=4; _example; echo "${COMPREPLY[@]}"
      """
    #expect(try output(of: .bash, program, in: folder) == "adam\nadam smorms3 sgd\n")
  }

  @Test(
    "fish offers what the parser takes", .enabled(if: path(of: .fish) != nil, "fish is not installed"),
    arguments: cases)
  func fish(_ test: Case) throws {
    let folder = try folder(.fish)
    let program = "source ./script\ncomplete -C'\(test.line.joined(separator: " "))'\n"
    let lines = try output(of: .fish, program, in: folder).split(separator: "\n").map {
      // Behind a tab stands what the word means; folders end in a slash.
      var word = $0.split(separator: "\t")[0]
      if word.hasSuffix("/") { word.removeLast() }
      return String(word)
    }
    #expect(lines.filter { !["script", "program"].contains($0) }.sorted() == test.offered)
  }

  @Test(
    "zsh completes the one word that fits", .enabled(if: path(of: .zsh) != nil, "zsh is not installed"))
  func zsh() throws {
    let folder = try folder(.zsh)
    let only = Self.cases.filter { $0.offered.count == 1 && !$0.line.contains("--") }
    // A shell with a terminal of its own; a key shows the line after the tab has completed it.
    let program = """
      zmodload zsh/zpty
      zpty shell 'zsh -f -i'
      zpty -w shell 'PS1=; autoload -U compinit; compinit -u -D; source ./script'
      zpty -w shell 'show() { print -r -- "<$BUFFER>"; BUFFER= }; zle -N show; bindkey "^T" show; print ready'
      until [[ $line == *$'ready\\r'* ]]; do zpty -r shell line || exit 1; done
      \(only.map { "ask \(quoted($0.line.joined(separator: " ")))" }.joined(separator: "\n"))
      """
    let ask = """
      ask() {
        zpty -w -n shell "$1"$'\\t\\C-T'
        until [[ $line == *'<example'*'>'* ]]; do zpty -r shell line '*>' || exit 1; done
        print -r -- "${line##*<}"
        line=
      }

      """
    let answers = try output(of: .zsh, ask + program, in: folder).split(separator: "\n").map {
      $0.dropLast().trimmingCharacters(in: .whitespaces)
    }
    let want = only.map { test in
      // A name that takes a value is followed by a sign that goes away when a space is typed.
      let mark = test.offered[0] == "--epochs" ? "=" : ""
      let word = test.offered[0].split(separator: " ").joined(separator: "\\ ") + mark
      return (test.line.dropLast() + [word + (test.offered[0] == "runs" ? "/" : "")]).joined(separator: " ")
    }
    #expect(answers == want)
  }

  @Test("Every command and option of the program stands in every script and in the manual page")
  func completeness() {
    let root = sluice.root
    let page = Manual(root: root, version: "1").text
    for shell in Shell.allCases {
      let script = CompletionScript(root: root).text(for: shell)
      for (path, command) in root.descendants() {
        #expect(script.contains(path.joined(separator: " ")) || shell == .zsh)
        for parameter in command.parameters where !parameter.isPositional {
          #expect(script.contains(shell == .fish ? "-l \(parameter.name) " : "--\(parameter.name)"))
          let spelled = parameter.name.split(separator: "-").joined(separator: "\\-")
          #expect(page.contains("\\fB\\-\\-\(spelled)\\fR"), "\(parameter.name)")
        }
      }
    }
  }

  @Test("The page takes no text for a command of its language")
  func manual() {
    let command = Command(
      "x", abstract: "A \\ b - c.", discussion: ".SH no\n\n'also not", takes: [Example.epochs, Example.texts]
    ) { _ in }
    let page = Manual(root: Command("p", abstract: "P.", subcommands: [command]), version: "1").text
    #expect(page.contains("\nA \\e b \\- c.\n.PP\n\\&.SH no\n.PP\n\\&'also not\n"))
    #expect(
      page.contains(
        "\n.TP\n\\fB\\-e\\fR, \\fB\\-\\-epochs\\fR \\fIn\\fR\nPasses over the data.\n.br\nDefault: \\fB6\\fR."
      ))
    #expect(page.contains("\\fBp x\\fR [\\fIoptions\\fR] [\\fItext\\fR ...]"))
  }

  @Test("What is asked for is printed, and a mistake in asking is one of usage")
  func asking() {
    #expect(Example.run(["--generate-completion-script", "zsh"]).output.hasPrefix("#compdef example\n"))
    #expect(Example.run(["--generate-completion-script=fish"]).status == 0)
    #expect(Example.run(["--generate-manual"]).output.hasPrefix(".TH EXAMPLE 1 "))
    for (arguments, part) in [
      (["--generate-completion-script"], "missing value"),
      (["--generate-completion-script", "csh"], "expected one of bash, zsh, fish"),
      (["--generate-manual", "--generate-completion-script", "zsh"], "one at a time"),
      (["--generate-manuel"], "Did you mean '--generate-manual'?"), (["--"], "missing command"),
      (["model", "--generate-manual"], "unknown option"),
    ] {
      let result = Example.run(arguments)
      #expect(result.status == 64 && result.output.isEmpty && result.error.contains(part), "\(result.error)")
    }
  }
}
