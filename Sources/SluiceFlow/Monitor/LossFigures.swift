import CLibrary
import SluiceCore

/// What a loss says of what it is to learn: labels or targets, how many count, how they are spread.
public struct LossFigures: Sendable {
  static let bins = 64

  /// The classes of its labels; 0 for a loss that has none.
  public internal(set) var classes = 0
  /// The rows of the last step, and those of them that do not count.
  public internal(set) var rows = 0
  /// How many of the last step's rows do not count.
  public internal(set) var ignored = 0
  /// Whether the loss is a sum over rows, and nothing divides it later.
  public internal(set) var isSum = false
  /// The loss of the operation itself, if nothing comes after it.
  var isRoot = false
  /// How often each label was seen; of many classes several share a place.
  var counts: [Double] = Array(repeating: 0, count: bins)
  var total = 0.0
  /// The entropy of `counts`.
  private var entropyOfCounts: Float = 0
  /// The mean over observations of Σ (share of a label in the batch)², less what chance adds to it.
  var purity = 0.0
  var batches = 0.0
  /// The targets' mean and sum of squared differences, and the mean of their variance within batches.
  public internal(set) var targetMean = 0.0
  var targetSquares = 0.0
  var withinBatches = 0.0
  var targetCount = 0.0
  /// How the rows' losses fall into two groups: the share of the upper one, the means of both, and the share of their variance that lies
  /// between the groups.
  var upperShare: Float = 0
  var lowerMean: Float = 0
  var upperMean: Float = 0
  var betweenShare: Float = 0
  /// The deviation of the upper group's losses by their mean.
  var upperSpread: Float = 0
  /// Whether the loss is of the squares of single numbers' errors.
  var isSquared = false
  /// The largest distance of a target from the mean of its batch.
  var targetLargest = 0.0
  /// The means of the batches' targets: the sum of their squared distances from their mean.
  var betweenSquares = 0.0
  var meanOfMeans = 0.0
  /// The last labels of each sequence of the last step, in both orders that rows can have, and which step that was.
  var lastLabels: [Int32] = Array(repeating: 0, count: 2 * bins)
  var lastCount = 0
  var lastStep = 0
  /// Whether this step's text goes on where that of the step before ended; nil where that is not known.
  var continuesText: Bool?
  /// Whether it goes on, but in other rows: those of one step change places in the next.
  var continuesElsewhere = false
  /// Whether each row is a place in a text and its label what comes next.
  var isLanguage = false
  /// Whether the rows that the loss takes for logits are probabilities.
  var areProbabilities = false

  /// The loss of a model to which all classes are as likely; nil where there are no classes, or other operations follow.
  public var chance: Float? {
    guard classes > 1, isRoot else { return nil }
    return logf(Float(classes)) * (isSum ? Float(max(rows - ignored, 1)) : 1)
  }

  /// The entropy of the labels seen: the loss of the best model that does not look at its input; nil where there are too few.
  var entropy: Float? {
    guard classes > 1, classes <= Self.bins, isRoot, total >= 200 else { return nil }
    return entropyOfCounts * (isSum ? Float(max(rows - ignored, 1)) : 1)
  }

  /// The variance of the targets seen: the loss of the best constant where the loss is a mean of squares; nil where it is none, or too
  /// few were seen.
  var variance: Float? {
    guard isSquared, isRoot, targetCount >= 200 else { return nil }
    return Float(targetSquares / targetCount) * (isSum ? Float(max(rows, 1)) : 1)
  }

  /// The mean square of the targets seen: the loss of a model that says zero, where the loss is a mean of squares; nil as above.
  var meanSquare: Float? {
    guard isSquared, isRoot, !isSum, targetCount >= 48 else { return nil }
    return Float(targetSquares / targetCount + targetMean * targetMean)
  }

