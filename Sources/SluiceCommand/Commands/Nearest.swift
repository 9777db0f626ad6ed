import Sluice

/// `sluice nearest`: the words whose vectors are nearest.
enum Nearest {
  static let run = Positional("run", .path, help: "The folder of a run of `sluice train stems`.")
  static let words = Positional(
    repeated: "word", .text, help: "The words to look up; they need not be known.")
  static let count = Option(
    "count", .integer(in: 1...1_000), default: 5, help: "How many words are listed for each.")

  static let command = Command(
    "nearest", abstract: "List the words nearest to others in a trained embedding.",
    discussion: "Prints a line `word<TAB>cosine<TAB>near word` for each, the nearest first.",
    takes: [run, words, count, Shared.threads]
  ) { arguments in
    let queries = arguments[words]
    guard !queries.isEmpty else { throw UsageError("nearest: expected at least one word, got none.") }
    let saved = try SavedStems(readingRun: arguments[run], engine: try Shared.engine(arguments))
    let known = saved.description.words
    let vectors = saved.vectors(known)
    let asked = saved.vectors(queries)
    for (i, word) in queries.enumerated() {
      let near = WordSearch.nearest(
        arguments[count], count: known.count, excluding: known.firstIndex(of: word)
      ) {
        asked.cosine(i, vectors, $0)
      }
      for entry in near { print("\(word)\t\(fixed(Double(entry.score), 4))\t\(known[entry.index])") }
    }
  }
}
