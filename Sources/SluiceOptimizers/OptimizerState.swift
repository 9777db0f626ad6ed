import SluiceCore

/// What a saved optimizer is, beside the numbers of its accumulators.
public struct OptimizerRecord: Sendable, Equatable, Codable {
  /// How one parameter was updated.
  public struct Entry: Sendable, Equatable, Codable {
    public var parameter: String
    public var group: String
    public var rule: String
    public var accumulators: [String]
  }

  /// The settings of a group that may change during a training.
  public struct Group: Sendable, Equatable, Codable {
    public var name: String
    public var learningRate: Float
  }

  public var stepCount: Int
  public var schedule: Schedule
  public var groups: [Group]
  public var parameters: [Entry]
}

/// One accumulator of one parameter, as it is saved.
public struct AccumulatorTensor: Sendable {
  /// The parameter's name and the accumulator's, such as `output.weight/adam.first_moment`.
  public let name: String
  public let shape: Shape
  /// The numbers themselves, to be read or overwritten.
  public let values: Floats
}

extension Optimizer {
  /// What the optimizer is and where it stands. Allocates.
  public func record(_ parameters: borrowing Parameters) -> OptimizerRecord {
    require(isFor(parameters), "The parameters are not those the optimizer was made for.")
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
    require(isFor(parameters), "The parameters are not those the optimizer was made for.")
    parameters.settle()
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
    takeOver(record)
  }
}
