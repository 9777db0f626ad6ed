import SluiceCore
import SluiceFlow

/// A training beside another of the same kind that is known to go well: where their figures part.
///
/// Both losses are cut into the same windows of steps. In a window the training is worse where its mean loss is above the other's by more than
/// twice the standard error of the difference, and by more than 5 % of the other's loss and 2 % of all that the other's loss has
/// moved. It is worse since the first window after which at least four of five are, the last among them.
struct BaselineComparison: Sendable {
  /// The step since which the training is worse; nil if it is not.
  private(set) var worseSince: Int?
  /// What is said of the two, a line each.
  private(set) var lines: [String] = []

  private static let windows = 40

  init(_ run: TrainingLog, beside baseline: TrainingLog) {
    compareLosses(run.figures.points(.loss), baseline.figures.points(.loss))
    compareValidation(run.figures.points(.validationLoss), baseline.figures.points(.validationLoss))
    compareMeans("learning rate", run.figures.points(.rate), baseline.figures.points(.rate))
    compareMeans(
      "norm of the gradient", run.figures.points(.gradientNorm), baseline.figures.points(.gradientNorm))
    compareFindings(run.findings, baseline.findings)
  }

  // MARK: Losses

  private mutating func compareLosses(_ run: [TrainingFigures.Point], _ baseline: [TrainingFigures.Point]) {
    guard let first = run.first, let last = run.last, let otherFirst = baseline.first,
      let otherLast = baseline.last
    else {
      lines.append("loss: not in both logs")
      return
    }
    let (low, high) = (max(first.step, otherFirst.step), min(last.step, otherLast.step))
    guard low <= high else {
      lines.append("loss: the logs have no steps in common")
      return
    }
    func common(_ points: [TrainingFigures.Point]) -> [TrainingFigures.Point] {
      points.filter { $0.step >= low && $0.step <= high }
    }
    let (run, baseline) = (common(run), common(baseline))
    if let broken = run.first(where: { !$0.value.isFinite }),
      !baseline.contains(where: { !$0.value.isFinite })
    {
      worseSince = broken.step
      lines.append("loss: not a finite number at step \(broken.step); the baseline's are all finite")
      return
    }
    let count = max(min(Self.windows, min(run.count, baseline.count) / 3), 1)
    let finite = baseline.map(\.value).filter(\.isFinite)
    let range = (finite.max() ?? 0) - (finite.min() ?? 0)
    var windows: [(start: Int, isWorse: Bool, run: Double, baseline: Double)] = []
    for w in 0..<count {
      let width = Double(high - low + 1) / Double(count)
      let start = low + Int(width * Double(w))
      let end = w == count - 1 ? high + 1 : low + Int(width * Double(w + 1))
      func window(_ points: [TrainingFigures.Point]) -> Moments {
        Moments(points.filter { $0.step >= start && $0.step < end }.map(\.value))
      }
      let (one, other) = (window(run), window(baseline))
      guard one.count > 0, other.count > 0 else { continue }
      let error = (one.variance / Double(one.count) + other.variance / Double(other.count)).squareRoot()
      let difference = one.mean - other.mean
      windows.append(
        (start, difference > max(2 * error, 0.05 * abs(other.mean) + 0.02 * range), one.mean, other.mean))
    }
    guard let end = windows.last else { return }
    lines.append(
      "loss: \(short(end.run)) on average from step \(end.start) to \(high); the baseline's there is \(short(end.baseline))"
    )
    guard end.isWorse else { return }
    worseSince = windows.indices.first { i in
      windows[i].isWorse && windows[i...].count(where: \.isWorse) * 5 >= (windows.count - i) * 4
    }.map { windows[$0].start }
  }

  // MARK: Other figures

  private mutating func compareValidation(_ run: [TrainingFigures.Point], _ baseline: [TrainingFigures.Point])
  {
    func best(_ points: [TrainingFigures.Point]) -> TrainingFigures.Point? {
      points.filter(\.value.isFinite).min { $0.value < $1.value }
    }
    guard let one = best(run), let other = best(baseline) else { return }
    lines.append(
      "validation loss: \(short(one.value)) at best, at step \(one.step); the baseline's is \(short(other.value)), at step "
        + "\(other.step)")
  }

  /// Compares the geometric means over the steps that both have.
  private mutating func compareMeans(
    _ name: String, _ run: [TrainingFigures.Point], _ baseline: [TrainingFigures.Point]
  ) {
    let end = min(run.last?.step ?? 0, baseline.last?.step ?? 0)
    func mean(_ points: [TrainingFigures.Point]) -> Double? {
      let logarithms = points.filter { $0.step <= end && $0.value > 0 && $0.value.isFinite }
        .map { decimalLogarithm($0.value) }
      return logarithms.isEmpty ? nil : powerOfTen(logarithms.reduce(0, +) / Double(logarithms.count))
    }
    // Alike is nothing to say.
    guard let one = mean(run), let other = mean(baseline), abs(one / other - 1) > 0.05 else { return }
    lines.append("\(name): \(short(one)) on (geometric) average; the baseline's is \(short(other))")
  }

  private mutating func compareFindings(_ run: [Finding], _ baseline: [Finding]) {
    func names(_ findings: [Finding]) -> [String] { Verdict(of: findings).causes.map(\.finding.title) }
    func only(_ names: [String], not others: [String]) -> String? {
      let only = names.filter { !others.contains($0) }
      return only.isEmpty ? nil : only.prefix(6).joined(separator: ", ") + (only.count > 6 ? ", …" : "")
    }
    let (one, other) = (names(run), names(baseline))
    if let names = only(one, not: other) { lines.append("found only here: \(names)") }
    if let names = only(other, not: one) { lines.append("found only in the baseline: \(names)") }
  }
}

/// Mean and variance of the finite ones of some numbers.
private struct Moments {
  let count: Int
  let mean: Double
  let variance: Double

  init(_ values: [Double]) {
    let values = values.filter(\.isFinite)
    count = values.count
    let mean = values.reduce(0, +) / Double(max(count, 1))
    self.mean = mean
    variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(count - 1, 1))
  }
}
