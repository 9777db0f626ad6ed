// Squared Euclidean distances of rows to packed points: the tile of a product with a subtraction before the
// multiplication. Where additions have ports of their own it takes no longer than the product.

import KernelInterface

#if AVX512
  /// 8 x 32: 16 of the 32 registers hold sums.
  private let distanceRows = 8
#else
  /// 4 by two vectors: 8 of the 16 registers hold sums, the others differences.
  private let distanceRows = 4
#endif

func squaredDistancesKernel(
  _ a: Source, _ rows: Int, _ panels: Source, _ panelStride: Int, _ points: Int, _ depth: Int, _ y: Target,
  _ yRow: Int
) {
  var first = 0
  while first < points {
    let panel = unsafe panels + first / panelWidth * panelStride
    let columns = points - first
    var row = 0
    while row <= rows - distanceRows {
      unsafe distanceTile(
        rows: distanceRows, a + row * depth, panel, depth, y + row * yRow + first, yRow, columns)
      row += distanceRows
    }
    while row < rows {
      unsafe distanceTile(rows: 1, a + row * depth, panel, depth, y + row * yRow + first, yRow, columns)
      row += 1
    }
    first += panelWidth
  }
}

/// One tile: `rows` rows, a constant at every call, by the points of one panel.
@inline(__always)
private func distanceTile(
  rows: Int, _ a: Source, _ panel: Source, _ depth: Int, _ y: Target, _ yRow: Int, _ columns: Int
) {
  let z = Lane(repeating: 0)
  var sums: InlineArray<16, Lane> = [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
  var a = a
  var panel = panel
  var remaining = depth
  while remaining > 0 {
    let first = load(panel)
    let second = load(panel + laneWidth)
    for r in 0..<rows {
      let element = Lane(repeating: a[r * depth])
      let d = element - first
      let e = element - second
      sums[2 * r] = multiplyAdd(d, d, sums[2 * r])
      sums[2 * r + 1] = multiplyAdd(e, e, sums[2 * r + 1])
    }
    a += 1
    panel += panelWidth
    remaining -= 1
  }
  var target = y
  if columns >= panelWidth {
    for r in 0..<rows {
      store(sums[2 * r], target)
      store(sums[2 * r + 1], target + laneWidth)
      target += yRow
    }
  } else {
    for r in 0..<rows {
      storeNext(sums[2 * r], target, columns)
      if columns > laneWidth { storeNext(sums[2 * r + 1], target + laneWidth, columns - laneWidth) }
      target += yRow
    }
  }
}
