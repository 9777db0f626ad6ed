import CLibrary
import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceStorage
import SluiceText

// What the report says of a classifier that gives any number of labels. No label is taken for another; how sure the model is counts for every
// label that it gives. The probability of a set is that all labels are as in it, each by itself.
extension ClassifierJob {
  /// What became of one text.
  private struct SetOutcome {
    var index: Int
    var given: [Int32]
    var probability: Double
    var ownProbability: Double
    /// How near the logit of a label is to its threshold at the least.
    var lead: Float

    init(
      _ index: Int, _ logits: Floats, _ own: ArraySlice<Int32>, _ thresholds: [Float],
      _ calibration: inout Calibration
    ) {
      self.index = index
      (given, lead) = ([], .infinity)
      var (loss, ownLoss) = (0.0, 0.0)
      for k in 0..<logits.count {
        let isGiven = logits[k] >= thresholds[k]
        let isOwn = own.contains(Int32(k))
        loss += multilabelLoss(logits[k], isGiven ? 1 : 0, 1)
        ownLoss += multilabelLoss(logits[k], isOwn ? 1 : 0, 1)
        lead = min(lead, (logits[k] - thresholds[k]).magnitude)
        guard isGiven else { continue }
        given.append(Int32(k))
        calibration.add(probability: 1 / (1 + exp(-Double(logits[k]))), isRight: isOwn)
      }
      (probability, ownProbability) = (exp(-loss), exp(-ownLoss))
    }
  }

  func examineSets(
    _ sets: LabelSets, run: String, engine: Engine, while goesOn: () -> Bool
  ) throws -> Examination? {
    var saved = try saved(in: run, engine)
    let thresholds = saved.thresholdLogits
    var report = ClassificationReport(labelNames: labelNames, ofSets: true)
    var calibration = Calibration()
    var outcomes: [SetOutcome] = []
    do {
      try saved.logits(of: validation, batch: settings.batch) { i, logits, _ in
        guard goesOn() else { throw Stopped() }
        let own = validation.labelIDs(i)
        let outcome = SetOutcome(i, logits, own, thresholds, &calibration)
        report.add(expected: own, predicted: outcome.given[...])
        outcomes.append(outcome)
      }
    } catch is Stopped {
      return nil
    }
    var result = Examination()
    result.note = refitText
    result.isOfSets = true
    let labels = report.labels(atMost: Self.pairLimit)
    result.labels = labels.map {
      .init(
        name: $0.name, count: $0.count, predicted: $0.predicted,
        correct: Int(($0.recall * Double($0.count)).rounded()))
    }
    result.labelsLeftOut = labelNames.count - labels.count
    result.calibration = calibration
    let wrong = outcomes.filter { !$0.given[...].elementsEqual(validation.labelIDs($0.index)) }
    result.mostWrong = examples(wrong) { $0.ownProbability }
    result.leastSure = examples(outcomes) { Double($0.lead) }
    return result
  }

  /// The examples of which a figure is the smallest, of equal ones the earlier.
  private func examples(
    _ outcomes: [SetOutcome], by figure: (SetOutcome) -> Double
  ) -> [Examination.Example] {
    outcomes.sorted { (figure($0), $0.index) < (figure($1), $1.index) }.prefix(Self.exampleLimit).map {
      let names = $0.given.map { labelNames[Int($0)] }
      return Examination.Example(
        text: ScreenText.cut(validationTexts.text($0.index), to: Self.textLimit),
        label: validationTexts.labelName($0.index),
        predicted: names.isEmpty ? LabelSets.none : names.joined(separator: ", "),
        probability: $0.probability, labelProbability: $0.ownProbability)
    }
  }
}
