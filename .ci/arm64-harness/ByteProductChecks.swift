import KernelInterface

/// Rows of whole numbers, packed as the kernels take them, and their scales.
private struct Weights {
  let numbers: [Int8]
  let panels: UnsafePointer<Int32>
  let panelStride: Int
  let scales: Floats

  init(_ depth: Int, _ columns: Int, _ kernels: ByteProductKernels, _ memory: KernelMemory) {
    let width = kernels.panelWidth
    let numbers = (0..<depth * columns).map { (i: Int) -> Int8 in
      let number = (i * 37 + i / 7 * 11) % 255 - 127
      return Int8(number)
    }
    self.numbers = numbers
    let half = width / 2
    panelStride = max(depth, 1) * half
    var packed = [Int32](repeating: 0, count: (columns + width - 1) / width * panelStride)
    for k in 0..<depth {
      for i in 0..<(columns + width - 1) / width * half {
        let j = i / half * width + i % half
        packed[i / half * panelStride + k * half + i % half] = ByteProductKernels.pair(
          j < columns ? numbers[k * columns + j] : 0, j + half < columns ? numbers[k * columns + j + half] : 0
        )
      }
    }
    panels = memory.labels(packed).source
    scales = memory.vector((0..<columns).map { 0.01 / Float($0 % 5 + 1) }, offset: 1)
  }
}

/// What the scaled sums are added to.
private enum Start: CaseIterable { case zero, bias, old }

/// A product by its task, and the same by the loops that define it.
private func multiply(
  _ table: KernelTable, _ size: (rows: Int, depth: Int, columns: Int), _ start: Start,
  _ numbers: inout TestNumbers, _ verdict: inout Verdict
) {
  let (rows, depth, columns) = size
  let memory = KernelMemory()
  let weights = Weights(depth, columns, table.byteProduct, memory)
  // The columns of A and C are adjacent, their rows are not.
  let (aStride, cStride) = (depth + 3, columns + 5)
  let a = memory.vector(numbers.array(rows * aStride), offset: 1)
  let bias = memory.vector(numbers.array(columns), offset: 3)
  let before = numbers.array(rows * cStride)
  let result = memory.vector(before, offset: 2)
  let scratch = memory.vector(count: table.byteProduct.scratchCount)
  let source: Source? =
    switch start {
    case .zero: nil
    case .bias: bias.source
    case .old: result.source
    }
  table.byteProduct.multiply(
    ByteProductTask(
      a: a.source, aRowStride: aStride, b: weights.panels, panelStride: weights.panelStride,
      scales: weights.scales.source, rows: rows, columns: columns, depth: depth, c: result.pointer,
      cRowStride: cStride, start: source, startRowStride: start == .old ? cStride : 0,
      scratch: scratch.pointer))
  // That of all products, and a rounding for the scale.
  let bound = (Double(min(depth, 384)) + Double(depth) / 384 + 2) * 0x1p-24
  for i in 0..<rows {
    for j in 0..<cStride {
      let place = i * cStride + j
      guard j < columns else {
        verdict.expect(result[place] == before[place], "it writes between the rows")
        continue
      }
      let first = start == .zero ? 0 : start == .old ? Double(before[place]) : Double(bias[j])
      var (sum, size) = (first, abs(first))
      for k in 0..<depth {
        let product =
          Double(a[i * aStride + k]) * Double(weights.numbers[k * columns + j]) * Double(weights.scales[j])
        sum += product
        size += abs(product)
      }
      verdict.compare(Double(result[place]), sum, within: bound, of: size)
    }
  }
  verdict.expect(memory.guardsIntact, "it writes beyond its result or its scratch")
}

let byteProductChecks: [Check] = [
  Check("byteProduct.multiply") { table, verdict in
    var numbers = TestNumbers(seed: 13)
    let sizes = [
      (1, 128, 384), (2, 385, 200), (3, 1, 1), (4, 7, 33), (5, 300, 40), (65, 128, 384), (70, 800, 17),
      (130, 12, 700), (1, 1_000, 31), (2, 0, 5), (0, 5, 5), (9, 400, 513),
    ]
    for size in sizes {
      for start in Start.allCases { multiply(table, size, start, &numbers, &verdict) }
    }
  }
]
