import SluiceCore
import SluiceModels
import SluiceText

// What counting alone reaches on the words that the model is measured on.
extension LanguageModelJob {
  /// The most words that a trigram is counted on: a longer text would take long, and more memory than the training.
  static let trigramWords = KneserNeyTrigram.wordLimit

  /// A trigram of the training part, measured on the very words that the model is measured on: of the validation part those of whole
  /// batches, of the test part all but the first.
  ///
  /// - Returns: nil once `goesOn`, asked between the parts, says no.
  func countTrigrams(while goesOn: () -> Bool) -> [Baseline]? {
    let counted = corpus.training.suffix(Self.trigramWords)
    let trigram = KneserNeyTrigram(counted.map(corpus.target(of:)), vocabulary: corpus.vocabularyCount)
    let note =
      counted.count < corpus.trainingCount
      ? "counted on the last \(grouped(counted.count)) words to train on" : nil
    func baseline(_ part: Baseline.Part, loss: Double) -> Baseline {
      Baseline(
        name: "Kneser-Ney trigram", figure: "perplexity", value: exponential(loss), part: part,
        isLowerBetter: true, note: note)
    }
    guard goesOn() else { return nil }
    var (sum, count) = (0.0, 0)
    var (first, second): (Int32?, Int32?) = (nil, nil)
    for form in corpus.training.suffix(2) { (first, second) = (second, corpus.target(of: form)) }
    validation.forEachToken { form in
      let id = corpus.target(of: form)
      sum -= naturalLogarithm(trigram.probability(of: id, after: first, second))
      (first, second, count) = (second, id, count + 1)
    }
    var baselines = [baseline(.validation, loss: sum / Double(max(count, 1)))]
    guard goesOn() else { return nil }
    if corpus.test.count > 1 {
      baselines.append(
        baseline(
          .test,
          loss: trigram.loss(
            of: corpus.test.dropFirst().map(corpus.target(of:)), after: [corpus.target(of: corpus.test[0])])))
    }
    return baselines
  }

  public mutating func prepareAgain(engine: Engine, while goesOn: () -> Bool) throws {
    knownBaselines = countTrigrams(while: goesOn) ?? []
  }

  public func conclusion(best: LanguageModelMeasure) -> String {
    guard let baseline = knownBaselines.first(where: { $0.part == .validation }) else { return "" }
    let model = "validation perplexity \(fixed(best.figures.perplexity, 2))"
    let other = "\(baseline.name) \(baseline.valueText)"
    return baseline.isBeaten(by: best.figures.perplexity) ? "\(model) (\(other))" : ""
  }

  /// Where counting is better than the saved model.
  public func shortfall(of best: LanguageModelMeasure) -> String? {
    guard let baseline = knownBaselines.first(where: { $0.part == .validation }),
      !baseline.isBeaten(by: best.figures.perplexity)
    else { return nil }
    return
      "validation perplexity \(fixed(best.figures.perplexity, 2)) is not below that of the \(baseline.name), \(baseline.valueText), "
      + "which only counts: \(beatingAdvice)"
  }

  /// What to try where counting is better.
  private var beatingAdvice: String {
    let words = corpus.trainingCount
    var advice =
      words < 200_000 ? ["more text: there are \(grouped(words)) words to train on"] : []
    advice.append("more --epochs")
    advice.append(
      settings.model.dropout < 0.5 && words < 2_000_000
        ? "--config compact, which has more dropout" : "another --learning-rate")
    return "try " + advice.dropLast().joined(separator: ", ") + " or " + (advice.last ?? "") + "."
  }
}
