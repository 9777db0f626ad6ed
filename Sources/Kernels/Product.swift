import KernelInterface

// The blocked product. The depth is cut into blocks so that a tile of A and a panel of B stay in the first
// cache; for each block the columns are cut into slabs of B that stay in the second; over a slab the rows
// of A go by, tile by tile, or some packed tiles go by panel after panel. Operands are packed into scratch where reading
// them in place would be slower.

/// The tiles of A packed at once.
let groupTiles = 8
/// The floats of packed tiles of A.
let groupFloats = groupTiles * tileStride * ProductKernels.longestBlock
/// The floats of scratch: packed tiles, a tile at the edge of C, and a slab, at least one set of panels wide.
let productScratchCount =
  groupFloats + tileRows * panelWidth
  + max(ProductKernels.mostSlabFloats, 4 * panelWidth * ProductKernels.longestBlock)

/// Computes a product; see `ProductTask` and, for the order of the sums, `ProductKernels`.
func multiplyMatrices(_ task: ProductTask) {
  guard task.rows > 0, task.columns > 0 else { return }
  var product = task
  let length = ProductKernels.blockLength(of: task.depth)
  var remaining = task.depth
  repeat {
    product.depth = min(length, remaining)
    multiplyBlock(product)
    remaining -= product.depth
    product.a += product.depth * product.aColumnStride
    product.b += product.depth * (product.panelStride > 0 ? panelWidth : product.bRowStride)
    product.start = UnsafePointer(product.c)
    product.startRowStride = product.cRowStride
  } while remaining > 0
}

/// How the second operand reaches the tiles.
private enum SecondOperand {
  /// The caller has packed it.
  case packed
  /// Its columns are adjacent, and too few rows use it for packing to pay.
  case inPlace
  /// It is packed here, slab by slab.
  case packedHere
}

/// How the first operand reaches the tiles.
private enum FirstOperand {
  /// Its rows are adjacent, and it is read where it lies.
  case rowsAdjacent
  /// Its columns are adjacent, and it is read where it lies: whole tiles, or all where `readsRowsFreely`.
  case rowsApart
  /// It is packed here, some tiles at a time.
  case packedHere
}

/// How the rows of A are cut into tiles, and where packed tiles lie.
private struct Tiling {
  var tiles: Int
  /// The rows of every tile but the last, which may have fewer.
  var height: Int
  var operand: FirstOperand
  var scratch: UnsafeMutablePointer<Float>
  /// The first tile of the group that `scratch` holds.
  var packedGroup = -1
}

/// One block of the depth.
private func multiplyBlock(_ task: ProductTask) {
  let tiles = (task.rows + tileRows - 1) / tileRows
  let first = firstOperand(task, tiles)
  let needsWholeTiles = first == .rowsApart && !readsRowsFreely
  var tiling = Tiling(
    tiles: tiles, height: needsWholeTiles ? tileRows : (task.rows + tiles - 1) / tiles, operand: first,
    scratch: task.scratch)
  let edgeScratch = task.scratch + groupFloats
  let slabScratch = edgeScratch + tileRows * panelWidth
  let inPlaceColumns = task.columns / panelWidth * panelWidth

  var operand = SecondOperand.packedHere
  if task.panelStride > 0 {
    operand = .packed
  } else if task.bColumnStride == 1, inPlaceColumns > 0,
    tiles == 1 || tiles <= 3 && task.bRowStride % 256 != 0
  {
    operand = .inPlace
  }

  var column = 0
  while column < task.columns {
    var sweep = task
    sweep.b += column * task.bColumnStride
    sweep.c += column
    if let start = task.start { sweep.start = start + column }
    sweep.columns -= column
    sweep.scratch = edgeScratch
    switch operand {
    case .packed:
      sweep.bRowStride = panelWidth
    case .inPlace:
      sweep.columns = inPlaceColumns
      sweep.panelStride = panelWidth
      // What is left is less than a panel, and reading a whole one could leave the memory of B.
      operand = .packedHere
    case .packedHere:
      sweep.columns = min(sweep.columns, slabColumns(task, tiles: tiles))
      sweep.panelStride = task.depth * panelWidth
      packPanels(
        PackTask(
          source: sweep.b, rowStride: task.bRowStride, columnStride: task.bColumnStride, rows: task.depth,
          columns: sweep.columns, step: panelWidth, width: panelWidth, target: slabScratch,
          panelStride: sweep.panelStride))
      sweep.b = UnsafePointer(slabScratch)
      sweep.bRowStride = panelWidth
    }
    sweepTiles(task, sweep, &tiling)
    column += sweep.columns
  }
}

