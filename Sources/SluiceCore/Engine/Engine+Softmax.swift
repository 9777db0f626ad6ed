import KernelInterface

// Softmax and cross-entropy over the rows of a dense matrix. Rows are independent, so any split of them over
// threads gives the same bits.

/// Work on the rows of a matrix, cut into parts of whole rows.
private struct SoftmaxTask: Sendable {
  /// The elements that make a part, as near as whole rows come.
  static let partSize = 8_192

  enum Operation { case softmax, softmaxGradient, logSumExp, crossEntropy, crossEntropyGradient }

  let kernels: SoftmaxKernels
  let operation: Operation
  let rows: Int
  let width: Int
  var a: Floats
  var b: Floats
  var y: Floats
  var losses: Floats
  var labels: Indices?
  var ignored: Int32 = 0
  var scale: Float = 1
  var accumulate = false

  var partRows: Int { max(1, Self.partSize / max(width, 1)) }

  func run(_ range: Range<Int>) {
    let (row, count) = (range.lowerBound, range.count)
    let start = row * width
    let a = unsafe a.source + start
    switch operation {
    case .softmax:
      unsafe kernels.softmax(a, y.pointer + start, count, width)
    case .softmaxGradient:
      unsafe kernels.softmaxGradient(a, b.source + start, y.pointer + start, count, width, accumulate)
    case .logSumExp:
      unsafe kernels.logSumExp(a, y.pointer + row, count, width)
    case .crossEntropy:
      unsafe kernels.crossEntropy(
        a, labels!.source + row, ignored, y.pointer + start, losses.pointer + row, count, width)
    case .crossEntropyGradient:
      unsafe kernels.crossEntropyGradient(
        a, labels!.source + row, ignored, scale, y.pointer + start, count, width, accumulate)
    }
  }
}

extension Engine {
  /// y[r, c] = e^x[r, c] / sum over k of e^x[r, k].
  ///
  /// **Shapes.** `x` and `y` are `[rows, width]`; y may be x.
  /// **Numerics.** Shifted by the row's maximum. -inf has probability 0; a row with NaN or +inf, or of -inf
  /// only, becomes NaN.
  ///
  /// - Precondition: equal counts, a multiple of `width`.
  /// - Complexity: O(count); allocates nothing.
  public func softmax(_ x: Floats, width: Int, into y: Floats) {
    let rows = rowCount(x, width)
    require(y.count == x.count, "A softmax needs views of equal count.")
    run(
      SoftmaxTask(
        kernels: kernels.softmax, operation: .softmax, rows: rows, width: width, a: x, b: x, y: y, losses: y))
  }

  /// The softmax of row r over its first `first + r + 1` elements, in place; the row's others become 0. Row after row sees
  /// one element more, as the words of a text see themselves and those before them.
  ///
  /// **Shapes.** `x` is `[rows, width]`. Runs on the calling thread.
  ///
  /// - Precondition: the last row sees no more than `width` elements, and the first sees one.
  /// - Complexity: O(count); allocates nothing.
  public func causalSoftmax(_ x: Floats, width: Int, first: Int) {
    let rows = rowCount(x, width)
    require(first >= 0 && first + rows <= width, "A causal softmax sees no more than there is.")
    for row in 0..<rows {
      let seen = first + row + 1
      let start = unsafe x.pointer + row * width
      unsafe kernels.softmax.softmax(UnsafePointer(start), start, 1, seen)
      unsafe (start + seen).update(repeating: 0, count: width - seen)
    }
  }

  /// dx[r, c] = y[r, c] (dy[r, c] - sum over k of dy[r, k] y[r, k]) where y = softmax x; added to what dx
  /// holds if `accumulate`. dx may be y or dy unless it accumulates.
  public func softmaxGradient(_ y: Floats, _ dy: Floats, width: Int, into dx: Floats, accumulate: Bool) {
    let rows = rowCount(y, width)
    require(y.count == dy.count && y.count == dx.count, "A softmax needs views of equal count.")
    run(
      SoftmaxTask(
        kernels: kernels.softmax, operation: .softmaxGradient, rows: rows, width: width, a: y, b: dy, y: dx,
        losses: dx, accumulate: accumulate))
  }

