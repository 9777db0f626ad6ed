import Sluice

/// `sluice nearest`: the words of the vocabulary whose vectors are nearest to that of any spelling.
enum Nearest {
  static let run = Positional("run", .path, help: "The folder of a language model's run.")
  static let words = Positional(
    repeated: "word", .text, atLeastOne: true, help: "Words to find neighbours of, met in training or not.")
  static let count = Option("count", .integer(in: 1...1_000), default: 5, help: "Neighbours of each word.")

  static let command = Command(
    "nearest", abstract: "Find the words of the vocabulary nearest to any spelling.",
    discussion:
      "Prints a line for each word: the word, then its neighbours by falling cosine of their vectors.",
    takes: [run, words, count, Shared.threads]
  ) { arguments in
    var model = try SavedLanguageModel(readingRun: arguments[run], engine: try Shared.engine(arguments))
    let vocabulary = model.description.vocabulary.filter { $0 != WordCorpus.unknown && $0 != WordCorpus.end }
    if !model.readsCharacters, let word = arguments[words].first(where: { !vocabulary.contains($0) }) {
      throw UsageError("'\(word)' is not among the words of a model that reads them from a table")
    }
    let all = normalized(model.vectors(of: vocabulary), model.width)
    let asked = normalized(model.vectors(of: arguments[words]), model.width)
    for (i, word) in arguments[words].enumerated() {
      let query = asked[i]
      let cosines = all.map { vector in zip(vector, query).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
      let order = cosines.indices.filter { vocabulary[$0] != word }.sorted { cosines[$0] > cosines[$1] }
      let found = order.prefix(arguments[count]).map { "\(vocabulary[$0]) \(fixed(Double(cosines[$0]), 3))" }
      print("\(word)\t" + found.joined(separator: "\t"))
    }
  }

  private static func normalized(_ values: [Float], _ width: Int) -> [[Float]] {
    stride(from: 0, to: values.count, by: width).map { start in
      let vector = values[start..<start + width]
      let length = max(vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot(), 1e-20)
      return vector.map { $0 / length }
    }
  }
}

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
    let list = try WordCorpus.lines(ofFile: arguments[words]).flatMap { WordCorpus.words(of: $0) }
      .filter { seen.insert($0).inserted }
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
    print(text)
  }
}
