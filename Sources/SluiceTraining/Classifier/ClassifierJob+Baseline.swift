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
  private static let mostFrequentSet = "most frequent set of labels"
  private static let subsetAccuracy = "subset accuracy"
  private static let microF1 = "micro F1"

  /// What simple methods reach on the validation part; nil once `goesOn` says no. Where texts have any number of labels, the linear
  /// classifier gets the threshold of each label that suits the validation part, as the model does.
  func measureBaselines(while goesOn: () -> Bool) -> [Baseline]? {
    let simplest = labelSets.map(constantSet) ?? constantLabel
    guard let solution = grams ?? simpleGrams else { return simplest }
    guard
      goesOn(),
      let report = solution.report(
        on: validation, alphabet, labelNames: labelNames, sharesThreshold: sharesThreshold, while: goesOn)
    else { return nil }
    let sample =
      solution.textCount < trainingCount ? "made of \(grouped(solution.textCount)) texts" : nil
    return simplest + baselines(Self.linear, report, sample)
  }

  /// The label that most texts have, said of all.
  private var constantLabel: [Baseline] {
    let counts = labelCounts
    let frequent = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    var constant = ClassificationReport(labelNames: labelNames)
    for label in validation.labels { constant.add(expected: label, predicted: Int32(frequent)) }
    return baselines(Self.mostFrequent, constant, ScreenText.quoted(labelNames[frequent]))
  }

  /// The set that most texts have, which may be that of no label, said of all.
  private func constantSet(_ sets: LabelSets) -> [Baseline] {
    var counts = Array(repeating: 0, count: sets.count)
    for set in training.labels { counts[Int(set)] += 1 }
    let frequent = Int32(counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0)
    var constant = ClassificationReport(labelNames: labelNames, ofSets: true)
    for i in 0..<validation.count {
      constant.add(expected: validation.labelIDs(i), predicted: sets[frequent])
    }
    let name = ScreenText.quoted(sets.name(of: frequent, labelNames), limit: 60)
    return baselines(Self.mostFrequentSet, constant, sets[frequent].isEmpty ? LabelSets.none : name)
  }

  private func baselines(_ name: String, _ report: ClassificationReport, _ note: String?) -> [Baseline] {
    let figures =
      labelSets == nil
      ? [(Self.accuracy, report.accuracy), (Self.macroF1, report.macroF1)]
      : [
        (Self.microF1, report.microF1), (Self.macroF1, report.macroF1),
        (Self.subsetAccuracy, report.accuracy),
      ]
    return figures.map { figure, value in
      Baseline(name: name, figure: figure, value: value, isLowerBetter: false, note: note)
    }
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
    [Self.mostFrequent, Self.mostFrequentSet, Self.linear].compactMap { name in
      if labelSets != nil {
        guard let (micro, macro, subset) = setBaseline(name) else { return nil }
        let note = micro.note.map { " (\($0))" } ?? ""
        return
          "\(name): micro F1 \(micro.valueText)  macro F1 \(macro.valueText)  subset accuracy \(subset.valueText)\(note)"
      }
      guard let (accuracy, macroF1) = baseline(name) else { return nil }
      let note = accuracy.note.map { " (\($0))" } ?? ""
      return "\(name): accuracy \(accuracy.valueText)  macro F1 \(macroF1.valueText)\(note)"
    }.joined(separator: "\n")
  }

  private func figure(_ figure: String, of name: String) -> Baseline? {
    knownBaselines.first { $0.name == name && $0.figure == figure }
  }

  /// The figures of a method.
  private func baseline(_ name: String) -> (accuracy: Baseline, macroF1: Baseline)? {
    guard let accuracy = figure(Self.accuracy, of: name), let macroF1 = figure(Self.macroF1, of: name)
    else { return nil }
    return (accuracy, macroF1)
  }

  /// The same where texts have any number of labels.
  private func setBaseline(_ name: String) -> (micro: Baseline, macro: Baseline, subset: Baseline)? {
    guard let micro = figure(Self.microF1, of: name), let macro = figure(Self.macroF1, of: name),
      let subset = figure(Self.subsetAccuracy, of: name)
    else { return nil }
    return (micro, macro, subset)
  }

  /// By how much an accuracy on the validation part is off by chance: its standard error.
  private func margin(_ accuracy: Double) -> Double {
    (accuracy * (1 - accuracy) / Double(max(validation.count, 1))).squareRoot()
  }

  /// Where a method without a network is better than the saved model, by more than chance.
  public func shortfall(of best: ClassifierMeasure) -> String? {
    if let microF1 = best.microF1 { return shortfall(of: best, microF1) }
    for name in [Self.linear, Self.mostFrequent] {
      guard let (accuracy, macroF1) = baseline(name),
        accuracy.value - best.accuracy > margin(accuracy.value), macroF1.value > best.macroF1
      else { continue }
      return
        "the \(name) reaches accuracy \(accuracy.valueText) and macro F1 \(macroF1.valueText) on the validation part, the model \(best.summary)"
        + advice
    }
    return nil
  }

  /// The same where texts have any number of labels. Micro F1 is off by chance as a share of all labels of the texts is.
  private func shortfall(of best: ClassifierMeasure, _ microF1: Double) -> String? {
    let labels = counts(in: validation).reduce(0, +)
    for name in [Self.linear, Self.mostFrequentSet] {
      guard let (micro, macro, _) = setBaseline(name) else { continue }
      let margin = (micro.value * (1 - micro.value) / Double(max(labels, 1))).squareRoot()
      guard micro.value - microF1 > margin, macro.value > best.macroF1 else { continue }
      return
        "the \(name) reaches micro F1 \(micro.valueText) and macro F1 \(macro.valueText) on the validation part, the model \(best.summary)"
        + advice
    }
    return nil
  }

  /// What to try where n-grams are better.
  private var advice: String {
    grams != nil
      ? "" : leavesOutGrams ? "; try --reader ngrams" : "; try --reader both, which reads n-grams too"
  }

  /// Adds the figures of simple methods to a line of the log.
  func writeBaselines(to log: MetricsLog) {
    let keys = [
      (Self.mostFrequent, "most_frequent"), (Self.mostFrequentSet, "most_frequent"), (Self.linear, "ngrams"),
    ]
    for (name, key) in keys {
      if let (micro, macro, subset) = setBaseline(name) {
        log.add("\(key)_micro_f1", micro.value)
        log.add("\(key)_macro_f1", macro.value)
        log.add("\(key)_subset_accuracy", subset.value)
      }
      guard let (accuracy, macroF1) = baseline(name) else { continue }
      log.add("\(key)_accuracy", accuracy.value)
      log.add("\(key)_macro_f1", macroF1.value)
    }
  }
}
