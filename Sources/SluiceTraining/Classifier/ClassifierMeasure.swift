import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceProcesses
import SluiceStorage
import SluiceText

/// The right ones of a step or an epoch.
public struct ClassifierFigures: StepFigures {
  /// The texts whose likeliest label was theirs.
  public var correct = 0
  /// The texts.
  public var count = 0

  public init() {}
  init(correct: Int, count: Int) {
    self.correct = correct
    self.count = count
  }

  /// The share of right ones.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  public mutating func add(_ step: ClassifierFigures, count: Int) {
    correct += step.correct
    self.count += step.count
  }

  public func writeStep(to log: MetricsLog) {
    log.add("accuracy", Float(correct) / Float(max(count, 1)))
  }

  public func writeEpoch(to log: MetricsLog) { log.add("accuracy", accuracy) }
}

/// How good a classifier is on its validation part.
public struct ClassifierMeasure: JobMeasure {
  /// The mean loss of a text, in nats.
  public var loss: Double
  /// The share of right ones.
  public var accuracy: Double
  /// The mean of the labels' F1.
  public var macroF1: Double
  /// How entangled the labels' states are; nil without the loss that measures it.
  public var entanglement: Double?
  /// The share of the n-grams in the answers; nil where not both characters and n-grams are read.
  public var ngramShare: Double?
  /// The figure that decides which epoch is best, where it is not macro F1.
  public var score: Double?
  /// By label; kept while the training runs, not stored.
  public var report: ClassificationReport?

  private enum CodingKeys: String, CodingKey {
    case loss, accuracy, macroF1, entanglement, ngramShare, score
  }

  init(loss: Double, report: ClassificationReport, entanglement: Double?) {
    self.loss = loss
    self.report = report
    self.entanglement = entanglement
    accuracy = report.accuracy
    macroF1 = report.macroF1
  }

  public var validationLoss: Double? { loss }
  public var nonFinite: String? { loss.isFinite ? nil : "loss" }

  public func isBetter(than other: ClassifierMeasure) -> Bool {
    (score ?? macroF1, -loss) > (other.score ?? other.macroF1, -other.loss)
  }

  public func write(to log: MetricsLog) {
    log.add("validation_loss", loss)
    log.add("validation_accuracy", accuracy)
    log.add("validation_macro_f1", macroF1)
    if let entanglement { log.add("validation_entanglement", entanglement) }
    if let ngramShare { log.add("ngram_share", ngramShare) }
  }

  var summary: String { "accuracy \(percent(accuracy))  macro F1 \(percent(macroF1))" }

  public var text: String {
    "validation loss \(fixed(loss, 4))  \(summary)"
      + (entanglement.map { "  entanglement \(fixed($0, 4))" } ?? "")
  }
}

/// The figures by label are saved too.
extension ClassifierMeasure {
  public func write(to state: inout StateWriter) {
    CodableState.write(self, to: &state)
    state.write(report) { state, report in
      state.write(each: report.labelNames) { $0.write($1) }
      state.write(part: "counts", report)
    }
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    self = try CodableState.read(Self.self, from: &state)
    report = try state.readOptional { (state: inout StateReader) throws(StateError) in
      let names = try state.readList { (state: inout StateReader) throws(StateError) in
        try state.readText()
      }
      var report = ClassificationReport(labelNames: names)
      try state.read(part: "counts", into: &report)
      return report
    }
  }
}

