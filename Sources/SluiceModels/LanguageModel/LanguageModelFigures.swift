import SluiceCore
import SluiceText

/// How well a language model predicts a text.
public struct LanguageModelFigures: Codable, Equatable, Sendable {
  /// Nats of a word, the ends of sentences counted as words.
  public var loss: Double
  /// e to the loss.
  public var perplexity: Double
  /// The loss in bits, of a character.
  public var bitsPerCharacter: Double

  /// - Parameter charactersPerWord: the mean number of characters of a word, with the space after it.
  public init(loss: Double, charactersPerWord: Double) {
    self.loss = loss
    perplexity = exponential(loss)
    bitsPerCharacter = loss / 0.693_147_180_559_945_3 / charactersPerWord
  }

  /// The figures in words.
  package var text: String {
    "perplexity \(fixed(perplexity, 2)), bits per character \(fixed(bitsPerCharacter, 3))"
  }
}

extension WordCorpus {
  /// The characters of a token on average: those of a word and the space after it, one for the end of a sentence, of
  /// which the space before it is taken off.
  package func charactersPerWord(_ tokens: [Int32]) -> Double {
    var characters = 0
    for token in tokens where token != endForm {
      characters += spellings[Int(token)].unicodeScalars.count + 1
    }
    return Double(max(characters, 1)) / Double(max(tokens.count, 1))
  }
}
