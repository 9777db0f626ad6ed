import Sluice

/// `sluice vectors`: the vectors of words as a text file.
enum Vectors {
  static let run = Positional("run", .path, help: "The folder of a language model's run.")
  static let words: Option<String> = Option(
    required: "words", .path, help: "A UTF-8 file of words, parted by spaces or lines.")
  static let out: Option<String> = Option(required: "out", .path, help: "The file to write.")

  static let command = Command(
    "vectors", abstract: "Write the vectors of words, in the text format of word2vec.",
    discussion:
      "The first line holds the number of words and of elements, every other one a word and its elements.",
    takes: [run, words, out, Shared.threads]
  ) { arguments in
    var model = try SavedLanguageModel(readingRun: arguments[run], engine: try Shared.engine(arguments))
    var seen: Set<String> = []
    let limit = model.description.settings.lineLimit
    let list = try WordCorpus.lines(ofFile: arguments[words], lineLimit: limit)
      .flatMap { WordCorpus.words(of: $0) }.filter { seen.insert($0).inserted }
    model.noteUnknown(list)
    let values = model.vectors(of: list)
    var text = "\(list.count) \(model.width)\n"
    for (i, word) in list.enumerated() {
      text += word
      for value in values[i * model.width..<(i + 1) * model.width] { text += " \(value)" }
      text += "\n"
    }
    try AtomicFile.write(text, to: arguments[out])
  }
}

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
        path: arguments[run], expected: "a vocabulary with a word", got: "\(WordCorpus.unknown) alone")
    }
    model.noteUnknown(WordCorpus.words(of: arguments[prompt]))
    var text = arguments[prompt]
    var left = arguments[words]
    model.sample(
      prompt: WordCorpus.words(of: arguments[prompt]), temperature: arguments[temperature],
      most: arguments[topK],
      seed: UInt64(arguments[seed])
    ) { word in
      if word == WordCorpus.end {
        text += "\n"
      } else {
        text += (text.isEmpty || text.hasSuffix("\n") ? "" : " ") + word
        left -= 1
      }
      return left > 0
    }
    Terminal.standardOutput.writeLine(text)
  }
}

extension SavedLanguageModel {
  /// Says on standard error which of `words` a model with a table does not know, and takes as `<unk>`.
  fileprivate borrowing func noteUnknown(_ words: [String]) {
    guard !readsCharacters else { return }
    let known = Set(description.vocabulary)
    let unknown = words.filter { !known.contains($0) }
    guard !unknown.isEmpty else { return }
    let more = unknown.count > 10 ? " and \(unknown.count - 10) more" : ""
    Terminal.standardError.writeLine(
      "note: the model reads words from a table and takes "
        + "\(unknown.prefix(10).map { "'\($0)'" }.joined(separator: ", "))\(more) as \(WordCorpus.unknown)")
  }
}
