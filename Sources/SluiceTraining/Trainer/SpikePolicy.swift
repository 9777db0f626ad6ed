import SluiceCore

/// What a training does about a step that would spoil it: one whose loss or gradient is not finite, or whose loss is a spike.
public enum SpikePolicy: String, CaseIterable, Sendable {
  /// Numbers that are not finite end the training; spikes are not looked for.
  case ignore
  /// Spikes end the training, too.
  case stop
  /// The batch is passed over: the parameters do not move.
  case skip
  /// The training goes back to its last checkpoint, and passes over the batch when it comes to it again.
  case rollback

  /// After so many batches in a row that were passed over, or so many ways back, a training ends: it is not the batches.
  static let most = 20
}

/// Tells a spike from the losses before it.
///
/// A loss is a spike if it is above m + 8 √v and above m + |m|, where m and v are mean and variance of the losses before it, each loss
/// weighing 2 % of all before it (an exponential average); for the first 50 losses nothing is one. A spike itself does not enter them.
public struct SpikeDetector: Sendable {
  /// The losses that have to be known first.
  public static let leastCount = 50
  private static let share = 0.02

  private var count = 0
  private var mean = 0.0
  private var variance = 0.0

  /// A detector that has seen nothing.
  public init() {}

  /// Whether a loss is a spike; one that is not finite is none. Takes note of it if it is not. Allocates nothing.
  public mutating func isSpike(_ loss: Float) -> Bool {
    guard loss.isFinite else { return false }
    let loss = Double(loss)
    if count >= Self.leastCount, loss > mean + 8 * variance.squareRoot(), loss > mean + abs(mean) {
      return true
    }
    count += 1
    // Until there are as many as the average reaches back, all weigh the same.
    let share = max(1 / Double(count), Self.share)
    let difference = loss - mean
    mean += share * difference
    variance = (1 - share) * (variance + share * difference * difference)
    return false
  }
}

extension SpikeDetector: Checkpointed {
  public func write(to state: inout StateWriter) {
    state.write(count)
    state.write(mean)
    state.write(variance)
  }

  public mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.readInt()
    mean = try state.readDouble()
    variance = try state.readDouble()
  }
}

/// A batch by its place in the data.
struct BatchPlace: Equatable, Sendable {
  let epoch: Int
  let cursor: Int
}
