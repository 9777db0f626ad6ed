import SluiceCore
import SluiceText

/// What of some words was never met in training, character by character.
public struct UnknownCharacters: Sendable {
  /// The words of which no character is known, the empty one among them: whatever a model says of them rests on nothing.
  public private(set) var strangers: [String] = []
  /// Those with some unknown characters.
  public private(set) var partly: [String] = []

  /// Looks at every character of some words.
  public init(_ words: [String], _ alphabet: Alphabet) {
    for word in words where !word.hasSameCodePoints(as: WordCorpus.unknown) {
      switch Knowledge(of: word, alphabet) {
      case .all: continue
      case .some: partly.append(word)
      case .none, .empty: strangers.append(word)
      }
    }
  }

  /// What there is to say of them: one sentence for each kind, none where every character is known.
  public var notes: [String] {
    var notes: [String] = []
    if !strangers.isEmpty {
      notes.append(
        "no character of \(Self.list(strangers)) was met in training: what the model says of it means nothing"
      )
    }
    if !partly.isEmpty {
      notes.append(
        "\(Self.list(partly)) has characters that were not met in training, which the model takes all for the same"
      )
    }
    return notes
  }

  /// The first ten of some words, in quotation marks, and how many more there are.
  package static func list(_ words: [String]) -> String {
    let more = words.count > 10 ? " and \(words.count - 10) more" : ""
    return words.prefix(10).map { ScreenText.quoted($0, limit: 40) }.joined(separator: ", ") + more
  }
}

/// How much of a text's characters a model knows. Spaces tell nothing and do not count.
public enum Knowledge: Equatable, Sendable {
  /// All of them.
  case all
  /// Some, and others not.
  case some
  /// None of them.
  case none
  /// There is no character but spaces.
  case empty

  /// How much of the characters of `text` the alphabet has.
  public init(of text: String, _ alphabet: Alphabet) {
    var (known, unknown) = (false, false)
    for scalar in text.unicodeScalars {
      // Most are letters, of which that they are no spaces need not be looked up.
      let isSpace =
        scalar.isASCII ? scalar.value == 0x20 || 0x09...0x0D ~= scalar.value : scalar.properties.isWhitespace
      if isSpace { continue }
      if alphabet.id(of: scalar) == Alphabet.unknown { unknown = true } else { known = true }
    }
    self =
      switch (known, unknown) {
      case (true, false): .all
      case (true, true): .some
      case (false, true): .none
      case (false, false): .empty
      }
  }
}
