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
  /// By label; kept while the training runs, not stored.
  public var report: ClassificationReport?

  private enum CodingKeys: String, CodingKey {
    case loss, accuracy, macroF1, entanglement
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
    (macroF1, -loss) > (other.macroF1, -other.loss)
  }

  public func write(to log: MetricsLog) {
    log.add("validation_loss", loss)
    log.add("validation_accuracy", accuracy)
    log.add("validation_macro_f1", macroF1)
    if let entanglement { log.add("validation_entanglement", entanglement) }
  }

  public var text: String {
    "validation loss \(fixed(loss, 4))  accuracy \(percent(accuracy))  macro F1 \(percent(macroF1))"
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

  /// What is added up over the batches of the validation part.
  private struct BatchFigures: BitwiseCopyable {
    var loss = 0.0
    var entanglement = 0.0
    var counted = 0
  }

  /// Each process measures a run of batches; the figures are added up in the order of the batches.
  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork,
    while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    let (size, count) = (textsAtOnce, validation.batchCount(of: textsAtOnce))
    let own = work.own(of: count)
    var figures = Array(repeating: BatchFigures(), count: count)
    var predicted = Array(repeating: Int32(0), count: count * size)
    var batches = validation.batches(of: size)
    batches.start(epoch: 0, cursor: min(own.lowerBound * size, validation.count))
    var batch = LabeledBatch()
    for i in own {
      guard goesOn(), batches.next(into: &batch) else { return nil }
      tape.reset()
      let states = model.classifier.states(batch.symbols, &tape)
      let logits = model.classifier.output(states, &tape)
      if let neighbors = model.neighbors {
        let seen = entanglement(
          states, batch.labels, temperature: neighbors.temperature(in: tape), distance: neighbors.distance,
          &tape)
        figures[i].entanglement = Double(seen.loss) * Double(seen.counted)
        figures[i].counted = seen.counted
      }
      figures[i].loss = Double(tape.scalar(crossEntropy(logits, batch.labels, reduction: .sum, &tape)))
      let values = tape.values(of: logits)
      let classes = labelNames.count
      for k in 0..<batch.labels.count {
        predicted[i * size + k] = Int32(values[k * classes..<(k + 1) * classes].indexOfMaximum)
      }
    }
    guard work.gather(&figures), work.gather(&predicted, width: size) else { return nil }
    var report = ClassificationReport(labelNames: labelNames)
    for k in 0..<validation.count { report.add(expected: validation.labels[k], predicted: predicted[k]) }
    var sum = BatchFigures()
    for batch in figures {
      sum.loss += batch.loss
      sum.entanglement += batch.entanglement
      sum.counted += batch.counted
    }
    return ClassifierMeasure(
      loss: sum.loss / Double(max(validation.count, 1)), report: report,
      entanglement: model.neighbors == nil ? nil : sum.entanglement / Double(max(sum.counted, 1)))
  }

  public mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) {
    say(statistics.table(labelLimit: Self.tableLimit))
    say(
      "\n\(grouped(training.count)) to train on, \(grouped(validation.count)) to validate on, "
        + "\(grouped(alphabet.count - 1)) characters\n")
  }

  public func scheduleFigure(of measure: ClassifierMeasure, after epoch: Int) -> Double? { measure.loss }

  public func writeSummary(best: ClassifierMeasure?, test: ClassifierMeasure?, to log: MetricsLog) {
    guard let best else { return }
    log.add("accuracy", best.accuracy)
    log.add("macro_f1", best.macroF1)
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

  public func resultText(best: ClassifierMeasure) -> String { "accuracy \(percent(best.accuracy))" }

  public func conclusion(best: ClassifierMeasure) -> String {
    best.report?.table(labelLimit: Self.tableLimit) ?? ""
  }
}
