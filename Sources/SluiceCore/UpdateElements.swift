import CPUFeatures
import KernelInterface

/// The numbers of one step of a built-in formula; what each does is said there.
public typealias UpdateStep = KernelInterface.UpdateStep

/// The formulas that are compiled for every instruction set, by the names of `UpdateStep`.
public enum UpdateFormula: Sendable, CaseIterable {
  case sgd, momentum, nesterov, adagrad, rmsprop, centredRMSprop, adam, amsgrad, smorms3
}

/// What an update of one group of parameters is done with, this step.
public struct UpdateSettings: Sendable, Equatable {
  /// The number of this update, from 1.
  public var step: Int
  /// The step size, the schedule's factor included.
  public var learningRate: Float
  /// The decay λ of the group, 0 for none; what it does is up to the rule.
  public var weightDecay: Float
  /// Every gradient is multiplied by this first, as clipping by norm asks.
  public var gradientScale: Float
  /// The largest size of an element of the gradient, after scaling.
  public var gradientLimit: Float

  /// Settings of one update.
  public init(
    step: Int, learningRate: Float, weightDecay: Float = 0, gradientScale: Float = 1,
    gradientLimit: Float = .infinity
  ) {
    self.step = step
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.gradientScale = gradientScale
    self.gradientLimit = gradientLimit
  }
}

/// Elements to be updated: a range of dense ones or some rows of a table. A rule need not know which.
///
/// A rule runs one of the formulas of the kernels (`run`), or its own over eight elements at a time
/// (`forEachLane`). Neither allocates; either may be called from several threads for different elements.
public struct UpdateElements: Sendable {
  /// What the formulas are computed with.
  public let engine: Engine
  /// What all elements are updated with.
  public let settings: UpdateSettings
  /// How many accumulators the rule has asked for.
  public let accumulatorCount: Int
  // Of a table `values` and `columns` are the whole, and row i of `gradients` belongs to its row `rows[i]`.
  @usableFromInline let values: Floats
  @usableFromInline let gradients: Floats
  @usableFromInline let columns: (Floats, Floats, Floats, Floats)
  @usableFromInline let rows: Indices?
  @usableFromInline let width: Int

  /// A range of elements that lie side by side.
  ///
  /// - Precondition: all views have the same count. Columns the rule has not asked for are never read.
  public init(
    engine: Engine, settings: UpdateSettings, values: Floats, gradients: Floats, accumulatorCount: Int,
    columns: (Floats, Floats, Floats, Floats)
  ) {
    self.init(engine, settings, values, gradients, accumulatorCount, columns, nil, values.count)
    require(gradients.count == values.count, "Every element needs one gradient.")
  }

  /// Rows of a table.
  ///
  /// - Parameters:
  ///   - values: the whole table, as each of `columns` is.
  ///   - gradients: one row of `width` elements for each of `rows`.
  /// - Precondition: every row is one of the table, and none comes twice.
  public init(
    engine: Engine, settings: UpdateSettings, values: Floats, gradients: Floats, accumulatorCount: Int,
    columns: (Floats, Floats, Floats, Floats), rows: Indices, width: Int
  ) {
    self.init(engine, settings, values, gradients, accumulatorCount, columns, rows, width)
    require(gradients.count == rows.count * width, "Every row needs one gradient.")
    let last = values.count / max(width, 1)
    for i in 0..<rows.count {
      require(rows[i] >= 0 && rows[i] < last, "A row lies outside the table.")
    }
  }

  private init(
    _ engine: Engine, _ settings: UpdateSettings, _ values: Floats, _ gradients: Floats,
    _ accumulatorCount: Int, _ columns: (Floats, Floats, Floats, Floats), _ rows: Indices?, _ width: Int
  ) {
    self.engine = engine
    self.settings = settings
    self.values = values
    self.gradients = gradients
    self.accumulatorCount = accumulatorCount
    self.columns = columns
    self.rows = rows
    self.width = width
    let count = values.count
    require(
      columns.0.count == count && columns.1.count == count && columns.2.count == count
        && columns.3.count == count, "All columns of an update need the same count.")
  }

  init(copying other: UpdateElements, _ settings: UpdateSettings) {
    engine = other.engine
    self.settings = settings
    values = other.values
    gradients = other.gradients
    accumulatorCount = other.accumulatorCount
    columns = other.columns
    rows = other.rows
    width = other.width
  }

  /// How many stretches of elements there are: one, or one for each row.
  @inlinable
  var stretches: Int { rows?.count ?? 1 }

  /// Where stretch `i` begins in the values and columns.
  @inlinable
  func start(_ i: Int) -> Int { rows.map { Int($0[i]) * width } ?? 0 }

  /// Runs one of the formulas over all elements.
  ///
  /// The gradient's scale and limit are those of `settings`, whatever `step` says.
  public func run(_ formula: UpdateFormula, _ step: UpdateStep) {
    precondition(formula.accumulatorCount <= accumulatorCount, "The formula needs more accumulators.")
    var step = step
    step.gradientScale = settings.gradientScale
    step.gradientLimit = settings.gradientLimit
    let kernel = unsafe formula.kernel(engine.kernels.update)
    let columnCount = formula.accumulatorCount + 1
    for i in 0..<stretches {
      if i + Self.rowsAhead < stretches { unsafe prefetch(pointers(i + Self.rowsAhead), columnCount) }
      unsafe kernel(pointers(i), width, step)
    }
  }

  /// How many rows before its turn a row is asked for. Rows lie anywhere, so the processor cannot guess.
  private static let rowsAhead = 2

  @unsafe
  private func prefetch(_ p: UpdatePointers, _ columnCount: Int) {
    for i in stride(from: 0, to: width, by: Arena.alignment) {
      unsafe sluice_prefetch(p.values + i)
      if columnCount > 1 { unsafe sluice_prefetch(p.first + i) }
      if columnCount > 2 { unsafe sluice_prefetch(p.second + i) }
      if columnCount > 3 { unsafe sluice_prefetch(p.third + i) }
    }
  }

  @unsafe
  func pointers(_ i: Int) -> UpdatePointers {
    let start = start(i)
    return unsafe UpdatePointers(
      values: values.pointer + start, gradients: gradients.source + i * width,
      first: columns.0.pointer + start, second: columns.1.pointer + start, third: columns.2.pointer + start)
  }
}

extension UpdateFormula {
  /// How many accumulators the formula keeps for each element.
  public var accumulatorCount: Int {
    switch self {
    case .sgd: 0
    case .momentum, .nesterov, .adagrad, .rmsprop: 1
    case .centredRMSprop, .adam: 2
    case .amsgrad, .smorms3: 3
    }
  }

  @unsafe
  func kernel(_ kernels: UpdateKernels) -> UpdateKernel {
    switch self {
    case .sgd: unsafe kernels.sgd
    case .momentum: unsafe kernels.momentum
    case .nesterov: unsafe kernels.nesterov
    case .adagrad: unsafe kernels.adagrad
    case .rmsprop: unsafe kernels.rmsprop
    case .centredRMSprop: unsafe kernels.centredRMSprop
    case .adam: unsafe kernels.adam
    case .amsgrad: unsafe kernels.amsgrad
    case .smorms3: unsafe kernels.smorms3
    }
  }
}
