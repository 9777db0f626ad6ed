// Square matrices and their transposes, in place: squares of 16 x 16 go through registers, so that every cache line that
// is read or written is used whole.

import KernelInterface

/// The rows and columns of a square: a cache line of floats, and a whole number of vectors.
private let side = 16

/// x[j, i] becomes x[i, j], for i in `first..<last` and j > i.
func mirrorKernel(_ x: Target, _ count: Int, _ first: Int, _ last: Int) {
  var row = first
  while row <= last - side {
    unsafe mirrorDiagonal(x + row * count + row, count, side)
    var column = row + side
    while column <= count - side {
      unsafe mirrorSquare(x + row * count + column, x + column * count + row, count)
      column += side
    }
    unsafe mirrorRows(x, count, row, row + side, from: column)
    row += side
  }
  var left = row
  while left < last {
    unsafe mirrorRows(x, count, left, left + 1, from: left + 1)
    left += 1
  }
}

/// x[i, j] and x[j, i] become their sum, for i in `first..<last` and j from i on.
func symmetrizeKernel(_ x: Target, _ count: Int, _ first: Int, _ last: Int) {
  var row = first
  while row <= last - side {
    unsafe addTransposedRows(x, count, row, row + side, from: row, to: row + side)
    unsafe mirrorDiagonal(x + row * count + row, count, side)
    var column = row + side
    while column <= count - side {
      let upper = unsafe x + row * count + column
      let lower = unsafe x + column * count + row
      unsafe addSquare(lower, upper, count)
      unsafe mirrorSquare(upper, lower, count)
      column += side
    }
    unsafe addTransposedRows(x, count, row, row + side, from: column, to: count)
    unsafe mirrorRows(x, count, row, row + side, from: column)
    row += side
  }
  var left = row
  while left < last {
    unsafe addTransposedRows(x, count, left, left + 1, from: left, to: count)
    unsafe mirrorRows(x, count, left, left + 1, from: left + 1)
    left += 1
  }
}

/// The square at `target` becomes the transpose of the one at `source`; the rows of both are `stride` apart.
private func mirrorSquare(_ source: Target, _ target: Target, _ stride: Int) {
  var column = 0
  while column < side {
    var row = 0
    while row < side {
      unsafe transposeFour(
        Source(source + row * stride + column), stride: stride, count: laneWidth,
        target + column * stride + row, targetStride: stride)
      row += laneWidth
    }
    column += 4
  }
}

/// The square at `target` is increased by the transpose of the one at `source`.
private func addSquare(_ source: Target, _ target: Target, _ stride: Int) {
  var column = 0
  while column < side {
    var row = 0
    while row < side {
      let columns = unsafe transposedFour(
        Source(source + row * stride + column), stride: stride, count: laneWidth)
      let place = unsafe target + column * stride + row
      unsafe store(load(place) + columns.0, place)
      unsafe store(load(place + stride) + columns.1, place + stride)
      unsafe store(load(place + 2 * stride) + columns.2, place + 2 * stride)
      unsafe store(load(place + 3 * stride) + columns.3, place + 3 * stride)
      row += laneWidth
    }
    column += 4
  }
}

/// What lies below the diagonal of a square becomes what lies above.
private func mirrorDiagonal(_ x: Target, _ stride: Int, _ side: Int) {
  var i = 0
  while i < side {
    var j = i + 1
    while j < side {
      unsafe x[j * stride + i] = x[i * stride + j]
      j += 1
    }
    i += 1
  }
}

/// x[j, i] becomes x[i, j], for i in `first..<last` and j from `from` on.
private func mirrorRows(_ x: Target, _ count: Int, _ first: Int, _ last: Int, from: Int) {
  var i = first
  while i < last {
    var j = from
    while j < count {
      unsafe x[j * count + i] = x[i * count + j]
      j += 1
    }
    i += 1
  }
}

/// x[i, j] is increased by x[j, i], for i in `first..<last` and j in `from..<to`, from i on.
private func addTransposedRows(_ x: Target, _ count: Int, _ first: Int, _ last: Int, from: Int, to: Int) {
  var i = first
  while i < last {
    var j = from < i ? i : from
    while j < to {
      unsafe x[i * count + j] += x[j * count + i]
      j += 1
    }
    i += 1
  }
}
