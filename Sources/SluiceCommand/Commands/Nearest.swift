import Sluice

/// `sluice nearest`: the words whose vectors are nearest to that of any spelling.
enum Nearest {
  static let run = Positional(
    "run", .path, help: "The folder of a run of `sluice train stems` or `sluice train language-model`.")
  static let words = Positional(
    repeated: "word", .text, atLeastOne: true, help: "The words to look up, met in training or not.")
  static let count = Option(
    "count", .integer(in: 1...1_000), default: 5, help: "How many words are listed for each.")

  static let command = Command(
    "nearest", abstract: "List the words a trained model holds nearest to any spelling.",
    discussion:
      "Prints a line `word<TAB>cosine<TAB>near word` for each, the nearest first. Characters that a screen would not show are "
      + "escaped, such as `\\u{200B}`.",
    takes: [run, words, count, Shared.threads]
  ) { arguments in
    let engine = try Shared.engine(arguments)
    if try Shared.job(ofRun: arguments[run]) == LanguageModelDescription.jobName {
      try searchLanguageModel(arguments, engine)
    } else {
      try searchStems(arguments, engine)
    }
  }

  private static func searchStems(_ arguments: ParsedArguments, _ engine: Engine) throws {
    let saved = try SavedStems(readingRun: arguments[run], engine: engine)
    let known = saved.description.words
    let vectors = saved.vectors(known)
    let asked = saved.vectors(arguments[words])
    for (i, word) in arguments[words].enumerated() {
      let near = WordSearch.nearest(
        arguments[count], count: known.count, excluding: known.firstIndex(of: word)
      ) {
        asked.cosine(i, vectors, $0)
      }
      for entry in near {
        Terminal.standardOutput.writeLine(line(word, entry.score, known[entry.index]))
      }
    }
  }

  private static func searchLanguageModel(_ arguments: ParsedArguments, _ engine: Engine) throws {
    var model = try SavedLanguageModel(readingRun: arguments[run], engine: engine)
    let vocabulary = model.description.vocabulary.filter { $0 != WordCorpus.unknown && $0 != WordCorpus.end }
    if !model.readsCharacters, let word = arguments[words].first(where: { !vocabulary.contains($0) }) {
      throw UsageError(
        "\(ScreenText.quoted(word)) is not among the words that this model knows, and it reads no others: ask for a word of "
          + "its training text, or train one that reads characters (see --config)")
    }
    let all = normalized(model.vectors(of: vocabulary), model.width)
    let asked = normalized(model.vectors(of: arguments[words]), model.width)
    for (i, word) in arguments[words].enumerated() {
      let near = WordSearch.nearest(
        arguments[count], count: vocabulary.count, excluding: vocabulary.firstIndex(of: word)
      ) { j in
        zip(all[j], asked[i]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
      }
      for entry in near {
        Terminal.standardOutput.writeLine(line(word, entry.score, vocabulary[entry.index]))
      }
    }
  }

  private static func line(_ word: String, _ score: Float, _ near: String) -> String {
    "\(ScreenText.field(word))\t\(fixed(Double(score), 4))\t\(ScreenText.field(near))"
  }

  private static func normalized(_ values: [Float], _ width: Int) -> [[Float]] {
    stride(from: 0, to: values.count, by: width).map { start in
      let vector = values[start..<start + width]
      let length = max(vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot(), 1e-20)
      return vector.map { $0 / length }
    }
  }
}
