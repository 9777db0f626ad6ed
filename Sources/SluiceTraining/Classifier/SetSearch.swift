import CLibrary
import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceProcesses
import SluiceText

/// Where texts have any number of labels: finds how much the n-grams are to say beside the characters, as `ShareSearch` does, and from
/// which logit on each label is given. Keeps the logits of all texts, so that both are found in one pass.
struct SetSearch {
  private let shares: [Double]
  private let size: Int
  private let labels: Int
  private let hasBoth: Bool
  /// The loss of each batch with each share: [batches, shares].
  private var losses: [Double]
  /// The logits of the characters, or of the n-grams where they are alone: [batches, size, labels].
  private var own: [Float]
  /// Those of the n-grams beside them.
  private var scored: [Float]

  /// - Parameters:
  ///   - count: the batches.
  ///   - size: the most texts in one.
  ///   - hasBoth: whether there are characters and n-grams.
  init(_ shares: [Double], batches count: Int, of size: Int, labels: Int, hasBoth: Bool) {
    self.shares = shares
    self.size = size
    self.labels = labels
    self.hasBoth = hasBoth
    losses = Array(repeating: 0, count: count * shares.count)
    own = Array(repeating: 0, count: count * size * labels)
    scored = Array(repeating: 0, count: hasBoth ? own.count : 0)
  }

  /// Takes note of a batch by the logits of its characters, of its n-grams, or both.
  mutating func set(
    batch: Int, _ read: Floats?, _ grams: Floats?, _ numbers: [Int32], _ sets: LabelSets
  ) {
    let first = batch * size * labels
    guard let read = read ?? grams else { return }
    for i in 0..<numbers.count * labels {
      own[first + i] = read[i]
      if hasBoth, let grams { scored[first + i] = grams[i] }
    }
    var isMember = [Bool](repeating: false, count: labels)
    for i in numbers.indices {
      for label in sets[numbers[i]] { isMember[Int(label)] = true }
      for j in shares.indices {
        var loss = 0.0
        for k in 0..<labels {
          loss += multilabelLoss(logit(first + i * labels + k, shares[j]), isMember[k] ? 1 : 0, 1)
        }
        losses[batch * shares.count + j] += loss
      }
      for label in sets[numbers[i]] { isMember[Int(label)] = false }
    }
  }

  private func logit(_ place: Int, _ share: Double) -> Float {
    hasBoth ? own[place] + Float(share) * (scored[place] - own[place]) : own[place]
  }

  /// Gets what other processes have found; false where one of them has given up.
  mutating func gather(_ work: SharedWork) -> Bool {
    work.gather(&losses, width: shares.count) && work.gather(&own, width: size * labels)
      && (!hasBoth || work.gather(&scored, width: size * labels))
  }

  /// The share with the least loss, the first of equal ones, with the labels it gives to texts of these; the loss is that of a label.
  ///
  /// - Parameters:
  ///   - thresholds: from which logit on each label is given; nil for the best ones.
  ///   - sharesThreshold: whether the best one is that for all labels together.
  func best(
    of part: LabeledSequences, names: [String], thresholds: [Float]?, sharesThreshold: Bool
  ) -> (found: ShareSearch.Found, thresholds: [Float]) {
    let (best, least) = ShareSearch.least(of: losses, width: shares.count)
    let logits = (0..<part.count * labels).map { logit($0, shares[best]) }
    let chosen =
      thresholds
      ?? LabelThresholds(logits, labels: labels, isShared: sharesThreshold) { part.labelIDs($0) }.logits
    let report = Self.report(logits, chosen, names, count: part.count) { part.labelIDs($0) }
    return (
      ShareSearch.Found(share: shares[best], loss: least / Double(max(labels, 1)), report: report), chosen
    )
  }

  /// How right the labels are that reach their thresholds.
  static func report(
    _ logits: [Float], _ thresholds: [Float], _ names: [String], count: Int,
    _ members: (Int) -> ArraySlice<Int32>
  ) -> ClassificationReport {
    let labels = names.count
    var report = ClassificationReport(labelNames: names, ofSets: true)
    var given: [Int32] = []
    for i in 0..<count {
      given.removeAll(keepingCapacity: true)
      for k in 0..<labels where logits[i * labels + k] >= thresholds[k] { given.append(Int32(k)) }
      report.add(expected: members(i), predicted: given[...])
    }
    return report
  }
}
