import CPUFeatures
import KernelInterface

/// The numbers of one step of a built-in formula; what each does is said there.
public typealias UpdateStep = KernelInterface.UpdateStep

/// The formulas that are compiled for every instruction set, by the names of `UpdateStep`.
public enum UpdateFormula: Sendable, CaseIterable {
  /// The gradient times the rate.
  case sgd
  /// A velocity that gradients are added to.
  case momentum
  /// The same, with the velocity of the next step.
  case nesterov
  /// Divided by the root of the sum of squares.
  case adagrad
  /// Divided by the root of the mean square.
  case rmsprop
  /// Divided by the root of the variance.
  case centeredRMSprop
  /// Both moments, corrected for their start; with decay apart from the gradient AdamW.
  case adam
  /// Adam with the largest second moment so far.
  case amsgrad
  /// A rate for each element from how far its gradients agree.
  case smorms3

  /// How many accumulators the formula keeps for each element.
  public var accumulatorCount: Int {
    switch self {
    case .sgd: 0
    case .momentum, .nesterov, .adagrad, .rmsprop: 1
    case .centeredRMSprop, .adam: 2
    case .amsgrad, .smorms3: 3
    }
  }

  @unsafe
  fileprivate func kernel(_ kernels: UpdateKernels) -> UpdateKernel {
    switch self {
    case .sgd: unsafe kernels.sgd
    case .momentum: unsafe kernels.momentum
    case .nesterov: unsafe kernels.nesterov
    case .adagrad: unsafe kernels.adagrad
    case .rmsprop: unsafe kernels.rmsprop
    case .centeredRMSprop: unsafe kernels.centeredRMSprop
    case .adam: unsafe kernels.adam
    case .amsgrad: unsafe kernels.amsgrad
    case .smorms3: unsafe kernels.smorms3
    }
  }
}

/// What a formula works on: a range of elements that lie side by side, or some rows of a table.
@safe
package struct UpdateMemory: Sendable {
  // Of a table the whole; accumulators that the formula does not keep are never read.
  let values: Floats
  let accumulators: (Floats, Floats, Floats)
  /// One for each element, or one row for each of `rows`.
  let gradients: Floats
  let rows: Indices?
  let width: Int

  /// A range: as many gradients and accumulators as values.
  package init(values: Floats, gradients: Floats, accumulators: (Floats, Floats, Floats)) {
    require(gradients.count == values.count, "Every element needs one gradient.")
    self.init(values, gradients, accumulators, nil, values.count)
  }

  /// Rows of a table: `values` and each of `accumulators` are the whole.
  ///
  /// - Precondition: every row is one of the table, and none comes twice.
  package init(
    values: Floats, gradients: Floats, accumulators: (Floats, Floats, Floats), rows: Indices, width: Int
  ) {
    require(gradients.count == rows.count * width, "Every row needs one gradient.")
    let last = values.count / max(width, 1)
    for i in 0..<rows.count {
      require(rows[i] >= 0 && rows[i] < last, "A row lies outside the table.")
    }
    self.init(values, gradients, accumulators, rows, width)
  }

  private init(
    _ values: Floats, _ gradients: Floats, _ accumulators: (Floats, Floats, Floats), _ rows: Indices?,
    _ width: Int
  ) {
    let count = values.count
    require(
      accumulators.0.count == count && accumulators.1.count == count && accumulators.2.count == count,
      "All columns of an update need the same count.")
    self.values = values
    self.gradients = gradients
    self.accumulators = accumulators
    self.rows = rows
    self.width = width
  }

  /// How many stretches of elements there are: one, or one for each row.
  fileprivate var stretches: Int { rows?.count ?? 1 }

  @unsafe
  fileprivate func pointers(_ i: Int) -> UpdatePointers {
    let start = rows.map { Int($0[i]) * width } ?? 0
    return unsafe UpdatePointers(
      values: values.pointer + start, gradients: gradients.source + i * width,
      first: accumulators.0.pointer + start, second: accumulators.1.pointer + start,
      third: accumulators.2.pointer + start)
  }

  /// How many rows before its turn a row is asked for. Rows lie anywhere, so the processor cannot guess.
  fileprivate static let rowsAhead = 2

  @unsafe
  fileprivate func prefetch(_ i: Int, columns: Int) {
    let p = unsafe pointers(i)
    for i in stride(from: 0, to: width, by: Arena.alignment) {
      unsafe sluice_prefetch(p.values + i)
      if columns > 1 { unsafe sluice_prefetch(p.first + i) }
      if columns > 2 { unsafe sluice_prefetch(p.second + i) }
      if columns > 3 { unsafe sluice_prefetch(p.third + i) }
    }
  }
}

extension Engine {
  /// Runs a formula over all elements of `memory`, which holds the accumulators it keeps.
  ///
  /// - Complexity: O(elements); allocates nothing.
  package func update(_ memory: UpdateMemory, by formula: UpdateFormula, _ step: UpdateStep) {
    let kernel = unsafe formula.kernel(kernels.update)
    let columns = formula.accumulatorCount + 1
    for i in 0..<memory.stretches {
      if i + UpdateMemory.rowsAhead < memory.stretches {
        unsafe memory.prefetch(i + UpdateMemory.rowsAhead, columns: columns)
      }
      unsafe kernel(memory.pointers(i), memory.width, step)
    }
  }

  /// Runs `times` steps of SMORMS3 whose gradient is zero: only the accumulators change.
  package func idleSMORMS3(_ memory: UpdateMemory, times: Int, _ step: UpdateStep) {
    for i in 0..<memory.stretches {
      unsafe kernels.update.idleSMORMS3(memory.pointers(i), memory.width, step, times)
    }
  }

  /// Multiplies the pairs of `values` and `buffers` by a matrix: value = a value + b buffer and, from the old
  /// ones, buffer = c value + d buffer. Many steps of a linear rule are one such product.
  public func mix(_ values: Floats, _ buffers: Floats, by matrix: (Float, Float, Float, Float)) {
    require(values.count == buffers.count, "Every value needs one buffer.")
    unsafe kernels.update.mix(
      values.pointer, buffers.pointer, values.count,
      SIMD4(matrix.0, matrix.1, matrix.2, matrix.3))
  }
}
