import KernelInterface

// A product that leaves out the zeros of its first operand. With half of them zero, as after dropout or ReLU, it does
// half the work, and a zero added to a sum changes nothing, so the result has the bits of the whole product.
//
// Rows have their zeros in other places, so a tile is one row by several vectors: each product reads its own
// vector of B, which must come from the first cache. So B goes by in strips of a few vectors, cut along the
// depth into pieces, and the sums of a strip wait in memory from piece to piece.

/// The most vectors of a strip, each a sum in a register. With half as many a processor need not wait for sums yet.
private let mostVectors = 12
/// The most columns of a strip of B, and the floats from one of its rows to the next.
let stripWidth = mostVectors * laneCount
/// The most columns of a piece: of a whole strip, not quite what a first cache of 32 KB holds, or with AVX-512, whose
/// processors have fast second caches and mostly larger first ones, 48 KB.
#if AVX512
  let longestPiece = 64
#else
  let longestPiece = 29_184 / (stripWidth * 4)
#endif
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
        let part = Piece(index: p, isFirst: p == piece, rows: row..<row + count, strip: strip, sums: sums)
        addPiece(part, of: rows, vectors: (product.columns + laneCount - 1) / laneCount)
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
  let z = Lane(repeating: 0)
  var (first, second, third, fourth) = (z, z, z, z)
  var i = 0
  while i < count {
    first = multiplyAdd(z, load(p + i), first)
    second = multiplyAdd(z, load(p + i + laneCount), second)
    third = multiplyAdd(z, load(p + i + 2 * laneCount), third)
    fourth = multiplyAdd(z, load(p + i + 3 * laneCount), fourth)
    i += 4 * laneCount
  }
  let sum = (first + second) + (third + fourth)
  for x in 0..<laneCount where sum[x] != 0 { return false }
  return true
}

/// A piece of some rows, the strip that it meets, and the sums of the rows.
private typealias Piece = (
  index: Int, isFirst: Bool, rows: Range<Int>, strip: UnsafeMutablePointer<Float>,
  sums: UnsafeMutablePointer<Float>
)

/// Adds the products of a piece to the sums, of which a row has as many vectors. There is one compiled loop for each
/// number that pays; fewer vectors take that of the fewest.
private func addPiece(_ piece: Piece, of rows: SparseRows, vectors: Int) {
  switch vectors {
  case ...6: addPiece6(piece, rows)
  case 7: addPiece7(piece, rows)
  case 8: addPiece8(piece, rows)
  case 9: addPiece9(piece, rows)
  case 10: addPiece10(piece, rows)
  case 11: addPiece11(piece, rows)
  case 12: addPiece12(piece, rows)
  default: break
  }
}

@inline(never)
private func addPiece6(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 6) }
@inline(never)
private func addPiece7(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 7) }
@inline(never)
private func addPiece8(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 8) }
@inline(never)
private func addPiece9(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 9) }
@inline(never)
private func addPiece10(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 10) }
@inline(never)
private func addPiece11(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 11) }
@inline(never)
private func addPiece12(_ piece: Piece, _ rows: SparseRows) { addRows(piece, rows, vectors: 12) }

@inline(__always)
private func addRows(_ piece: Piece, _ all: SparseRows, vectors: Int) {
  var target = piece.sums
  let pieces = all.pieces
  var ends = all.ends + (piece.rows.lowerBound * pieces + piece.index)
  for row in piece.rows {
    let begin = piece.index == 0 ? 0 : Int(ends[-1])
    let first = row * all.depth + begin
    addElements(
      all.values + first, all.offsets + first, Int(ends[0]) - begin, piece.strip, onto: target,
      vectors: vectors, isFirst: piece.isFirst)
    ends += pieces
    target += stripWidth
  }
}

/// Adds the products of one row's elements in a piece. `vectors` is a constant at every call; see `computeTile`.
@inline(__always)
private func addElements(
  _ values: UnsafePointer<Float>, _ offsets: UnsafePointer<UInt32>, _ count: Int,
  _ strip: UnsafePointer<Float>, onto target: UnsafeMutablePointer<Float>, vectors: Int, isFirst: Bool
) {
  let z = Lane(repeating: 0)
  var sums: InlineArray<12, Lane> = [z, z, z, z, z, z, z, z, z, z, z, z]
  if !isFirst {
    for x in 0..<vectors { sums[x] = load(target + x * laneCount) }
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
    for x in 0..<vectors { sums[x] = multiplyAdd(element, load(row + x * laneCount), sums[x]) }
  }
  for x in 0..<vectors { store(sums[x], target + x * laneCount) }
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
