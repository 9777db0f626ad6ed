import CPUFeatures
import KernelInterface

/// Rearranges a matrix into panels; see `PackTask`.
func packPanels(_ task: PackTask) {
  if task.columnStride == 1 {
    packAdjacentColumns(task)
  } else if task.rowStride == 1 {
    packAdjacentRows(task)
  } else {
    var column = 0
    var panel = task.target
    while column < task.columns {
      let count = min(task.step, task.columns - column)
      packElements(task, rows: 0..<task.rows, column: column, count: count, panel)
      column += task.step
      panel += task.panelStride
    }
  }
}

/// How many rows of the source are asked for before they are copied.
private let rowsAhead = 8

/// The columns are adjacent: each row is copied, cut at the edges of the panels. Rows are the outer loop, so
/// that the source is read in long runs.
private func packAdjacentColumns(_ task: PackTask) {
  let step = task.step
  let width = task.width
  let ahead = rowsAhead * task.rowStride
  for row in 0..<task.rows {
    var source = task.source + row * task.rowStride
    var target = task.target + row * width
    var remaining = task.columns
    // A whole panel is read as vectors. Where a panel takes fewer columns than it is wide, the next
    // columns of the row are read too and overwrite nothing that counts.
    while remaining >= width {
      // The parts of rows are too short, and too far apart, for the processor to guess the next ones.
      sluice_prefetch_read(source + ahead)
      copyVectors(source, target, width)
      source += step
      target += task.panelStride
      remaining -= step
    }
    while remaining > 0 {
      let count = min(step, remaining)
      // So are the columns before those that are left, over the end of the row before in the panel. Full panels
      // have no such end: what they lack is set to zero.
      let before = width - count
      if step < width && row > 0 && task.columns - remaining >= before {
        copyVectors(source - before, target - before, width)
      } else {
        for j in 0..<count { target[j] = source[j] }
        for j in count..<width { target[j] = 0 }
      }
      source += step
      target += task.panelStride
      remaining -= step
    }
  }
}

@inline(__always)
private func copyVectors(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ width: Int)
{
  var j = 0
  while j < width {
    store(load(source + j), target + j)
    j += laneCount
  }
}

/// The rows are adjacent: the panels are the transposed source.
private func packAdjacentRows(_ task: PackTask) {
  var column = 0
  var panel = task.target
  while column < task.columns {
    let count = min(task.step, task.columns - column)
    var lane = 0
    while lane < task.width {
      packLanes(task, column: column + lane, count: min(max(count - lane, 0), laneCount), panel + lane)
      lane += laneCount
    }
    column += task.step
    panel += task.panelStride
  }
}

/// Fills one vector's width of a panel with `count` columns from `column` on.
@inline(__always)
private func packLanes(_ task: PackTask, column: Int, count: Int, _ target: UnsafeMutablePointer<Float>) {
  let source = task.source + column * task.columnStride
  let rows = task.rows
  if rows < 4 || count == 0 {
    for row in 0..<rows {
      for j in 0..<laneCount {
        target[row * task.width + j] = j < count ? source[row + j * task.columnStride] : 0
      }
    }
  } else if count == laneCount {
    packWhole(source, task.columnStride, rows: rows, target, task.width)
  } else {
    packSome(source, task.columnStride, rows: rows, count: count, target, task.width)
  }
}

/// Functions of their own, so that the addresses of the rows find registers enough.
@inline(never)
private func packWhole(
  _ source: UnsafePointer<Float>, _ stride: Int, rows: Int, _ target: UnsafeMutablePointer<Float>,
  _ targetStride: Int
) {
  packFours(source, stride, rows: rows, count: laneCount, target, targetStride)
}

@inline(never)
private func packSome(
  _ source: UnsafePointer<Float>, _ stride: Int, rows: Int, count: Int,
  _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
  packFours(source, stride, rows: rows, count: count, target, targetStride)
}

@inline(__always)
private func packFours(
  _ source: UnsafePointer<Float>, _ stride: Int, rows: Int, count: Int,
  _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
  var row = 0
  while row <= rows - 4 {
    transposeFour(
      source + row, stride: stride, count: count, target + row * targetStride, targetStride: targetStride)
    row += 4
  }
  if row < rows {
    // The last four overlap those before instead of being fewer.
    row = rows - 4
    transposeFour(
      source + row, stride: stride, count: count, target + row * targetStride, targetStride: targetStride)
  }
}

/// Neither rows nor columns are adjacent.
private func packElements(
  _ task: PackTask, rows: Range<Int>, column: Int, count: Int, _ panel: UnsafeMutablePointer<Float>
) {
  for row in rows {
    let source = task.source + row * task.rowStride + column * task.columnStride
    let target = panel + row * task.width
    for j in 0..<count { target[j] = source[j * task.columnStride] }
    for j in count..<task.width { target[j] = 0 }
  }
}
