import CLibrary
import SluiceCore
import SluiceFlow
import SluiceLayers
import SluiceText

extension ClassifierJob: CheckableJob {
  /// The examples of the tiny batch.
  static let tinyBatchSize = 16

  /// The same job as a check needs it: of another size or without dropout, without n-grams, sets of labels and weights.
  public func varied(_ variant: RecipeVariant) -> ClassifierJob {
    var settings = settings
    settings.model.units *= variant.unitsFactor
    // The table of n-grams is solved for and not trained: what there is to check is the recurrent net.
    if settings.model.reader == .both { settings.model.reader = .characters }
    // Thresholds are chosen and not trained: without them nothing is said of them. The loss goes by the texts' labels.
    settings.model.multilabel = nil
    // Training weighs what measuring does not.
    settings.classWeights = nil
    // The checks compare losses of the same characters.
    settings.model.unknownShare = nil
    settings.optimizer.vary(by: variant)
    if !variant.hasDropout { (settings.model.dropout, settings.model.recurrentDropout) = (0, 0) }
    // What is known of the loss is known of the cross entropy alone.
    settings.softNearestNeighbor = nil
    return with(settings)
  }

  /// The first batch in which not all labels are the same: of one with a single label nothing can be learned from the inputs, and
  /// where one label is much more frequent than all others most batches are such.
  public func makeTinyBatch() -> LabeledBatch {
    var batches = training.batches(of: Self.tinyBatchSize, shuffledBy: settings.seed)
    var batch = LabeledBatch()
    batches.start(epoch: 1)
    while batches.next(into: &batch) {
      if batch.labels.contains(where: { $0 != batch.labels[0] }) { return batch }
    }
    batches.start(epoch: 1)
    _ = batches.next(into: &batch)
    return batch
  }

  /// As many texts without a character, with the labels of a batch.
  public func blank(_ batch: LabeledBatch) -> LabeledBatch {
    LabeledBatch(.blank(batch.count), labelsOf: batch)
  }

  /// The texts of a batch, unknown characters as the alphabet shows them.
  public func texts(of batch: LabeledBatch) -> [String] {
    (0..<batch.count).map { alphabet.decode(batch.symbols[$0]) }
  }

  /// Where texts have any number of labels there are no classes of which one has to be.
  public func labels(of batch: LabeledBatch) -> [Int] {
    labelSets == nil ? batch.labels.map { Int($0) } : []
  }
  public var classCounts: [Int] { labelSets == nil ? labelCounts : [] }
  public var classNames: [String] { labelSets == nil ? labelNames : [] }
  public var metric: String { labelSets == nil ? "accuracy" : "subset accuracy" }
  /// The bias of the layer that gives the logits: of the net, or of the table of n-grams where there is none.
  public func outputBias(of model: Model) -> ParameterHandle? {
    model.classifier.characters?.output.bias ?? model.classifier.grams?.bias
  }
  public var dropout: Float { max(settings.model.dropout, settings.model.recurrentDropout) }
  public var chance: RecipeChance? {
    labelSets == nil
      ? RecipeChance(logarithm(of: labelNames.count), named: "-log(1/\(labelNames.count))")
      : expectation.chance.map { RecipeChance($0, named: "that of a probability of 1/2 for each label") }
  }

  /// The logits of a batch beside its labels, or sets of them.
  public func answers(
    to batch: LabeledBatch, of model: Model, _ tape: inout Tape
  ) -> RecipeAnswers {
    let logits = tape.array(model.classifier.logits(batch.symbols, bag(of: batch), &tape))
    guard let labelSets else { return RecipeAnswers(logits: logits, batch.labels) }
    return RecipeAnswers(logits, sets: batch.labels.map { labelSets[$0] })
  }

  /// The characters and logits of a batch, to see which text reaches which; nil where only n-grams are read.
  public func reach(of batch: LabeledBatch, by model: Model, _ tape: inout Tape) -> OutputReach? {
    guard let characters = model.classifier.characters else { return nil }
    let letters = characters.embedding(batch.symbols, &tape)
    let logits = characters.output(characters.states(of: letters, &tape), &tape)
    return OutputReach(
      inputs: letters.steps, outputs: logits,
      weights: .first(labelNames.count, of: logits, tape), first: batch.symbols.length(0))
  }
}

extension RecipeAnswers {
  /// What logits of several labels say of each text: how sure they are of its labels, as the geometric mean of the probabilities of all labels to
  /// be there or not, and whether exactly its labels have a probability of one half or more.
  init(_ logits: [Float], sets: [ArraySlice<Int32>]) {
    self.init()
    let width = logits.count / max(sets.count, 1)
    for (i, set) in sets.enumerated() {
      var (loss, isRight) = (0.0, true)
      for k in 0..<width {
        let (logit, isMember) = (logits[i * width + k], set.contains(Int32(k)))
        loss += multilabelLoss(logit, isMember ? 1 : 0, 1)
        if isMember != (logit >= 0) { isRight = false }
      }
      certainties.append(Float(exp(-loss / Double(max(width, 1)))))
      if isRight { right += 1 }
    }
  }
}
