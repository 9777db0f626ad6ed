import CLibrary
import SluiceCore

/// The losses of rows over many steps, by their share of what chance has; older ones count less.
struct RowGroups: Sendable {
  static let bins = 32
  /// So many bins to what a model has that knows nothing.
  private static let perChance: Float = 8
  /// What an earlier look counts beside a later one.
  private static let fading = 0.85

  var counts: [Double] = Array(repeating: 0, count: bins)
  /// The looks so far.
  var looks = 0

  mutating func add(_ losses: Floats, classes: Int) {
    guard classes > 1, losses.count > 0 else { return }
    looks += 1
    let scale = Self.perChance / logf(Float(classes))
    for b in 0..<Self.bins { counts[b] *= Self.fading }
    let stride = (losses.count + 255) / 256
    var i = 0
    while i < losses.count {
      // A row that does not count costs nothing at all.
      let loss = losses[i]
      if loss.isFinite, loss > 0 { counts[Int(min(loss * scale, Float(Self.bins - 1)))] += 1 }
      i += stride
    }
  }

  /// The rows that count.
  var total: Double {
    var sum = 0.0
    for b in 0..<Self.bins { sum += counts[b] }
    return sum
  }

  /// The share of rows whose loss is in a range of bins.
  private func share(_ from: Int, _ to: Int) -> Float {
    var sum = 0.0
    for b in from..<to { sum += counts[b] }
    return Float(sum / max(total, 1))
  }

  /// The rows that are learned, those that cost an eighth of what chance has or less.
  var learned: Float { share(0, 1) }
  /// Those that cost about as much as where labels are a toss-up, between two classes or all.
  var tossed: Float { share(2, 13) }
  /// Those between, and those far above.
  var between: Float { share(1, 2) }
  var above: Float { share(13, Self.bins) }

  /// Whether rows are learned, or stand about where a toss-up does, and next to none otherwise.
  var areTwo: Bool {
    looks >= 3 && total >= 96 && learned > 0.4 && tossed > 0.17 && between < 0.14 && above < 0.08
  }
}
