import Testing

@testable import SluiceCommand

/// A program with every kind of argument, for the tests of parsing and help.
enum Example {
  enum Rule: String, CaseIterable, Sendable { case adam, smorms3, sgd }

  static let epochs = Option(
    "epochs", short: "e", .integer(in: 1...1000), default: 6, help: "Passes over the data.")
  static let rate = Option(
    "learning-rate", ArgumentType<Float>.real(above: 0), default: 0.0025,
    help: "How far an update goes; for rules that adapt their steps this is the largest step they take.")
  static let shift = Option("shift", ArgumentType<Double>.real, default: 0, help: "Added to every value.")
  static let rule = Option(
    "optimizer", ArgumentType<Rule>.choice, default: .smorms3, help: "The update rule.")
  static let out = Option("out", ArgumentType.path.named("folder"), help: "Where the run goes.")
  static let quiet = Flag("quiet", short: "q", help: "Print the result only.")
  static let color = Flag("color", default: true, hasOpposite: true, help: "Color the chart.")
  static let run = Positional("run", .folder, help: "The folder of a run.")
  static let texts = Positional(
    repeated: "text", .text, help: "Texts to classify; standard input when there are none.")

  static let train = Command(
    "train", abstract: "Train a model.",
    discussion:
      "Reads examples, one a line, and writes a folder with the model and the figures of its training.\n\nCtrl-C ends it early and saves.",
    takes: [epochs, rate, shift, rule, out, quiet, color]
  ) { _ in }
  static let classify = Command("classify", abstract: "Name the label of texts.", takes: [quiet, run, texts])
  { _ in }

  static let data = Option(required: "data", .path, help: "The examples.")
  static let size = Positional("size", .integer(), default: 3, help: "How many.")
  static let check = Command("check", abstract: "Check examples.", takes: [data, size]) { arguments in
    switch arguments[size] {
    case 1: throw Trouble()
    case 2: throw ExitStatus(code: 7)
    case 4: throw UsageError("4 does not go with --data")
    default: break
    }
  }

  struct Trouble: Error, CustomStringConvertible { let description = "two\nlines" }

  static let root = Command(
    "example", abstract: "An example.",
    subcommands: [Command("model", abstract: "Make models.", subcommands: [train, check]), classify])
  static let program = Program(root: root, version: "1.2.3")

  /// What `arguments` give, which have to be in order.
  static func parse(_ arguments: [String]) throws -> ParsedArguments {
    guard case .run(_, let parsed) = try Parser.parse(arguments, for: root) else {
      Issue.record("\(arguments) asks for something else than a command")
      return ParsedArguments()
    }
    return parsed
  }

  /// What the program says and its status.
  static func run(_ arguments: [String]) -> (output: String, error: String, status: Int32) {
    var output = ""
    var error = ""
    let status = program.run(arguments, output: { output += $0 }, error: { error += $0 })
    return (output, error, status)
  }
}
