import SluiceCore

/// A table whose untouched rows are owed what the rule does on a gradient of zeros.
///
/// Beside the accumulators it keeps one number for each row: the update that the row is up to date with.
/// Memory is committed as rows occur.
final class ExactRows: PendingRows, @unchecked Sendable {
  private let engine: Engine
  private let rule: any UpdateRule
  private let weightDecay: Float
  private let history: RateHistory
  private let columns: UpdateColumns
  private let width: Int
  private let rowCount: Int
  private let accumulatorCount: Int
  /// How many updates after `base` each row is up to date with.
  private let settled: Indices
  private let zeros: Floats
  private let arenas: (Arena<Int32>, Arena<Float>)
  /// The update that all rows were up to date with when counting began, and the last one done.
  private var base = 0
  private(set) var step = 0

  init(
    _ group: ResolvedGroup, _ history: RateHistory, columns: UpdateColumns, rows: Int, width: Int,
    engine: Engine
  ) {
    self.engine = engine
    self.history = history
    self.columns = columns
    self.width = width
    rule = group.rule
    weightDecay = group.weightDecay
    accumulatorCount = group.accumulatorCount
    rowCount = rows
    let counters = Arena<Int32>(capacity: rows, named: "row counters")
    let zeroRow = Arena<Float>(capacity: width, named: "row of zeros")
    arenas = (counters, zeroRow)
    settled = counters[0..<rows]
    zeros = zeroRow[0..<width]
  }

  /// Notes that update `step` is done for `rows`, which were settled before it.
  func advance(to step: Int, _ rows: Indices) {
    self.step = step
    let count = Int32(step - base)
    for i in 0..<rows.count { settled[Int(rows[i])] = count }
  }

  func settle(_ rows: Indices) {
    for i in 0..<rows.count { settle(Int(rows[i])) }
  }

  func settleAll() {
    for row in 0..<rowCount { settle(row) }
  }

  /// Starts counting at `step`, with all rows up to date.
  func restart(at step: Int) {
    settled.fill(0)
    base = step
    self.step = step
  }

  private func settle(_ row: Int) {
    expect(
      row >= 0 && row < rowCount, "Settling rows", expected: "ids from 0 up to, not including, \(rowCount)",
      got: "\(row)")
    let done = base + Int(settled[row])
    if done == step { return }
    settled[row] = Int32(step - base)
    let part = columns[row * width..<(row + 1) * width]
    let elements = UpdateElements(
      engine: engine, settings: UpdateSettings(step: step, learningRate: 0, weightDecay: weightDecay),
      values: part.values, gradients: zeros, accumulatorCount: accumulatorCount, columns: part.accumulators)
    rule.catchUp(
      elements,
      SkippedSteps(first: done + 1, count: step - done, weightDecay: weightDecay, history: history))
  }
}
