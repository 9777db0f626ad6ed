// The sum of a square matrix and its transpose, in place.

import KernelInterface

/// x[i, j] and x[j, i] become their sum, for i in `first..<last` and j from i on. Squares of 32 rows keep
/// both
/// places in the first-level cache.
func symmetrizeKernel(_ x: Target, _ count: Int, _ first: Int, _ last: Int) {
  let side = 32
  var column = first
  while column < count {
    let columnEnd = column + side < count ? column + side : count
    var row = first
    while row < last {
      var i = row
      let rowEnd = row + side < last ? row + side : last
      while i < rowEnd {
        var j = column > i ? column : i
        while j < columnEnd {
          let sum = unsafe x[i * count + j] + x[j * count + i]
          unsafe x[i * count + j] = sum
          unsafe x[j * count + i] = sum
          j += 1
        }
        i += 1
      }
      row += side
    }
    column += side
  }
}
