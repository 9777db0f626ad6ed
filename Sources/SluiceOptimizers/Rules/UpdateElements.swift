import SluiceCore

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

  private init(copying other: UpdateElements, _ settings: UpdateSettings) {
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
    engine.update(memory, by: formula, step)
  }

  /// Runs `times` steps of SMORMS3 whose gradient is zero: only the accumulators change.
  func runIdleSMORMS3(times: Int, _ step: UpdateStep) {
    require(accumulatorCount >= UpdateFormula.smorms3.accumulatorCount, "The formula needs three.")
    engine.idleSMORMS3(memory, times: times, step)
  }

  /// What a kernel works on.
  private var memory: UpdateMemory {
    let accumulators = (columns.0, columns.1, columns.2)
    guard let rows else {
      return UpdateMemory(values: values, gradients: gradients, accumulators: accumulators)
    }
    return UpdateMemory(
      values: values, gradients: gradients, accumulators: accumulators, rows: rows, width: width)
  }

  /// The accumulators of a range, for what a rule does between updates.
  ///
  /// - Precondition: the elements are a range, not rows of a table, and the rule has asked for more than `i`
  ///   accumulators.
  public func accumulator(_ i: Int) -> Floats {
    require(rows == nil, "Rows of a table do not lie side by side.")
    require(i >= 0 && i < accumulatorCount, "The rule did not ask for so many accumulators.")
    switch i {
    case 0: return columns.0
    case 1: return columns.1
    case 2: return columns.2
    default: return columns.3
    }
  }

  /// The values of a range.
  ///
  /// - Precondition: the elements are a range, not rows of a table.
  public var rangeValues: Floats {
    require(rows == nil, "Rows of a table do not lie side by side.")
    return values
  }

  /// The same elements under other settings.
  public func with(_ settings: UpdateSettings) -> UpdateElements {
    UpdateElements(copying: self, settings)
  }
}
