import SluiceCore
import SluiceText

/// What it takes to build a language model again.
public struct LanguageModelDescription: ModelDescription {
  public static let jobName = "language-model"

  /// What the model is.
  public var settings: LanguageModelSettings
  /// The words that can be predicted, by their ids.
  public var vocabulary: [String]
  /// How words are spelled.
  public var spelling: Spelling

  /// A description by its parts.
  public init(
    settings: LanguageModelSettings, vocabulary: [String], spelling: Spelling
  ) {
    self.settings = settings
    self.vocabulary = vocabulary
    self.spelling = spelling
  }

  /// Throws for the first setting or member that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try settings.check(fields.inside("settings"))
    guard spelling.longest == settings.longestWord else {
      throw fields.problem(
        "spelling.longest", expected: "the \(settings.longestWord) of 'settings.longestWord'",
        found: "\(spelling.longest)")
    }
    try fields.each(vocabulary, "vocabulary", expected: "a word without spaces") {
      let words = WordCorpus.words(of: $0)
      return $0.hasSameCodePoints(as: WordCorpus.end)
        || words.count == 1 && words[0].hasSameCodePoints(as: $0)
    }
    try fields.distinct(vocabulary, "vocabulary")
    for word in [WordCorpus.end, WordCorpus.unknown] where !vocabulary.holds(word) {
      if word.hasSameCodePoints(as: WordCorpus.end), vocabulary.holds(Self.earlierEnd) { continue }
      throw fields.problem("vocabulary", expected: "a list with \(word.debugDescription)", found: "none")
    }
    if let last = settings.adaptiveCutoffs.last, last >= vocabulary.count {
      throw fields.problem(
        "settings.adaptiveCutoffs", expected: "numbers below the \(vocabulary.count) words of the vocabulary",
        found: "\(last)")
    }
  }
}

extension LanguageModelDescription {
  /// How the end of a sentence was spelled before it had a spelling of its own.
  private static let earlierEnd = "+"

  /// The same model with the spelling of today for the end of a sentence, in the words and in the characters.
  ///
  /// A model of before that was trained on a text with the word “+” took it for the end; it now reads it as a word, and a
  /// character, that it does not know.
  package var withOwnEnd: LanguageModelDescription {
    guard !vocabulary.holds(WordCorpus.end),
      let place = vocabulary.firstIndex(where: { $0.hasSameCodePoints(as: Self.earlierEnd) }),
      let old = Self.earlierEnd.unicodeScalars.first?.value,
      let new = WordCorpus.end.unicodeScalars.first?.value,
      let alphabet = try? Alphabet(scalars: spelling.alphabet.scalars.map { $0 == old ? new : $0 })
    else { return self }
    var description = self
    description.vocabulary[place] = WordCorpus.end
    description.spelling = Spelling(alphabet: alphabet, longest: spelling.longest)
    return description
  }
}

extension [String] {
  /// Whether one of the texts has the code points of `text`.
  package func holds(_ text: String) -> Bool { contains { $0.hasSameCodePoints(as: text) } }
}
