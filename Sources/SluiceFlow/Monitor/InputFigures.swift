import CLibrary
import SluiceCore

/// What was seen of a tensor that comes in, column by column, over all observations so far.
public struct InputFigures: Sendable {
  /// The columns looked at of a wide input.
  public static let columnLimit = 64
  /// After so many observations what was seen until then is what later ones are compared with.
  static let firstObservations = 16

  /// The layer that reads it.
  public let name: String
  let layer: LayerHandle
  /// The columns of the whole input.
  public let width: Int
  /// The rows seen.
  public internal(set) var count = 0.0
  /// The mean of each column looked at.
  public internal(set) var means: [Double] = Array(repeating: 0, count: columnLimit)
  /// The sums of squared differences from them.
  var squares: [Double] = Array(repeating: 0, count: columnLimit)
  /// Means, squares and rows as they were after the first observations: what drifts slowly takes the mean of all along.
  var firstMeans: [Double] = Array(repeating: 0, count: columnLimit)
  var firstSquares: [Double] = Array(repeating: 0, count: columnLimit)
  var firstCount = 0.0
  /// The least and the largest value of each.
  var least: [Float] = Array(repeating: .infinity, count: columnLimit)
  var largest: [Float] = Array(repeating: -.infinity, count: columnLimit)
  /// The share of zeros among the values of columns that vary, in the last observation.
  var zeroShare: Float = 0
  /// A column of the last observation that held what is not finite; -1 for none.
  var notFinite = -1
  /// The column that differed most from what it was before, and by how many of its deviations; the rows before included.
  var shiftedColumn = 0
  var shift: Float = 0
  /// The column that has stood still in the last observations, though it never did before, and in how many in a row; and a bit for each column
  /// that ever stood still and moved again.
  var stuckColumn = -1
  var stuckCount = 0
  var everStill: UInt64 = 0
  /// The column that tells the label or the target by itself, and in how many observations in a row it did.
  var tellingColumn = -1
  var tellingCount = 0
  /// The observations so far, and how many of the last in a row had one row in the place of all.
  var observations = 0
  var alikeCount = 0

  init(name: String, layer: LayerHandle, width: Int) {
    self.name = name
    self.layer = layer
    self.width = width
  }

  /// How many columns are looked at.
  var columns: Int { min(width, Self.columnLimit) }
  /// The column of the input that the `k`-th one looked at is.
  func column(_ k: Int) -> Int { k * width / max(columns, 1) }
  /// The deviation of a column over all rows seen.
  func deviation(_ k: Int) -> Float { Float((squares[k] / max(count, 1)).squareRoot()) }
  /// The root mean square of a column.
  func size(_ k: Int) -> Float { Float((means[k] * means[k] + squares[k] / max(count, 1)).squareRoot()) }

  /// Looks at the rows of a step: at most so many of them.
  mutating func add(_ values: Floats, rows: Int, atMost most: Int = 64) {
    observations += 1
    let stride = max(rows / most, 1)
    let taken = (rows + stride - 1) / stride
    var (zeros, varying) = (0, 0)
    (notFinite, shift, shiftedColumn) = (-1, 0, 0)
    var varies = taken < 4
    // Columns that used to vary, those of them that hardly do in these rows, and those that vary far more.
    var (lively, still, wild) = (0, 0, 0)
    for k in 0..<columns {
      let column = column(k)
      var (sum, high, low, zerosHere) = (0.0, -Float.infinity, Float.infinity, 0)
      for r in 0..<taken {
        let x = values[r * stride * width + column]
        if !x.isFinite { notFinite = column }
        if x == 0 { zerosHere += 1 }
        sum += Double(x)
        high = max(high, x)
        low = min(low, x)
      }
      if high > low { varies = true }
      if taken >= 8, least[k] < largest[k] { note(column: k, standsStill: high == low) }
      guard sum.isFinite, notFinite < 0 else { continue }
      let mean = sum / Double(taken)
      var squared = 0.0
      for r in 0..<taken {
        let d = Double(values[r * stride * width + column]) - mean
        squared += d * d
      }
      let before = (squares[k] / max(count, 1)).squareRoot()
      if before > 0 {
        lively += 1
        let now = (squared / Double(taken)).squareRoot()
        if now < 0.05 * before { still += 1 }
        if now > 3 * before { wild += 1 }
      }
      if observations > 4, count > 16 { note(shiftOf: k, mean: mean, squared: squared, taken: taken) }
      // Chan's formula joins two groups of rows.
      let (n, difference) = (count + Double(taken), mean - means[k])
      squares[k] += squared + difference * difference * count * Double(taken) / n
      means[k] += difference * Double(taken) / n
      least[k] = min(least[k], low)
      largest[k] = max(largest[k], high)
      if largest[k] > least[k] {
        zeros += zerosHere
        varying += taken
      }
    }
    // Of one column that is mostly zero it says nothing; of all it does.
    if observations > 4, count > 64, taken >= 8, lively > 0, still == lively { shift = 20 }
    // One column may have a long tail; most of them at once do not.
    if observations > 4, count > 64, taken >= 8, lively >= 2, 2 * wild >= lively { shift = max(shift, 5) }
    if stuckCount >= 3 { (shift, shiftedColumn) = (max(shift, 5), column(stuckColumn)) }
    alikeCount = varies ? 0 : alikeCount + 1
    if observations == Self.firstObservations {
      for k in 0..<columns { (firstMeans[k], firstSquares[k]) = (means[k], squares[k]) }
      firstCount = count + Double(taken)
    }
    zeroShare = Float(zeros) / Float(max(varying, 1))
    count += Double(taken)
  }

