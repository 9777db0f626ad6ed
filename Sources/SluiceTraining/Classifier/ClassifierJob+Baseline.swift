import SluiceCore
import SluiceModels
import SluiceStorage
import SluiceText

// What methods without a network reach on the validation part: what a training has to beat to be worth its time.
extension ClassifierJob {
  private static let mostFrequent = "most frequent label"
  private static let linear = "linear classifier of n-grams"
  private static let accuracy = "accuracy"
  private static let macroF1 = "macro F1"

  /// What simple methods reach on the validation part; nil once `goesOn` says no.
  func measureBaselines(while goesOn: () -> Bool) -> [Baseline]? {
    let counts = labelCounts
    let frequent = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    var constant = ClassificationReport(labelNames: labelNames)
    for label in validation.labels { constant.add(expected: label, predicted: Int32(frequent)) }
    func baselines(_ name: String, _ report: ClassificationReport, _ note: String?) -> [Baseline] {
      [(Self.accuracy, report.accuracy), (Self.macroF1, report.macroF1)].map { figure, value in
        Baseline(name: name, figure: figure, value: value, isLowerBetter: false, note: note)
      }
    }
    let simplest = baselines(Self.mostFrequent, constant, ScreenText.quoted(labelNames[frequent]))
    guard let solution = grams ?? simpleGrams else { return simplest }
    guard
      goesOn(),
      let report = solution.report(on: validation, alphabet, labelNames: labelNames, while: goesOn)
    else { return nil }
    let sample =
      solution.textCount < trainingCount ? "made of \(grouped(solution.textCount)) texts" : nil
    return simplest + baselines(Self.linear, report, sample)
  }

  /// A table of n-grams without a search for what suits the texts; nil where there are too many labels for one.
  private var simpleGrams: GramSolution? {
    guard GramFeatures.areAffordable(training, labelCount: labelNames.count) else { return nil }
    return GramSolution(
      training, alphabet, labelCount: labelNames.count, weights: weights, seed: settings.seed,
      isCrossed: false)
  }

  /// A line for each method.
  var baselineText: String {
    [Self.mostFrequent, Self.linear].compactMap { name in
      guard let (accuracy, macroF1) = baseline(name) else { return nil }
      let note = accuracy.note.map { " (\($0))" } ?? ""
      return "\(name): accuracy \(accuracy.valueText)  macro F1 \(macroF1.valueText)\(note)"
    }.joined(separator: "\n")
  }

  /// The figures of a method.
  private func baseline(_ name: String) -> (accuracy: Baseline, macroF1: Baseline)? {
    func figure(_ figure: String) -> Baseline? {
      knownBaselines.first { $0.name == name && $0.figure == figure }
    }
    guard let accuracy = figure(Self.accuracy), let macroF1 = figure(Self.macroF1) else { return nil }
    return (accuracy, macroF1)
  }

  /// By how much an accuracy on the validation part is off by chance: its standard error.
  private func margin(_ accuracy: Double) -> Double {
    (accuracy * (1 - accuracy) / Double(max(validation.count, 1))).squareRoot()
  }

  /// Where a method without a network is better than the saved model, by more than chance.
  public func shortfall(of best: ClassifierMeasure) -> String? {
    for name in [Self.linear, Self.mostFrequent] {
      guard let (accuracy, macroF1) = baseline(name),
        accuracy.value - best.accuracy > margin(accuracy.value), macroF1.value > best.macroF1
      else { continue }
      return
        "the \(name) reaches accuracy \(accuracy.valueText) and macro F1 \(macroF1.valueText) on the validation part, the model \(best.summary)"
        + (grams != nil
          ? "" : leavesOutGrams ? "; try --reader ngrams" : "; try --reader both, which reads n-grams too")
    }
    return nil
  }

  /// Adds the figures of simple methods to a line of the log.
  func writeBaselines(to log: MetricsLog) {
    for (name, key) in [(Self.mostFrequent, "most_frequent"), (Self.linear, "ngrams")] {
      guard let (accuracy, macroF1) = baseline(name) else { continue }
      log.add("\(key)_accuracy", accuracy.value)
      log.add("\(key)_macro_f1", macroF1.value)
    }
  }
}
