import SluiceCore

/// Judges a training by figures that somebody else has logged: losses, rates, norms of the gradient. The rules are those of `Diagnosis`, as far
/// as they need no more than that: what is not finite, rising, flat, below its least value or a spike, a schedule that died, a
/// gradient that explodes, overfitting.
///
/// ```swift
/// var figures = FigureMonitor()
/// for line in log { figures.observe(step: line.step, loss: line.loss) }
/// for finding in figures.diagnosis.verdict { print(finding) }
/// ```
public struct FigureMonitor: Sendable {
  /// What is wrong, since when, and what to try.
  public private(set) var diagnosis: Diagnosis
  /// The loss of every step, summed up.
  public private(set) var loss = LossHistory()
  /// The losses of the validation part that were told.
  public private(set) var validation = ValidationHistory()
  private var step = 0
  /// The eighths of losses at which the loss was judged.
  private var judgedCount = 0

  /// How often a loss is taken at most, if it stands for several steps: more would change no mean.
  private static let repetitions = 100

  /// - Parameter leastLoss: the least loss that makes sense; nil, as by default, where that is not known.
  public init(leastLoss: Float? = nil) {
    var settings = FlowSettings()
    settings.leastLoss = leastLoss
    diagnosis = Diagnosis(parameters: [], settings: settings)
  }

  /// Takes note of a line of a log.
  ///
  /// - Parameters:
  ///   - step: the number of its step; a loss counts for all steps since the line before, as a mean over them does.
  ///   - loss: nil where the line has none.
  ///   - rate: the learning rate; nil where the line has none.
  ///   - gradientNorm: the norm of the whole gradient, before clipping; nil where the line has none.
  public mutating func observe(step: Int, loss value: Float?, rate: Float? = nil, gradientNorm: Float? = nil)
  {
    // Far from where sums of steps would overflow; no training has as many.
    let step = min(max(step, 0), 1 << 52)
    let passed = step - self.step
    self.step = max(step, self.step)
    if let value { take(value, times: min(max(passed, 1), Self.repetitions)) }
    var update = UpdateRecord()
    if let rate, rate.isFinite { (update.count, update.scheduleFactor) = (loss.count, rate) }
    let norm = gradientNorm ?? 0
    diagnosis.judge(
      Observation(
        step: self.step, parameters: [], isWatched: [], operations: [], times: [], inputs: [], senses: [],
        labels: LossFigures(), update: update, isUpdated: rate != nil, gradientNorm: norm.isFinite ? norm : 0,
        nonFiniteCount: norm.isFinite ? 0 : 1, loss: loss))
    // As often as that of a training which is watched: every eighth loss, but once for each line.
    if loss.count / 8 > judgedCount {
      judgedCount = loss.count / 8
      diagnosis.judge(loss, LossFigures(), update, validation, margin: nil, step: self.step)
    }
  }

  private mutating func take(_ value: Float, times: Int) {
    let isSpike = loss.isSpike(value, rows: 32)
    for _ in 0..<times { loss.add(value) }
    if !value.isFinite { diagnosis.report(nonFinite: nil, step: step) }
    diagnosis.judge(spike: isSpike ? value : nil, loss, step: step)
  }

  /// Takes note of a loss of the validation part.
  public mutating func observeValidation(step: Int, loss value: Float) {
    self.step = max(min(step, 1 << 52), self.step)
    guard value.isFinite else {
      return diagnosis.report(
        .nonFinite, Claim(evidence: "the validation's loss is not finite"), step: self.step)
    }
    validation.add(value, baseline: nil, step: self.step, training: loss.recent, start: loss.start)
    diagnosis.judge(validation, loss, margin: nil, step: self.step)
  }
}
