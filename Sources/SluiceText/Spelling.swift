import SluiceCore

/// How words are spelled for a model: a mark of the beginning, the ids of the characters, a mark of the end.
///
/// Ids are those of the alphabet, with 0 for every other character; the two marks follow.
public struct Spelling: Sendable, Equatable, Codable {
  public let alphabet: Alphabet
  /// The most ids of a word, marks included; longer words lose their last characters, not the mark.
  public let longest: Int

  /// - Precondition: there is room for both marks and a character.
  public init(alphabet: Alphabet, longest: Int = 65) {
    precondition(longest >= 3, "A spelled word has room for both marks and a character.")
    self.alphabet = alphabet
    self.longest = longest
  }

  /// The id of the mark before a word.
  public var begin: Int32 { Int32(alphabet.count) }
  /// The id of the mark after a word.
  public var end: Int32 { Int32(alphabet.count + 1) }
  /// The number of ids.
  public var count: Int { alphabet.count + 2 }

  /// The ids of a word. `<unk>` is a single unknown character, so that it does not share letters with words.
  public func encode(_ word: String) -> [Int32] {
    var ids = [begin]
    if word == WordCorpus.unknown {
      ids.append(Alphabet.unknown)
    } else {
      for scalar in word.unicodeScalars.prefix(longest - 2) { ids.append(alphabet.id(of: scalar)) }
    }
    ids.append(end)
    return ids
  }

  /// The ids of many words.
  public func encode(_ words: [String]) -> RaggedIndices {
    var result = RaggedIndices()
    for word in words { result.append(encode(word)) }
    return result
  }
}
