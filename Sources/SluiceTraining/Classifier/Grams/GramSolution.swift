import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceText

/// The linear classifier of n-grams as it was solved for, and what it says of texts that it was not solved on.
///
/// What a classifier says of the texts that it was made of is too good. So the texts are divided in three parts, each is scored by the classifier
/// of the other two, and of these scores gain and bias learn how much a score is worth.
struct GramSolution: Sendable {
  let solver: GramSolver
  /// How rare each row of the table is.
  let rarities: [Float]
  /// The texts it was solved on.
  let textCount: Int
  private let labelCount: Int
  /// What was found to suit the texts: the power of the rarities, and what an error costs.
  private let choice: Choice
  /// The scores of the texts that were looked at by classifiers that did not see them: [texts, labels].
  private let scores: [Float]
  /// The place of each text of the training part among them, -1 for one that was not looked at.
  private let places: [Int32]
  /// The label of each text of the training part.
  private let labels: [Int32]

  /// The parts that are left out in turn.
  private static let parts = 3

  /// Solves for the classifier, and for those of the parts where they are asked for.
  init(
    _ training: LabeledSequences, _ alphabet: Alphabet, labelCount: Int, weights: [Float]? = nil,
    seed: UInt64,
    isCrossed: Bool = true
  ) {
    var features = GramFeatures(training, alphabet, labelCount: labelCount, seed: seed)
    textCount = features.count
    self.labelCount = labelCount
    let weights = Self.bounded(weights, labelCount)
    var choice = Choice()
    var crossed: [Float] = []
    if isCrossed { (features, choice, crossed) = Self.search(features, weights, seed: seed) }
    self.choice = choice
    rarities = features.rarities
    solver = Self.solver(features, weights, choice, seed: seed)
    var places = [Int32](repeating: -1, count: training.count)
    for (place, text) in features.texts.enumerated() { places[Int(text)] = Int32(place) }
    self.places = places
    labels = training.labels
    scores = crossed
  }

  /// The classifier solved for anew on texts among which are those of `earlier`: with as many rows, and with what was found to suit those. It has no
  /// scores of texts that it was not solved on.
  init(
    again earlier: GramSolution, on texts: LabeledSequences, _ alphabet: Alphabet, weights: [Float]?,
    seed: UInt64
  ) {
    (labelCount, choice) = (earlier.labelCount, earlier.choice)
    var features = GramFeatures(
      texts, alphabet, labelCount: labelCount, seed: seed, rows: earlier.rarities.count)
    if choice.power != 1 { features = features.withRarities(toThe: choice.power) }
    textCount = features.count
    rarities = features.rarities
    solver = Self.solver(features, Self.bounded(weights, labelCount), choice, seed: seed)
    (places, labels, scores) = ([], [], [])
  }

  private static func bounded(_ weights: [Float]?, _ labelCount: Int) -> [Float] {
    (weights ?? [Float](repeating: 1, count: labelCount)).map { max($0, 1e-3) }
  }

  /// The classifier of all texts of the features.
  private static func solver(
    _ features: GramFeatures, _ weights: [Float], _ choice: Choice, seed: UInt64
  ) -> GramSolver {
    GramSolver(
      features, leavingOut: { _ in false }, costs: weights.map { $0 * choice.cost }, cost: choice.cost,
      seed: seed)
  }

  /// What suits the texts.
  private struct Choice {
    var power: Float = 1
    var cost: Float = 1
  }

  /// What decides how well the classifier does, tried one after the other on the parts that are left out in turn.
  private static let powers: [Float] = [1, 0.5, 0]
  private static let costs: [Float] = [3, 0.3]
  /// The most elements of a pass for which more than the usual choice is tried.
  private static let searchLimit = 1 << 25

  /// The features and the cost with which texts that were left out are told best, by the mean of the labels' F1, and the scores of those
  /// texts: first the power of the rarities is chosen, then the cost of an error. Of equal ones the first.
  private static func search(
    _ features: GramFeatures, _ weights: [Float], seed: UInt64
  ) -> (features: GramFeatures, choice: Choice, scores: [Float]) {
    var best = (features: features, choice: Choice(), scores: crossed(features, weights, 1, seed: seed))
    guard features.rows.count * features.labelCount <= searchLimit else { return best }
    var figure = macroF1(best.scores, features)
    for power in powers.dropFirst() {
      let other = features.withRarities(toThe: power)
      let scores = crossed(other, weights, 1, seed: seed)
      let found = macroF1(scores, features)
      if found > figure { (best, figure) = ((other, Choice(power: power), scores), found) }
    }
    for cost in costs {
      let scores = crossed(best.features, weights, cost, seed: seed)
      let found = macroF1(scores, features)
      if found > figure {
        (best, figure) = ((best.features, Choice(power: best.choice.power, cost: cost), scores), found)
      }
    }
    return best
  }

  /// The scores of all texts, each by the classifier of the parts that it is not in.
  private static func crossed(
    _ features: GramFeatures, _ weights: [Float], _ cost: Float, seed: UInt64
  ) -> [Float] {
    let part = parts(of: features)
    let solvers = (0..<parts).map { left in
      GramSolver(
        features, leavingOut: { part[$0] == left }, costs: weights.map { $0 * cost }, cost: cost,
        seed: seed)
    }
    var scores: [Float] = []
    scores.reserveCapacity(features.count * features.labelCount)
    for i in 0..<features.count { solvers[part[i]].add(features, i, to: &scores) }
    return scores
  }

