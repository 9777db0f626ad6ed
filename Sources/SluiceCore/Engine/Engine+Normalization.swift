extension Engine {
  /// What is added to a row's variance before its root is taken, as in PyTorch.
  public static let normalizationEpsilon: Float = 1e-5

  /// Each row minus its mean, divided by √(variance + 10⁻⁵), in place; `inverses` gets what was multiplied by.
  ///
  /// **Shapes.** `x` [n, width], `inverses` [n].
  /// **Numerics.** A second pass over the differences from the mean corrects it and gives the variance: a row of equal
  /// elements becomes exactly 0, and no finite row overflows. A row's result depends on that row alone.
  public func normalizeRows(_ x: Matrix, inverses: Floats, on place: WorkPlace = .workers) {
    require(inverses.count == x.rows && isDense(x), "The views of a normalization do not fit.")
    share(RowsTask(engine: self, a: x, b: x, c: x, rowValues: inverses), x, place) { task, rows in
      let x = task.a[rows: rows]
      unsafe task.engine.kernels.normalization.normalize(
        x.floats.pointer, x.rowStride, task.rowValues[rows].pointer, x.rows, x.columns,
        Engine.normalizationEpsilon)
    }
  }

  /// y = gain · x + bias for every row, or that added to y. **Shapes.** `x`, `y` [n, width], the others [width].
  public func scaleRows(
    _ x: Matrix, by gain: Floats, bias: Floats? = nil, into y: Matrix, accumulate: Bool = false,
    on place: WorkPlace = .workers
  ) {
    require(
      x.rows == y.rows && x.columns == y.columns && gain.count == x.columns
        && (bias?.count ?? x.columns) == x.columns && isDense(x) && isDense(y),
      "The views of a scaling do not fit.")
    let task = RowsTask(
      engine: self, a: x, b: x, c: y, rowValues: gain, columnValues: gain, bias: bias,
      accumulate: accumulate)
    share(task, x, place) { task, rows in
      let (x, y) = (task.a[rows: rows], task.c[rows: rows])
      unsafe task.engine.kernels.normalization.scale(
        x.floats.source, x.rowStride, task.columnValues!.source, task.bias?.source, y.floats.pointer,
        y.rowStride, x.rows, x.columns, task.accumulate)
    }
  }

  /// The gradient of the rows before normalization, from that of gain · normalized.
  ///
  /// **Shapes.** `dy`, `normalized`, `dx` [n, width], `gain` [width], `inverses` [n]. `dx` may be `normalized`.
  public func normalizeRowsBackward(
    _ dy: Matrix, normalized: Matrix, gain: Floats, inverses: Floats, into dx: Matrix,
    accumulate: Bool = false, on place: WorkPlace = .workers
  ) {
    require(
      dy.rows == dx.rows && dy.columns == dx.columns && normalized.rows == dx.rows
        && normalized.columns == dx.columns && gain.count == dx.columns && inverses.count == dx.rows
        && isDense(dy) && isDense(normalized) && isDense(dx),
      "The views of a normalization do not fit.")
    let task = RowsTask(
      engine: self, a: dy, b: normalized, c: dx, rowValues: inverses, columnValues: gain,
      accumulate: accumulate)
    share(task, dx, place) { task, rows in
      let (dy, x, dx) = (task.a[rows: rows], task.b[rows: rows], task.c[rows: rows])
      unsafe task.engine.kernels.normalization.backward(
        dy.floats.source, dy.rowStride, x.floats.source, x.rowStride, task.columnValues!.source,
        task.rowValues[rows].source, dx.floats.pointer, dx.rowStride, dx.rows, dx.columns, task.accumulate)
    }
  }

  /// y[c] = the sum over r of a[r, c] · b[r, c], added to what y holds if `accumulate`.
  ///
  /// **Shapes.** `a`, `b` [n, width], `y` [width]. Summed in the order of the rows.
  public func columnDots(_ a: Matrix, _ b: Matrix, into y: Floats, accumulate: Bool) {
    require(
      a.rows == b.rows && a.columns == b.columns && y.count == a.columns && isDense(a) && isDense(b),
      "The views of a sum of products do not fit.")
    let unit = 4 * Arena.alignment
    let task = RowsTask(
      engine: self, a: a, b: b, c: a, rowValues: y, columnValues: y, accumulate: accumulate)
    let worth = a.rows * a.columns >= Self.floatsWorthSharing
    workers.run(worth ? (a.columns + unit - 1) / unit : 1, task) { task, part in
      let unit = 4 * Arena.alignment
      let all = task.a.columns
      let worth = task.a.rows * all >= Engine.floatsWorthSharing
      let columns = worth ? part * unit..<min((part + 1) * unit, all) : 0..<all
      let (a, b) = (task.a[columns: columns], task.b[columns: columns])
      unsafe task.engine.kernels.normalization.columnDots(
        a.floats.source, a.rowStride, b.floats.source, b.rowStride, task.rowValues[columns].pointer, a.rows,
        columns.count, task.accumulate)
    }
  }

  private func isDense(_ x: Matrix) -> Bool { x.columnStride == 1 || x.columns <= 1 }

  /// Runs `body` over all rows, cut into parts where it is worth it. No row's result depends on the cuts.
  private func share(
    _ task: RowsTask, _ x: Matrix, _ place: WorkPlace,
    _ body: @escaping @Sendable (borrowing RowsTask, Range<Int>) -> Void
  ) {
    let floats = x.rows * x.columns
    guard place == .workers, workers.count > 1, floats >= Self.floatsWorthSharing else {
      return body(task, 0..<x.rows)
    }
    var shared = task
    shared.parts = min(x.rows, 2 * workers.count)
    shared.body = body
    workers.run(shared.parts, shared) { task, part in
      let rows = task.c.rows
      task.body!(task, rows * part / task.parts..<rows * (part + 1) / task.parts)
    }
  }
}

/// A call over the rows of some matrices.
private struct RowsTask: Sendable {
  let engine: Engine
  let a: Matrix
  let b: Matrix
  let c: Matrix
  let rowValues: Floats
  var columnValues: Floats?
  var bias: Floats?
  var accumulate = false
  var parts = 1
  var body: (@Sendable (borrowing RowsTask, Range<Int>) -> Void)?

  /// A task that ends with the call whose parameters these are.
  init(
    engine: Engine, a: Matrix, b: Matrix, c: Matrix, rowValues: Floats, columnValues: Floats? = nil,
    bias: Floats? = nil, accumulate: Bool = false
  ) {
    self.engine = engine
    unsafe self.a = a.borrowed
    unsafe self.b = b.borrowed
    unsafe self.c = c.borrowed
    unsafe self.rowValues = rowValues.borrowed
    unsafe self.columnValues = columnValues?.borrowed
    unsafe self.bias = bias?.borrowed
    self.accumulate = accumulate
  }
}