  /// y[r] = ln of the sum over c of e^x[r, c].
  ///
  /// **Shapes.** `x` is `[y.count, width]`.
  /// **Numerics.** Shifted by the row's maximum. NaN if the row has one, else +inf if it has one, and -inf
  /// for a row of -inf only.
  public func logSumExp(_ x: Floats, width: Int, into y: Floats) {
    let rows = rowCount(x, width)
    require(y.count == rows, "There is one log-sum-exp for each row.")
    run(
      SoftmaxTask(
        kernels: kernels.softmax, operation: .logSumExp, rows: rows, width: width, a: x, b: x, y: y, losses: y
      ))
  }

  /// The losses -ln p[r, labels[r]] and the softmax p of the logits x.
  ///
  /// **Shapes.** `x` and `p` are `[labels.count, width]`, `losses` is `[labels.count]`; p may be x.
  /// **Numerics.** ln of the sum of e^(x - max) minus (x[label] - max): no probability is rounded to 0 first.
  /// A row whose label is `ignored` has loss 0.
  ///
  /// - Precondition: every label is in `0..<width` or `ignored`.
  /// - Complexity: O(rows · width); allocates nothing.
  public func crossEntropy(
    _ x: Floats, labels: Indices, ignoring ignored: Int32, width: Int, softmax p: Floats, losses: Floats
  ) {
    let rows = rowCount(x, width)
    checkLabels(labels, ignored, rows: rows, width: width)
    require(p.count == x.count && losses.count == rows, "One probability per logit, one loss per row.")
    run(
      SoftmaxTask(
        kernels: kernels.softmax, operation: .crossEntropy, rows: rows, width: width, a: x, b: x, y: p,
        losses: losses, labels: labels, ignored: ignored))
  }

  /// dx[r, c] = scale (p[r, c] - [c = labels[r]]), 0 in rows whose label is `ignored`; added to what dx holds
  /// if `accumulate`.
  ///
  /// **Shapes.** `p`, the softmax, and `dx` are `[labels.count, width]`; dx may be p unless it accumulates.
  ///
  /// - Precondition: every label is in `0..<width` or `ignored`.
  /// - Complexity: O(rows · width); allocates nothing.
  public func crossEntropyGradient(
    _ p: Floats, labels: Indices, ignoring ignored: Int32, width: Int, scale: Float, into dx: Floats,
    accumulate: Bool
  ) {
    let rows = rowCount(p, width)
    checkLabels(labels, ignored, rows: rows, width: width)
    require(dx.count == p.count, "One gradient per probability.")
    run(
      SoftmaxTask(
        kernels: kernels.softmax, operation: .crossEntropyGradient, rows: rows, width: width, a: p, b: p,
        y: dx,
        losses: dx, labels: labels, ignored: ignored, scale: scale, accumulate: accumulate))
  }

  private func run(_ given: SoftmaxTask) {
    // A task has many parts, each of which would count a reference to every view.
    var task = given
    unsafe task.a = given.a.borrowed
    unsafe task.b = given.b.borrowed
    unsafe task.y = given.y.borrowed
    unsafe task.losses = given.losses.borrowed
    unsafe task.labels = given.labels?.borrowed
    let parts = partCount(task.rows, task.partRows)
    guard parts > 1 else { return task.run(0..<task.rows) }
    workers.run(parts, task) { task, part in
      task.run(part * task.partRows..<min((part + 1) * task.partRows, task.rows))
    }
  }

  private func rowCount(_ x: Floats, _ width: Int) -> Int {
    require(width > 0 && x.count % width == 0, "The count has to be a multiple of a positive width.")
    return x.count / width
  }

  private func checkLabels(_ labels: Indices, _ ignored: Int32, rows: Int, width: Int) {
    require(labels.count == rows, "There has to be one label for each row.")
    for row in 0..<rows {
      let label = labels[row]
      require(label == ignored || (label >= 0 && label < width), "A label lies outside the classes.")
    }
  }
}
