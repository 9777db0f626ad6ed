import Sluice

/// `sluice sample`: text that a language model makes up.
enum Sample {
  static let run = Positional("run", .path, help: "The folder of a language model's run.")
  static let words = Option("words", .integer(in: 1...1_000_000), default: 50, help: "Words to draw.")
  static let temperature = Option(
    "temperature", .real(above: Float(0)), default: 0.8, help: "Below 1 likely words become likelier.")
  static let topK = Option(
    "top-k", .integer(in: 1...1_000_000), default: 40, help: "Only so many of the likeliest words are drawn.")
  static let prompt = Option(
    "prompt", .text, default: "", help: "Words to go on from; any spelling, if the model reads characters.")
  static let seed = Option(
    "seed", .integer(in: 0...Int.max), default: 1, help: "Another seed draws other words.")

  static let command = Command(
    "sample", abstract: "Let a language model go on writing.",
    takes: [run, words, temperature, topK, prompt, seed, Shared.threads]
  ) { arguments in
    var model = try SavedLanguageModel(readingRun: arguments[run], engine: try Shared.engine(arguments))
    let known = Set(model.description.vocabulary)
    guard !known.subtracting([WordCorpus.end, WordCorpus.unknown]).isEmpty else {
      throw DataError(
        path: arguments[run], expected: "a vocabulary with a word", got: "\(WordCorpus.unknown) alone",
        advice: "Train on a text with other words.")
    }
    model.noteUnknown(WordCorpus.words(of: arguments[prompt]))
    // Line ends of the prompt stay; what else a screen would obey is escaped, in the prompt and in words out of the training text.
    var text = arguments[prompt].split(omittingEmptySubsequences: false) { $0.isNewline }
      .map { ScreenText.field(String($0)) }.joined(separator: "\n")
    var left = arguments[words]
    model.sample(
      prompt: WordCorpus.words(of: arguments[prompt]), temperature: arguments[temperature],
      most: arguments[topK],
      seed: UInt64(arguments[seed])
    ) { word in
      if word == WordCorpus.end {
        text += "\n"
      } else {
        text += (text.isEmpty || text.hasSuffix("\n") ? "" : " ") + ScreenText.field(word)
        left -= 1
      }
      return left > 0
    }
    Terminal.standardOutput.writeLine(text)
  }
}
