import Sluice

extension SavedLanguageModel {
  /// Says on standard error which of `words` a model with a table does not know, and takes as `<unk>`.
  borrowing func noteUnknown(_ words: [String]) {
    guard !readsCharacters else { return }
    let known = Set(description.vocabulary)
    let unknown = words.filter { !known.contains($0) }
    guard !unknown.isEmpty else { return }
    let more = unknown.count > 10 ? " and \(unknown.count - 10) more" : ""
    Terminal.standardError.writeLine(
      "note: the model reads words from a table and takes "
        + "\(unknown.prefix(10).map { ScreenText.quoted($0, limit: 40) }.joined(separator: ", "))\(more) as \(WordCorpus.unknown)"
    )
  }
}