extension ClassifierJob {
  /// The labels that a training prints a line for; `evaluate` has one for each.
  private static let tableLimit = 100
  /// The labels that the log's last line has figures of. All are in the one line, which readers hold in memory.
  private static let labelLimit = 1_000

  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    measure(model, parameters, &tape, sharing: SharedWork(), while: goesOn)
  }

  /// Each process measures a run of batches; what came of them is added up in the order of the batches.
  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork,
    while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    let shares = model.classifier.share == nil ? [0] : ShareSearch.all
    return measure(validation, model, shares, parameters, &tape, sharing: work, while: goesOn)
  }

  public func measureTest(
    _ model: Model, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    guard let test else { return nil }
    let share = model.classifier.share.map { Double(parameters.values(of: $0)[0]) }
    var tape = Tape(for: parameters)
    tape.mode = .evaluation
    return measure(
      test, model, [share ?? 0], parameters, &tape, sharing: SharedWork(), while: goesOn)
  }

  /// What is added up over the batches beside the losses.
  private struct Entangled: BitwiseCopyable {
    var loss = 0.0
    var counted = 0
  }

  /// Measures a model on a part of the data, with the best of some shares of the n-grams.
  private func measure(
    _ part: LabeledSequences, _ model: Model, _ shares: [Double], _ parameters: borrowing Parameters,
    _ tape: inout Tape, sharing work: SharedWork, while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    let (size, count) = (textsAtOnce, part.batchCount(of: textsAtOnce))
    let own = work.own(of: count)
    var search = ShareSearch(shares, batches: count, of: size, classes: labelNames.count)
    var entangled = Array(repeating: Entangled(), count: count)
    var batches = part.batches(of: size)
    batches.start(epoch: 0, cursor: min(own.lowerBound * size, part.count))
    var batch = LabeledBatch()
    // Kept over the batches: a reader looks up what every character of the alphabet is.
    var reader = description.gramReader
    var bag = GramBag()
    for i in own {
      guard goesOn(), batches.next(into: &batch) else { return nil }
      tape.reset()
      var (read, scored): (Floats?, Floats?)
      if let characters = model.classifier.characters {
        let states = characters.states(batch.symbols, &tape)
        let logits = characters.output(states, &tape)
        if let neighbors = model.neighbors {
          let seen = entanglement(
            states, batch.labels, temperature: neighbors.temperature(in: tape), distance: neighbors.distance,
            &tape)
          entangled[i] = Entangled(loss: Double(seen.loss) * Double(seen.counted), counted: seen.counted)
        }
        read = tape.values(of: logits)
      }
      if let table = model.classifier.grams {
        reader?.read(batch.symbols, into: &bag)
        let logits = table.logits(ofScores: table.scores(bag, &tape), &tape)
        scored = tape.values(of: logits)
      }
      search.set(batch: i, read, scored, batch.labels)
    }
    guard work.gather(&entangled), search.gather(work) else { return nil }
    let best = search.best(labels: part.labels, names: labelNames)
    // The share goes with the model: what was found best for these weights is saved with them.
    if let share = model.classifier.share { parameters.values(of: share)[0] = Float(best.share) }
    var sum = Entangled()
    for batch in entangled {
      sum.loss += batch.loss
      sum.counted += batch.counted
    }
    var measure = ClassifierMeasure(
      loss: best.loss / Double(max(part.count, 1)), report: best.report,
      entanglement: model.neighbors == nil ? nil : sum.loss / Double(max(sum.counted, 1)))
    if model.classifier.share != nil { measure.ngramShare = best.share }
    if let metric = settings.metric, metric != .macroF1 { measure.score = metric.value(of: best.report) }
    return measure
  }

  public mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) {
    say(statistics.table(labelLimit: Self.tableLimit))
    let tested = test.map { "\(grouped($0.count)) to test on, " } ?? ""
    say(
      "\n\(grouped(trainingCount)) to train on, \(grouped(validation.count)) to validate on, \(tested)"
        + "\(grouped(alphabet.count - 1)) characters\n")
    if let streamingText { say(streamingText) }
    if leavesOutGrams {
      say("n-grams are left out beside the characters: there are too few texts for so many labels\n")
    }
    knownBaselines = measureBaselines(while: goesOn) ?? []
    if !knownBaselines.isEmpty { say("to beat on the validation part\n" + baselineText + "\n") }
  }

  public func scheduleFigure(of measure: ClassifierMeasure, after epoch: Int) -> Double? { measure.loss }

  public func writeSummary(best: ClassifierMeasure?, test: ClassifierMeasure?, to log: MetricsLog) {
    guard let best else { return }
    log.add("accuracy", best.accuracy)
    log.add("macro_f1", best.macroF1)
    if let test {
      log.add("test_accuracy", test.accuracy)
      log.add("test_macro_f1", test.macroF1)
      log.add("test_loss", test.loss)
    }
    if let share = best.ngramShare { log.add("ngram_share", share) }
    writeBaselines(to: log)
    guard let report = best.report else { return }
    let labels = report.labels(atMost: Self.labelLimit)
    if labels.count < report.labelNames.count {
      log.add("labels_left_out", report.labelNames.count - labels.count)
    }
    log.beginObject("labels")
    for label in labels {
      log.beginObject(label.name)
      log.add("precision", label.precision)
      log.add("recall", label.recall)
      log.add("f1", label.f1)
      log.add("count", label.count)
      log.endObject()
    }
    log.endObject()
  }

  public func progressText(loss: Double, _ figures: ClassifierFigures) -> String {
    "loss \(fixed(loss, 4))  accuracy \(percent(figures.accuracy))"
  }

  public func epochText(
    loss: Double, _ figures: ClassifierFigures, _ measure: ClassifierMeasure
  ) -> String {
    "\(progressText(loss: loss, figures))  \(measure.text)"
  }

  public func resultText(best: ClassifierMeasure) -> String {
    "accuracy \(percent(best.accuracy)), macro F1 \(fixed(best.macroF1, 3))"
  }

  public func conclusion(best: ClassifierMeasure) -> String {
    [
      best.report?.table(labelLimit: Self.tableLimit),
      baselineText.isEmpty ? nil : "\nfor comparison\n" + baselineText,
    ]
    .compactMap { $0 }.joined(separator: "\n")
  }
}
