import KernelInterface

// A product that leaves out the zeros of its first operand. With half of them zero, as after dropout or ReLU, it does
// half the work, and a zero added to a sum changes nothing, so the result has the bits of the whole product.
//
// Rows have their zeros in other places, so a tile is one row by several vectors: each product reads its own
// vector of B, which must come from the first cache. So B goes by in strips of a few vectors, cut along the
// depth into pieces, and the sums of a strip wait in memory from piece to piece.

/// The vectors of a strip: so many sums are in flight that a processor need not wait for any.
#if AVX512
  private let stripVectors = 8
#else
  private let stripVectors = 12
#endif
/// The columns of a strip of B.
let stripWidth = stripVectors * laneCount
/// The most columns of a piece: of a strip, not quite what a first cache of 32 KB holds.
let longestPiece = 29_184 / (stripWidth * 4)
/// The rows whose sums wait at a time.
private let waitingRows = 256
/// The floats of scratch: a strip of B and the sums that wait.
let sparseScratchCount = stripWidth * (ProductKernels.longestBlock + waitingRows)

/// Writes the elements of the rows `rows` that are not zero; see `SparseRows`.
func compressRows(
  _ a: UnsafePointer<Float>, _ rowStride: Int, _ columnStride: Int, _ rows: Range<Int>, _ target: SparseRows
) {
  let pieces = target.pieces
  for row in rows {
    let first = row * target.depth
    var n = 0
    for piece in 0..<pieces {
      let columns = target.columns(of: piece)
      var source = a + (row * rowStride + columns.lowerBound * columnStride)
      var offset = UInt32(columns.lowerBound % target.blockLength * stripWidth)
      for _ in columns {
        // Written in any case, and kept if not zero: a branch would be guessed wrong half the time.
        let value = source[0]
        target.values[first + n] = value
        target.offsets[first + n] = offset
        n += value != 0 ? 1 : 0
        source += columnStride
        offset += UInt32(stripWidth)
      }
      target.ends[row * pieces + piece] = Int32(n)
    }
  }
}

/// Computes a strip of the result; see `SparseProductTask`.
func multiplySparse(_ task: SparseProductTask) {
  let rows = task.rows
  let strip = task.product.scratch
  let sums = strip + stripWidth * ProductKernels.longestBlock
  var product = task.product
  var piece = 0
  while piece < rows.pieces {
    let start = piece / rows.piecesEach * rows.blockLength
    let depth = min(rows.blockLength, rows.depth - start)
    packPanels(
      PackTask(
        source: product.b + start * product.bRowStride, rowStride: product.bRowStride,
        columnStride: product.bColumnStride, rows: depth, columns: product.columns, step: stripWidth,
        width: stripWidth, target: strip, panelStride: 0))
    let isFinite = hasFiniteProducts(strip, depth * stripWidth)
    var row = 0
    while row < rows.rows {
      let count = min(waitingRows, rows.rows - row)
      for p in piece..<piece + rows.piecesEach {
        addPiece(p, of: rows, row..<row + count, strip, onto: sums, isFirst: p == piece)
      }
      if !isFinite { addAll(product, row..<row + count, start..<start + depth, strip, sums) }
      if task.isTransposed {
        finishTransposed(product, row..<row + count, sums)
      } else {
        finish(product, row..<row + count, sums)
      }
      row += count
    }
    product.start = UnsafePointer(product.c)
    product.startRowStride = product.cRowStride
    piece += rows.piecesEach
  }
}

/// Whether no element is infinite or NaN: of others the product with zero is zero.
private func hasFiniteProducts(_ p: UnsafePointer<Float>, _ count: Int) -> Bool {
  var sums = zeroVectors()
  let zero = Lane(repeating: 0)
  var i = 0
  while i < count {
    for x in 0..<stripVectors { sums[x] = multiplyAdd(zero, load(p + i + x * laneCount), sums[x]) }
    i += stripWidth
  }
  var sum = Lane(repeating: 0)
  for x in 0..<stripVectors { sum += sums[x] }
  for x in 0..<laneCount where sum[x] != 0 { return false }
  return true
}