  /// Reckons `entropyOfCounts` anew: labels are seen far less often than the loss is judged.
  mutating func countEntropy() {
    var sum = 0.0
    for k in 0..<Self.bins where counts[k] > 0 { sum -= counts[k] / total * log(counts[k] / total) }
    entropyOfCounts = Float(sum)
  }

  /// The deviation of all targets seen.
  public var targetDeviation: Double { (targetSquares / max(targetCount, 1)).squareRoot() }

  /// Whether the loss told what each of its rows costs, which one of softened labels does not.
  var tellsRows: Bool { classes > 1 && upperMean > 0 }

  /// Takes note of the labels of a step.
  mutating func add(labels: Indices, classes: Int, isSum: Bool, ignoring ignoredLabel: Int32) {
    self.classes = classes
    self.isSum = isSum
    rows = labels.count
    ignored = 0
    var batch = InlineArray<64, Double>(repeating: 0)
    let stride = max(labels.count / 1024, 1)
    var taken = 0.0
    var i = 0
    while i < labels.count {
      if labels[i] == ignoredLabel {
        ignored += stride
      } else {
        batch[Int(labels[i]) % Self.bins] += 1
        taken += 1
      }
      i += stride
    }
    ignored = min(ignored, rows)
    guard taken > 0 else { return }
    if taken >= 2 {
      var pairs = 0.0
      for k in 0..<Self.bins { pairs += batch[k] * (batch[k] - 1) }
      // The share of pairs in the batch that agree: Σ p² where the batch is drawn from all, whatever its size.
      purity += (pairs / (taken * (taken - 1)) - purity) / (batches + 1)
      batches += 1
    }
    for k in 0..<Self.bins { counts[k] += batch[k] }
    total += taken
    countEntropy()
  }

  /// Σ p² over the labels seen: the share of pairs that agree.
  var expectedPurity: Double {
    var sum = 0.0
    for k in 0..<Self.bins { sum += counts[k] / max(total, 1) * (counts[k] / max(total, 1)) }
    return sum
  }

  /// The share of the most frequent label among those seen.
  var largestLabelShare: Float {
    guard classes <= Self.bins else { return 0 }
    var most = 0.0
    for k in 0..<Self.bins { most = max(most, counts[k]) }
    return Float(most / max(total, 1))
  }

  /// Looks at the numbers that the loss takes for logits, four of the rows.
  mutating func look(at logits: Floats, width: Int) {
    areProbabilities = false
    guard width >= 2, logits.count >= width else { return }
    let rows = logits.count / width
    for k in 0..<min(rows, 4) {
      let start = k * rows / min(rows, 4) * width
      var sum: Float = 0
      for x in 0..<width {
        guard logits[start + x] >= 0 else { return }
        sum += logits[start + x]
      }
      guard abs(sum - 1) < 1e-3 else { return }
    }
    areProbabilities = true
  }

  /// Takes note of the targets of a step.
  mutating func add(targets: Floats, isSum: Bool) {
    self.isSum = isSum
    rows = targets.count
    let stride = max(targets.count / 256, 1)
    let taken = (targets.count + stride - 1) / stride
    guard taken > 0 else { return }
    var (mean, squared) = (0.0, 0.0)
    for k in 0..<taken { mean += Double(targets[k * stride]) / Double(taken) }
    for k in 0..<taken {
      let d = Double(targets[k * stride]) - mean
      squared += d * d
      if abs(d) > targetLargest { targetLargest = abs(d) }
    }
    guard mean.isFinite, squared.isFinite else { return }
    let (n, difference) = (targetCount + Double(taken), mean - targetMean)
    targetSquares += squared + difference * difference * targetCount * Double(taken) / n
    targetMean += difference * Double(taken) / n
    targetCount = n
    batches += 1
    let apart = mean - meanOfMeans
    meanOfMeans += apart / batches
    betweenSquares += apart * (mean - meanOfMeans)
    if taken > 1 { withinBatches += (squared / Double(taken - 1) - withinBatches) / batches }
  }

