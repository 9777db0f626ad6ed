import Sluice

/// `sluice sample`: text that a language model makes up.
enum Sample {
  static let run = Positional("run", .folder, help: "The folder of a language model's run.")
  static let words = Option("words", .integer(in: 1...1_000_000), default: 50, help: "Words to draw.")
  static let temperature = Option(
    "temperature", .real(above: Float(0)), default: 0.8, help: "Below 1 likely words become likelier.")
  static let topK = Option(
    "top-k", .integer(in: 1...1_000_000), default: 40, help: "Only so many of the likeliest words are drawn.")
  static let prompt = Option(
    "prompt", .text, default: "",
    help: "Words to go on from; any spelling, if the model reads characters. A line end ends a sentence.")
  static let seed = Option(
    "seed", .integer(in: 0...Int.max), default: 1, help: "Another seed draws other words.")

  static let command = Command(
    "sample", abstract: "Let a language model go on writing.",
    takes: [run, words, temperature, topK, prompt, seed, Shared.threads]
  ) { arguments in
    let model = try SavedLanguageModel(run: arguments[run], engine: try Shared.engine(arguments))
    guard model.canWrite else {
      throw DataError(
        path: arguments[run], expected: "a vocabulary with a word", got: "\(WordCorpus.unknown) alone",
        advice: "Train on a text with other words.")
    }
    Shared.note(model.notes(on: WordCorpus.words(of: arguments[prompt])))
    let text = model.sample(
      prompt: arguments[prompt], words: arguments[words], temperature: arguments[temperature],
      most: arguments[topK], seed: UInt64(arguments[seed]))
    // Line ends stay; what else a screen would obey is escaped, in the prompt and in words out of the training text.
    Terminal.standardOutput.writeLine(
      text.split(omittingEmptySubsequences: false) { $0.isNewline }
        .map { ScreenText.field(String($0)) }.joined(separator: "\n"))
  }
}
