import KernelInterface

/// One product: its sizes, how the operands lie, and what the sums are added to.
private struct Case {
  var rows: Int
  var depth: Int
  var columns: Int
  /// Whether the rows of A, or of B, are adjacent in place of their columns.
  var aTransposed = false
  var bTransposed = false
  var isPacked = false
  /// 0 for none, 1 for a bias, 2 for C itself.
  var start = 0
}

private let cases: [Case] = {
  var all: [Case] = []
  // Every height of a tile with every kind of edge.
  for rows in 1...17 {
    for columns in [1, 3, 4, 5, 7, 8, 9, 16, 31, 33] {
      let start = (rows + columns) % 3
      all.append(Case(rows: rows, depth: 13, columns: columns, start: start))
      all.append(Case(rows: rows, depth: 13, columns: columns, aTransposed: true, start: start))
      all.append(Case(rows: rows, depth: 13, columns: columns, bTransposed: true, start: start))
      all.append(Case(rows: rows, depth: 13, columns: columns, isPacked: true, start: start))
    }
  }
  // Every length of the depth around a block's, and operands of several tiles and slabs.
  for depth in [0, 1, 2, 3, 5, 8, 383, 384, 385, 800] {
    for start in 0..<3 { all.append(Case(rows: 9, depth: depth, columns: 21, start: start)) }
  }
  for (a, b) in [(false, false), (true, false), (false, true), (true, true)] {
    all.append(Case(rows: 70, depth: 390, columns: 500, aTransposed: a, bTransposed: b, start: 1))
  }
  return all
}()

/// A product by its task, and the same by the loops that define it.
private func multiply(
  _ table: KernelTable, _ c: Case, _ memory: KernelMemory, _ numbers: inout TestNumbers,
  _ verdict: inout Verdict
) {
  let kernels = table.product
  let a = memory.vector(numbers.array(c.rows * c.depth), offset: 1)
  let b = memory.vector(numbers.array(c.depth * c.columns), offset: 3)
  // The columns of C are adjacent, its rows are not.
  let cStride = c.columns + 5
  let before = numbers.array(c.rows * cStride)
  let result = memory.vector(before, offset: 2)
  let bias = memory.vector(numbers.array(c.columns), offset: 1)
  let scratch = memory.vector(count: kernels.scratchCount)
  let (bRow, bColumn) = c.bTransposed ? (1, c.depth) : (c.columns, 1)
  var second = b.source
  var panelStride = 0
  if c.isPacked {
    let width = kernels.panelWidth
    let panels = (c.columns + width - 1) / width
    panelStride = c.depth * width
    let target = memory.vector(count: panels * panelStride)
    kernels.pack(
      PackTask(
        source: b.source, rowStride: bRow, columnStride: bColumn, rows: c.depth, columns: c.columns,
        step: width,
        width: width, target: target.pointer, panelStride: panelStride))
    second = target.source
  }
  let start: Source? = c.start == 0 ? nil : c.start == 1 ? bias.source : result.source
  kernels.multiply(
    ProductTask(
      a: a.source, aRowStride: c.aTransposed ? 1 : c.depth, aColumnStride: c.aTransposed ? c.rows : 1,
      b: second, bRowStride: bRow, bColumnStride: bColumn, panelStride: panelStride, rows: c.rows,
      columns: c.columns, depth: c.depth, c: result.pointer, cRowStride: cStride, start: start,
      startRowStride: c.start == 2 ? cStride : 0, scratch: scratch.pointer))
  // A rounding for each product of a block, for each block and for the start. The bound that holds for every depth is that of a
  // whole block.
  let bound = (Double(min(c.depth, 384)) + Double(c.depth) / 384 + 1) * 0x1p-24
  for i in 0..<c.rows {
    for j in 0..<cStride {
      guard j < c.columns else {
        verdict.expect(result[i * cStride + j] == before[i * cStride + j], "it writes between the rows")
        continue
      }
      var sum = c.start == 0 ? 0 : Double(c.start == 1 ? bias[j] : before[i * cStride + j])
      var size = abs(sum)
      for k in 0..<c.depth {
        let product =
          Double(a[c.aTransposed ? k * c.rows + i : i * c.depth + k]) * Double(b[k * bRow + j * bColumn])
        sum += product
        size += abs(product)
      }
      verdict.compare(Double(result[i * cStride + j]), sum, within: bound, of: size)
    }
  }
  verdict.expect(memory.guardsIntact, "it writes beyond its result or its scratch")
}

