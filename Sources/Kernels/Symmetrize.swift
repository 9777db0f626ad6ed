// Square matrices and their transposes, in place: squares of 16 x 16 go through registers, so that every cache line that
// is read or written is used whole.

import KernelInterface

/// The rows and columns of a square: a cache line of floats, and a whole number of vectors.
private let side = 16

/// x[j, i] becomes x[i, j], for i in `first..<last` and j > i.
func mirrorKernel(_ x: Target, _ count: Int, _ first: Int, _ last: Int) {
  unsafe reflect(x, count, first, last, adds: false)
}

/// x[i, j] and x[j, i] become their sum, for i in `first..<last` and j from i on.
func symmetrizeKernel(_ x: Target, _ count: Int, _ first: Int, _ last: Int) {
  unsafe reflect(x, count, first, last, adds: true)
}

/// What lies below the diagonal becomes what lies above, to which it is added first if `adds`, a constant at every call.
@inline(__always)
private func reflect(_ x: Target, _ count: Int, _ first: Int, _ last: Int, adds: Bool) {
  var row = first
  while row <= last - side {
    unsafe reflectRows(x, count, row, row + side, from: row, to: row + side, adds: adds)
    var column = row + side
    while column <= count - side {
      let upper = unsafe x + row * count + column
      let lower = unsafe x + column * count + row
      if adds { unsafe transposeSquare(lower, upper, count, adds: true) }
      unsafe transposeSquare(upper, lower, count, adds: false)
      column += side
    }
    unsafe reflectRows(x, count, row, row + side, from: column, to: count, adds: adds)
    row += side
  }
  unsafe reflectRows(x, count, row, last, from: row, to: count, adds: adds)
}

/// The square at `target` becomes the transpose of the one at `source`, or is increased by it; the rows of both are
/// `stride` apart.
@inline(__always)
private func transposeSquare(_ source: Target, _ target: Target, _ stride: Int, adds: Bool) {
  var column = 0
  while column < side {
    var row = 0
    while row < side {
      let columns = unsafe transposedFour(
        Source(source + row * stride + column), stride: stride, count: laneWidth)
      let place = unsafe target + column * stride + row
      unsafe put(columns.0, place, adds)
      unsafe put(columns.1, place + stride, adds)
      unsafe put(columns.2, place + 2 * stride, adds)
      unsafe put(columns.3, place + 3 * stride, adds)
      row += laneWidth
    }
    column += 4
  }
}

@_transparent
private func put(_ lane: Lane, _ place: Target, _ adds: Bool) {
  unsafe store(adds ? load(place) + lane : lane, place)
}

/// The same as `reflect`, one by one, for i in `first..<last` and j in `from..<to`, from i on.
@inline(__always)
private func reflectRows(
  _ x: Target, _ count: Int, _ first: Int, _ last: Int, from: Int, to: Int, adds: Bool
) {
  var i = first
  while i < last {
    var j = from < i ? i : from
    while j < to {
      if adds { unsafe x[i * count + j] += x[j * count + i] }
      unsafe x[j * count + i] = x[i * count + j]
      j += 1
    }
    i += 1
  }
}
