extension Engine {
  /// Multiplies the pairs of `values` and `buffers` by a matrix: value = a value + b buffer and, from the old
  /// ones, buffer = c value + d buffer. Many steps of a linear rule are one such product.
  public func mix(_ values: Floats, _ buffers: Floats, by matrix: (Float, Float, Float, Float)) {
    require(values.count == buffers.count, "Every value needs one buffer.")
    unsafe kernels.update.mix(
      values.pointer, buffers.pointer, values.count,
      SIMD4(matrix.0, matrix.1, matrix.2, matrix.3))
  }
}

extension UpdateElements {
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

  /// Runs `times` steps of SMORMS3 whose gradient is zero: only the accumulators change.
  public func runIdleSMORMS3(times: Int, _ step: UpdateStep) {
    require(accumulatorCount >= UpdateFormula.smorms3.accumulatorCount, "The formula needs three.")
    for i in 0..<stretches {
      unsafe engine.kernels.update.idleSMORMS3(pointers(i), width, step, times)
    }
  }
}
