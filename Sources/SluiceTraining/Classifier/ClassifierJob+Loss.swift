import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceOptimizers
import SluiceText

// What a batch costs: the loss of the net, beside it that of the table of n-grams, and the loss of both as they are used.
extension ClassifierJob {
  /// Adds the rows of the characters' table that a batch reads, the unknown one where some are dropped.
  public func addReads(of batch: LabeledBatch, by model: Model, to reads: inout TableReads) {
    guard let characters = model.classifier.characters else { return }
    UnknownDropout.addReads(
      of: batch.symbols, share: settings.model.unknownShare, in: characters.embedding.table, to: &reads)
  }

  /// Records the loss of a batch: cross entropy, or binary cross entropy of sets, and that of neighbors where it is asked for.
  ///
  /// Reads the batch and the state of the unknown letters, and writes the state after them; the figures count the right ones.
  public func loss(
    of batch: LabeledBatch, by model: Model, from before: UnknownDropout, to after: inout UnknownDropout,
    _ tape: inout Tape
  ) -> StepLoss<ClassifierFigures> {
    if tape.mode == .evaluation { return lossInUse(of: batch, by: model, &tape) }
    // The classifier of n-grams first: its loss is its own and not what the step is told by, unless it is all there is.
    let scored = gramLoss(of: batch, by: model.classifier, &tape)
    guard let characters = model.classifier.characters else {
      guard let scored else { return lossInUse(of: batch, by: model, &tape) }
      return StepLoss(
        scored.loss, mean: tape.scalar(scored.loss), count: batch.count,
        figures: figures(scored.logits, batch, tape))
    }
    after.read(batch.symbols, in: tape)
    let states = characters.states(after.symbols, &tape)
    let logits = characters.output(states, &tape)
    var loss =
      if labelSets != nil {
        lossOfSets(logits, batch.labels, positiveWeights: weights, &tape)
      } else if let weights {
        crossEntropy(logits, batch.labels, weights: weights, &tape)
      } else {
        crossEntropy(logits, batch.labels, &tape)
      }
    if let neighbors = model.neighbors { loss = add(loss, neighbors(states, batch.labels, &tape), &tape) }
    let mean = tape.scalar(loss)
    if let scored { loss = add(loss, scored.loss, &tape) }
    return StepLoss(loss, mean: mean, count: batch.count, figures: figures(logits, batch, tape))
  }

  /// The loss of the classifier of n-grams, whose scores are those of classifiers that did not see the texts; nil where there is none.
  private func gramLoss(
    of batch: LabeledBatch, by classifier: TextClassifier, _ tape: inout Tape
  ) -> (loss: Tensor, logits: Tensor)? {
    guard let grams, let table = classifier.grams else { return nil }
    let labels = tape.makeIndices(batch.count)
    let scores = grams.scores(of: batch, labels: tape.indices(labels), &tape)
    let logits = table.logits(ofScores: scores, &tape)
    if labelSets != nil {
      return (lossOfSets(logits, tape.indices(labels), positiveWeights: weights, &tape), logits)
    }
    guard let weights else { return (crossEntropy(logits, labels, reduction: .mean, &tape), logits) }
    return (crossEntropy(logits, labels, weights: weights, &tape), logits)
  }

  /// The loss of the classifier as it is used: what measuring takes memory for.
  private func lossInUse(
    of batch: LabeledBatch, by model: Model, _ tape: inout Tape
  ) -> StepLoss<ClassifierFigures> {
    let logits = model.classifier.logits(batch.symbols, bag(of: batch), &tape)
    let loss =
      labelSets == nil
      ? crossEntropy(logits, batch.labels, &tape)
      : lossOfSets(logits, batch.labels, positiveWeights: nil, &tape)
    return StepLoss(
      loss, mean: tape.scalar(loss), count: batch.count, figures: figures(logits, batch, tape))
  }

  /// The n-grams of a batch; none where none are read.
  func bag(of batch: LabeledBatch) -> GramBag {
    var bag = GramBag()
    var reader = description.gramReader
    reader?.read(batch.symbols, into: &bag)
    return bag
  }

  private func figures(_ logits: Tensor, _ batch: LabeledBatch, _ tape: borrowing Tape) -> ClassifierFigures {
    if labelSets != nil { return figuresOfSets(tape.values(of: logits), batch.labels) }
    return ClassifierFigures(
      correct: Self.correctCount(tape.values(of: logits), batch.labels), count: batch.labels.count)
  }

  private static func correctCount(_ logits: Floats, _ labels: [Int32]) -> Int {
    let classes = logits.count / max(labels.count, 1)
    var correct = 0
    for i in 0..<labels.count
    where logits[i * classes..<(i + 1) * classes].indexOfMaximum == Int(labels[i]) {
      correct += 1
    }
    return correct
  }
}