/// Adds the products of a piece of some rows to their sums.
private func addPiece(
  _ piece: Int, of all: SparseRows, _ rows: Range<Int>, _ strip: UnsafePointer<Float>,
  onto sums: UnsafeMutablePointer<Float>, isFirst: Bool
) {
  var target = sums
  var ends = all.ends + (rows.lowerBound * all.pieces + piece)
  for row in rows {
    let begin = row * all.depth + (piece == 0 ? 0 : Int(ends[-1]))
    addElements(
      all.values + begin, all.offsets + begin, row * all.depth + Int(ends[0]) - begin, strip, onto: target,
      isFirst: isFirst)
    ends += all.pieces
    target += stripWidth
  }
}

private typealias StripSums = InlineArray<12, Lane>

@inline(__always)
private func zeroVectors() -> StripSums {
  let z = Lane(repeating: 0)
  return [z, z, z, z, z, z, z, z, z, z, z, z]
}

@inline(__always)
private func addElements(
  _ values: UnsafePointer<Float>, _ offsets: UnsafePointer<UInt32>, _ count: Int,
  _ strip: UnsafePointer<Float>, onto target: UnsafeMutablePointer<Float>, isFirst: Bool
) {
  var sums = zeroVectors()
  if !isFirst {
    for x in 0..<stripVectors { sums[x] = load(target + x * laneCount) }
  }
  // Where the next row lies is read before this one is: an address that comes late holds up all reads behind it.
  // After the last element this reads one number that is used for nothing.
  var next = strip + Int(offsets[0])
  var n = 0
  while n < count {
    let row = next
    let element = Lane(repeating: values[n])
    n += 1
    next = strip + Int(offsets[n])
    for x in 0..<stripVectors { sums[x] = multiplyAdd(element, load(row + x * laneCount), sums[x]) }
  }
  for x in 0..<stripVectors { store(sums[x], target + x * laneCount) }
}

/// Computes the sums with all elements, zeros too, where a product with zero is not zero.
private func addAll(
  _ product: ProductTask, _ rows: Range<Int>, _ depth: Range<Int>, _ strip: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>
) {
  for row in rows {
    let target = sums + (row - rows.lowerBound) * stripWidth
    var j = 0
    while j < stripWidth {
      var sum = Lane(repeating: 0)
      for k in depth {
        let element = Lane(repeating: product.a[row * product.aRowStride + k * product.aColumnStride])
        sum = multiplyAdd(element, load(strip + (k - depth.lowerBound) * stripWidth + j), sum)
      }
      store(sum, target + j)
      j += laneCount
    }
  }
}

/// Adds the start and stores the columns that C has.
private func finish(_ product: ProductTask, _ rows: Range<Int>, _ sums: UnsafePointer<Float>) {
  for row in rows {
    let source = sums + (row - rows.lowerBound) * stripWidth
    let c = product.c + row * product.cRowStride
    let start = product.start
    var j = 0
    while j < product.columns {
      let count = min(laneCount, product.columns - j)
      var sum = load(source + j)
      if let start { sum = load(start + row * product.startRowStride + j, count) + sum }
      store(sum, c + j, count)
      j += laneCount
    }
  }
}

/// The same where the rows of C are adjacent.
private func finishTransposed(_ product: ProductTask, _ rows: Range<Int>, _ sums: UnsafePointer<Float>) {
  var row = rows.lowerBound
  while row < rows.upperBound {
    let count = min(laneCount, rows.upperBound - row)
    let source = sums + (row - rows.lowerBound) * stripWidth
    var j = 0
    while j < product.columns {
      let columns = transposedFour(source + j, stride: stripWidth, count: count)
      finishColumn(product, row, j, count, columns.0)
      if j + 1 < product.columns { finishColumn(product, row, j + 1, count, columns.1) }
      if j + 2 < product.columns { finishColumn(product, row, j + 2, count, columns.2) }
      if j + 3 < product.columns { finishColumn(product, row, j + 3, count, columns.3) }
      j += 4
    }
    row += count
  }
}

@inline(__always)
private func finishColumn(_ product: ProductTask, _ row: Int, _ column: Int, _ count: Int, _ sum: Lane) {
  var sum = sum
  if let start = product.start {
    sum = load(start + column * product.startRowStride + row, count) + sum
  }
  store(sum, product.c + column * product.cRowStride + row, count)
}
