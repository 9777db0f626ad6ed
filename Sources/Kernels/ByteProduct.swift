import KernelInterface

// Products with weights of bytes, which lie in pairs of halves (`ByteProductTask`): a shift and a mask make floats of them, in registers,
// on the way to their uses. Where more than one tile of rows goes by a panel, the first leaves the floats behind for the others, in the
// nearest cache.

/// The rows of a tile. With AVX-512 twelve as of floats would be no faster, and their ends too long for the compiler to unroll.
#if AVX512
  private let wholeTile = 8
#else
  private let wholeTile = tileRows
#endif
/// The most rows that go by a panel one after the other: whole tiles.
private let heldRows = 72 / wholeTile * wholeTile
/// The depth up to which a panel is left behind as floats.
private let heldDepth = 2 * ProductKernels.longestBlock
/// The floats from one row of A to the next where it is copied: no power of two, at which rows would drive each other from the
/// first cache.
private let copiedStride = heldDepth + 2 * laneCount

/// Where the sums of a tile lie that are not put into C at once, behind a panel of floats and some rows of A.
private let tileSums = panelWidth * heldDepth + heldRows * copiedStride

/// Where as many zeros lie as a tile has columns, to add sums to that are added to nothing.
private let zeros = tileSums + max(wholeTile, 4) * panelWidth

let byteScratchCount = zeros + 4 * panelWidth

let byteProductKernels = ByteProductKernels(
  panelWidth: panelWidth, scratchCount: byteScratchCount, multiply: multiplyBytes)

/// Computes a product; see `ByteProductTask` and, for the order of the sums, `ProductKernels`.
@Sendable
private func multiplyBytes(_ task: ByteProductTask) {
  guard task.rows > 0, task.columns > 0 else { return }
  if task.start == nil { clear(task.scratch + zeros, 4 * panelWidth) }
  var part = task
  var rows = task.rows
  while rows > 0 {
    part.rows = min(rows, heldRows) / wholeTile * wholeTile
    if part.rows > wholeTile, task.depth <= heldDepth {
      severalTiles(part)
    } else {
      part.rows = fewRows(rows, part)
    }
    rows -= part.rows
    part.a += part.rows * part.aRowStride
    part.c += part.rows * part.cRowStride
    if let start = part.start { part.start = start + part.rows * part.startRowStride }
  }
}

/// The numbers of the first and of the second vector of a panel's row.
@_transparent
private func lower(_ pairs: IntLane) -> Lane { lane(bitPattern: pairs &<< IntLane(repeating: 16)) }
@_transparent
private func upper(_ pairs: IntLane) -> Lane {
  lane(bitPattern: pairs & IntLane(repeating: Int32(bitPattern: 0xFFFF_0000)))
}
@_transparent
private func loadPairs(_ p: UnsafePointer<Int32>) -> IntLane {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: IntLane.self)
}

// MARK: Tiles

/// Where a tile has the floats of its panel from.
private enum Panel {
  /// From pairs.
  case pairs
  /// From pairs, and it leaves them behind.
  case kept
  /// From where another tile has left them.
  case floats
}

/// Computes as many of `rows` rows as a tile is made for, and returns their number.
@inline(__always)
private func fewRows(_ rows: Int, _ task: ByteProductTask) -> Int {
  if rows >= wholeTile {
    tileOfRows(task)
    return wholeTile
  }
  #if AVX512 || AVX2 || arch(arm64)
    if rows >= 4 {
      rows4(task)
      return 4
    }
  #endif
  if rows >= 2 {
    rows2(task)
    return 2
  }
  row1(task)
  return 1
}

// Few rows have several panels, for enough independent sums in flight.
@inline(never)
private func row1(_ task: ByteProductTask) { sweepPanels(rows: 1, panels: 4, task) }
@inline(never)
private func rows2(_ task: ByteProductTask) { sweepPanels(rows: 2, panels: 2, task) }
#if AVX512 || AVX2 || arch(arm64)
  @inline(never)
  private func rows4(_ task: ByteProductTask) { sweepPanels(rows: 4, panels: 1, task) }
#endif
@inline(never)
private func tileOfRows(_ task: ByteProductTask) { sweepPanels(rows: wholeTile, panels: 1, task) }
@inline(never)
private func keepingTile(_ task: ByteProductTask, _ length: Int) {
  byteTile(rows: wholeTile, panels: 1, .kept, task, length)
}
@inline(never)
private func floatTile(_ task: ByteProductTask, _ length: Int) {
  byteTile(rows: wholeTile, panels: 1, .floats, task, length)
}

