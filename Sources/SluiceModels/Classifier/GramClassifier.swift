import SluiceCore
import SluiceLayers
import SluiceText

/// A linear classifier of bags of n-grams: one score for each label, which a gain and a bias make logits.
///
/// Of the rows j of a text, with the weights cⱼ = 1 + ln(count) and the rarities rⱼ: xⱼ = cⱼ·rⱼ / ‖c·r‖, score = Σⱼ xⱼ·weight[j] + intercept,
/// and logit = gain · score + bias, label by label. The table is found by a solver (`GramSolver`), not step by step; gain and bias are
/// trained, on scores of texts that the table of those scores was not made of, as Platt (1999) does.
public struct GramClassifier: Sendable {
  /// The table: [rows, labels].
  public let weight: ParameterHandle
  /// How rare a row is among the texts: (ln((1 + texts) / (1 + texts with it)) + 1)ᵖ, where p is 1, ½ or 0, whichever tells texts that were
  /// left out best, and 0 for a row without any: [rows, 1].
  public let rarity: ParameterHandle
  /// What is added to the scores: [1, labels].
  public let intercept: ParameterHandle
  /// What a score is multiplied with: [labels].
  public let gain: ParameterHandle
  /// What is added: [labels].
  public let bias: ParameterHandle
  /// The rows of the table.
  public let rows: Int
  /// The labels.
  public let labels: Int
  private let layer: LayerHandle

  /// The names of the parameters that are solved for and not trained.
  package static let solvedNames = [
    weightName, rarityName, interceptName, TextClassifier.shareName,
  ]
  package static let weightName = "ngrams.weight"
  package static let rarityName = "ngrams.rarity"
  package static let interceptName = "ngrams.intercept"

  /// The elements of a table: 64 MiB of floats.
  private static let elementLimit = 1 << 24

  /// The rows for so many distinct pieces: a power of two, about twice as many, as far as a table of 64 MiB has room.
  package static func rowCount(pieces: Int, labels: Int) -> Int {
    var rows = 1 << 10
    while rows < 2 * pieces, rows < 1 << 18, 2 * rows * labels <= elementLimit { rows *= 2 }
    return rows
  }

  /// Adds the parameters, named `ngrams`.
  init(rows: Int, labels: Int, in parameters: inout Parameters) throws(ModelError) {
    self.rows = rows
    self.labels = labels
    layer = try parameters.addLayer(named: "ngrams")
    weight = try parameters.add(
      Self.weightName, shape: Shape(rows, labels), updates: .touchedRows, initializer: .zeros, layer: layer)
    rarity = try parameters.add(
      Self.rarityName, shape: Shape(rows, 1), updates: .touchedRows, initializer: .zeros, layer: layer)
    intercept = try parameters.add(
      Self.interceptName, shape: Shape(1, labels), updates: .touchedRows, initializer: .zeros, layer: layer)
    gain = try parameters.add(
      "ngrams.gain", shape: Shape(labels), initializer: .constant(2), layer: layer)
    bias = try parameters.add(
      "ngrams.bias", shape: Shape(labels), role: .bias, initializer: .zeros, layer: layer)
  }

  /// The logits of texts by their scores: [texts, labels].
  package func logits(ofScores scores: Tensor, _ tape: inout Tape) -> Tensor {
    let previous = tape.enter(layer)
    defer { _ = tape.enter(previous) }
    let scaled = multiply(scores, tape[gain], &tape)
    return add(scaled, tape[bias], &tape)
  }

  /// The scores of bags of n-grams: [texts, labels]. No gradient goes back.
  package func scores(_ bag: GramBag, _ tape: inout Tape) -> Tensor {
    let scores = tape.makeTensor(Shape(bag.count, labels), requiresGradient: false)
    let ids = tape.copyIndices(bag.rows)
    let rarities = tape.floats(tape.makeWorkspace(bag.rows.count))
    // A part of a text's rows at a time, so that the memory stays small however long it is and however many labels there are.
    let block = tape.floats(tape.makeWorkspace(Self.block * labels))
    let zero = tape.indices(tape.makeIndices(1))
    zero[0] = 0
    let intercepts = tape.floats(tape.makeWorkspace(labels))
    let rows = tape.indices(ids)
    gather(rarity, rows, width: 1, into: rarities, tape)
    gather(intercept, zero, width: labels, into: intercepts, tape)
    let values = tape.values(of: scores)
    for i in 0..<(tape.isPlanning ? 0 : bag.count) {
      let target = values[i * labels..<(i + 1) * labels]
      target.fill(0)
      let places = bag.places(i)
      var squares: Float = 0
      for place in places {
        let value = bag.weights[place] * rarities[place]
        squares += value * value
      }
      let scale = squares > 0 ? 1 / squares.squareRoot() : 0
      var start = places.lowerBound
      while start < places.upperBound {
        let end = min(start + Self.block, places.upperBound)
        gather(
          weight, rows[start..<end], width: labels, into: block[0..<(end - start) * labels], tape)
        for place in start..<end {
          let value = bag.weights[place] * rarities[place] * scale
          let first = (place - start) * labels
          for k in 0..<labels { target[k] += value * block[first + k] }
        }
        start = end
      }
      for k in 0..<labels { target[k] += intercepts[k] }
    }
    return scores
  }

  /// Rows that are looked at in one go.
  private static let block = 256

  private func gather(
    _ table: ParameterHandle, _ ids: Indices, width: Int, into target: Floats, _ tape: borrowing Tape
  ) {
    if let bytes = tape.bytes(of: table) {
      tape.engine.gatherRows(bytes, ids, into: target)
    } else {
      tape.engine.gatherRows(tape.values(of: table), ids, width: width, into: target)
    }
  }
}
