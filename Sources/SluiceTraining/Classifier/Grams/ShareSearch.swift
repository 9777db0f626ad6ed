import CLibrary
import SluiceCore
import SluiceModels
import SluiceProcesses
import SluiceText

/// Finds how much the n-grams are to say beside the characters: of some shares that with the least loss. All are measured in one pass, batch
/// by batch, so that processes can share the batches.
struct ShareSearch {
  /// What was found of one share.
  struct Found {
    let share: Double
    /// Of all texts together.
    var loss = 0.0
    var report: ClassificationReport
  }

  /// The shares that are tried where there are characters and n-grams.
  static let all = (0...10).map { Double($0) / 10 }

  private let shares: [Double]
  private let size: Int
  /// The loss of each batch with each share: [batches, shares].
  private var losses: [Double]
  /// The likeliest label of each text with each share: [batches, shares, size].
  private var predicted: [Int32]
  private var logits: [Float]

  /// - Parameters:
  ///   - count: the batches.
  ///   - size: the most texts in one.
  init(_ shares: [Double], batches count: Int, of size: Int, classes: Int) {
    self.shares = shares
    self.size = size
    losses = Array(repeating: 0, count: count * shares.count)
    predicted = Array(repeating: 0, count: count * shares.count * size)
    logits = Array(repeating: 0, count: classes)
  }

  /// Takes note of a batch by the logits of its characters, of its n-grams, or both.
  mutating func set(batch: Int, _ own: Floats?, _ scored: Floats?, _ labels: [Int32]) {
    let width = logits.count
    for j in shares.indices {
      let share = Float(shares[j])
      let first = batch * shares.count + j
      var loss = 0.0
      for i in labels.indices {
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
        loss += log(sum) - Double(logits[Int(labels[i])] - logits[best])
        predicted[first * size + i] = Int32(best)
      }
      losses[first] = loss
    }
  }

  /// Of the losses of batches, a row for each with a column for each share, the column with the least sum, the first of equal ones.
  static func least(of losses: [Double], width: Int) -> (column: Int, loss: Double) {
    func loss(_ j: Int) -> Double {
      stride(from: j, to: losses.count, by: width).reduce(0) { $0 + losses[$1] }
    }
    var (best, least) = (0, loss(0))
    for j in 0..<width where j > 0 {
      let other = loss(j)
      if other < least { (best, least) = (j, other) }
    }
    return (best, least)
  }

  /// Gets what other processes have found; false where one of them has given up.
  mutating func gather(_ work: SharedWork) -> Bool {
    work.gather(&losses, width: shares.count) && work.gather(&predicted, width: shares.count * size)
  }

  /// The share with the least loss, the first of equal ones, with the labels it gives to texts of these.
  func best(labels: [Int32], names: [String]) -> Found {
    let (best, least) = Self.least(of: losses, width: shares.count)
    var report = ClassificationReport(labelNames: names)
    for i in labels.indices {
      let first = i / size * shares.count + best
      report.add(expected: labels[i], predicted: predicted[first * size + i % size])
    }
    return Found(share: shares[best], loss: least, report: report)
  }
}
