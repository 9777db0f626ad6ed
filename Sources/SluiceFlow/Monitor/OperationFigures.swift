import SluiceCore

/// What an observation says of the output of one kind of operation in one layer, or on what one layer gave, if it was called outside of
/// layers. Where a step runs it several times, as in an unrolled cell, the figures are those of the first four runs and of the
/// eighth, sixteenth and so on.
public struct OperationFigures: Sendable {
  /// The layer and the operation, such as `gru recurrent`. A function outside of layers is named after the layer before it.
  public let name: String
  /// The operation's own name.
  let operation: String
  let layer: LayerHandle
  /// What tells kinds of one name apart; nil after a state was put back, until the kind runs again.
  var kind: ObjectIdentifier?
  /// How often it ran, as far as it was looked at.
  public internal(set) var runs = 0
  /// The mean of the output, over at most 32 of its rows by 32 of its columns.
  public internal(set) var mean: Float = 0
  /// The standard deviation of the same elements from their common mean.
  public internal(set) var deviation: Float = 0
  /// The deviation from row to row of the same column: 0 where all examples give the same.
  public internal(set) var rowDeviation: Float = 0
  /// Whether there were examples to compare.
  public internal(set) var hasSeveralRows = false
  /// How many rows the output has.
  public internal(set) var rows = 0
  /// The share of the elements that were cut off, of an operation that cuts off; 0 for others.
  var cutShare: Float = 0
  /// Whether the output follows from data, and not from parameters alone.
  var dependsOnData = true
  /// Whether the operation cuts off what is beyond bounds.
  let cutsOff: Bool
  /// What of it can saturate or die.
  public internal(set) var activations: [ActivationFigures]
}

/// What an observation says of one activation.
public struct ActivationFigures: Sendable {
  /// The gate, or an empty text for an operation's only output.
  public let name: String
  /// The function, which says where its slope is gone.
  public let kind: ActivationKind
  /// The share of values whose slope is less than a twentieth of its largest: |y| > 0.975 of a tanh, y < 0.013 or
  /// y > 0.987 of a sigmoid. 0 for a ReLU.
  public internal(set) var saturatedShare: Float = 0
  /// The share of units of a ReLU that were 0 for every row; 0 for others.
  public internal(set) var deadShare: Float = 0
}

/// The figures of all operations seen so far, in fixed places.
struct OperationTable: Sendable {
  static let limit = 64
  private static let runsLookedAt = 4
  private static let sampledRows = 32
  private static let sampledColumns = 32

  var slots: [OperationFigures] = []

  init() { slots.reserveCapacity(Self.limit) }

  /// Begins an observation.
  mutating func begin() { for i in slots.indices { slots[i].runs = 0 } }

  /// Looks at an operation after its forward pass. Allocates only for a kind that was not there before.
  mutating func observe(
    _ operation: RecordedOperation, _ views: ActivationViews, from origin: TapeScan.Origin,
    _ tape: borrowing Tape
  ) {
    guard operation.outputs.count > 0, let slot = place(operation, views, origin.layer, tape) else { return }
    slots[slot].runs += 1
    let turn = slots[slot].runs
    guard turn <= Self.runsLookedAt || turn.nonzeroBitCount == 1 else { return }
    let run = turn <= Self.runsLookedAt ? turn - 1 : Self.runsLookedAt + turn.trailingZeroBitCount - 3
    slots[slot].dependsOnData = origin.dependsOnData
    add(output: operation.outputs[0], from: operation.inputs, run, to: slot, tape)
    for k in 0..<min(views.count, slots[slot].activations.count) {
      let (saturated, dead) = Self.shares(views[k])
      slots[slot].activations[k].saturatedShare = mix(
        slots[slot].activations[k].saturatedShare, saturated, run)
      slots[slot].activations[k].deadShare = mix(slots[slot].activations[k].deadShare, dead, run)
    }
  }

  private mutating func place(
    _ operation: RecordedOperation, _ views: ActivationViews, _ layer: LayerHandle, _ tape: borrowing Tape
  ) -> Int? {
    for s in slots.indices where slots[s].kind == operation.kind && slots[s].layer == layer {
      return s
    }
    // Names that were put back get their kinds in the order in which they first ran.
    for s in slots.indices
    where slots[s].kind == nil && slots[s].layer == layer
      && slots[s].operation == "\(operation.name)"
    {
      slots[s].kind = operation.kind
      return s
    }
    guard slots.count < Self.limit else { return nil }
    var activations: [ActivationFigures] = []
    for k in 0..<views.count {
      activations.append(ActivationFigures(name: "\(views[k].name)", kind: views[k].kind))
    }
    let before = tape.name(of: layer).map { $0 + " " } ?? ""
    slots.append(
      OperationFigures(
        name: before + "\(operation.function)", operation: "\(operation.name)", layer: layer,
        kind: operation.kind, cutsOff: "\(operation.function)" == "clamp",
        activations: activations))
    return slots.count - 1
  }

