import SluiceCore

/// The gradient of one recurrent layer by its distance from the end of the sequences.
public struct TimeFigures: Sendable {
  /// The elements of `means`: longer sequences have several steps to each.
  public static let binLimit = 32

  /// The layer, and which of its runs it is where it has several layers or directions.
  public let name: String
  let layer: LayerHandle
  let run: Int
  /// The mean absolute gradient of the gates: element 0 is the last step of the sequences, the last the farthest.
  public internal(set) var means: [Float]
  /// How many of `means` have been observed.
  public internal(set) var binCount = 0
  /// The steps that one of `means` stands for.
  public internal(set) var stepsPerBin = 1
}

/// The figures of all recurrent layers.
struct TimeTable: Sendable {
  private static let sequencesLookedAt = 6
  /// Of so many at most those are chosen: through a sequence whose loss is zero or masked no gradient comes, which says nothing.
  private static let sequencesTried = 48
  private static let limit = 16

  var slots: [TimeFigures] = []
  private var sums: [Double] = Array(repeating: 0, count: TimeFigures.binLimit)
  private var counts: [Int] = Array(repeating: 0, count: TimeFigures.binLimit)

  init() { slots.reserveCapacity(Self.limit) }

  /// Looks at the operations of a step after its backward pass. Allocates only for a layer that was not there before.
  mutating func observe(_ tape: borrowing Tape) {
    var run = 0
    var layer = LayerHandle.none
    for i in 0..<min(tape.operationCount, 1024) {
      guard let flow = tape.gradientsByTime(i) else { continue }
      let operation = tape.operation(i)
      run = operation.layer == layer ? run + 1 : 0
      layer = operation.layer
      guard let slot = place(layer, run, tape) else { continue }
      add(flow, to: slot, tape)
    }
  }

  private mutating func place(_ layer: LayerHandle, _ run: Int, _ tape: borrowing Tape) -> Int? {
    for s in slots.indices where slots[s].layer == layer && slots[s].run == run { return s }
    guard slots.count < Self.limit else { return nil }
    let name = tape.name(of: layer) ?? "recurrent"
    slots.append(
      TimeFigures(
        name: run == 0 ? name : "\(name) run \(run + 1)", layer: layer, run: run,
        means: Array(repeating: 0, count: TimeFigures.binLimit)))
    return slots.count - 1
  }

  private mutating func add(_ flow: ValuesByTime, to slot: Int, _ tape: borrowing Tape) {
    let layout = tape.layout(of: flow.sequences)
    let starts = tape.indices(layout.stepStarts)
    let alive = tape.indices(layout.alive)
    let limit = TimeFigures.binLimit
    let perBin = max((layout.longest + limit - 1) / limit, 1)
    for b in 0..<limit {
      sums[b] = 0
      counts[b] = 0
    }
    let tried = min(layout.count, Self.sequencesTried)
    var taken = 0
    for k in 0..<tried where taken < Self.sequencesLookedAt {
      let sequence = k * layout.count / tried
      var length = 0
      while length < layout.longest, alive[length] > sequence { length += 1 }
      guard length > 0, reaches(sequence, length, flow, starts, tape) else { continue }
      taken += 1
      for t in 0..<length {
        let bin = (length - 1 - t) / perBin
        sums[bin] += mean(Int(starts[t]) + sequence, flow, tape)
        counts[bin] += 1
      }
    }
    var last = 0
    for b in 0..<limit {
      slots[slot].means[b] = counts[b] > 0 ? Float(sums[b] / Double(counts[b])) : 0
      if counts[b] > 0 { last = b + 1 }
    }
    slots[slot].binCount = last
    slots[slot].stepsPerBin = perBin
  }

  /// Whether any gradient comes to a sequence: to its end, or to one of five steps spread over it.
  private func reaches(
    _ sequence: Int, _ length: Int, _ flow: ValuesByTime, _ starts: Indices, _ tape: borrowing Tape
  ) -> Bool {
    for k in 0...4 {
      let t = (length - 1) * (4 - k) / 4
      if mean(Int(starts[t]) + sequence, flow, tape) > 0 { return true }
    }
    return false
  }

  /// The mean absolute gradient of a row.
  private func mean(_ row: Int, _ flow: ValuesByTime, _ tape: borrowing Tape) -> Double {
    let start = row * flow.values.rowStride
    return tape.engine.statistics(flow.values.floats[start..<start + flow.values.columns]).meanMagnitude
  }
}
