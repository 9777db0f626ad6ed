import KernelInterface

/// Work on rows of a matrix of weights and of the points that they belong to.
private struct DifferenceTask: Sendable {
  static let partRows = 16

  let kernels: LossKernels
  let weights: Matrix
  let x: Floats
  let points: PackedMatrix
  let first: Int
  let scale: Float
  let y: Floats

  func run(_ rows: Range<Int>) {
    let width = points.columns
    let start = rows.lowerBound
    unsafe kernels.weightedDifferences(
      weights.floats.source + start * weights.rowStride, weights.rowStride, weights.columnStride,
      x.source + start * width, rows.count, points.floats.source + first * points.panelWidth,
      points.panelStride, weights.columns, width, scale, y.pointer + start * width)
  }
}

extension Engine {
  /// y[r] += scale · Σⱼ weights[r, j] (x[r] − points[first + j]): the way back of distances.
  ///
  /// **Shapes.** `weights` is `[n, m]`, of any layout; `x` and `y` are `[n, width]`; `points` is packed, of
  /// `width` columns and at least `first + m` rows.
  /// **Numerics.** The differences are formed first, so an offset common to x and points costs no accuracy. Points
  /// are added in order, in partial sums of at most 384. The same bits for every number of threads.
  ///
  /// - Precondition: the counts agree, and y shares no memory with the operands.
  /// - Complexity: O(n · m · width); allocates nothing.
  public func addWeightedDifferences(
    _ weights: Matrix, of x: Floats, to points: PackedMatrix, from first: Int = 0, scaledBy scale: Float,
    onto y: Floats
  ) {
    expect(
      points.panelWidth == kernels.product.panelWidth, "Engine.addWeightedDifferences",
      expected: "points packed by this engine",
      got: "some packed for another instruction set")
    expect(
      x.count == weights.rows * points.columns && y.count == x.count && first >= 0
        && first + weights.columns <= points.rows, "Engine.addWeightedDifferences",
      expected: "a weight for each of the rows of \(points.columns) and of \(points.rows) points",
      got:
        "\(weights.rows) by \(weights.columns) weights from point \(first), \(x.count) and \(y.count) floats")
    let task = DifferenceTask(
      kernels: kernels.loss, weights: weights, x: x, points: points, first: first, scale: scale, y: y)
    let rows = weights.rows
    guard weights.columns > 0, rows > 0, points.columns > 0 else { return }
    let parts =
      workers.count == 1 || rows * weights.columns < 8_192
      ? 1 : (rows + DifferenceTask.partRows - 1) / DifferenceTask.partRows
    guard parts > 1 else { return task.run(0..<rows) }
    workers.run(parts, task) { task, part in
      let first = part * DifferenceTask.partRows
      task.run(first..<min(first + DifferenceTask.partRows, task.weights.rows))
    }
  }
}
