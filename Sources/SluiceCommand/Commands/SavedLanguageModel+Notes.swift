import Sluice

extension SavedLanguageModel {
  /// Says on standard error which of `words` the model does not know: one with a table takes them as `<unk>`, and one that
  /// reads characters knows nothing of a word whose characters are all new to it.
  borrowing func noteUnknown(_ words: [String]) {
    guard !readsCharacters else {
      UnknownCharacters(words, description.spelling.alphabet).note()
      return
    }
    let known = Set(description.vocabulary.map { CodePoints($0) })
    let unknown = words.filter { !known.contains(CodePoints($0)) }
    guard !unknown.isEmpty else { return }
    Terminal.standardError.writeLine(
      "note: the model reads words from a table and takes \(UnknownCharacters.list(unknown)) as \(WordCorpus.unknown)"
    )
  }
}
