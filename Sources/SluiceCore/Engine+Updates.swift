import KernelInterface

public typealias SGDStep = KernelInterface.SGDStep
public typealias AdamStep = KernelInterface.AdamStep
public typealias SMORMS3Step = KernelInterface.SMORMS3Step

/// A sweep of an optimizer's formula over its columns, cut into parts.
@safe
private struct UpdateTask: Sendable {
  /// The elements of a part: long enough for the hardware to fetch ahead.
  static let partSize = 32_768

  enum Rule { case sgd(SGDStep), adam(AdamStep), smorms3(SMORMS3Step) }

  let kernels: UpdateKernels
  let rule: Rule
  let values: Floats
  let gradients: Floats
  let first: Floats
  let second: Floats
  let third: Floats

  func run(_ range: Range<Int>) {
    let start = range.lowerBound
    let values = unsafe values.pointer + start
    let gradients = unsafe gradients.source + start
    let first = unsafe first.pointer + start
    let second = unsafe second.pointer + start
    switch rule {
    case .sgd(let step):
      unsafe kernels.sgd(values, gradients, range.count, step)
    case .adam(let step):
      unsafe kernels.adam(values, gradients, first, second, range.count, step)
    case .smorms3(let step):
      unsafe kernels.smorms3(values, gradients, first, second, third.pointer + start, range.count, step)
    }
  }
}

// Each function sweeps once over its columns, which have equal counts and do not overlap, traps where counts
// differ, and allocates nothing. Elements are independent: a range updated in pieces gets the same bits.

extension Engine {
  /// One step of stochastic gradient descent; the formula is that of `SGDStep`.
  public func update(_ values: Floats, gradients: Floats, _ step: SGDStep) {
    run(
      UpdateTask(
        kernels: kernels.update, rule: .sgd(step), values: values, gradients: gradients, first: values,
        second: values, third: values))
  }

  /// One step of Adam with its moments, which start at 0; the formula is that of `AdamStep`.
  public func update(
    _ values: Floats, gradients: Floats, firstMoments: Floats, secondMoments: Floats, _ step: AdamStep
  ) {
    run(
      UpdateTask(
        kernels: kernels.update, rule: .adam(step), values: values, gradients: gradients, first: firstMoments,
        second: secondMoments, third: values))
  }

  /// One step of SMORMS3 with its memories, which start at 1, and means, which start at 0; the formula is
  /// that of `SMORMS3Step`.
  public func update(
    _ values: Floats, gradients: Floats, memories: Floats, means: Floats, meanSquares: Floats,
    _ step: SMORMS3Step
  ) {
    run(
      UpdateTask(
        kernels: kernels.update, rule: .smorms3(step), values: values, gradients: gradients, first: memories,
        second: means, third: meanSquares))
  }

  private func run(_ task: UpdateTask) {
    let count = task.values.count
    precondition(
      task.gradients.count == count && task.first.count == count && task.second.count == count
        && task.third.count == count, "All columns of an update need the same count.")
    let parts = partCount(count, UpdateTask.partSize)
    guard parts > 1 else { return task.run(0..<count) }
    workers.run(parts, task) { task, part in
      task.run(part * UpdateTask.partSize..<min((part + 1) * UpdateTask.partSize, task.values.count))
    }
  }
}