  /// By how much more the means of batches differ than those of random ones would, as a ratio of variances: about 1 where targets are in
  /// random order.
  var spreadOfMeans: Double {
    guard batches > 1, withinBatches > 0 else { return 0 }
    return betweenSquares / (batches - 1) / (withinBatches / Double(max(min(rows, 256), 1)))
  }

  /// Takes note of the losses of a step's rows, up to 256: divides them where the two groups differ most (Otsu 1979).
  mutating func add(rowLosses: Floats) {
    guard rowLosses.count > 0 else { return }
    var losses = InlineArray<256, Float>(repeating: 0)
    let stride = (rowLosses.count + 255) / 256
    var (count, sum, squares, i) = (0, 0.0, 0.0, 0)
    while i < rowLosses.count {
      let loss = rowLosses[i]
      if loss.isFinite, loss > 0 {
        var place = count
        while place > 0, losses[place - 1] > loss {
          losses[place] = losses[place - 1]
          place -= 1
        }
        losses[place] = loss
        count += 1
        sum += Double(loss)
        squares += Double(loss) * Double(loss)
      }
      i += stride
    }
    guard count >= 16 else { return betweenShare = 0 }
    let total = squares - sum * sum / Double(count)
    var (lower, best) = (0.0, -1.0)
    for k in 0..<count - 1 {
      lower += Double(losses[k])
      let (n, m) = (Double(k + 1), Double(count - k - 1))
      let difference = (sum - lower) / m - lower / n
      let between = n * m / Double(count) * difference * difference
      guard between > best else { continue }
      best = between
      upperShare = Float(m) / Float(count)
      lowerMean = Float(lower / n)
      upperMean = Float((sum - lower) / m)
    }
    betweenShare = total > 0 ? Float(best / total) : 0
    let upper = max(Int((upperShare * Float(count)).rounded()), 1)
    var spread = 0.0
    for k in count - upper..<count {
      let d = Double(losses[k]) - Double(upperMean)
      spread += d * d
    }
    upperSpread = Float((spread / Double(upper)).squareRoot()) / max(upperMean, .leastNormalMagnitude)
  }

  /// How many rows begin with what one of the last step ended with, each of those taken once.
  private func foundElsewhere(_ ids: Indices, _ kept: Int, _ stride: Int, from place: Int) -> Int {
    var (taken, found): (UInt64, Int) = (0, 0)
    for s in 0..<kept {
      for k in 0..<kept where taken & (1 << UInt64(k)) == 0 && lastLabels[place + k] == ids[s * stride] {
        taken |= 1 << UInt64(k)
        found += 1
        break
      }
    }
    return found
  }

  /// Compares the first ids of a step over consecutive text with the last labels of the step before, and keeps this step's.
  mutating func follow(ids: Indices, labels: Indices, longest: Int, step: Int) {
    continuesText = nil
    continuesElsewhere = false
    isLanguage = longest > 1 && labels.count == ids.count
    guard longest > 1, labels.count == ids.count, labels.count % longest == 0 else {
      lastCount = 0
      return
    }
    let sequences = labels.count / longest
    let kept = min(sequences, Self.bins)
    if lastCount == kept, lastStep == step - 1 {
      var agreeing = (0, 0)
      for s in 0..<kept {
        if ids[s] == lastLabels[s] { agreeing.0 += 1 }
        if ids[s * longest] == lastLabels[Self.bins + s] { agreeing.1 += 1 }
      }
      continuesText = max(agreeing.0, agreeing.1) * 10 >= kept * 9
      continuesElsewhere =
        continuesText == false
        && max(foundElsewhere(ids, kept, 1, from: 0), foundElsewhere(ids, kept, longest, from: Self.bins))
          * 10
          >= kept * 9
    }
    for s in 0..<kept {
      lastLabels[s] = labels[labels.count - sequences + s]
      lastLabels[Self.bins + s] = labels[(s + 1) * longest - 1]
    }
    (lastCount, lastStep) = (kept, step)
  }
}
