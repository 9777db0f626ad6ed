// Sums of weighted differences between rows and packed points: how the slopes of distances reach the points. As a
// product less a multiple of the row they would take half the arithmetic, and lose what is left of nearly equal
// numbers far from the origin. The tile is that of the distances.

import KernelInterface

/// The points of a partial sum, which bounds the error of a long one.
private let pointsOfSum = 384

private let differenceRows = 4

func weightedDifferencesKernel(
  _ weights: Source, _ weightRow: Int, _ weightStep: Int, _ x: Source, _ rows: Int, _ panels: Source,
  _ panelStride: Int, _ points: Int, _ width: Int, _ scale: Float, _ y: Target
) {
  var start = 0
  while start < points {
    let size = points - start < pointsOfSum ? points - start : pointsOfSum
    let block = unsafe panels + start * panelWidth
    let w = unsafe weights + start * weightStep
    var row = 0
    while row < rows {
      let isTile = row <= rows - differenceRows
      let rowWeights = unsafe w + row * weightRow
      // Panels within a tile: the weights, of which there are the most, are read once.
      var first = 0
      while first < width {
        let panel = unsafe block + first / panelWidth * panelStride
        let place = row * width + first
        if isTile {
          unsafe differenceTile(
            rows: differenceRows, rowWeights, weightRow, weightStep, x + place, width, panel, size, scale,
            y + place, width - first)
        } else {
          unsafe differenceTile(
            rows: 1, rowWeights, weightRow, weightStep, x + place, width, panel, size, scale,
            y + place, width - first)
        }
        first += panelWidth
      }
      row += isTile ? differenceRows : 1
    }
    start += size
  }
}

/// One tile: `rows` rows, a constant at every call, by the columns of one panel.
@inline(__always)
private func differenceTile(
  rows: Int, _ weights: Source, _ weightRow: Int, _ weightStep: Int, _ x: Source, _ width: Int,
  _ panel: Source, _ points: Int, _ scale: Float, _ y: Target, _ columns: Int
) {
  let z = Lane(repeating: 0)
  var sums: InlineArray<8, Lane> = [z, z, z, z, z, z, z, z]
  var own = sums
  for r in 0..<rows {
    own[2 * r] = loadNext(x + r * width, columns)
    if columns > laneWidth { own[2 * r + 1] = loadNext(x + r * width + laneWidth, columns - laneWidth) }
  }
  var weights = weights
  var panel = panel
  var remaining = points
  while remaining > 0 {
    let first = load(panel)
    let second = load(panel + laneWidth)
    for r in 0..<rows {
      let weight = Lane(repeating: weights[r * weightRow])
      sums[2 * r] = multiplyAdd(weight, own[2 * r] - first, sums[2 * r])
      sums[2 * r + 1] = multiplyAdd(weight, own[2 * r + 1] - second, sums[2 * r + 1])
    }
    weights += weightStep
    panel += panelWidth
    remaining -= 1
  }
  let factor = Lane(repeating: scale)
  for r in 0..<rows {
    let target = y + r * width
    storeNext(multiplyAdd(factor, sums[2 * r], loadNext(target, columns)), target, columns)
    if columns > laneWidth {
      let left = columns - laneWidth
      let next = target + laneWidth
      storeNext(multiplyAdd(factor, sums[2 * r + 1], loadNext(next, left)), next, left)
    }
  }
}
