import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceProcesses
import SluiceStorage
import SluiceText

/// The right ones of a step or an epoch.
public struct ClassifierFigures: StepFigures {
  /// The texts whose likeliest label was theirs. Where texts have any number of labels, twice the labels that were rightly given.
  public var correct = 0
  /// The texts. Where texts have any number of labels, those that they have and those that they were given together.
  public var count = 0
  /// Whether texts have any number of labels; each is given from a probability of one half on.
  public var isOfSets = false

  /// A measure of no texts.
  public init() {}
  init(correct: Int, count: Int) {
    self.correct = correct
    self.count = count
  }

  /// The share of right ones; where texts have any number of labels, micro F1.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// Adds the figures of a step of so many texts.
  public mutating func add(_ step: ClassifierFigures, count: Int) {
    correct += step.correct
    self.count += step.count
    if step.isOfSets { isOfSets = true }
  }

  private var name: String { isOfSets ? "micro_f1" : "accuracy" }

  /// The share in words.
  var text: String { "\(isOfSets ? "micro F1" : "accuracy") \(percent(accuracy))" }

  /// Writes what a line of a step has of it.
  public func writeStep(to log: MetricsLog) {
    log.add(name, Float(correct) / Float(max(count, 1)))
  }

  public func writeEpoch(to log: MetricsLog) { log.add(name, accuracy) }
}

/// How good a classifier is on its validation part.
public struct ClassifierMeasure: JobMeasure {
  /// The mean loss of a text, in nats; where texts have any number of labels, of one of its labels.
  public var loss: Double
  /// The share of right ones; where texts have any number of labels, of those that were given exactly theirs.
  public var accuracy: Double
  /// The mean of the labels' F1.
  public var macroF1: Double
  /// F1 of all labels together; nil where a text has one label, of which it is the accuracy.
  public var microF1: Double?
  /// How entangled the labels' states are; nil without the loss that measures it.
  public var entanglement: Double?
  /// The share of the n-grams in the answers; nil where not both characters and n-grams are read.
  public var ngramShare: Double?
  /// The figure that decides which epoch is best, where it is not macro F1.
  public var score: Double?
  /// By label; kept while the training runs, not stored.
  public var report: ClassificationReport?

  private enum CodingKeys: String, CodingKey {
    case loss, accuracy, macroF1, microF1, entanglement, ngramShare, score
  }

  init(loss: Double, report: ClassificationReport, entanglement: Double?) {
    self.loss = loss
    self.report = report
    self.entanglement = entanglement
    accuracy = report.accuracy
    macroF1 = report.macroF1
    if report.isOfSets { microF1 = report.microF1 }
  }

  public var validationLoss: Double? { loss }
  public var nonFinite: String? { loss.isFinite ? nil : "loss" }

  public func isBetter(than other: ClassifierMeasure) -> Bool {
    (score ?? macroF1, -loss) > (other.score ?? other.macroF1, -other.loss)
  }

  public func write(to log: MetricsLog) {
    log.add("validation_loss", loss)
    log.add(microF1 == nil ? "validation_accuracy" : "validation_subset_accuracy", accuracy)
    log.add("validation_macro_f1", macroF1)
    if let microF1 { log.add("validation_micro_f1", microF1) }
    if let entanglement { log.add("validation_entanglement", entanglement) }
    if let ngramShare { log.add("ngram_share", ngramShare) }
  }

  var summary: String {
    guard let microF1 else { return "accuracy \(percent(accuracy))  macro F1 \(percent(macroF1))" }
    return "micro F1 \(percent(microF1))  macro F1 \(percent(macroF1))  subset accuracy \(percent(accuracy))"
  }

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
    let isOfSets = microF1 != nil
    report = try state.readOptional { (state: inout StateReader) throws(StateError) in
      let names = try state.readList { (state: inout StateReader) throws(StateError) in
        try state.readText()
      }
      var report = ClassificationReport(labelNames: names, ofSets: isOfSets)
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
    // Of a stored model the thresholds are those that it will be used with.
    if labelSets != nil, tape.hasFixedValues {
      let share = model.classifier.share.map { Double(parameters.values(of: $0)[0]) }
      let thresholds = model.classifier.threshold.map { parameters.values(of: $0).array }
      return measure(
        validation, model, [share ?? 0], thresholds, parameters, &tape, sharing: work, while: goesOn)
    }
    let shares = model.classifier.share == nil ? [0] : ShareSearch.all
    return measure(validation, model, shares, nil, parameters, &tape, sharing: work, while: goesOn)
  }

  public func measureTest(
    _ model: Model, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    guard let test else { return nil }
    let share = model.classifier.share.map { Double(parameters.values(of: $0)[0]) }
    let thresholds = model.classifier.threshold.map { parameters.values(of: $0).array }
    var tape = Tape(for: parameters)
    tape.mode = .evaluation
    return measure(
      test, model, [share ?? 0], thresholds, parameters, &tape, sharing: SharedWork(), while: goesOn)
  }

