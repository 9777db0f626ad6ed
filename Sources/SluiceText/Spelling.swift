import SluiceCore

/// How words are spelled for a model: a mark of the beginning, the ids of the characters, a mark of the end.
///
/// Ids are those of the alphabet, with 0 for every other character; the two marks follow. The end of a sentence
/// (`WordCorpus.end`) is spelled with the one character of its own, which no word holds.
public struct Spelling: Sendable, Equatable {
  /// The characters that have ids of their own.
  public let alphabet: Alphabet
  /// The most ids of a word, marks included; longer words lose their last characters, not the mark.
  public let longest: Int

  /// The fewest ids that `longest` can be: both marks and a character.
  public static let leastLongest = 3

  /// - Precondition: there is room for both marks and a character.
  public init(alphabet: Alphabet, longest: Int = 65) {
    require(
      longest >= Self.leastLongest, "A spelled word has room for both marks and a character.")
    self.alphabet = alphabet
    self.longest = longest
  }

  /// The id of the mark before a word.
  public var begin: Int32 { Int32(alphabet.count) }
  /// The id of the mark after a word.
  public var end: Int32 { Int32(alphabet.count + 1) }
  /// The number of ids.
  public var count: Int { alphabet.count + Self.markCount }
  /// The marks, whose ids follow those of the characters.
  public static let markCount = 2

  /// The ids of a word. `<unk>` is a single unknown character, so that it does not share letters with words.
  public func encode(_ word: String) -> [Int32] {
    var ids = [begin]
    if word.hasSameCodePoints(as: WordCorpus.unknown) {
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

/// Stored as the alphabet and the number of ids.
extension Spelling: Codable {
  private enum CodingKeys: String, CodingKey {
    case alphabet, longest
  }

  /// Reads a spelling; a number of ids without room for a character is an error.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let longest = try values.decode(Int.self, forKey: .longest)
    guard longest >= Self.leastLongest else {
      throw DecodingError.dataCorruptedError(
        forKey: .longest, in: values,
        debugDescription: "\(longest), below the \(Self.leastLongest) of both marks and a character")
    }
    self.init(alphabet: try values.decode(Alphabet.self, forKey: .alphabet), longest: longest)
  }
}
