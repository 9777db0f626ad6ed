import SluiceCore

/// An exponential moving average of the weights, which often generalizes better than the last ones
/// (Polyak and Juditsky 1992): `a ← d·a + (1 − d)·θ` after every update, with a = θ at the start.
///
///     var average = try WeightAverage(of: parameters, decay: 0.999)
///     // after every optimizer.step:
///     average.update(parameters)
///     // for an evaluation, and back:
///     average.swap(&parameters); evaluate(); average.swap(&parameters)
///
/// Rows of a table that do not occur do not change, and their average goes on towards them: it is caught up in
/// closed form when they next occur, so that an update's cost does not grow with the table. What an exact
/// optimizer owes a row counts from when it is settled.
public struct WeightAverage: ~Copyable {
  /// d.
  public let decay: Float
  /// The updates done so far.
  public private(set) var stepCount = 0
  /// Whether the parameters hold the averages and this holds the weights.
  public private(set) var isSwapped = false
  private let averages: Column
  /// The values of tables as they were after the last update of each row.
  private let lastValues: Column
  private let rowSteps: [IndexArena?]

  /// - Throws: `ModelError` if the decay is not from 0 up to, not including, 1.
  /// - Complexity: takes one column, and for tables two and a number for each row.
  public init(of parameters: borrowing Parameters, decay: Float) throws(ModelError) {
    guard decay >= 0, decay < 1 else {
      throw ModelError(
        "Averaging weights", expected: "a decay from 0 up to, not including, 1", got: "\(decay)")
    }
    parameters.settle()
    var rowSteps: [IndexArena?] = []
    averages = Column(for: parameters, named: "averaged weights")
    lastValues = Column(for: parameters, named: "weights before the last update")
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      averages[handle].copy(from: parameters.values(of: handle))
      let isTable = parameters.updates(of: handle) == .touchedRows
      if isTable { lastValues[handle].copy(from: parameters.values(of: handle)) }
      rowSteps.append(
        isTable ? IndexArena(capacity: parameters[handle].shape.rows, named: "averaged rows") : nil)
    }
    self.rowSteps = rowSteps
    self.decay = decay
  }

  /// Takes the values after an update.
  ///
  /// - Precondition: the average is not swapped in.
  /// - Complexity: O(dense elements + touched rows · width); allocates nothing.
  public mutating func update(_ parameters: borrowing Parameters) {
    require(!isSwapped, "Swap the weights back before the next update.")
    require(parameters.owns(averages), "The parameters are not those that are averaged.")
    stepCount += 1
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      if let steps = rowSteps[i] {
        let touched = parameters.touchedRows(of: handle)
        for k in 0..<touched.rowIDs.count {
          let row = Int(touched.rowIDs[k])
          let range = row * touched.width..<(row + 1) * touched.width
          catchUp(row, range, steps, handle, to: stepCount - 1, parameters.engine)
          move(averages[handle][range], towards: values[range], keeping: decay, parameters.engine)
          lastValues[handle][range].copy(from: values[range])
          steps[row..<row + 1][0] = Int32(stepCount)
        }
      } else {
        move(averages[handle], towards: values, keeping: decay, parameters.engine)
      }
    }
  }

  /// Exchanges the weights and their averages.
  ///
  /// - Complexity: O(elements); allocates nothing.
  public mutating func swap(_ parameters: inout Parameters) {
    require(parameters.owns(averages), "The parameters are not those that are averaged.")
    parameters.settle()
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      if let steps = rowSteps[i], !isSwapped {
        let touched = parameters.touchedRows(of: handle)
        for row in 0..<touched.tableRows {
          let range = row * touched.width..<(row + 1) * touched.width
          catchUp(row, range, steps, handle, to: stepCount, parameters.engine)
        }
      }
      let average = averages[handle]
      for k in 0..<values.count {
        let value = values[k]
        values[k] = average[k]
        average[k] = value
      }
    }
    isSwapped.toggle()
  }

  /// Brings a row's average to where update `step` leaves it when the row has not changed since its last.
  private func catchUp(
    _ row: Int, _ range: Range<Int>, _ steps: IndexArena, _ table: ParameterHandle, to step: Int,
    _ engine: Engine
  ) {
    let missed = step - Int(steps[row..<row + 1][0])
    if missed <= 0 { return }
    move(
      averages[table][range], towards: lastValues[table][range],
      keeping: Float(power(Double(decay), missed)), engine)
    steps[row..<row + 1][0] = Int32(step)
  }

  private func move(_ average: Floats, towards values: Floats, keeping share: Float, _ engine: Engine) {
    engine.scale(average, by: share, into: average)
    engine.accumulate(values, scaledBy: 1 - share, onto: average)
  }
}