  /// What is added up over the batches beside the losses.
  private struct Entangled: BitwiseCopyable {
    var loss = 0.0
    var counted = 0
  }

  /// Measures a model on a part of the data, with the best of some shares of the n-grams.
  ///
  /// - Parameter thresholds: where texts have any number of labels, from which logit on each is given; nil for the best ones.
  private func measure(
    _ part: LabeledSequences, _ model: Model, _ shares: [Double], _ thresholds: [Float]?,
    _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork, while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    let (size, count) = (textsAtOnce, part.batchCount(of: textsAtOnce))
    let own = work.own(of: count)
    var search =
      labelSets == nil
      ? ShareSearch(shares, batches: count, of: size, classes: labelNames.count) : nil
    var sets = labelSets.map { _ in
      SetSearch(
        shares, batches: count, of: size, labels: labelNames.count, hasBoth: model.classifier.share != nil)
    }
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
      if let labelSets {
        sets?.set(batch: i, read, scored, batch.labels, labelSets)
      } else {
        search?.set(batch: i, read, scored, batch.labels)
      }
    }
    guard work.gather(&entangled), search?.gather(work) ?? true, sets?.gather(work) ?? true else {
      return nil
    }
    let found = sets?.best(
      of: part, names: labelNames, thresholds: thresholds, sharesThreshold: sharesThreshold)
    guard let best = found?.found ?? search?.best(labels: part.labels, names: labelNames) else { return nil }
    // The thresholds go with the model as the share does.
    if let found, let threshold = model.classifier.threshold, thresholds == nil {
      let values = parameters.values(of: threshold)
      for k in 0..<values.count { values[k] = found.thresholds[k] }
    }
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
    if labelSets != nil { say(setText) }
    let tested = test.map { "\(grouped($0.count)) to test on, " } ?? ""
    say(
      "\n\(grouped(trainingCount)) to train on, \(grouped(validation.count)) to validate on, \(tested)"
        + "\(grouped(alphabet.count - 1)) characters\n")
    if let streamingText { say(streamingText) }
    if let refitText { say(refitText + "\n") }
    if leavesOutGrams {
      say("n-grams are left out beside the characters: there are too few texts for so many labels\n")
    }
    knownBaselines = measureBaselines(while: goesOn) ?? []
    if !knownBaselines.isEmpty { say("to beat on the validation part\n" + baselineText + "\n") }
  }

  /// Which texts the saved table of n-grams is made of, where these are more than what is measured is made of.
  var refitText: String? {
    refittedGrams.map {
      "the saved table of n-grams is made of all \(grouped($0.textCount)) texts; figures of the validation part are those of the table made "
        + "of the \(grouped(training.count)) to train on"
    }
  }

  public func scheduleFigure(of measure: ClassifierMeasure, after epoch: Int) -> Double? { measure.loss }

  public func writeSummary(best: ClassifierMeasure?, test: ClassifierMeasure?, to log: MetricsLog) {
    guard let best else { return }
    let accuracy = best.microF1 == nil ? "accuracy" : "subset_accuracy"
    log.add(accuracy, best.accuracy)
    log.add("macro_f1", best.macroF1)
    if let microF1 = best.microF1 { log.add("micro_f1", microF1) }
    if let test {
      log.add("test_" + accuracy, test.accuracy)
      log.add("test_macro_f1", test.macroF1)
      if let microF1 = test.microF1 { log.add("test_micro_f1", microF1) }
      log.add("test_loss", test.loss)
    }
    if let share = best.ngramShare { log.add("ngram_share", share) }
    if let texts = description.ngramTexts { log.add("ngram_texts", texts) }
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
    "loss \(fixed(loss, 4))  \(figures.text)"
  }

  public func epochText(
    loss: Double, _ figures: ClassifierFigures, _ measure: ClassifierMeasure
  ) -> String {
    "\(progressText(loss: loss, figures))  \(measure.text)"
  }

  public func resultText(best: ClassifierMeasure) -> String {
    (best.microF1.map { "micro F1 \(fixed($0, 3))" } ?? "accuracy \(percent(best.accuracy))")
      + ", macro F1 \(fixed(best.macroF1, 3))"
  }

  public func conclusion(best: ClassifierMeasure) -> String {
    [
      best.report?.table(labelLimit: Self.tableLimit),
      labelSets == nil
        ? nil
        : "\nthe thresholds were chosen on these texts, so their figures are a little too good"
          + (test == nil ? ": --test FILE measures on others" : ""),
      refitText.map { "\n" + $0 },
      baselineText.isEmpty ? nil : "\nfor comparison\n" + baselineText,
    ]
    .compactMap { $0 }.joined(separator: "\n")
  }
}
