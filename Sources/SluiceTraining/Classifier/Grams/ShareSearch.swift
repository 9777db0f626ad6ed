import CLibrary
import SluiceCore
import SluiceModels
import SluiceText

/// Finds how much the n-grams are to say beside the characters: the share, of eleven from 0 to 1, with the least loss on the validation
/// part. All are measured in one pass.
struct ShareSearch {
  /// What was found of one share.
  struct Found {
    let share: Double
    /// Of all texts together.
    var loss = 0.0
    var report: ClassificationReport
  }

  private var found: [Found]
  private var logits: [Float]

  /// - Parameter isMixed: whether there are both logits; with one alone there is nothing to find.
  init(labelNames: [String], isMixed: Bool) {
    let shares = isMixed ? (0...10).map { Double($0) / 10 } : [0]
    found = shares.map { Found(share: $0, report: ClassificationReport(labelNames: labelNames)) }
    logits = [Float](repeating: 0, count: labelNames.count)
  }

  /// Measures with one share.
  init(labelNames: [String], share: Double) {
    found = [Found(share: share, report: ClassificationReport(labelNames: labelNames))]
    logits = [Float](repeating: 0, count: labelNames.count)
  }

  /// Adds a batch with the logits of its characters, of its n-grams, or both.
  mutating func add(_ own: Floats?, _ scored: Floats?, _ labels: [Int32]) {
    let width = logits.count
    for i in labels.indices {
      for j in found.indices {
        let share = Float(found[j].share)
        var best = 0
        for k in 0..<width {
          let place = i * width + k
          switch (own, scored) {
          case (let own?, let scored?): logits[k] = own[place] + share * (scored[place] - own[place])
          case (let one?, nil), (nil, let one?): logits[k] = one[place]
          case (nil, nil): logits[k] = 0
          }
          if logits[k] > logits[best] { best = k }
        }
        var sum = 0.0
        for k in 0..<width { sum += exp(Double(logits[k] - logits[best])) }
        found[j].loss += log(sum) - Double(logits[Int(labels[i])] - logits[best])
        found[j].report.add(expected: labels[i], predicted: Int32(best))
      }
    }
  }

  /// The share with the least loss, the smallest of equal ones.
  var best: Found {
    var best = found[0]
    for one in found where one.loss < best.loss { best = one }
    return best
  }
}
