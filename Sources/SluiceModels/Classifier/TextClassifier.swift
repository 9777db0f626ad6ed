import SluiceCore
import SluiceLayers
import SluiceText

/// What reads a text: its characters one after the other, its n-grams, or both, each of which gives logits of the labels.
///
/// Where there are both, the logits are (1 − share) · those of the characters + share · those of the n-grams: the geometric mean of their
/// probabilities, weighted (Hinton 2002). Each is trained by a loss of its own, so neither leaves to the other what it could learn; the share
/// is found on the validation part.
public struct TextClassifier: Sendable {
  /// The recurrent net over characters; nil where only n-grams are read.
  public let characters: CharacterClassifier?
  /// The linear classifier of n-grams; nil where only characters are read.
  public let grams: GramClassifier?
  /// The share of the n-grams, from 0 to 1: [1, 1]; nil where not both are read.
  public let share: ParameterHandle?
  /// Of a classifier that gives any number of labels, the least logit with which each is given: [labels, 1]; nil where a text has one label. A
  /// column, so that it stays exact where rows are stored as bytes.
  public let threshold: ParameterHandle?
  /// The labels it can tell apart.
  public let labels: Int

  static let shareName = "share.weight"
  package static let thresholdName = "threshold.logit"

  /// Adds a classifier's parameters: those of `CharacterClassifier`, those of `GramClassifier`, `share.weight` and `threshold.logit`, as far as
  /// the settings ask for them.
  ///
  /// - Parameters:
  ///   - symbols: the ids of characters, that of the unknown one included.
  ///   - labels: the labels it can tell apart.
  ///   - gramRows: the rows of the table of n-grams; nil where none are read.
  /// - Throws: `ModelError` if a name is taken or memory is refused.
  public init(
    symbols: Int, labels: Int, gramRows: Int? = nil, _ settings: ClassifierSettings,
    in parameters: inout Parameters
  ) throws(ModelError) {
    let reader = settings.reader ?? .characters
    self.labels = labels
    characters =
      reader == .ngrams
      ? nil : try CharacterClassifier(symbols: symbols, labels: labels, settings, in: &parameters)
    grams =
      reader == .characters
      ? nil : try GramClassifier(rows: gramRows ?? 1 << 10, labels: labels, in: &parameters)
    share =
      reader == .both
      ? try parameters.add(
        Self.shareName, shape: Shape(1, 1), updates: .touchedRows, initializer: .constant(0.5)) : nil
    threshold =
      settings.isMultilabel
      ? try parameters.add(
        Self.thresholdName, shape: Shape(labels, 1), updates: .touchedRows, initializer: .zeros) : nil
  }

  /// The logits of every text: [texts, labels].
  ///
  /// - Parameter bag: the n-grams of the same texts; of no use where none are read.
  public func logits(_ symbols: RaggedIndices, _ bag: GramBag, _ tape: inout Tape) -> Tensor {
    let own = characters?.logits(symbols, &tape)
    guard let grams else { return own ?? tape.constant(0) }
    let scored = grams.logits(ofScores: grams.scores(bag, &tape), &tape)
    guard let own else { return scored }
    return mixed(own, scored, &tape)
  }

  /// The logits of every text by its characters: [texts, labels].
  ///
  /// - Precondition: the classifier reads characters alone.
  public func logits(_ symbols: RaggedIndices, _ tape: inout Tape) -> Tensor {
    precondition(grams == nil, "A classifier that reads n-grams needs those of the texts.")
    return logits(symbols, GramBag(), &tape)
  }

  /// Both logits in one, for use and not for training: no gradient goes back.
  private func mixed(_ own: Tensor, _ scored: Tensor, _ tape: inout Tape) -> Tensor {
    guard let share else { return own }
    let weight = tape[share]
    let part = tape.scalar(weight)
    // own + share · (scored − own).
    let (own, scored) = (tape.detached(own), tape.detached(scored))
    let difference = subtract(scored, own, &tape)
    return add(own, multiply(difference, part, &tape), &tape)
  }
}
