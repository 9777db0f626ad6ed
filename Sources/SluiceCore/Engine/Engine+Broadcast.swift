import KernelInterface

/// Which arithmetic a broadcast applies.
public typealias BroadcastArithmetic = KernelInterface.BroadcastArithmetic

/// A matrix, one of its rows, one of its columns or a single number, as an operand of a broadcast: element
/// (r, c) is `floats[r * rowStride + c * columnStep]`.
public struct BroadcastOperand: Sendable {
  /// What holds the elements; the first one is element (0, 0).
  public let floats: Floats
  /// Floats from one row to the next, 0 for a row that repeats.
  public let rowStride: Int
  /// 1, or 0 for a column that repeats.
  public let columnStep: Int

  /// An operand that starts at the first of `floats`.
  public init(_ floats: Floats, rowStride: Int, columnStep: Int) {
    expect(
      rowStride >= 0 && (columnStep == 0 || columnStep == 1), "BroadcastOperand",
      expected: "a row stride of at least 0 and a column step of 0 or 1",
      got: "\(rowStride) and \(columnStep)")
    self.floats = floats
    self.rowStride = rowStride
    self.columnStep = columnStep
  }

  func check(rows: Int, width: Int) {
    expect(
      rows == 0 || width == 0 || (rows - 1) * rowStride + (width - 1) * columnStep < floats.count,
      "Engine.broadcast",
      expected:
        "an operand that reaches \(rows) rows of \(width) with strides \(rowStride) and \(columnStep)",
      got: "\(floats.count) floats")
  }
}

/// A broadcast cut into parts of whole rows.
private struct BroadcastTask: Sendable {
  let kernels: LossKernels
  let arithmetic: BroadcastArithmetic
  let a: BroadcastOperand
  let b: BroadcastOperand
  let y: Floats
  let rows: Int
  let width: Int
  let partRows: Int

  func run(_ range: Range<Int>) {
    let first = range.lowerBound
    unsafe kernels.broadcast(
      arithmetic, a.floats.source + first * a.rowStride, a.rowStride, a.columnStep,
      b.floats.source + first * b.rowStride, b.rowStride, b.columnStep, y.pointer + first * width,
      range.count,
      width)
  }
}

/// Reductions of rows, cut into parts of whole rows.
private struct RowReductionTask: Sendable {
  let kernels: LossKernels
  let a: Floats
  let b: Floats?
  let y: Floats
  let width: Int
  let partRows: Int

  func run(_ range: Range<Int>) {
    let start = range.lowerBound * width
    let y = unsafe y.pointer + range.lowerBound
    if let b {
      unsafe kernels.rowDots(a.source + start, b.source + start, y, range.count, width)
    } else {
      unsafe kernels.rowSums(a.source + start, y, range.count, width)
    }
  }
}

extension Engine {
  /// y[r, c] = a[r, c] ∘ b[r, c], where either operand may repeat a row, a column or a number.
  ///
  /// - Precondition: y has `rows * width` floats and every element of the operands exists. y may be an operand
  ///   that repeats nothing.
  /// - Complexity: O(rows · width); allocates nothing.
  public func broadcast(
    _ arithmetic: BroadcastArithmetic, _ a: BroadcastOperand, _ b: BroadcastOperand, rows: Int, width: Int,
    into y: Floats
  ) {
    expect(
      rows >= 0 && width >= 0 && y.count == rows * width, "Engine.broadcast",
      expected: "room for \(rows) rows of \(width)", got: "\(y.count) floats")
    a.check(rows: rows, width: width)
    b.check(rows: rows, width: width)
    let task = BroadcastTask(
      kernels: kernels.loss, arithmetic: arithmetic, a: a, b: b, y: y, rows: rows, width: width,
      partRows: max(1, VectorTask.partSize / max(width, 1)))
    let parts = y.count < 2 * VectorTask.partSize ? 1 : partCount(rows, task.partRows)
    guard parts > 1 else { return task.run(0..<rows) }
    workers.run(parts, task) { task, part in
      task.run(part * task.partRows..<min((part + 1) * task.partRows, task.rows))
    }
  }

  /// y = x / number, a quotient for each element.
  ///
  /// - Complexity: O(count); allocates nothing.
  public func divide(_ x: Floats, by number: Float, into y: Floats) {
    require(x.count == y.count, "A quotient needs as many elements as there are.")
    var storage = number
    unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      let divisor = unsafe BroadcastOperand(
        Floats(unsafeBase: pointer, count: 1), rowStride: 0, columnStep: 0)
      // In rows, which is how a broadcast is shared among threads, and a rest.
      let width = VectorTask.partSize
      let whole = x.count / width * width
      let rest = x.count - whole
      broadcast(
        .divide, BroadcastOperand(x[0..<whole], rowStride: width, columnStep: 1), divisor,
        rows: whole / width, width: width, into: y[0..<whole])
      broadcast(
        .divide, BroadcastOperand(x[whole..<x.count], rowStride: rest, columnStep: 1), divisor, rows: 1,
        width: rest, into: y[whole..<x.count])
    }
  }

  /// y[r] = the sum over c of x[r, c].
  ///
  /// **Shapes.** `x` is `[y.count, width]`. Each row is added as `sum` adds a vector.
  public func rowSums(_ x: Floats, width: Int, into y: Floats) {
    reduceRows(x, nil, width: width, into: y)
  }

  /// y[r] = the sum over c of a[r, c] b[r, c].
  ///
  /// **Shapes.** `a` and `b` are `[y.count, width]`.
  public func rowDots(_ a: Floats, _ b: Floats, width: Int, into y: Floats) {
    expect(
      a.count == b.count, "Engine.rowDots", expected: "operands of equal count",
      got: "\(a.count) and \(b.count)")
    reduceRows(a, b, width: width, into: y)
  }

  private func reduceRows(_ a: Floats, _ b: Floats?, width: Int, into y: Floats) {
    expect(
      a.count == y.count * width, "Engine.rowSums", expected: "one result for each row of \(width) floats",
      got: "\(y.count) for \(a.count) floats")
    let task = RowReductionTask(
      kernels: kernels.loss, a: a, b: b, y: y, width: width,
      partRows: max(1, VectorTask.partSize / max(width, 1)))
    let parts = a.count < 2 * VectorTask.partSize ? 1 : partCount(y.count, task.partRows)
    guard parts > 1 else { return task.run(0..<y.count) }
    workers.run(parts, task) { task, part in
      task.run(part * task.partRows..<min((part + 1) * task.partRows, task.y.count))
    }
  }
}
