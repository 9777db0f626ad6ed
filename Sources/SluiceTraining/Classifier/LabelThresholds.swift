import SluiceCore

/// Chooses from which logit on each label is given: that with the best F1 of the label on the validation part.
///
/// A label that fewer than five texts there have gets the threshold that all such labels share, for of so few nothing can be told (Yang 2001): the one
/// with the best F1 of the counts of all labels together. Where several are equally good, the nearest to a probability of one half counts.
struct LabelThresholds {
  /// The texts of a label from which on it has a threshold of its own.
  static let leastTexts = 5

  /// The thresholds, by label.
  private(set) var logits: [Float]

  /// - Parameters:
  ///   - logits: [texts, labels].
  ///   - isShared: whether all labels share one threshold, which suits micro F1.
  ///   - members: the labels of a text.
  /// - Complexity: O(texts · labels · log texts of a label).
  init(
    _ logits: [Float], labels: Int, isShared: Bool = false, _ members: (Int) -> ArraySlice<Int32>
  ) {
    let least = isShared ? Int.max : Self.leastTexts
    let count = labels == 0 ? 0 : logits.count / labels
    var texts = [[Int32]](repeating: [], count: labels)
    for i in 0..<count { for label in members(i) { texts[Int(label)].append(Int32(i)) } }
    self.logits = Array(repeating: 0, count: labels)
    for label in 0..<labels where texts[label].count >= least {
      self.logits[label] = Self.best(logits, label, of: labels, texts[label])
    }
    let rare = (0..<labels).filter { texts[$0].count < least }
    guard !rare.isEmpty else { return }
    let common = Self.common(logits, of: labels, texts)
    for label in rare { self.logits[label] = common }
  }

  /// The best threshold of one label.
  private static func best(
    _ logits: [Float], _ label: Int, of labels: Int, _ texts: [Int32]
  ) -> Float {
    let count = logits.count / labels
    let own = texts.map { logits[Int($0) * labels + label] }.sorted(by: >)
    var isOwn = [Bool](repeating: false, count: count)
    for text in texts { isOwn[Int(text)] = true }
    // How many texts without the label are above each one with it, and the largest logit below it.
    var above = [Int](repeating: 0, count: own.count + 1)
    var below = [Float](repeating: -.infinity, count: own.count + 1)
    for i in 0..<count where !isOwn[i] {
      let value = logits[i * labels + label]
      // The first of its own texts that is not above this one.
      var (low, high) = (0, own.count)
      while low < high {
        let middle = (low + high) / 2
        if own[middle] > value { low = middle + 1 } else { high = middle }
      }
      above[low] += 1
      below[low] = max(below[low], value)
    }
    var best = Choice()
    var others = 0
    for j in own.indices {
      // Those without the label that are at or above this one and below the one before.
      others += above[j]
      guard j + 1 == own.count || own[j + 1] < own[j] else { continue }
      let figure = Double(2 * (j + 1)) / Double(j + 1 + others + own.count)
      let next = max(below[j + 1], j + 1 < own.count ? own[j + 1] : -.infinity)
      best.offer(figure, from: next, to: own[j])
    }
    return best.logit
  }

  /// The bins of a table of logits, 1/64 wide from -16 to 16.
  private static let bins = 2_048

  /// The best threshold for all labels at once, on the borders of bins.
  private static func common(_ logits: [Float], of labels: Int, _ texts: [[Int32]]) -> Float {
    func bin(_ logit: Float) -> Int {
      logit.isNaN ? 0 : Int((min(max(logit, -16), 15.99) + 16) * 64)
    }
    var all = [Int](repeating: 0, count: bins)
    var own = all
    for logit in logits { all[bin(logit)] += 1 }
    for label in 0..<labels {
      for text in texts[label] { own[bin(logits[Int(text) * labels + label])] += 1 }
    }
    let expected = own.reduce(0, +)
    guard expected > 0 else { return 0 }
    var best = Choice()
    var (right, given) = (0, 0)
    for place in (0..<bins).reversed() {
      right += own[place]
      given += all[place]
      let border = Float(place) / 64 - 16
      best.offer(Double(2 * right) / Double(given + expected), from: border, to: border)
    }
    return best.logit
  }

  /// The best so far.
  private struct Choice {
    var figure = -1.0
    var logit: Float = 0

    /// Thresholds above `low` and up to `high` are as good as `figure` says.
    mutating func offer(_ figure: Double, from low: Float, to high: Float) {
      guard figure >= self.figure else { return }
      let logit =
        low < 0 && high >= 0 ? 0 : low == high || low == -.infinity ? high : Self.middle(low, high)
      guard figure > self.figure || logit.magnitude < self.logit.magnitude else { return }
      (self.figure, self.logit) = (figure, logit)
    }

    /// Half way, and above `low` however near both are.
    private static func middle(_ low: Float, _ high: Float) -> Float {
      let middle = low + (high - low) / 2
      return middle > low ? middle : high
    }
  }
}
