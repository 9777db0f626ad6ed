import KernelInterface
import SluiceCore
import Testing

@Suite("Products with weights of bytes")
struct ByteProductTests {
  /// Rows of whole numbers, packed as the kernels take them, and their scales.
  private struct Weights {
    let numbers: [Int8]
    let panels: Elements<Int32>
    let scales: Floats
    let panelStride: Int

    init(depth: Int, columns: Int, width: Int) {
      let numbers = (0..<depth * columns).map { (i: Int) -> Int8 in
        let number = (i * 37 + i / 7 * 11) % 255 - 127
        return Int8(number)
      }
      self.numbers = numbers
      let half = width / 2
      panelStride = max(depth, 1) * half
      let count = (columns + width - 1) / width * panelStride
      panels = Arena<Int32>(capacity: count, named: "test")[0..<count]
      for k in 0..<depth {
        func number(_ j: Int) -> Int8 { j < columns ? numbers[k * columns + j] : 0 }
        for i in 0..<(columns + width - 1) / width * half {
          let j = i / half * width + i % half
          panels[i / half * panelStride + k * half + i % half] = ByteProductKernels.pair(
            number(j), number(j + half))
        }
      }
      scales = Arena<Float>(capacity: columns, named: "test")[0..<columns]
      for j in 0..<columns { scales[j] = 0.01 / Float(j % 5 + 1) }
    }
  }

  private static let sizes = [
    (1, 128, 384), (2, 385, 200), (3, 1, 1), (4, 7, 33), (5, 300, 40), (65, 128, 384), (70, 800, 17),
    (130, 12, 700),
    (1, 1_000, 31), (0, 5, 5), (9, 400, 513),
  ]

  @Test(
    "The product is that of the scaled whole numbers, within the bound of all products",
    arguments: KernelTable.available)
  func values(kernels: KernelTable) {
    for (rows, depth, columns) in Self.sizes {
      let weights = Weights(depth: depth, columns: columns, width: kernels.byteProduct.panelWidth)
      let arena = Arena<Float>(capacity: rows * (depth + 3 + 2 * columns) + columns + 256, named: "test")
      let a = arena[arena.allocate(rows * (depth + 3))]
      for i in 0..<a.count { a[i] = Float((i * 29) % 101 - 50) / 64 }
      let c = arena[arena.allocate(rows * columns)]
      let bias = arena[arena.allocate(columns)]
      for j in 0..<columns { bias[j] = Float(j % 11) - 5 }
      for start in [Start.zero, .bias, .old] {
        c.fill(3)
        multiply(kernels, a, depth + 3, weights, rows, depth, columns, start, bias, c)
        for i in 0..<rows {
          for j in 0..<columns {
            var (sum, magnitude) = (0.0, 0.0)
            for k in 0..<depth {
              let product = Double(a[i * (depth + 3) + k]) * Double(weights.numbers[k * columns + j])
              sum += product
              magnitude += abs(product)
            }
            let scale = Double(weights.scales[j])
            let first = start == .zero ? 0 : start == .old ? 3 : Double(bias[j])
            let expected = first + sum * scale
            let bound = (magnitude * scale * Double(depth + 3) + abs(first) + abs(expected)) * 0x1p-24 * 2
            #expect(
              abs(Double(c[i * columns + j]) - expected) <= bound, "\(rows)x\(depth)x\(columns) at \(i), \(j)"
            )
          }
        }
      }
    }
  }

  @Test(
    "A row has the same bits alone and among others, and scratch is not left",
    arguments: KernelTable.available)
  func bits(kernels: KernelTable) {
    let (depth, columns) = (500, 90)
    let weights = Weights(depth: depth, columns: columns, width: kernels.byteProduct.panelWidth)
    let rows = 67
    let arena = Arena<Float>(capacity: rows * (depth + 2 * columns) + 5 * columns + 64, named: "test")
    let a = arena[arena.allocate(rows * depth)]
    for i in 0..<a.count { a[i] = Float((i * 31) % 97 - 48) / 50 }
    let all = arena[arena.allocate(rows * columns)]
    let some = arena[arena.allocate(5 * columns)]
    multiply(kernels, a, depth, weights, rows, depth, columns, .zero, nil, all)
    for count in 1...5 {
      for row in stride(from: 0, to: rows - count, by: 7) {
        multiply(
          kernels, a[row * depth..<a.count], depth, weights, count, depth, columns, .zero, nil, some)
        let same = (0..<count * columns).allSatisfy {
          some[$0].bitPattern == all[row * columns + $0].bitPattern
        }
        #expect(same, "\(count) rows from \(row) on")
      }
    }
  }

  private enum Start { case zero, bias, old }

  private func multiply(
    _ kernels: KernelTable, _ a: Floats, _ stride: Int, _ weights: Weights, _ rows: Int, _ depth: Int,
    _ columns: Int,
    _ start: Start, _ bias: Floats?, _ c: Floats
  ) {
    let count = kernels.byteProduct.scratchCount
    let scratch = Arena<Float>(capacity: count + 64, named: "test")[0..<count + 64]
    let beyond = scratch[count..<count + 64]
    beyond.fill(7)
    unsafe kernels.byteProduct.multiply(
      ByteProductTask(
        a: a.source, aRowStride: stride, b: weights.panels.source, panelStride: weights.panelStride,
        scales: weights.scales.source, rows: rows, columns: columns, depth: depth, c: c.pointer,
        cRowStride: columns,
        start: start == .zero ? nil : start == .old ? c.source : bias?.source,
        startRowStride: start == .old ? columns : 0, scratch: scratch.pointer))
    #expect(beyond.array.allSatisfy { $0 == 7 })
  }
}

@Suite("Extremes of columns")
struct ColumnExtremesTests {
  @Test(
    "The first of the most extreme counts, and NaN is beyond any number", arguments: KernelTable.available)
  func extremes(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 1)
    for (rows, width) in [(1, 1), (5, 3), (7, 16), (4, 37), (9, 64)] {
      let x = Arena<Float>(capacity: rows * width, named: "test")[0..<rows * width]
      for i in 0..<x.count { x[i] = Float((i * 17) % 7) - 3 }
      if rows > 3 {
        x[2 * width] = .nan
        x[3 * width] = .nan
        if width > 1 { x[width + 1] = .infinity }
      }
      let target = Arena<Float>(capacity: width, named: "test")[0..<width]
      let places = Arena<Int32>(capacity: width, named: "test")[0..<width]
      for isSmallest in [false, true] {
        engine.columnExtremes(x, isSmallest: isSmallest, first: 100, into: target, places: places)
        for j in 0..<width {
          var best = 0
          for row in 1..<max(rows, 1) {
            let (value, old) = (x[row * width + j], x[best * width + j])
            let isBeyond = isSmallest ? value < old : value > old
            if isBeyond || value.isNaN && !old.isNaN { best = row }
          }
          #expect(places[j] == Int32(100 + best * width + j))
          #expect(target[j].bitPattern == x[best * width + j].bitPattern)
        }
      }
    }
  }
}
