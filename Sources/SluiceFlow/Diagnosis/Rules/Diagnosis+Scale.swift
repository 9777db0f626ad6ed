import CLibrary
import SluiceCore

/// The rules about what is out of scale only as a whole: dropouts one after the other, biases, logits, and what a loss does beside what its
/// gradients promise.
extension Diagnosis {
  /// Dropouts one after the other, of which no single one drops much: what is left is the product of what each leaves.
  mutating func judge(dropoutWay sense: SenseFigures, _ i: Int, _ seen: Observation) {
    let (left, count) = (1 - sense.a, sense.b)
    let loss = seen.loss
    // Wide layers make up for much of it: then the loss falls all the same.
    let isAtStart =
      loss.count >= 96
      && loss.recent > 0.85 * min(max(loss.start, loss.first), seen.labels.chance ?? .infinity)
    let level: Level =
      left < 0.035 || left < 0.13 && isAtStart ? .alarming : left < 0.13 ? .suspected : .none
    // Half of it left by all together.
    let usual = 1 - expf(-0.6931 / max(count, 1))
    note(.tooMuchDropout, i, level, part: 1, step: seen.step) { _ in
      Claim(
        place: sense.name,
        evidence:
          "\(Int(count)) dropouts one after the other leave \(percentage(left)) of what comes to it",
        hint: "Drop \(rounded(usual)) at each place, or at fewer places.", remedy: .setDropout(usual))
    }
  }

  /// Biases so large that the inputs decide nothing any more. The last ones may be the logarithms of frequencies, or a mean of targets.
  mutating func judgeBiases(_ seen: Observation) {
    // Not before it has shown whether anything is saturated or dead behind them.
    guard memory.observations >= 7, memory.observations <= 9 else { return }
    var lastWeight = -1
    for i in names.indices where roles[i] == .weight && seen.isWatched[i] { lastWeight = i }
    // What shows behind it is said first; where nothing does, it is still no start.
    let isSeenBehind = findings.contains { $0.ailment == .saturated || $0.ailment == .deadUnits }
    for i in names.indices
    where roles[i] == .bias && i < lastWeight && seen.isWatched[i] && !isRecurrent[i] {
      let size = memory.startSizes[i]
      note(
        .weightsLarge, i, size > 6 && !isSeenBehind ? .alarming : .none, part: 2, step: seen.step,
        patience: 1
      ) {
        Claim(
          place: $0.names[i],
          evidence:
            "its values began with a size of \(rounded(size)), where those of most layers are near zero",
          hint: "Let it begin at zero, or leave it to the layer.", remedy: .initialize)
      }
    }
  }

  /// What a loss takes for logits, beside what the last layer gives.
  mutating func judge(logitScale sense: SenseFigures, _ i: Int, _ seen: Observation) {
    guard memory.observations <= 16 else { return }
    let isFaint = -sense.a < 0.02 && !seen.labels.areProbabilities
    note(.weightsSmall, i, isFaint ? .alarming : .none, part: 3, step: seen.step, patience: 2) { _ in
      Claim(
        place: sense.name,
        evidence:
          "what the loss takes for logits is \(rounded(-sense.a)) times what the layer gives, of a size of \(rounded(sense.b)): all classes stay as likely",
        hint: "Give the loss the logits as they are.")
    }
  }

  /// A loss that rises from the first step on, while successive gradients point the same way and the steps are small: it goes up what it
  /// is meant to go down. Gradients that add up, and steps too large, come down first.
  mutating func judgeAgainst(_ seen: Observation) {
    let loss = seen.loss
    memory.leastLoss = min(memory.leastLoss, loss.last)
    guard loss.count > LossHistory.startCount, seen.isUpdated else { return }
    // Above the largest of the first ones, for those scatter.
    let isUp =
      loss.last > 1.3 * loss.startLargest && loss.first > 0
      && memory.leastLoss > loss.first - 0.04 * abs(loss.first) && loss.last < 50 * loss.startLargest
    let isSteady = memory.agreement > 0.25 && memory.largestRatio < 0.35 && memory.hugeRatio < 1
    note(
      .uphill, 0, isUp && isSteady && memory.observations <= 40 ? .alarming : .none, part: 1, step: seen.step,
      patience: 3
    ) { _ in
      Claim(
        evidence:
          "the loss rises from the first step on, from \(rounded(loss.first)) to \(rounded(loss.recent)), while successive gradients point the same way",
        remedy: .flipLoss)
    }
  }
}
