import KernelInterface

/// The extremes of columns; see `ReductionKernels.ColumnExtremes`.
@Sendable
func findColumnExtremes(
  _ source: Source, _ rows: Int, _ width: Int, _ isSmallest: Bool, _ first: Int32, _ target: Target,
  _ places: UnsafeMutablePointer<Int32>
) {
  if isSmallest {
    sweepColumns(source, rows, width, first, target, places) { $0 .>= $1 }
  } else {
    sweepColumns(source, rows, width, first, target, places) { $0 .<= $1 }
  }
}

/// A lane of columns at a time, row by row.
///
/// - Parameter isNotBeyond: whether a value leaves what was found as it is; false where either is NaN.
@_transparent
private func sweepColumns(
  _ source: Source, _ rows: Int, _ width: Int, _ first: Int32, _ target: Target,
  _ places: UnsafeMutablePointer<Int32>, _ isNotBeyond: (Lane, Lane) -> LaneMask
) {
  var j = 0
  while j < width {
    let left = width - j
    var best = loadNext(source + j, left)
    var place = IntLane(repeating: 0)
    var row = 1
    while row < rows {
      let value = loadNext(source + row * width + j, left)
      // What is NaN stays, so does what is as far out already; anything else is further out, or NaN.
      let isKept = isNotBeyond(value, best)
      let isNumber = best .== best
      let next = value.replacing(with: best, where: isKept)
      let nextPlace = IntLane(repeating: Int32(truncatingIfNeeded: row * width)).replacing(
        with: place, where: isKept)
      best.replace(with: next, where: isNumber)
      place.replace(with: nextPlace, where: isNumber)
      row += 1
    }
    storeNext(best, target + j, left)
    var k = 0
    while k < laneCount, k < left {
      places[j + k] = place[k] &+ first &+ Int32(truncatingIfNeeded: j + k)
      k += 1
    }
    j += laneCount
  }
}
