import SluiceCore

/// How gradients are limited before an update, dense ones and touched rows together.
public enum Clipping: Sendable, Equatable, Codable {
  /// Gradients are used as they are.
  case none
  /// The whole gradient is scaled by min(1, limit / (norm + 1e-6)), as in `torch.nn.utils.clip_grad_norm_`. The norm neither
  /// overflows nor vanishes, whatever finite numbers the gradient holds. Where the factor would be below the normal floats
  /// the gradient itself is multiplied by 2⁻¹⁰⁰ first.
  case norm(Float)
  /// Each element is limited to this size.
  case value(Float)

  var problem: String? {
    switch self {
    case .none: nil
    case .norm(let limit), .value(let limit):
      limit > 0 && limit.isFinite ? nil : "a limit of \(limit), which has to be above 0 and finite"
    }
  }
}

/// What to do when a gradient holds an infinity or a not-a-number.
public enum NonFinitePolicy: String, Sendable, Codable, CaseIterable {
  /// Nobody looks, neither at gradients nor at what becomes of the values. Clipping by norm looks in any case and then skips.
  case unchecked
  /// Nothing moves, and `StepReport.outcome` says that the training should end.
  case stop
  /// Nothing moves; the training goes on with the next batch.
  case skip
  /// Such elements count as zero, and the rest moves.
  case zero
}

/// What a step did.
public struct StepReport: Sendable, Equatable {
  /// What a step did with the gradient it found.
  public enum Outcome: Sendable, Equatable {
    /// The parameters moved.
    case moved
    /// Nothing moved, and the training goes on.
    case skipped
    /// Nothing moved, and the training is to end.
    case stopped
  }

  /// Whether the parameters moved; after `stopped` the caller is to end the training.
  public var outcome = Outcome.moved
  /// The norm of the gradient before clipping, finite elements only, and the largest float where it is above; nil if nobody
  /// asked for it.
  public var gradientNorm: Float?
  /// What the gradient was multiplied by: below 1 where it was clipped by norm.
  public var gradientScale: Float = 1
  /// How many elements of the gradient were not finite; 0 if nobody looked.
  public var nonFiniteCount = 0
  /// How many of the elements that moved are not finite after the update, which is how a step that is too large ends
  /// where all gradients were finite: 0 in a sound training. Nil if nothing moved, or nobody looked: with
  /// `NonFinitePolicy.unchecked` only clipping by norm does.
  public var nonFiniteValueCount: Int?
}

/// The norms of the last gradients, and how often they were clipped.
public struct ClippingStatistics: Sendable {
  /// How many norms are remembered.
  public static let window = 1024

  /// The steps whose norm was taken, and those that were clipped.
  public internal(set) var stepCount = 0
  /// Of these, the steps whose gradient was scaled down; clipping by value is not counted.
  public internal(set) var clippedCount = 0
  /// The steps whose gradient held something that is not finite.
  public internal(set) var nonFiniteCount = 0
  /// The norm of the last gradient before clipping.
  public internal(set) var lastNorm: Float = 0
  var norms: [Float] = Array(repeating: 0, count: window)

  /// The share of the steps that were clipped.
  public var clippedShare: Float { Float(clippedCount) / Float(max(stepCount, 1)) }

  /// A limit that would have left this share of the remembered gradients alone, or nil before the first.
  ///
  /// - Complexity: sorts the window; allocates. Meant for a report.
  public func suggestedLimit(quantile: Double = 0.9) -> Float? {
    let known = norms.prefix(min(stepCount, Self.window)).sorted()
    if known.isEmpty { return nil }
    return known[min(Int(Double(known.count) * quantile), known.count - 1)]
  }

  mutating func add(norm: Float, isClipped: Bool) {
    norms[stepCount % Self.window] = norm
    stepCount += 1
    if isClipped { clippedCount += 1 }
    lastNorm = norm
  }

  mutating func addNonFinite() { nonFiniteCount += 1 }
}
