import SluiceCore
import SluiceLayers
import SluiceText

/// Words as bags of n-grams: which pieces of a word occur, and not where → one vector for each word.
///
/// Of the rows j that a word's pieces fall on (`GramReader`), with the weights cⱼ = 1 + ln(count): Σⱼ cⱼ·table[j] / ‖c‖. So a word of many
/// pieces has a vector about as long as one of few. Nothing is dropped in training.
///
/// A piece that training never saw keeps its initial vector, which is random: words that share such a piece are a little nearer for it.
public struct GramEncoder: Sendable, BitwiseCopyable {
  /// The vectors of the rows: [rows, width].
  public let table: EmbeddingBag
  /// The rows that each piece falls on.
  public let hashes: Int

  /// How far initial vectors are from zero: near enough that some hundred updates of the usual size tell what a piece is worth.
  private static let deviation: Float = 0.02

  /// Adds the table, named `ngrams.weight`.
  ///
  /// - Throws: `ModelError` if the name is taken or memory is refused.
  public init(
    rows: Int, hashes: Int, width: Int, in parameters: inout Parameters
  ) throws(ModelError) {
    table = try EmbeddingBag(
      rows: rows, width: width, initializer: .normal(deviation: Self.deviation), named: "ngrams",
      in: &parameters)
    self.hashes = hashes
  }

  /// What reads words of these characters into bags.
  public func reader(_ alphabet: Alphabet) -> GramReader {
    GramReader(alphabet, rows: table.rows, hashes: hashes)
  }

  /// The vectors of all words: [words, width].
  public func vectors(_ bag: GramBag, _ tape: inout Tape) -> Tensor {
    let weights = tape.makeWorkspace(bag.weights.count)
    if !tape.isPlanning { weigh(bag, into: tape.floats(weights)) }
    return table(tape.copyIndices(bag.rows), weights: weights, offsets: tape.copyIndices(bag.offsets), &tape)
  }

  /// The weights of each word's rows, divided by their length.
  private func weigh(_ bag: GramBag, into weights: Floats) {
    for word in 0..<bag.count {
      let places = bag.places(word)
      var squares: Float = 0
      for place in places { squares += bag.weights[place] * bag.weights[place] }
      let scale = squares > 0 ? 1 / squares.squareRoot() : 0
      for place in places { weights[place] = bag.weights[place] * scale }
    }
  }
}
