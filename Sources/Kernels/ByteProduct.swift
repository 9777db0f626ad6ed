import CPUFeatures
import KernelInterface

// Products with weights of bytes. For few rows each byte becomes a float in a register, on the way to its only use or two. For more
// rows some panels are made floats in scratch, from where the product of floats takes them: a byte is turned once for all of them.

/// Up to so many rows the bytes are used as they come.
private let fewRows = 4
/// The rows and columns whose sums are held while the depth runs by.
private let heldRows = 64
private let heldColumns = 512

/// The floats that bytes become at a time: half a megabyte.
private let widenedFloats = 128 << 10

let byteScratchCount = productScratchCount + widenedFloats + heldRows * heldColumns

let byteProductKernels = ByteProductKernels(
  panelWidth: panelWidth, scratchCount: byteScratchCount, multiply: multiplyBytes)

/// Computes a product; see `ByteProductTask` and, for the order of the sums, `ProductKernels`.
@Sendable
private func multiplyBytes(_ task: ByteProductTask) {
  guard task.rows > 0, task.columns > 0 else { return }
  var part = task
  var rows = task.rows
  while rows > 0 {
    part.rows = rows > fewRows ? min(rows, heldRows) : rows >= 4 ? 4 : rows >= 2 ? 2 : 1
    switch part.rows {
    case 1: fewRows1(part)
    case 2: fewRows2(part)
    case 4: fewRows4(part)
    default: manyRows(part)
    }
    rows -= part.rows
    part.a += part.rows * part.aRowStride
    part.c += part.rows * part.cRowStride
    if let start = part.start { part.start = start + part.rows * part.startRowStride }
  }
}

// MARK: Few rows

@inline(never)
private func fewRows1(_ task: ByteProductTask) { sweepBytes(rows: 1, panels: 4, task) }
@inline(never)
private func fewRows2(_ task: ByteProductTask) { sweepBytes(rows: 2, panels: 2, task) }
@inline(never)
private func fewRows4(_ task: ByteProductTask) { sweepBytes(rows: 4, panels: 1, task) }

/// All columns for `rows` rows, `panels` panels at a time while there are as many: enough independent sums in flight.
@inline(__always)
private func sweepBytes(rows: Int, panels: Int, _ task: ByteProductTask) {
  var sweep = task
  while panels > 1, sweep.columns >= panels * panelWidth {
    byteTile(rows: rows, panels: panels, sweep)
    advance(&sweep, panels)
  }
  while sweep.columns > 0 {
    byteTile(rows: rows, panels: 1, sweep)
    advance(&sweep, 1)
  }
}

@inline(__always)
private func advance(_ sweep: inout ByteProductTask, _ panels: Int) {
  sweep.b += panels * sweep.panelStride
  sweep.c += panels * panelWidth
  sweep.scales += panels * panelWidth
  if let start = sweep.start { sweep.start = start + panels * panelWidth }
  sweep.columns -= panels * panelWidth
}

private typealias ByteSums = InlineArray<8, Lane>

@inline(__always)
private func zeros() -> ByteSums {
  let z = Lane(repeating: 0)
  return [z, z, z, z, z, z, z, z]
}

/// The tile at the front of `task`. The counts are constants at every call, so that the sums stay in registers.
@inline(__always)
private func byteTile(rows: Int, panels: Int, _ task: ByteProductTask) {
  let across = 2 * panels
  let length = ProductKernels.blockLength(of: task.depth)
  var totals = zeros()
  var a = task.a
  var b = task.b
  var remaining = task.depth
  var isFirst = true
  while remaining > 0 {
    var sums = zeros()
    var left = min(length, remaining)
    remaining -= left
    while left > 0 {
      let z = Lane(repeating: 0)
      var row: InlineArray<8, Lane> = [z, z, z, z, z, z, z, z]
      for x in 0..<across {
        row[x] = sluice_widen(b + (x / 2) * task.panelStride + (x % 2) * laneCount)
      }
      for r in 0..<rows {
        let element = Lane(repeating: a[r * task.aRowStride])
        for x in 0..<across { sums[r * across + x] = multiplyAdd(element, row[x], sums[r * across + x]) }
      }
      a += 1
      b += panelWidth
      left -= 1
    }
    // The first block's sums are taken as they are: zero and they would lose the sign of a zero.
    for x in 0..<rows * across { totals[x] = isFirst ? sums[x] : totals[x] + sums[x] }
    isFirst = false
  }
  for r in 0..<rows {
    for x in 0..<across {
      let column = x * laneCount
      if column < task.columns { finish(totals[r * across + x], task, row: r, column: column) }
    }
  }
}

/// Scales the sums of a lane and stores as much of them as C has columns.
@inline(__always)
private func finish(_ sums: Lane, _ task: ByteProductTask, row: Int, column: Int) {
  let left = task.columns - column
  var value = sums * loadNext(task.scales + column, left)
  if let start = task.start { value = loadNext(start + row * task.startRowStride + column, left) + value }
  storeNext(value, task.c + row * task.cRowStride + column, left)
}

// MARK: Many rows

/// Up to `heldRows` rows: panel after panel becomes floats, as many as scratch holds.
@inline(never)
private func manyRows(_ task: ByteProductTask) {
  let length = ProductKernels.blockLength(of: task.depth)
  let width = max(min(widenedFloats / max(length, 1), heldColumns) / panelWidth, 1) * panelWidth
  let floats = task.scratch + productScratchCount
  let sums = floats + widenedFloats
  var first = 0
  while first < task.columns {
    let columns = min(width, task.columns - first)
    var depth = 0
    repeat {
      let block = min(length, task.depth - depth)
      var panel = 0
      while panel * panelWidth < columns {
        widenPanel(
          task.b + (first / panelWidth + panel) * task.panelStride + depth * panelWidth, block * panelWidth,
          floats + panel * block * panelWidth)
        panel += 1
      }
      multiplyMatrices(
        ProductTask(
          a: task.a + depth, aRowStride: task.aRowStride, aColumnStride: 1, b: UnsafePointer(floats),
          bRowStride: 0,
          bColumnStride: 0, panelStride: max(block, 1) * panelWidth, rows: task.rows, columns: columns,
          depth: block,
          c: sums, cRowStride: width, start: depth > 0 ? UnsafePointer(sums) : nil, startRowStride: width,
          scratch: task.scratch))
      depth += block
    } while depth < task.depth
    var part = task
    part.scales += first
    part.c += first
    if let start = part.start { part.start = start + first }
    part.columns = columns
    for row in 0..<task.rows {
      var column = 0
      while column < columns {
        finish(loadNext(sums + row * width + column, columns - column), part, row: row, column: column)
        column += laneCount
      }
    }
    first += columns
  }
}

@inline(__always)
private func widenPanel(_ bytes: UnsafePointer<Int8>, _ count: Int, _ floats: UnsafeMutablePointer<Float>) {
  var i = 0
  while i < count {
    store(sluice_widen(bytes + i), floats + i)
    i += laneCount
  }
}
