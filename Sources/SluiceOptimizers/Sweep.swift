import SluiceCore

/// One update with one rule: the dense system and the sparse-row system.
struct Sweep: Sendable {
  let engine: Engine
  let rule: any UpdateRule
  let step: Int
  let accumulators: [Column]

  /// The elements one thread updates at a time.
  private static let elementsPerPart = 1 << 15

  /// Sweeps over a range of the dense region.
  func updateDense(_ range: Range<Int>, values: Floats, gradients: Floats) {
    let work = DenseWork(sweep: self, range: range, values: values, gradients: gradients)
    let parts = (range.count + Self.elementsPerPart - 1) / Self.elementsPerPart
    engine.workers.run(parts, work) { work, part in
      let first = part * Sweep.elementsPerPart
      work.update(first..<min(first + Sweep.elementsPerPart, work.range.count))
    }
  }

  /// Visits the rows of a table that occurred.
  func updateRows(_ table: ParameterHandle, values: Floats, _ touched: TouchedRows) {
    let work = RowWork(sweep: self, table: table, values: values, touched: touched)
    let rowsPerPart = max(1, Self.elementsPerPart / max(touched.width, 1))
    let parts = (touched.count + rowsPerPart - 1) / rowsPerPart
    engine.workers.run(parts, work) { work, part in
      let rowsPerPart = max(1, Sweep.elementsPerPart / max(work.touched.width, 1))
      for i in part * rowsPerPart..<min((part + 1) * rowsPerPart, work.touched.count) { work.update(i) }
    }
  }

  fileprivate func elements(
    _ values: Floats, _ gradients: Floats, _ column: (Column) -> Floats
  ) -> UpdateElements {
    // Columns the rule did not ask for are never read; the values stand in for them.
    UpdateElements(
      engine: engine, values: values, gradients: gradients, step: step,
      accumulatorCount: accumulators.count,
      columns: (
        accumulators.count > 0 ? column(accumulators[0]) : values,
        accumulators.count > 1 ? column(accumulators[1]) : values,
        accumulators.count > 2 ? column(accumulators[2]) : values,
        accumulators.count > 3 ? column(accumulators[3]) : values
      ))
  }
}

private struct DenseWork: Sendable {
  let sweep: Sweep
  let range: Range<Int>
  let values: Floats
  let gradients: Floats

  func update(_ part: Range<Int>) {
    let inColumn = range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound
    sweep.rule.update(
      sweep.elements(values[part], gradients[part]) { $0[denseRange: inColumn] })
  }
}

private struct RowWork: Sendable {
  let sweep: Sweep
  let table: ParameterHandle
  let values: Floats
  let touched: TouchedRows

  func update(_ i: Int) {
    let first = Int(touched.rowIDs[i]) * touched.width
    let row = first..<first + touched.width
    sweep.rule.update(sweep.elements(values[row], touched.gradient(i)) { $0[table][row] })
  }
}