  private static func macroF1(_ scores: [Float], _ features: GramFeatures) -> Double {
    let width = features.labelCount
    if features.sets != nil {
      let names = (0..<width).map { "\($0)" }
      let thresholds = LabelThresholds(scores, labels: width, features.labelIDs).logits
      return SetSearch.report(scores, thresholds, names, count: features.count, features.labelIDs)
        .macroF1
    }
    var report = ClassificationReport(labelNames: (0..<width).map { "\($0)" })
    for i in 0..<features.count {
      var best = 0
      for k in 0..<width where scores[i * width + k] > scores[i * width + best] { best = k }
      report.add(expected: features.labels[i], predicted: Int32(best))
    }
    return report.macroF1
  }

  /// The part of each text: in turn within its label, or the rarest of its labels.
  private static func parts(of features: GramFeatures) -> [Int] {
    if features.sets != nil {
      var counts = [Int](repeating: 0, count: features.labelCount)
      for i in 0..<features.count { for label in features.labelIDs(i) { counts[Int(label)] += 1 } }
      var next = [Int](repeating: 0, count: features.labelCount + 1)
      return (0..<features.count).map { i in
        let rarest = features.labelIDs(i).min { (counts[Int($0)], $0) < (counts[Int($1)], $1) }
        let label = rarest.map { Int($0) } ?? features.labelCount
        defer { next[label] += 1 }
        return next[label] % parts
      }
    }
    var next = [Int](repeating: 0, count: features.labelCount)
    return features.labels.map { label in
      defer { next[Int(label)] += 1 }
      return next[Int(label)] % parts
    }
  }

  /// Writes the table into a model's parameters.
  func write(to grams: GramClassifier, in parameters: inout Parameters) {
    let values = values
    for handle in [grams.weight, grams.rarity, grams.intercept] {
      guard let own = values[parameters[handle].name] else { continue }
      parameters.values(of: handle).copy(from: own)
    }
  }

  /// What a model's parameters have of the table, by their names. Where there are more than two labels the weights lie where they were solved for.
  var values: [String: Floats] {
    func floats(_ count: Int, _ value: (Int) -> Float) -> Floats {
      let floats = Arena<Float>(capacity: max(count, 1), named: "n-grams")[0..<count]
      for i in 0..<count { floats[i] = value(i) }
      return floats
    }
    let width = labelCount
    let isWhole = solver.weights.count == rarities.count * width
    return [
      GramClassifier.weightName: isWhole
        ? solver.weights : floats(rarities.count * width) { solver.weight($0 / width, $0 % width) },
      GramClassifier.rarityName: floats(rarities.count) { rarities[$0] },
      GramClassifier.interceptName: floats(width) { solver.intercept($0) },
    ]
  }

  /// The scores of a batch by classifiers that did not see its texts: of the texts of the training part that its indices name, which are those of the batch, or
  /// others where the training part is a sample of a file. Allocates nothing.
  ///
  /// - Parameter labels: gets their labels, or `ignoredLabel` for a text that was not looked at.
  func scores(of batch: LabeledBatch, labels: Indices, _ tape: inout Tape) -> Tensor {
    let width = labelCount
    let tensor = tape.makeTensor(Shape(batch.count, width), requiresGradient: false)
    let values = tape.values(of: tensor)
    for i in 0..<batch.count {
      let index = Int(batch.indices[i])
      let place = index >= 0 && index < places.count ? Int(places[index]) : -1
      labels[i] = place < 0 ? ignoredLabel : self.labels[index]
      for k in 0..<width { values[i * width + k] = place < 0 ? 0 : scores[place * width + k] }
    }
    return tensor
  }

  /// How right the likeliest labels of texts are; nil once `goesOn` says no.
  func report(
    on texts: LabeledSequences, _ alphabet: Alphabet, labelNames: [String], sharesThreshold: Bool = false,
    while goesOn: () -> Bool
  ) -> ClassificationReport? {
    var report = ClassificationReport(labelNames: labelNames)
    // Of sets the scores of all texts, for the thresholds that suit them, as those of a model do.
    var scores: [Float] = []
    var reader = GramReader(alphabet, rows: rarities.count)
    var bag = GramBag()
    var sums = [Float](repeating: 0, count: labelCount)
    for i in 0..<texts.count {
      if i % 64 == 0, !goesOn() { return nil }
      bag.removeAll()
      reader.read(texts.symbols[i], into: &bag)
      var best = 0
      var squares: Float = 0
      for k in 0..<labelCount { sums[k] = 0 }
      for place in bag.rows.indices {
        let row = Int(bag.rows[place])
        let value = bag.weights[place] * rarities[row]
        guard value != 0 else { continue }
        squares += value * value
        for k in 0..<labelCount { sums[k] += value * solver.weight(row, k) }
      }
      let scale = squares > 0 ? 1 / squares.squareRoot() : 0
      for k in 0..<labelCount {
        sums[k] = sums[k] * scale + solver.intercept(k)
        if sums[k] > sums[best] { best = k }
      }
      if texts.sets == nil {
        report.add(expected: texts.labels[i], predicted: Int32(best))
      } else {
        scores += sums
      }
    }
    if texts.sets != nil {
      let thresholds = LabelThresholds(
        scores, labels: labelCount, isShared: sharesThreshold, texts.labelIDs
      ).logits
      return SetSearch.report(scores, thresholds, labelNames, count: texts.count, texts.labelIDs)
    }
    return report
  }
}
