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
/// closed form when they next occur, so that an update's cost does not grow with the table. With an exact
/// optimizer they do change at every update: then `optimizer.settle(&parameters)` comes before every use of the average, and
/// every row is averaged at every update.
///
/// To save it, write `record` and what `averageTensors` holds; to go on, `restore` the record after the parameters and fill
/// the tensors.
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
  private let rowSteps: [Arena<Int32>?]

  /// - Throws: `ModelError` if the decay is not from 0 up to, not including, 1.
  /// - Complexity: takes one column, and for tables two and a number for each row.
  public init(of parameters: borrowing Parameters, decay: Float) throws(ModelError) {
    guard decay >= 0, decay < 1 else {
      throw ModelError(
        "Averaging weights", expected: "a decay from 0 up to, not including, 1", got: "\(decay)")
    }
    parameters.expectSettled("WeightAverage")
    var rowSteps: [Arena<Int32>?] = []
    averages = Column(for: parameters, named: "averaged weights")
    lastValues = Column(for: parameters, named: "weights before the last update")
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      averages[handle].copy(from: parameters.values(of: handle))
      let isTable = parameters.updates(of: handle) == .touchedRows
      if isTable { lastValues[handle].copy(from: parameters.values(of: handle)) }
      rowSteps.append(
        isTable ? Arena<Int32>(capacity: parameters[handle].shape.rows, named: "averaged rows") : nil)
    }
    self.rowSteps = rowSteps
    self.decay = decay
  }

  /// Takes the values after an update.
  ///
  /// - Precondition: the average is not swapped in, and no rows wait for updates (`Optimizer.settle`).
  /// - Complexity: O(dense elements + touched rows · width), and O(elements) of a table with exact rows; allocates
  ///   nothing.
  public mutating func update(_ parameters: borrowing Parameters) {
    checkNotSwapped("WeightAverage.update")
    checkOwn(parameters)
    parameters.expectSettled("WeightAverage.update")
    stepCount += 1
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      if let steps = rowSteps[i], parameters.hasExactRows(handle) {
        catchUpAll(steps, handle, to: stepCount - 1, parameters)
        move(averages[handle], towards: values, keeping: decay, parameters.engine)
        lastValues[handle].copy(from: values)
        markAll(steps, parameters.touchedRows(of: handle).tableRows)
      } else if let steps = rowSteps[i] {
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
    checkOwn(parameters)
    parameters.expectSettled("WeightAverage.swap")
    for i in 0..<parameters.count {
      let handle = parameters.handle(at: i)
      let values = parameters.values(of: handle)
      if let steps = rowSteps[i], !isSwapped { catchUpAll(steps, handle, to: stepCount, parameters) }
      let average = averages[handle]
      for k in 0..<values.count {
        let value = values[k]
        values[k] = average[k]
        average[k] = value
      }
    }
    isSwapped.toggle()
  }

  /// Brings every row of a table to where update `step` leaves it.
  private func catchUpAll(
    _ steps: Arena<Int32>, _ table: ParameterHandle, to step: Int, _ parameters: borrowing Parameters
  ) {
    let touched = parameters.touchedRows(of: table)
    for row in 0..<touched.tableRows {
      let range = row * touched.width..<(row + 1) * touched.width
      catchUp(row, range, steps, table, to: step, parameters.engine)
    }
  }

  /// Notes that every row of a table is up to date.
  private func markAll(_ steps: Arena<Int32>, _ rows: Int) { steps[0..<rows].fill(Int32(stepCount)) }

  private func checkOwn(_ parameters: borrowing Parameters) {
    expect(
      parameters.owns(averages), "WeightAverage", expected: "the parameters that are averaged", got: "others")
  }

  private func checkNotSwapped(_ place: String) {
    expect(
      !isSwapped, place, expected: "the weights in the parameters",
      got: "their averages; swap them back first")
  }

  /// Brings a row's average to where update `step` leaves it when the row has not changed since its last.
  private func catchUp(
    _ row: Int, _ range: Range<Int>, _ steps: Arena<Int32>, _ table: ParameterHandle, to step: Int,
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

/// What a saved average is, beside its numbers.
public struct WeightAverageRecord: Sendable, Equatable, Codable {
  /// d of the formula.
  public var decay: Float
  /// The updates that were averaged.
  public var stepCount: Int
  /// The averaged parameters' names, in the order of their table.
  public var parameters: [String]
}

extension WeightAverage {
  /// What the average is and where it stands. Allocates.
  public func record(_ parameters: borrowing Parameters) -> WeightAverageRecord {
    checkOwn(parameters)
    return WeightAverageRecord(
      decay: decay, stepCount: stepCount, parameters: parameters.handles.map { parameters[$0].name })
  }

  /// The average of every parameter, named such as `output.weight/average`, brought up to date first. Allocates.
  ///
  /// The views stay valid as long as the average does: to save, write what they hold; to restore, call `restore` and fill
  /// them.
  ///
  /// - Precondition: the average is not swapped in.
  public func averageTensors(_ parameters: borrowing Parameters) -> [AccumulatorTensor] {
    checkNotSwapped("WeightAverage.averageTensors")
    checkOwn(parameters)
    return (0..<parameters.count).map { i in
      let handle = parameters.handle(at: i)
      if let steps = rowSteps[i] { catchUpAll(steps, handle, to: stepCount, parameters) }
      return AccumulatorTensor(
        name: "\(parameters[handle].name)/average", shape: parameters[handle].shape, values: averages[handle])
    }
  }

  /// Takes over where a saved average stood. The averages are then filled through `averageTensors`.
  ///
  /// - Precondition: the parameters hold the weights they had when the average was saved.
  /// - Throws: `ModelError`, before anything has changed, if the record is of other parameters or another decay, or
  ///   impossible.
  public mutating func restore(
    _ record: WeightAverageRecord, _ parameters: borrowing Parameters
  ) throws(ModelError) {
    let operation = "Restoring averaged weights"
    checkNotSwapped("WeightAverage.restore")
    let own = self.record(parameters)
    guard record.parameters == own.parameters else {
      let first = zip(own.parameters, record.parameters).first { $0 != $1 }
      throw ModelError(
        operation, expected: first.map { "parameter '\($0.0)'" } ?? "\(own.parameters.count) parameters",
        got: first.map { "'\($0.1)'" } ?? "\(record.parameters.count)")
    }
    guard record.decay == decay else {
      throw ModelError(operation, expected: "a decay of \(decay)", got: "\(record.decay)")
    }
    guard record.stepCount >= 0, record.stepCount < Int32.max else {
      throw ModelError(operation, expected: "a possible count of updates", got: "\(record.stepCount)")
    }
    parameters.expectSettled("WeightAverage.restore")
    stepCount = record.stepCount
    for i in 0..<parameters.count {
      guard let steps = rowSteps[i] else { continue }
      let handle = parameters.handle(at: i)
      lastValues[handle].copy(from: parameters.values(of: handle))
      markAll(steps, parameters.touchedRows(of: handle).tableRows)
    }
  }
}
