import KernelInterface

// A vector for every row of a dense matrix: biases and their gradients.

/// A matrix and a vector of its width, cut into parts.
private struct RowTask: Sendable {
  let kernels: VectorKernels
  let x: Floats
  let vector: Floats
  let y: Floats
  let rows: Int
  let width: Int
  /// The rows or columns of a part.
  let partSize: Int
  let accumulate: Bool

  func addBias(_ rows: Range<Int>) {
    let start = rows.lowerBound * width
    unsafe kernels.addBias(x.source + start, vector.source, y.pointer + start, rows.count, width)
  }

  func sumColumns(_ columns: Range<Int>) {
    let start = columns.lowerBound
    unsafe kernels.columnSums(x.source + start, y.pointer + start, rows, columns.count, width, accumulate)
  }
}

extension Engine {
  /// y[r, c] = x[r, c] + bias[c].
  ///
  /// **Shapes.** `x` and `y` are `[rows, bias.count]`; y may be x.
  ///
  /// - Precondition: x and y have equal counts, a multiple of the bias's.
  /// - Complexity: O(rows · width); allocates nothing.
  public func addBias(_ bias: Floats, to x: Floats, into y: Floats) {
    expect(
      x.count == y.count, "Engine.addBias", expected: "a result of \(x.count) floats", got: "\(y.count)")
    expect(
      bias.count > 0 ? x.count % bias.count == 0 : x.count == 0, "Engine.addBias",
      expected: "rows as wide as the bias of \(bias.count)", got: "\(x.count) floats")
    guard bias.count > 0 else { return }
    let rows = x.count / bias.count
    let partRows = max(1, VectorTask.partSize / bias.count)
    let task = RowTask(
      kernels: kernels.vector, x: x, vector: bias, y: y, rows: rows, width: bias.count, partSize: partRows,
      accumulate: false)
    let parts = partCount(rows, partRows)
    guard parts > 1 else { return task.addBias(0..<rows) }
    workers.run(parts, task) { task, part in
      task.addBias(part * task.partSize..<min((part + 1) * task.partSize, task.rows))
    }
  }

  /// y[c] = the sum over r of x[r, c], added to what y holds if `accumulate`.
  ///
  /// **Shapes.** `x` is `[rows, y.count]`.
  /// **Numerics.** Eight rows are added as a tree, the trees in order.
  ///
  /// - Precondition: the count of x is a multiple of that of y, and they do not overlap.
  /// - Complexity: O(rows · width); allocates nothing.
  public func columnSums(_ x: Floats, into y: Floats, accumulate: Bool) {
    expect(
      y.count > 0 ? x.count % y.count == 0 : x.count == 0, "Engine.columnSums",
      expected: "rows as wide as the \(y.count) sums", got: "\(x.count) floats")
    guard y.count > 0 else { return }
    let rows = x.count / y.count
    // As wide as can be, since the processor guesses only the next bytes of a run; multiples of a line of the cache.
    let lines = (y.count + 15) / 16
    let partColumns = max(64, (lines + workers.count - 1) / workers.count * 16)
    let task = RowTask(
      kernels: kernels.vector, x: x, vector: y, y: y, rows: rows, width: y.count, partSize: partColumns,
      accumulate: accumulate)
    let parts = x.count < 2 * VectorTask.partSize ? 1 : partCount(y.count, partColumns)
    guard parts > 1 else { return task.sumColumns(0..<y.count) }
    workers.run(parts, task) { task, part in
      task.sumColumns(part * task.partSize..<min((part + 1) * task.partSize, task.width))
    }
  }
}