/// To pack A takes about as long as to multiply it with one panel, so where its rows are apart it is read where it lies.
/// Unless tiles of any height can be, few of them are packed all the same: that they are equally high is worth more.
@inline(__always)
private func firstOperand(_ task: ProductTask, _ tiles: Int) -> FirstOperand {
  if task.rows == 1 || task.aRowStride == 1 && task.columns <= panelWidth { return .rowsAdjacent }
  if task.aColumnStride != 1 { return .packedHere }
  if readsRowsFreely { return .rowsApart }
  // Rows that are multiples of 2 KB apart would drive each other from the first cache.
  let fits = task.aRowStride % 512 != 0
  return fits && tiles >= 8 ? .rowsApart : .packedHere
}

/// How many columns of B to pack before using them. For few tiles a panel is best used up while it is in the
/// first cache; otherwise a slab fills half of the second.
@inline(__always)
private func slabColumns(_ task: ProductTask, tiles: Int) -> Int {
  if tiles <= 3 { return task.rows == 1 ? 4 * panelWidth : task.rows == 2 ? 2 * panelWidth : panelWidth }
  let floats = min(task.slabFloats, ProductKernels.mostSlabFloats)
  return max(floats / max(task.depth, 1) / panelWidth, 1) * panelWidth
}

/// Runs every tile of A over the columns of `whole`.
private func sweepTiles(_ task: ProductTask, _ whole: Sweep, _ tiling: inout Tiling) {
  if tiling.operand == .packedHere && tiling.tiles > 1 && tiling.height > 2 {
    return sweepGroups(task, whole, &tiling)
  }
  var sweep = whole
  var tile = 0
  while tile < tiling.tiles {
    let row = tile * tiling.height
    let height = min(tiling.height, task.rows - row)
    sweep.c = whole.c + row * task.cRowStride
    if let start = whole.start { sweep.start = start + row * task.startRowStride }
    sweep.a = task.a + row * task.aRowStride
    if tiling.operand == .rowsApart && (readsRowsFreely || height == tileRows) {
      sweepRowsApart(height, sweep)
    } else {
      if tiling.operand != .rowsAdjacent { usePacked(tile, task, &sweep, &tiling) }
      sweepRows(height, sweep)
    }
    tile += 1
  }
}

/// The same for packed tiles, panel after panel over some tiles: what passes from the second cache to the first is then a tile for each
/// panel, which is half as wide as a panel, and nothing where the tiles have room beside it.
private func sweepGroups(_ task: ProductTask, _ whole: Sweep, _ tiling: inout Tiling) {
  var first = 0
  while first < tiling.tiles {
    let end = min(first + groupTiles, tiling.tiles)
    var panel = whole
    panel.a = task.a + first * tiling.height * task.aRowStride
    usePacked(first, task, &panel, &tiling)
    let packed = panel.a
    var columns = whole.columns
    while columns > 0 {
      panel.columns = min(columns, panelWidth)
      var tile = first
      while tile < end {
        let row = tile * tiling.height
        var sweep = panel
        sweep.a = packed + (tile - first) * tileStride * task.depth
        sweep.c += row * task.cRowStride
        if let start = panel.start { sweep.start = start + row * task.startRowStride }
        sweepRows(min(tiling.height, task.rows - row), sweep)
        tile += 1
      }
      panel.b += panel.panelStride
      panel.c += panelWidth
      if let start = panel.start { panel.start = start + panelWidth }
      columns -= panelWidth
    }
    first = end
  }
}

/// Lets `sweep` read a packed tile, which is packed with those after it unless it already was.
@inline(__always)
private func usePacked(_ tile: Int, _ task: ProductTask, _ sweep: inout Sweep, _ tiling: inout Tiling) {
  // Where rows are apart only the last tile is packed, a group of its own.
  let inGroup = tiling.operand == .rowsApart ? 0 : tile % groupTiles
  if tiling.packedGroup != tile - inGroup {
    packPanels(
      PackTask(
        source: sweep.a, rowStride: task.aColumnStride, columnStride: task.aRowStride, rows: task.depth,
        columns: min(groupTiles * tiling.height, task.rows - tile * tiling.height), step: tiling.height,
        width: tileStride,
        target: tiling.scratch, panelStride: tileStride * task.depth))
    tiling.packedGroup = tile - inGroup
  }
  sweep.a = UnsafePointer(tiling.scratch + inGroup * tileStride * task.depth)
  sweep.aColumnStride = tileStride
}
