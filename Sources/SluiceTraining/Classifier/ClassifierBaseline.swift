import SluiceCore
import SluiceText

/// What methods without a network reach on the validation part of a classifier's data: what a training has to beat to be worth its time.
public struct ClassifierBaseline: Codable, Equatable, Sendable {
  /// How good a method is.
  public struct Figures: Codable, Equatable, Sendable {
    /// The share of right ones.
    public var accuracy: Double
    /// The mean of the labels' F1.
    public var macroF1: Double

    init(_ report: ClassificationReport) {
      accuracy = report.accuracy
      macroF1 = report.macroF1
    }

    var text: String { "accuracy \(percent(accuracy))  macro F1 \(percent(macroF1))" }
  }

  /// Of the most frequent label of the training part, said of every text.
  public var mostFrequent: Figures
  /// Its name.
  public var mostFrequentLabel: String
  /// Of a linear classifier of hashed n-grams.
  public var ngrams: Figures
  /// The texts that it was made of, where it was not all of the training part.
  public var sampleCount: Int?

  /// Lines for a screen.
  var text: String {
    let sample = sampleCount.map { ", made of \(grouped($0)) texts" } ?? ""
    return """
      most frequent label    \(mostFrequent.text)
      linear, of n-grams     \(ngrams.text)\(sample)
      """
  }
}

extension ClassifierJob {
  /// What simpler methods reach on the validation part; nil once `goesOn` says no.
  func makeBaseline(while goesOn: () -> Bool) -> ClassifierBaseline? {
    let counts = labelCounts
    let frequent = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    var constant = ClassificationReport(labelNames: labelNames)
    for label in validation.labels { constant.add(expected: label, predicted: Int32(frequent)) }
    let solution =
      grams
      ?? GramSolution(
        training, alphabet, labelCount: labelNames.count, weights: weights, seed: settings.seed,
        isCrossed: false)
    guard
      goesOn(),
      let report = solution.report(on: validation, alphabet, labelNames: labelNames, while: goesOn)
    else { return nil }
    return ClassifierBaseline(
      mostFrequent: .init(constant), mostFrequentLabel: labelNames[frequent], ngrams: .init(report),
      sampleCount: solution.textCount < solution.trainingCount ? solution.textCount : nil)
  }

  /// By how much an accuracy on the validation part is off by chance: its standard error.
  private func margin(_ accuracy: Double) -> Double {
    (accuracy * (1 - accuracy) / Double(max(validation.count, 1))).squareRoot()
  }

  /// Where a method without a network is better than the saved model.
  public func shortfall(of best: ClassifierMeasure) -> String? {
    guard let baseline else { return nil }
    let methods = [
      ("a linear classifier of n-grams", baseline.ngrams),
      ("to say \(ScreenText.quoted(baseline.mostFrequentLabel)) of every text", baseline.mostFrequent),
    ]
    for (name, figures) in methods
    where figures.accuracy - best.accuracy > margin(figures.accuracy) && figures.macroF1 > best.macroF1 {
      return "\(name) reaches \(figures.text) on the validation part, the model \(best.summary)"
        + (settings.model.reader ?? .characters == .characters
          ? "; try --reader both, which reads n-grams too" : "")
    }
    return nil
  }
}