/// A product [5, 7]·[7, 9] with something that is not finite in A: its row is not finite, and no other.
private func spoil(_ table: KernelTable, with bad: Float, _ verdict: inout Verdict) {
  var numbers = TestNumbers(seed: 3)
  let memory = KernelMemory()
  let a = memory.vector(numbers.array(35))
  let b = memory.vector(numbers.array(63, 1...2))
  a[2 * 7 + 6] = bad
  let c = memory.vector(count: 45)
  let scratch = memory.vector(count: table.product.scratchCount)
  table.product.multiply(
    ProductTask(
      a: a.source, aRowStride: 7, aColumnStride: 1, b: b.source, bRowStride: 9, bColumnStride: 1,
      panelStride: 0,
      rows: 5, columns: 9, depth: 7, c: c.pointer, cRowStride: 9, start: nil, startRowStride: 0,
      scratch: scratch.pointer))
  for i in 0..<45 {
    let isRight = i / 9 == 2 ? (bad.isNaN ? c[i].isNaN : c[i] == bad) : c[i].isFinite
    verdict.expect(isRight, "what is not finite is lost or spreads")
  }
}

let productChecks: [Check] = [
  Check("product.multiply") { table, verdict in
    var numbers = TestNumbers(seed: 11)
    for c in cases { multiply(table, c, KernelMemory(), &numbers, &verdict) }
    for bad in [Float.nan, .infinity, -.infinity] { spoil(table, with: bad, &verdict) }
  },
  Check("product.pack") { table, verdict in
    let width = table.product.panelWidth
    for (rows, columns) in [(1, 1), (3, width), (4, width + 1), (9, 2 * width - 1), (17, 3 * width)] {
      for isTransposed in [false, true] {
        let memory = KernelMemory()
        let source = memory.vector(specialNumbers + (0..<rows * columns).map { Float($0) }, offset: 1)
        let (rowStride, columnStride) = isTransposed ? (1, rows) : (columns, 1)
        let panels = (columns + width - 1) / width
        let target = memory.vector(count: panels * rows * width, offset: 3)
        table.product.pack(
          PackTask(
            source: source.source, rowStride: rowStride, columnStride: columnStride, rows: rows,
            columns: columns,
            step: width, width: width, target: target.pointer, panelStride: rows * width))
        var got: [Float] = []
        var want: [Float] = []
        for i in 0..<rows {
          for j in 0..<columns {
            got.append(target[(j / width * rows + i) * width + j % width])
            want.append(source[i * rowStride + j * columnStride])
          }
        }
        verdict.same(got, want, "an element is elsewhere")
        verdict.expect(memory.guardsIntact, "it writes beyond its panels")
      }
    }
  },
  Check("sparseProduct.compress") { table, verdict in
    let kernels = table.sparseProduct
    for (rows, depth) in [(1, 1), (3, 7), (5, 384), (4, 900)] {
      for isTransposed in [false, true] {
        let memory = KernelMemory()
        let (a, sparse) = compressed(table, rows, depth, isTransposed, memory)
        for row in 0..<rows {
          var n = 0
          for piece in 0..<sparse.pieces {
            for column in sparse.columns(of: piece) {
              let value = a[isTransposed ? column * rows + row : row * depth + column]
              guard value != 0 else { continue }
              verdict.same([sparse.values[row * depth + n]], [value], "an element is lost")
              let offset = column % sparse.blockLength * kernels.stripWidth
              verdict.expect(Int(sparse.offsets[row * depth + n]) == offset, "an offset is wrong")
              n += 1
            }
            verdict.expect(Int(sparse.ends[row * sparse.pieces + piece]) == n, "an end is wrong")
          }
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its rows")
      }
    }
  },
  Check("sparseProduct.multiply") { table, verdict in
    for (rows, depth, columns) in [(1, 1, 1), (3, 40, 5), (9, 385, 23), (300, 30, 48), (4, 900, 47)] {
      for isTransposed in [false, true] {
        for bad in [Float(1), .nan, .infinity] {
          sparseProduct(table, (rows, depth, columns), isTransposed, bad, &verdict)
        }
      }
    }
  },
]

/// A matrix of which half is zero, -0 included, and its elements that are not.
private func compressed(
  _ table: KernelTable, _ rows: Int, _ depth: Int, _ isTransposed: Bool, _ memory: KernelMemory
) -> (a: Floats, sparse: SparseRows) {
  var numbers = TestNumbers(seed: UInt64(rows + depth))
  var values = numbers.array(rows * depth)
  for i in values.indices where numbers.next() < 0 { values[i] = i % 2 == 0 ? 0 : -0.0 }
  let a = memory.vector(values, offset: 1)
  let kernels = table.sparseProduct
  let length = ProductKernels.blockLength(of: depth)
  let pieces = (depth + length - 1) / length * ((length + kernels.longestPiece - 1) / kernels.longestPiece)
  let room = memory.vector(count: 2 * rows * depth + 1)
  let offsets = UnsafeMutableRawPointer(room.pointer + rows * depth + 1).assumingMemoryBound(to: UInt32.self)
  let ends = memory.labels([Int32](repeating: -1, count: rows * pieces + 1))
  let sparse = SparseRows(
    values: room.pointer, offsets: offsets, ends: ends.pointer, rows: rows, depth: depth,
    longestPiece: kernels.longestPiece)
  kernels.compress(a.source, isTransposed ? 1 : depth, isTransposed ? rows : 1, 0..<rows, sparse)
  return (a, sparse)
}

/// A product without the zeros has the bits of the whole one, also where B holds what is not finite.
private func sparseProduct(
  _ table: KernelTable, _ size: (rows: Int, depth: Int, columns: Int), _ isTransposed: Bool, _ bad: Float,
  _ verdict: inout Verdict
) {
  let (rows, depth, columns) = size
  let memory = KernelMemory()
  let (a, sparse) = compressed(table, rows, depth, false, memory)
  var numbers = TestNumbers(seed: 77)
  let b = memory.vector(numbers.array(depth * columns), offset: 3)
  b[depth * columns / 2] *= bad
  let bias = memory.vector(numbers.array(columns), offset: 1)
  let scratch = memory.vector(count: table.product.scratchCount)
  let whole = memory.vector(count: rows * columns)
  var task = ProductTask(
    a: a.source, aRowStride: depth, aColumnStride: 1, b: b.source, bRowStride: columns, bColumnStride: 1,
    panelStride: 0, rows: rows, columns: columns, depth: depth, c: whole.pointer, cRowStride: columns,
    start: bias.source, startRowStride: 0, scratch: scratch.pointer)
  table.product.multiply(task)
  // Transposed, row and column of C change places in memory, and so do those of the start.
  let result = memory.vector(count: rows * columns)
  let starts = memory.vector((0..<rows * columns).map { bias[isTransposed ? $0 / rows : $0 % columns] })
  task.start = starts.source
  task.c = result.pointer
  task.cRowStride = isTransposed ? rows : columns
  task.startRowStride = task.cRowStride
  let strip = table.sparseProduct.stripWidth
  for first in stride(from: 0, to: columns, by: strip) {
    var part = task
    part.columns = min(strip, columns - first)
    part.b += first
    part.c += first * (isTransposed ? rows : 1)
    part.start = part.start! + first * (isTransposed ? rows : 1)
    table.sparseProduct.multiply(SparseProductTask(rows: sparse, product: part, isTransposed: isTransposed))
  }
  let got = (0..<rows * columns).map { i in
    isTransposed ? result[i % columns * rows + i / columns] : result[i]
  }
  verdict.same(got, whole.array, "it differs from the product with the zeros")
  verdict.expect(memory.guardsIntact, "it writes beyond its result")
}
