import SluiceCore

/// What a saved optimizer is, beside the numbers of its accumulators.
public struct OptimizerRecord: Sendable, Equatable, Codable {
  /// How one parameter was updated.
  public struct Entry: Sendable, Equatable, Codable {
    /// The parameter's name, such as `output.weight`.
    public var parameter: String
    /// The name of its group; `default` if none of those given to the optimizer matched it.
    public var group: String
    /// The name of its rule, such as `adam`.
    public var rule: String
    /// The names of its rule's accumulators, in the order of the columns; empty for a rule without any.
    public var accumulators: [String]
  }

  /// The settings of a group that may change during a training.
  public struct Group: Sendable, Equatable, Codable {
    /// The group's name, as the optimizer has it.
    public var name: String
    /// The step size η of the group, before the schedule's factor.
    public var learningRate: Float
  }

  /// The updates done; steps that were skipped or stopped do not count.
  public var stepCount: Int
  /// The schedule as it stood, the state of a plateau included.
  public var schedule: Schedule
  /// All groups in the optimizer's order, frozen ones and `default` included.
  public var groups: [Group]
  /// The parameters that are not frozen, in the order of their table.
  public var parameters: [Entry]
}

/// One accumulator of one parameter, as it is saved.
public struct AccumulatorTensor: Sendable {
  /// The parameter's name and the accumulator's, such as `output.weight/adam.first_moment`.
  public let name: String
  /// The extents of the parameter, which are those of the accumulator.
  public let shape: Shape
  /// The numbers themselves, to be read or overwritten.
  public let values: Floats
}

extension Optimizer {
  /// What the optimizer is and where it stands. Allocates.
  public func record(_ parameters: borrowing Parameters) -> OptimizerRecord {
    expectOwn(parameters, "Optimizer, its state")
    var entries: [OptimizerRecord.Entry] = []
    for i in 0..<parameters.count {
      let group = groups[groupOf[i]]
      if group.isFrozen { continue }
      entries.append(
        OptimizerRecord.Entry(
          parameter: parameters[parameters.handle(at: i)].name, group: group.name, rule: group.ruleName,
          accumulators: group.rule.accumulatorNames))
    }
    return OptimizerRecord(
      stepCount: stepCount, schedule: schedule,
      groups: groups.map { OptimizerRecord.Group(name: $0.name, learningRate: $0.learningRate) },
      parameters: entries)
  }

  /// Every accumulator of every parameter that is not frozen. Exact rows are settled first. Allocates.
  ///
  /// The views stay valid as long as the optimizer does: to save, write what they hold; to restore, call
  /// `restore` and fill them.
  public func accumulatorTensors(_ parameters: borrowing Parameters) -> [AccumulatorTensor] {
    settleAllRows(parameters)
    return unsettledAccumulatorTensors(parameters)
  }

  /// The same with the rows of exact tables as they are: what they are owed is in the state.
  package func unsettledAccumulatorTensors(_ parameters: borrowing Parameters) -> [AccumulatorTensor] {
    expectOwn(parameters, "Optimizer, its state")
    var tensors: [AccumulatorTensor] = []
    for i in 0..<parameters.count {
      let group = groups[groupOf[i]]
      if group.isFrozen { continue }
      let handle = parameters.handle(at: i)
      let parameter = parameters[handle]
      for (column, name) in group.rule.accumulatorNames.enumerated() {
        tensors.append(
          AccumulatorTensor(
            name: "\(parameter.name)/\(group.ruleName).\(name)", shape: parameter.shape,
            values: accumulators[column][handle]))
      }
    }
    return tensors
  }

  /// Begins its schedule after `count` updates of an earlier training, whose accumulators are then filled in through
  /// `accumulatorTensors`: what a rule corrects by the number of updates goes on, the learning rate begins anew.
  ///
  /// - Precondition: no update was done, and the count is not negative and fits 31 bits.
  public mutating func begin(after count: Int, _ parameters: borrowing Parameters) {
    expect(
      stepCount == 0 && 0..<Int(Int32.max) ~= count, "Optimizer.begin(after:)",
      expected: "an optimizer before its first update, and a count of updates",
      got: "\(stepCount) and \(count)")
    var record = record(parameters)
    record.stepCount = count
    takeOver(record, parameters)
    scheduleStart = count
  }

  /// Takes over where a saved optimizer stood. The accumulators are then filled through `accumulatorTensors`.
  ///
  /// - Throws: `ModelError`, before anything has changed, if these are not the parameters the optimizer was
  ///   made for, or the record is of other parameters, of another rule, or impossible.
  public mutating func restore(
    _ record: OptimizerRecord, _ parameters: borrowing Parameters
  ) throws(ModelError) {
    let operation = "Restoring the optimizer"
    guard isFor(parameters) else {
      throw ModelError(
        operation, expected: "the parameters it was made for", got: "others, with \(parameters.count) entries"
      )
    }
    for (mine, saved) in zip(self.record(parameters).parameters, record.parameters) where mine != saved {
      throw ModelError(
        "\(operation)'s state of '\(mine.parameter)'",
        expected: "rule '\(mine.rule)' with accumulators \(mine.accumulators) in group '\(mine.group)'",
        got: "that of '\(saved.parameter)': rule '\(saved.rule)' with accumulators \(saved.accumulators) in "
          + "group '\(saved.group)'")
    }
    let count = self.record(parameters).parameters.count
    guard record.parameters.count == count, record.groups.map(\.name) == groups.map(\.name) else {
      throw ModelError(
        operation, expected: "\(count) parameters in groups \(groups.map(\.name))",
        got: "\(record.parameters.count) in groups \(record.groups.map(\.name))")
    }
    let rates = record.groups.map { learningRateProblem($0.learningRate) }
    if let problem = rates.compactMap({ $0 }).first ?? record.schedule.problem
      ?? (record.stepCount >= 0 && record.stepCount < Int32.max ? nil : "\(record.stepCount) updates done")
    {
      throw ModelError(operation, expected: "a possible state", got: problem)
    }
    takeOver(record, parameters)
  }
}
