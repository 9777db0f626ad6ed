import Testing

@testable import SluiceCommand

@Suite("Help and exit statuses")
struct HelpTests {
  @Test("The help of a command with every kind of option")
  func train() {
    let expected = """
      OVERVIEW: Train a model.

      Reads examples, one a line, and writes a folder with the model and the figures
      of its training.

      Ctrl-C ends it early and saves.

      USAGE: example model train [<options>]

      OPTIONS:
        -e, --epochs <n>        Passes over the data. (default: 6)
        --learning-rate <x>     How far an update goes; for rules that adapt their
                                steps this is the largest step they take. (default:
                                0.0025)
        --shift <x>             Added to every value. (default: 0.0)
        --optimizer <name>      The update rule. (values: adam, smorms3, sgd; default:
                                smorms3)
        --out <folder>          Where the run goes.
        -q, --quiet             Print the result only.
        --color / --no-color    Color the chart. (default: --color)
        -h, --help              Show help information.
      """
    #expect(Example.run(["model", "train", "--help"]).output == expected)
    #expect(Example.run(["model", "train", "--wrong", "-h"]).output == expected)
    #expect(Example.run(["help", "model", "train"]).output == expected)
    #expect(expected.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("The help of a command with values by position")
  func classify() {
    #expect(
      Example.run(["classify", "--help"]).output == """
        OVERVIEW: Name the label of texts.

        USAGE: example classify [--quiet] <run> [<text> ...]

        ARGUMENTS:
          <run>                   The folder of a run.
          <text>                  Texts to classify; standard input when there are none.

        OPTIONS:
          -q, --quiet             Print the result only.
          -h, --help              Show help information.
          --                      What stands behind it is an argument, also if it
                                  begins with '-'.
        """)
    #expect(
      Example.run(["model", "check", "-h"]).output.contains(
        "USAGE: example model check --data <path> [<size>]\n"))
  }

  @Test("The help of commands that hold others")
  func groups() {
    let root = """
      OVERVIEW: An example.

      USAGE: example <subcommand>

      OPTIONS:
        --version               Show the version.
        --generate-completion-script <shell>
                                Print what makes a shell complete the command line.
                                (values: bash, zsh, fish)
        --generate-manual       Print the manual page, for `man`.
        -h, --help              Show help information.

      SUBCOMMANDS:
        model                   Make models.
        classify                Name the label of texts.

        See 'example help <subcommand>' for detailed help.
      """
    for arguments in [[], ["--help"], ["-h"], ["help"]] {
      let result = Example.run(arguments)
      #expect(result.output == root)
      #expect(result.status == 0)
    }
    let model = Example.run(["model"])
    #expect(model.output.contains("USAGE: example model <subcommand>"))
    #expect(model.output.hasSuffix("See 'example help model <subcommand>' for detailed help."))
  }

  @Test("A long label has its text on the next line")
  func longLabel() {
    let option = Option("a-rather-long-name", .path.named("some-folder"), default: "x", help: "Text.")
    let command = Command("c", abstract: "A.", takes: [option]) { _ in }
    #expect(
      Help(path: [command]).text.contains(
        "  --a-rather-long-name <some-folder>\n" + String(repeating: " ", count: 26) + "Text. (default: x)\n")
    )
  }

  @Test(
    "--version wins at every level",
    arguments: [["--version"], ["model", "--version"], ["classify", "--version"]])
  func version(arguments: [String]) {
    #expect(Example.run(arguments) == ("1.2.3", "", 0))
  }

  @Test("A wrong command line ends with status 64, its error and how to use the command")
  func usage() {
    #expect(
      Example.run(["model", "train", "--epohcs"])
        == (
          "",
          """
          error: unknown option '--epohcs'. Did you mean '--epochs'?
          Usage: example model train [<options>]
            See 'example model train --help' for more information.
          """, 64
        ))
    #expect(
      Example.run(["model", "check", "--data", "d", "4"]).error.hasPrefix(
        "error: 4 does not go with --data\nUsage: example model check"))
    #expect(Example.run(["model", "check", "--data", "d", "4"]).status == 64)
  }

  @Test("Failed work ends with status 1 and one line; a status of its own is kept")
  func failure() {
    #expect(Example.run(["model", "check", "--data", "d", "1"]) == ("", "error: two lines", 1))
    #expect(Example.run(["model", "check", "--data", "d", "2"]) == ("", "", 7))
    #expect(Example.run(["model", "check", "--data", "d", "3"]) == ("", "", 0))
  }

  @Test("The program's own commands are declared soundly and explain themselves")
  func ownCommands() {
    func check(_ path: [Command]) {
      let command = path[path.count - 1]
      #expect(!command.abstract.isEmpty)
      #expect(command.run != nil || !command.subcommands.isEmpty)
      for line in Help(path: path).text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      for parameter in command.parameters {
        #expect(!parameter.help.isEmpty)
        // A default that is shown has to be accepted when it is given.
        if let text = parameter.defaultText, parameter.kind == .option {
          #expect(parameter.parse(text) != nil)
        }
      }
      for subcommand in command.subcommands { check(path + [subcommand]) }
    }
    check([sluice.root])
    check([Example.root])
  }
}