/// All columns for `rows` rows, `panels` panels at a time while there are as many.
@inline(__always)
private func sweepPanels(rows: Int, panels: Int, _ task: ByteProductTask) {
  var sweep = task
  let length = ProductKernels.blockLength(of: task.depth)
  while panels > 1, sweep.columns >= panels * panelWidth {
    byteTile(rows: rows, panels: panels, .pairs, sweep, length)
    advance(&sweep, panels)
  }
  while sweep.columns > 0 {
    byteTile(rows: rows, panels: 1, .pairs, sweep, length)
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

/// Whole tiles of rows, panel after panel.
@inline(never)
private func severalTiles(_ task: ByteProductTask) {
  var sweep = task
  let length = ProductKernels.blockLength(of: task.depth)
  if task.aRowStride % 512 == 0 {
    let rows = task.scratch + panelWidth * heldDepth
    for row in 0..<task.rows {
      var k = 0
      while k < task.depth {
        storeNext(
          loadNext(task.a + row * task.aRowStride + k, task.depth - k), rows + row * copiedStride + k,
          task.depth - k)
        k += laneCount
      }
    }
    sweep.a = UnsafePointer(rows)
    sweep.aRowStride = copiedStride
  }
  while sweep.columns > 0 {
    var tile = sweep
    keepingTile(tile, length)
    var row = wholeTile
    while row < task.rows {
      tile.a += wholeTile * tile.aRowStride
      tile.c += wholeTile * tile.cRowStride
      if let start = tile.start { tile.start = start + wholeTile * tile.startRowStride }
      floatTile(tile, length)
      row += wholeTile
    }
    advance(&sweep, 1)
  }
}

/// The tile at the front of `task`, whose depth is cut into blocks of `length`. The counts are constants at every call, so that the sums
/// stay in registers.
@inline(__always)
private func byteTile(rows: Int, panels: Int, _ panel: Panel, _ task: ByteProductTask, _ length: Int) {
  let across = 2 * panels
  let isWhole = task.depth <= length && task.columns >= across * laneCount
  var a = task.a
  var b = task.b
  var floats = task.scratch
  let apart = task.scratch + tileSums
  var remaining = task.depth
  if !isWhole { clear(apart, rows * across * laneCount) }
  repeat {
    var sums = zeroSums()
    var left = min(length, remaining)
    while left > 0 {
      for p in 0..<panels {
        var first: Lane
        var second: Lane
        if panel == .floats {
          first = load(floats)
          second = load(floats + laneCount)
        } else {
          let pairs = loadPairs(b + p * task.panelStride)
          first = lower(pairs)
          second = upper(pairs)
          if panel == .kept {
            store(first, floats)
            store(second, floats + laneCount)
          }
        }
        for r in 0..<rows {
          let element = Lane(repeating: a[r * task.aRowStride])
          let x = r * across + 2 * p
          sums[x] = multiplyAdd(element, first, sums[x])
          sums[x + 1] = multiplyAdd(element, second, sums[x + 1])
        }
      }
      a += 1
      b += laneCount
      if panel != .pairs { floats += panelWidth }
      left -= 1
    }
    // Few loops of pointers that walk, as in `computeTile`, and for the same reason.
    if isWhole {
      finish(sums, rows: rows, across: across, task)
    } else {
      var target = apart
      for r in 0..<rows {
        for x in 0..<across {
          store(load(target + x * laneCount) + sums[r * across + x], target + x * laneCount)
        }
        target += across * laneCount
      }
    }
    remaining -= min(length, remaining)
  } while remaining > 0
  if !isWhole { finishApart(apart, rows: rows, width: across * laneCount, task) }
}

/// Zeros that, added to a number, leave it as it is, a zero with its sign.
@inline(never)
private func clear(_ floats: UnsafeMutablePointer<Float>, _ count: Int) {
  for i in 0..<count { floats[i] = -0.0 }
}

/// Scales the sums of a tile and puts them into C.
@inline(__always)
private func finish(_ sums: Sums, rows: Int, across: Int, _ task: ByteProductTask) {
  var c = task.c
  var start = task.start ?? UnsafePointer(task.scratch + zeros)
  let startStride = task.start == nil ? 0 : task.startRowStride
  for r in 0..<rows {
    for x in 0..<across {
      let value = sums[r * across + x] * load(task.scales + x * laneCount)
      store(load(start + x * laneCount) + value, c + x * laneCount)
    }
    start += startStride
    c += task.cRowStride
  }
}

/// The same for sums of several blocks, and for a tile that reaches beyond the edge of C.
@inline(never)
private func finishApart(
  _ sums: UnsafeMutablePointer<Float>, rows: Int, width: Int, _ task: ByteProductTask
) {
  for r in 0..<rows {
    var column = 0
    while column < min(width, task.columns) {
      let left = task.columns - column
      var value = load(sums + r * width + column) * loadNext(task.scales + column, left)
      if let start = task.start {
        value = loadNext(start + r * task.startRowStride + column, left) + value
      }
      storeNext(value, task.c + r * task.cRowStride + column, left)
      column += laneCount
    }
  }
}
