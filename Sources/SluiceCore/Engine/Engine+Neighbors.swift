import KernelInterface

/// Distances of a block of rows, cut into parts of whole rows.
private struct NeighborTask: Sendable {
  let kernels: LossKernels
  let rows: Floats
  let points: PackedMatrix
  let distances: Floats
  let rowCount: Int
  var partRows = 16
  var firstPoint = 0
  var starts: Indices?
  var ends: Indices?
  var inverseTemperature: Float = 0
  var reports: Floats?

  func measure(_ range: Range<Int>) {
    let first = range.lowerBound
    unsafe kernels.squaredDistances(
      rows.source + first * points.rows, range.count, points.floats.source, points.panelStride,
      points.columns,
      points.rows, distances.pointer + first * points.columns, points.columns)
  }

  /// The distances of some rows to the points from the first of them on, and of the points behind them to these rows: each
  /// pair of points is measured once. No two parts write the same place.
  func measurePairs(_ range: Range<Int>) {
    let first = range.lowerBound
    let count = points.columns
    // Parts begin where panels do.
    let panels = unsafe points.floats.source + first / points.panelWidth * points.panelStride
    unsafe kernels.squaredDistances(
      rows.source + first * points.rows, range.count, panels, points.panelStride, count - first, points.rows,
      distances.pointer + first * count + first, count)
    unsafe kernels.mirror(distances.pointer, count, first, range.upperBound)
  }

  func weigh(_ range: Range<Int>) {
    guard let starts, let ends, let reports else { return }
    let first = range.lowerBound
    unsafe kernels.neighbors(
      distances.pointer + first * points.columns, range.count, points.columns, firstPoint + first,
      starts.source + first, ends.source + first, inverseTemperature, reports.pointer + 6 * first)
  }
}

extension Engine {
  /// y[r, j] = the squared Euclidean distance of row r to point j.
  ///
  /// **Shapes.** `rows` is `[n, depth]`; `points` are the columns of a packed `[depth, m]` matrix: the
  /// transpose of the points as rows. `distances` is `[n, m]`.
  /// **Numerics.** The differences are squared and added in the order of the depth, so equal points have
  /// distance 0 and an offset common to all costs no accuracy. The same bits for every number of threads.
  ///
  /// - Complexity: O(n · m · depth); allocates nothing.
  public func squaredDistances(_ rows: Floats, to points: PackedMatrix, into distances: Floats) {
    expect(
      points.panelWidth == kernels.product.panelWidth, "Engine.squaredDistances",
      expected: "points packed by this engine",
      got: "some packed for another instruction set")
    let count = points.rows == 0 ? 0 : rows.count / points.rows
    expect(
      rows.count == count * points.rows && distances.count == count * points.columns,
      "Engine.squaredDistances",
      expected: "rows of \(points.rows) and a distance to each of \(points.columns) points",
      got: "\(rows.count) floats and \(distances.count) distances")
    run(
      NeighborTask(
        kernels: kernels.loss, rows: rows, points: points, distances: distances, rowCount: count)
    ) { $0.measure($1) }
  }

  /// y[i, j] = the squared Euclidean distance of point i to point j: `squaredDistances` where the rows are the points,
  /// bit for bit, in half the time.
  ///
  /// **Shapes.** `rows` is `[n, depth]`, `points` its packed transpose, `distances` `[n, n]`.
  ///
  /// - Complexity: O(n² · depth); allocates nothing.
  public func squaredDistances(among rows: Floats, points: PackedMatrix, into distances: Floats) {
    expect(
      points.panelWidth == kernels.product.panelWidth, "Engine.squaredDistances",
      expected: "points packed by this engine",
      got: "some packed for another instruction set")
    let count = points.columns
    expect(
      rows.count == count * points.rows && distances.count == count * count, "Engine.squaredDistances",
      expected: "\(count) rows of \(points.rows) and a distance for each pair of points",
      got: "\(rows.count) floats and \(distances.count) distances")
    var task = NeighborTask(
      kernels: kernels.loss, rows: rows, points: points, distances: distances, rowCount: count)
    task.partRows = points.panelWidth
    run(task) { $0.measurePairs($1) }
  }

  /// Puts in place of the distances of a block of points to all points the slopes of the soft nearest
  /// neighbor loss of each, and what that loss is made of into `reports`: see `LossKernels.Neighbors`.
  ///
  /// **Shapes.** `distances` [n, points], of the points `first..<first + n`; `starts` and `ends` [n], the
  /// points of each row's class; `reports` [n, 6].
  ///
  /// - Precondition: the counts agree.
  /// - Complexity: O(n · points); allocates nothing.
  public func neighborSlopes(
    distances: Floats, points: PackedMatrix, first: Int, starts: Indices, ends: Indices,
    inverseTemperature: Float, reports: Floats
  ) {
    let count = starts.count
    expect(
      ends.count == count && reports.count == 6 * count && distances.count == count * points.columns
        && first >= 0 && first + count <= points.columns, "Engine, neighbors",
      expected: "\(count) ends, \(6 * count) floats of reports and distances to \(points.columns) points",
      got: "\(ends.count), \(reports.count) and \(distances.count), from row \(first)")
    for i in 0..<count {
      expect(
        starts[i] >= 0 && starts[i] <= ends[i] && Int(ends[i]) <= points.columns, "Engine, neighbors",
        expected: "classes inside 0..<\(points.columns)", got: "\(starts[i])..<\(ends[i]) for row \(i)")
    }
    var task = NeighborTask(
      kernels: kernels.loss, rows: distances, points: points, distances: distances, rowCount: count)
    task.firstPoint = first
    task.starts = starts
    task.ends = ends
    task.inverseTemperature = inverseTemperature
    task.reports = reports
    run(task) { $0.weigh($1) }
  }

  /// A square matrix becomes the sum of itself and its transpose.
  ///
  /// **Shapes.** `x` [count, count].
  public func symmetrize(_ x: Floats, count: Int) {
    expect(
      x.count == count * count, "Engine.symmetrize", expected: "a square matrix of \(count) rows",
      got: "\(x.count) floats")
    let parts = workers.count == 1 || count < 128 ? 1 : (count + 31) / 32
    guard parts > 1 else { return unsafe kernels.loss.symmetrize(x.pointer, count, 0, count) }
    workers.run(parts, SymmetryTask(kernels: kernels.loss, x: x, count: count)) { task, part in
      unsafe task.kernels.symmetrize(
        task.x.pointer, task.count, part * 32, min(part * 32 + 32, task.count))
    }
  }

  private func run(
    _ task: NeighborTask, _ body: @escaping @Sendable (borrowing NeighborTask, Range<Int>) -> Void
  ) {
    let parts =
      workers.count == 1 || task.distances.count < 8_192
      ? 1 : (task.rowCount + task.partRows - 1) / task.partRows
    guard parts > 1 else { return body(task, 0..<task.rowCount) }
    workers.run(parts, NeighborCall(task: task, body: body)) { call, part in
      let first = part * call.task.partRows
      call.body(call.task, first..<min(first + call.task.partRows, call.task.rowCount))
    }
  }
}

private struct NeighborCall: Sendable {
  let task: NeighborTask
  let body: @Sendable (borrowing NeighborTask, Range<Int>) -> Void
}

private struct SymmetryTask: Sendable {
  let kernels: LossKernels
  let x: Floats
  let count: Int
}
