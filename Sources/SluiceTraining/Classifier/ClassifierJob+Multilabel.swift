import CLibrary
import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceText

// What is different where texts have any number of labels: every label has a probability of its own, the logistic function of its logit, and
// the loss is the mean of the labels' cross-entropies.
extension ClassifierJob {
  /// The texts with the sets of all of them under the same numbers, where any of them have sets or the settings ask for it.
  static func sharingSets(
    _ texts: LabeledTexts, _ validation: LabeledTexts?, _ test: LabeledTexts?,
    _ settings: inout ClassifierJobSettings
  ) -> (LabeledTexts, LabeledTexts?, LabeledTexts?) {
    let parts = [texts, validation, test]
    guard settings.model.isMultilabel || parts.contains(where: { $0?.sets != nil }) else {
      return (texts, validation, test)
    }
    settings.model.multilabel = true
    var sets = LabelSets()
    let numbered = parts.map { $0?.numbered(by: &sets) }
    return (numbered[0]?.with(sets) ?? texts, numbered[1]?.with(sets), numbered[2]?.with(sets))
  }

  /// How much rarer than its absence a label may be taken for.
  private static let mostWeight: Float = 100

  /// What a label counts where a text has it: so that both sides weigh the same, the texts without it by those with it, at most 100.
  var positiveWeights: [Float] {
    labelCounts.map {
      min(Float(training.count - $0) / Float(max($0, 1)), Self.mostWeight)
    }.map { max($0, 1 / Self.mostWeight) }
  }

  /// Lets the net begin with the probability of each label that its frequency says: else the biases of many rare labels would all go one way for
  /// long, which looks like a fault (Lin et al. 2017). Scores of n-grams count for more from the start: those of a rare label are near −1.
  func beginFromFrequencies(_ classifier: TextClassifier, in parameters: inout Parameters) {
    if let bias = classifier.characters?.output.bias {
      let (values, counts) = (parameters.values(of: bias), labelCounts)
      let all = Float(training.count)
      for k in 0..<values.count {
        let count = min(max(Float(counts[k]), 0.5), all - 0.5)
        values[k] = logf((weights?[k] ?? 1) * count / (all - count))
      }
    }
    if let grams = classifier.grams { parameters.values(of: grams.gain).fill(4) }
  }

  /// The loss of logits of 0, and of the best logits that do not look at the text.
  var expectationOfSets: LossExpectation {
    let (counts, weights) = (labelCounts, settings.classWeights == .balanced ? positiveWeights : nil)
    let (all, labels) = (Double(max(training.count, 1)), Double(max(labelNames.count, 1)))
    var (chance, baseline) = (0.0, 0.0)
    for (k, count) in counts.enumerated() {
      let present = Double(count) / all * Double(weights?[k] ?? 1)
      let absent = 1 - Double(count) / all
      let share = present / max(present + absent, .leastNormalMagnitude)
      chance += log(2.0) * (present + absent)
      if present > 0 { baseline -= present * log(share) }
      if absent > 0 { baseline -= absent * log(1 - share) }
    }
    return LossExpectation(chance: Float(chance / labels), baseline: Float(baseline / labels))
  }

  /// The mean cross-entropy of all labels of some texts, by the numbers of their sets; a text with the number `ignoredLabel` does not count.
  func lossOfSets(
    _ logits: Tensor, _ labels: [Int32], positiveWeights: [Float]?, _ tape: inout Tape
  ) -> Tensor {
    let copied = tape.copyIndices(labels)
    return lossOfSets(logits, tape.indices(copied), positiveWeights: positiveWeights, &tape)
  }

  /// The same with numbers in the tape's memory.
  func lossOfSets(
    _ logits: Tensor, _ labels: Indices, positiveWeights: [Float]?, _ tape: inout Tape
  ) -> Tensor {
    let width = labelNames.count
    let targets = tape.makeTensor(Shape(labels.count, width), requiresGradient: false)
    let values = tape.values(of: targets)
    // A plan reads no numbers of sets.
    for i in 0..<(tape.isPlanning ? 0 : labels.count) {
      let row = values[i * width..<(i + 1) * width]
      guard labels[i] != ignoredLabel, let set = labelSets?[labels[i]] else {
        row.fill(-1)
        continue
      }
      row.fill(0)
      for place in set.indices { row[Int(set[place])] = 1 }
    }
    return binaryCrossEntropy(
      logits: logits, targets, positiveWeights: positiveWeights, &tape)
  }

  /// How right the labels with a probability of at least one half are: thresholds are found only after an epoch.
  func figuresOfSets(_ logits: Floats, _ labels: [Int32]) -> ClassifierFigures {
    let width = labelNames.count
    var figures = ClassifierFigures()
    figures.isOfSets = true
    for i in 0..<labels.count {
      guard let set = labelSets?[labels[i]] else { continue }
      figures.count += set.count
      for k in 0..<width where logits[i * width + k] >= 0 { figures.count += 1 }
      for place in set.indices where logits[i * width + Int(set[place])] >= 0 { figures.correct += 2 }
    }
    return figures
  }

  /// The logits of the larger of both parts that are measured, of each reader and of both together, which thresholds are chosen by.
  public var measureMemory: Int {
    guard labelSets != nil else { return 0 }
    let copies = settings.model.reader == .both && !leavesOutGrams ? 3 : 2
    return max(validation.count, test?.count ?? 0) * labelNames.count * copies * MemoryLayout<Float>.stride
  }

  /// Whether all labels share one threshold: the best for micro F1 is not that of each label's F1.
  var sharesThreshold: Bool { settings.metric == .microF1 }

  /// What there is to say of the sets beside the table of labels.
  var setText: String {
    guard let sets = labelSets else { return "" }
    var (labels, empty, most) = (0, 0, 0)
    for part in [training, validation] {
      for number in part.labels {
        let size = sets[number].count
        labels += size
        empty += size == 0 ? 1 : 0
        most = max(most, size)
      }
    }
    let count = training.count + validation.count
    var text =
      "labels a text: mean \(fixed(Double(labels) / Double(max(count, 1)), 2)), most \(most); "
      + "\(grouped(empty)) texts without any"
    if most <= 1, empty == 0 { text += "; without --multilabel each text gets exactly one" }
    let (inTraining, inValidation) = (labelCounts, counts(in: validation))
    func told(_ what: String, _ places: [Int]) -> String {
      guard let first = places.first else { return "" }
      let name = ScreenText.quoted(labelNames[first], limit: 40)
      return "\n\(grouped(places.count)) \(places.count == 1 ? "label" : "labels") \(what), such as \(name)"
    }
    let places = labelNames.indices
    text += told("without a text to train on", places.filter { inTraining[$0] == 0 })
    text += told("without a text to validate on", places.filter { inValidation[$0] == 0 })
    text += told("that all texts to train on have", places.filter { inTraining[$0] == training.count })
    return text
  }

  /// How often each label occurs in a part.
  func counts(in part: LabeledSequences) -> [Int] {
    var counts = Array(repeating: 0, count: labelNames.count)
    for i in 0..<part.count { for label in part.labelIDs(i) { counts[Int(label)] += 1 } }
    return counts
  }
}