  /// A column that is rarely anything but zero stands still in many a batch; one that never did, and does from some step on, is broken.
  private mutating func note(column k: Int, standsStill: Bool) {
    let bit = UInt64(1) << UInt64(k % 64)
    guard standsStill else {
      if stuckColumn == k { (stuckColumn, stuckCount, everStill) = (-1, 0, everStill | bit) }
      return
    }
    guard everStill & bit == 0 else { return }
    if observations <= 8 { return everStill |= bit }
    if stuckColumn == k { stuckCount += 1 } else if stuckColumn < 0 { (stuckColumn, stuckCount) = (k, 1) }
  }

  private mutating func note(shiftOf k: Int, mean: Double, squared: Double, taken: Int) {
    let isLater = firstCount > 0 && firstSquares[k] > 0
    let usual = isLater ? firstMeans[k] : means[k]
    let before = (isLater ? firstSquares[k] / firstCount : squares[k] / count).squareRoot()
    guard before > 0, taken > 0 else { return }
    let by = abs(mean - usual) / (before / Double(taken).squareRoot() + before)
    let wider = (squared / Double(taken)).squareRoot() / before
    let most = Float(max(by, wider / 2))
    if most > shift { (shift, shiftedColumn) = (most, column(k)) }
  }
}

extension Tape {
  /// Whether none of the operations before the `i`-th made a tensor, nor one that it was cut off from.
  func comesIn(_ tensor: Tensor, before i: Int) -> Bool {
    let start = memoryStart(of: tensor)
    for j in 0..<i {
      let outputs = operation(j).outputs
      for k in 0..<outputs.count where memoryStart(of: outputs[k]) == start { return false }
    }
    return true
  }
}

/// All inputs, in fixed places.
struct InputTable: Sendable {
  private static let limit = 8
  var slots: [InputFigures] = []

  init() { slots.reserveCapacity(Self.limit) }

  /// Looks at a tensor that no operation made and that a layer reads.
  ///
  /// - Parameter most: at most so many of its rows.
  mutating func observe(
    _ input: Tensor, readBy layer: LayerHandle, atMost most: Int = 64, _ tape: borrowing Tape
  ) {
    guard let slot = slot(input, readBy: layer, tape) else { return }
    slots[slot].add(tape.values(of: input), rows: tape.shape(of: input).rows, atMost: most)
  }

  /// Whether what the first operation reads is finite, if it is rows of numbers that no operation made.
  ///
  /// - Complexity: one pass over those numbers; allocates nothing.
  func isFinite(_ tape: borrowing Tape) -> Bool {
    guard !slots.isEmpty, tape.operationCount > 0 else { return true }
    let operation = tape.operation(0)
    guard operation.inputs.count > 0 else { return true }
    return tape.engine.squares(tape.values(of: operation.inputs[0])).nonFinite == 0
  }

  /// Looks through all of what comes in for numbers that are not finite: once a gradient is not, a single one among thousands may be
  /// the cause, which the rows that are looked at otherwise need not hold.
  mutating func findNotFinite(_ tape: borrowing Tape) {
    for i in 0..<min(tape.operationCount, 16) {
      let operation = tape.operation(i)
      // What an operation reads first: the others are targets, or states to begin from.
      guard operation.inputs.count > 0, tape.comesIn(operation.inputs[0], before: i) else { continue }
      let values = tape.values(of: operation.inputs[0])
      for place in 0..<values.count where !values[place].isFinite {
        if let slot = slot(operation.inputs[0], readBy: operation.layer, tape) {
          slots[slot].notFinite = place % slots[slot].width
        }
        break
      }
    }
  }

  private mutating func slot(_ input: Tensor, readBy layer: LayerHandle, _ tape: borrowing Tape) -> Int? {
    let shape = tape.shape(of: input)
    guard shape.rank >= 2, shape.width > 0, shape.rows > 0 else { return nil }
    for s in slots.indices where slots[s].layer == layer && slots[s].width == shape.width { return s }
    guard slots.count < Self.limit else { return nil }
    let name = tape.name(of: layer).map { $0 + " input" } ?? "input"
    slots.append(InputFigures(name: name, layer: layer, width: shape.width))
    return slots.count - 1
  }
}
