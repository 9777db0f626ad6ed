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
    "prompt", .text, default: "",
    help: "Words to go on from; any spelling, if the model reads characters. A line end ends a sentence.")
  static let seed = Option(
    "seed", .integer(in: 0...Int.max), default: 1, help: "Another seed draws other words.")

  static let command = Command(
    "sample", abstract: "Let a language model go on writing.",
    takes: [run, words, temperature, topK, prompt, seed, Shared.threads]
  ) { arguments in
    var model = try SavedLanguageModel(readingRun: arguments[run], engine: try Shared.engine(arguments))
    let reserved = [WordCorpus.end, WordCorpus.unknown]
    guard model.description.vocabulary.contains(where: { !reserved.holds($0) }) else {
      throw DataError(
        path: arguments[run], expected: "a vocabulary with a word", got: "\(WordCorpus.unknown) alone")
    }
    model.noteUnknown(WordCorpus.words(of: arguments[prompt]))
    var text = arguments[prompt]
    var left = arguments[words]
    model.sample(
      prompt: Self.tokens(ofPrompt: arguments[prompt]), temperature: arguments[temperature],
      most: arguments[topK],
      seed: UInt64(arguments[seed])
    ) { word in
      if word.hasSameCodePoints(as: WordCorpus.end) {
        text += "\n"
      } else {
        let begins = text.unicodeScalars.last.map { $0 == "\n" || $0 == "\r" } ?? true
        text += (begins ? "" : " ") + word
        left -= 1
      }
      return left > 0
    }
    Terminal.standardOutput.writeLine(text)
  }

  /// The words of a prompt, with an end of sentence where a line with words has ended, as in a text that is trained on.
  static func tokens(ofPrompt prompt: String) -> [String] {
    var tokens: [String] = []
    var isEnding = false
    let lines = prompt.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
    for line in lines {
      if isEnding { tokens.append(WordCorpus.end) }
      let words = WordCorpus.words(of: String(line))
      tokens += words
      isEnding = !words.isEmpty
    }
    return tokens
  }
}