  /// The share of the elements that an operation changed: those it cut off, which have no slope. Zeros, such as a ReLU gives, are none.
  private func cutShare(
    _ values: Floats, from inputs: Floats, _ width: Int, _ rows: Spread, _ columns: Spread
  ) -> Float {
    var (cut, all) = (0, 0)
    for row in rows {
      for column in columns {
        let (x, y) = (inputs[row * width + column], values[row * width + column])
        if y < x || y > x { cut += 1 }
        if x != 0 { all += 1 }
      }
    }
    return Float(cut) / Float(max(all, 1))
  }

  /// The mean of what several runs gave, added one at a time.
  private func mix(_ old: Float, _ new: Float, _ run: Int) -> Float {
    run == 0 ? new : old + (new - old) / Float(run + 1)
  }

  private mutating func add(
    output: Tensor, from inputs: TensorList, _ run: Int, to slot: Int, _ tape: borrowing Tape
  ) {
    let values = tape.values(of: output)
    let shape = tape.shape(of: output)
    let width = shape.rank == 0 ? 1 : max(shape.width, 1)
    let all = values.count / width
    guard all > 0 else { return }
    let (rows, columns) = (
      Spread(of: all, atMost: Self.sampledRows), Spread(of: width, atMost: Self.sampledColumns)
    )
    var (total, squares, between) = (0.0, 0.0, 0.0)
    let first = Double(values[0])
    for column in columns {
      var (sum, sumOfSquares) = (0.0, 0.0)
      // Deviations from the column's first value, and from the first of all: a large mean then costs no digits.
      let origin = Double(values[column])
      for row in rows {
        let x = Double(values[row * width + column])
        sum += x - origin
        sumOfSquares += (x - origin) * (x - origin)
        squares += (x - first) * (x - first)
      }
      total += sum + (origin - first) * Double(rows.count)
      between += max(sumOfSquares - sum * sum / Double(rows.count), 0)
    }
    if slots[slot].cutsOff, inputs.count == 1 {
      let share = cutShare(values, from: tape.values(of: inputs[0]), width, rows, columns)
      slots[slot].cutShare = mix(slots[slot].cutShare, share, run)
    }
    let count = Double(rows.count * columns.count)
    let offset = total / count
    let mean = first + offset
    slots[slot].hasSeveralRows = rows.count > 1
    slots[slot].rows = all
    slots[slot].mean = mix(slots[slot].mean, Float(mean), run)
    slots[slot].deviation = mix(
      slots[slot].deviation, Float(max(squares / count - offset * offset, 0).squareRoot()), run)
    slots[slot].rowDeviation = mix(slots[slot].rowDeviation, Float((between / count).squareRoot()), run)
  }

  /// The shares of saturated values and of dead units.
  static func shares(_ view: ActivationView) -> (saturated: Float, dead: Float) {
    let values = view.values
    guard values.rows > 0, values.columns > 0 else { return (0, 0) }
    if view.kind == .relu { return (0, deadShare(values)) }
    let rows = Spread(of: values.rows, atMost: sampledRows)
    let columns = Spread(of: values.columns, atMost: 2 * sampledColumns)
    let (floats, stride, isTanh) = (values.floats, values.columnStride, view.kind == .tanh)
    var flat = 0
    for row in rows {
      let start = row * values.rowStride
      for column in columns {
        let y = floats[start + column * stride]
        let slope = isTanh ? 1 - y * y : 4 * y * (1 - y)
        flat += slope >= 0.05 ? 0 : 1
      }
    }
    return (Float(flat) / Float(rows.count * columns.count), 0)
  }

  private static func deadShare(_ values: Matrix) -> Float {
    let (rows, columns) = (Spread(of: values.rows, atMost: 256), Spread(of: values.columns, atMost: 256))
    var dead = 0
    for column in columns where !rows.contains(where: { values[$0, column] > 0 }) { dead += 1 }
    return Float(dead) / Float(columns.count)
  }
}

/// Some of many rows or columns, one of each of as many parts of them, from the first on; each time at another place of its part, for steps of one
/// length would meet the same place of each of many sequences. Counts up, for a division at each would cost more than what is done there.
private struct Spread: Sequence, IteratorProtocol {
  let count: Int
  private let step: Int
  private let rest: Int
  private var left: Int
  private var place = 0
  private var over = 0
  private let jump: Int
  private var offset = 0

  init(of all: Int, atMost most: Int) {
    count = all < most ? all : most
    left = count
    (step, rest) = all.quotientAndRemainder(dividingBy: count > 0 ? count : 1)
    jump = step * 5 / 8 | 1
  }

  mutating func next() -> Int? {
    if left == 0 { return nil }
    left -= 1
    defer {
      place += step
      over += rest
      if over >= count {
        over -= count
        place += 1
      }
      offset += jump
      if offset >= step { offset -= step }
    }
    return place + offset
  }
}
