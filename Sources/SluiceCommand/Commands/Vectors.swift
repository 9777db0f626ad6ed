import Sluice

/// `sluice vectors`: the vectors of words as a text file.
enum Vectors {
  static let run = Positional("run", .folder, help: "The folder of a language model's run.")
  static let words: Option<String> = Option(
    required: "words", .path, help: "A UTF-8 file of words, parted by spaces or lines.")
  static let out: Option<String> = Option(required: "out", .path, help: "The file to write.")

  static let command = Command(
    "vectors", abstract: "Write the vectors of words, in the text format of word2vec.",
    discussion:
      "The first line holds the number of words and of elements, every other one a word and its elements.",
    takes: [run, words, out, Shared.lineLimit, Shared.threads]
  ) { arguments in
    try RunDirectory.refuseWriting(to: arguments[out], inputs: [arguments[words]])
    let model = try SavedLanguageModel(run: arguments[run], engine: try Shared.engine(arguments))
    var seen: Set<CodePoints> = []
    let limit = arguments[Shared.lineLimit] ?? model.description.settings.lineLimit
    let list = try WordCorpus.lines(ofFile: arguments[words], lineLimit: limit)
      .flatMap { WordCorpus.words(of: $0) }.filter { seen.insert(CodePoints($0)).inserted }
    Shared.note(model.notes(on: list))
    try WordVectorFile.write(list, width: model.width, values: model.vectors(of: list), to: arguments[out])
  }
}
