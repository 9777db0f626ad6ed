import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

/// What the report says of a classifier: its labels and which it takes for which, how sure it is, and the examples that it gets
/// most wrong or is least sure of.
extension ClassifierJob {
  /// The examples of each kind.
  static let exampleLimit = 20
  /// The labels, and the pairs of labels, that are kept.
  static let pairLimit = 1_000
  /// The characters of an example that are kept.
  static let textLimit = 400

  /// What became of one text.
  private struct Outcome {
    var predicted: Int
    var probability: Float
    var labelProbability: Float
    /// How far the likeliest label is ahead of the next.
    var lead: Float
  }

  struct Stopped: Error {}

  /// The saved model with the table of n-grams that has not seen the validation part.
  func saved(in run: String, _ engine: Engine) throws(StorageError) -> SavedClassifier {
    try SavedClassifier(run: run, engine: engine, replacing: refittedParts?.measured ?? [:])
  }

  /// Sends the validation part through the saved model, with the table of n-grams that has not seen it, and says what it does; nil once `goesOn` says no.
  public func examine(
    run: String, engine: Engine, while goesOn: () -> Bool
  ) throws -> Examination? {
    if let labelSets { return try examineSets(labelSets, run: run, engine: engine, while: goesOn) }
    var saved = try saved(in: run, engine)
    var outcomes = [Outcome?](repeating: nil, count: validation.count)
    do {
      try saved.probabilities(of: validation, batch: settings.batch) { i, probabilities in
        guard goesOn() else { throw Stopped() }
        let best = probabilities.indexOfMaximum
        var next: Float = 0
        for j in 0..<probabilities.count where j != best { next = max(next, probabilities[j]) }
        outcomes[i] = Outcome(
          predicted: best, probability: probabilities[best],
          labelProbability: probabilities[Int(validation.labels[i])], lead: probabilities[best] - next)
      }
    } catch is Stopped {
      return nil
    }
    return examination(outcomes.enumerated().compactMap { i, outcome in outcome.map { (i, $0) } })
  }

  private func examination(_ outcomes: [(index: Int, outcome: Outcome)]) -> Examination {
    var report = ClassificationReport(labelNames: labelNames)
    var calibration = Calibration()
    var pairs: [Pair: Int] = [:]
    for (i, outcome) in outcomes {
      let label = Int(validation.labels[i])
      report.add(expected: Int32(label), predicted: Int32(outcome.predicted))
      calibration.add(probability: Double(outcome.probability), isRight: label == outcome.predicted)
      if label != outcome.predicted {
        pairs[Pair(label: label, predicted: outcome.predicted), default: 0] += 1
      }
    }
    var result = Examination()
    result.note = refitText
    let labels = report.labels(atMost: Self.pairLimit)
    result.labels = labels.map {
      .init(
        name: $0.name, count: $0.count, predicted: $0.predicted,
        correct: Int(($0.recall * Double($0.count)).rounded()))
    }
    result.labelsLeftOut = labelNames.count - labels.count
    let frequent = pairs.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    result.confusions = frequent.prefix(Self.pairLimit).map {
      .init(label: labelNames[$0.key.label], predicted: labelNames[$0.key.predicted], count: $0.value)
    }
    result.confusionsLeftOut = frequent.count - result.confusions.count
    result.calibration = calibration
    // Of equal ones the earlier example, so that the same training says the same.
    let wrong = outcomes.filter { Int(validation.labels[$0.index]) != $0.outcome.predicted }
    result.mostWrong = examples(wrong) { $0.labelProbability }
    result.leastSure = examples(outcomes) { $0.lead }
    return result
  }

  /// The examples of which a figure is the smallest.
  private func examples(
    _ outcomes: [(index: Int, outcome: Outcome)], by figure: (Outcome) -> Float
  ) -> [Examination.Example] {
    outcomes.sorted { (figure($0.outcome), $0.index) < (figure($1.outcome), $1.index) }.prefix(
      Self.exampleLimit
    ).map {
      i, outcome in
      Examination.Example(
        text: ScreenText.cut(validationTexts.text(i), to: Self.textLimit),
        label: labelNames[Int(validation.labels[i])], predicted: labelNames[outcome.predicted],
        probability: Double(outcome.probability), labelProbability: Double(outcome.labelProbability))
    }
  }
}

/// A label and what was predicted instead.
private struct Pair: Hashable, Comparable {
  let label: Int
  let predicted: Int

  static func < (a: Pair, b: Pair) -> Bool { (a.label, a.predicted) < (b.label, b.predicted) }
}
