import Sluice

/// `sluice nearest`: the words whose vectors are nearest to that of any spelling.
enum Nearest {
  static let run = Positional(
    "run", .folder, help: "The folder of a run of `sluice train stems` or `sluice train language-model`.")
  static let words = Positional(
    repeated: "word", .text, atLeastOne: true, help: "The words to look up, met in training or not.")
  static let count = Option(
    "count", .integer(in: 1...1_000), default: 5, help: "How many words are listed for each.")

  static let command = Command(
    "nearest", abstract: "List the words a trained model holds nearest to any spelling.",
    discussion:
      "Prints a line `word<TAB>cosine<TAB>near word` for each, the nearest first. Characters that a screen would not show are "
      + "escaped, such as `\\u{200B}`.",
    takes: [run, words, count, JSONOutput.flag, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    if try Shared.job(ofRun: arguments[run]) == LanguageModelDescription.jobName {
      try searchLanguageModel(arguments, engine)
    } else {
      try searchStems(arguments, engine)
    }
  }

  private static func searchStems(_ arguments: ParsedArguments, _ engine: Engine) throws {
    var saved = try SavedStems(run: arguments[run], engine: engine)
    Shared.note(UnknownCharacters(arguments[words], saved.description.alphabet).notes)
    for word in arguments[words] {
      try list(saved.nearest(to: word, count: arguments[count]), to: word, asJSON: arguments[JSONOutput.flag])
    }
  }

  private static func searchLanguageModel(_ arguments: ParsedArguments, _ engine: Engine) throws {
    var model = try SavedLanguageModel(run: arguments[run], engine: engine)
    if let word = arguments[words].first(where: { !model.knows($0) }) {
      throw UsageError(
        "\(ScreenText.quoted(word)) is not among the words that this model knows, and it reads no others: ask for a word of "
          + "its training text, or train one that reads characters (see --config)")
    }
    Shared.note(model.notes(on: arguments[words]))
    for word in arguments[words] {
      try list(model.nearest(to: word, count: arguments[count]), to: word, asJSON: arguments[JSONOutput.flag])
    }
  }

  private static func list(_ words: [NearWord], to word: String, asJSON: Bool) throws {
    if asJSON { return try JSONOutput.write(NearestWords(word, words)) }
    for near in words {
      Terminal.standardOutput.writeLine(
        "\(ScreenText.field(word))\t\(fixed(Double(near.cosine), 4))\t\(ScreenText.field(near.word))")
    }
  }
}
