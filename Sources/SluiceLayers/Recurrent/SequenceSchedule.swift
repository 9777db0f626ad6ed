import SluiceCore

/// How the sequences of a batch are shared among threads for a recurrent pass.
///
/// A part is a range of the sequences by decreasing length; all its time steps run on one thread, without
/// meeting the others. The ranges hold about equal numbers of rows. What is computed for a sequence does not
/// depend on the part it falls into.
struct SequenceSchedule: Sendable {
  let parts: Int
  let longest: Int
  let alive: Indices
  let stepStarts: Indices
  private let bounds: Indices

  init(_ layout: SequencesRow, workers: Int, _ tape: inout Tape) {
    longest = layout.longest
    // A schedule ends before the tape's step does; see `RunViews`.
    alive = unsafe tape.indices(layout.alive).borrowed
    stepStarts = unsafe tape.indices(layout.stepStarts).borrowed
    let busy = longest > 0 ? Int(alive[0]) : 0
    parts = max(1, min(workers, busy))
    bounds = unsafe tape.indices(tape.makeIndices(parts + 1)).borrowed
    let order = tape.indices(layout.order)
    let offsets = tape.indices(layout.offsets)
    var rows = 0
    var part = 0
    bounds[0] = 0
    for s in 0..<busy {
      let sequence = Int(order[s])
      let length = Int(offsets[sequence + 1] - offsets[sequence])
      // A part ends before the sequence more than half of which is beyond its share of the rows.
      if part + 1 < parts, (2 * rows + length) * parts > 2 * layout.total * (part + 1), s > Int(bounds[part])
      {
        part += 1
        bounds[part] = Int32(s)
      }
      rows += length
    }
    while part < parts {
      part += 1
      bounds[part] = Int32(busy)
    }
  }

  /// Who computes a time step's product. One sequence leaves the other threads idle, so they share its weights; in
  /// a batch each thread has sequences of its own, and never waits within a pass.
  var productPlace: WorkPlace { parts == 1 ? .watchfulWorkers : .caller }

  /// The sequences of a part, by their place in the order of decreasing length.
  func sequences(_ part: Int) -> Range<Int> { Int(bounds[part])..<Int(bounds[part + 1]) }

  /// The sequences of `range` that have a step t.
  func alive(_ range: Range<Int>, at t: Int) -> Range<Int> {
    let end = t < longest ? min(range.upperBound, Int(alive[t])) : range.lowerBound
    return range.lowerBound..<max(range.lowerBound, end)
  }

  /// The rows in step order of the sequences `alive` at step t.
  func rows(_ alive: Range<Int>, at t: Int) -> Range<Int> {
    let start = Int(stepStarts[t])
    return start + alive.lowerBound..<start + alive.upperBound
  }
}
