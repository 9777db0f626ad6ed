import KernelInterface
import SluiceCore
import Testing

@Suite("Product kernels")
struct ProductKernelsTests {
  @Test("A product stays inside the scratch it asks for", arguments: KernelTable.available)
  func scratch(kernels: KernelTable) {
    let count = kernels.product.scratchCount
    let sizes = [
      (1, 384, 300), (2, 385, 200), (25, 300, 40), (40, 384, 700), (150, 3, 5000), (200, 2, 9), (0, 5, 5),
    ]
    for (rows, depth, columns) in sizes {
      for isTransposed in [false, true] {
        let arena = Arena<Float>(
          capacity: count + (rows + columns + 64) * (depth + 64) + rows * columns, named: "test")
        let a = arena[arena.allocate(rows * depth)]
        let b = arena[arena.allocate(depth * columns)]
        let c = arena[arena.allocate(rows * columns)]
        a.fill(1)
        b.fill(2)
        let scratch = arena[arena.allocate(count)]
        let beyond = arena[arena.allocate(64)]
        beyond.fill(7)
        unsafe kernels.product.multiply(
          ProductTask(
            a: a.source, aRowStride: isTransposed ? 1 : depth, aColumnStride: isTransposed ? rows : 1,
            b: b.source, bRowStride: isTransposed ? 1 : columns, bColumnStride: isTransposed ? depth : 1,
            panelStride: 0, rows: rows, columns: columns, depth: depth, c: c.pointer, cRowStride: columns,
            start: nil, startRowStride: 0, scratch: scratch.pointer))
        #expect(beyond.array.allSatisfy { $0 == 7 }, "\(rows)x\(depth)x\(columns)")
        #expect(c.array.allSatisfy { $0 == Float(2 * depth) }, "\(rows)x\(depth)x\(columns)")
      }
    }
  }

  @Test(
    "The size of a slab changes no bit, and no size leaves the scratch", arguments: KernelTable.available)
  func slabs(kernels: KernelTable) {
    let (rows, depth, columns) = (30, 390, 1_500)
    let count = kernels.product.scratchCount
    let arena = Arena<Float>(
      capacity: count + 128 + (rows + columns) * (depth + 16) + rows * columns, named: "test")
    let a = arena[arena.allocate(rows * depth)]
    let b = arena[arena.allocate(depth * columns)]
    let c = arena[arena.allocate(rows * columns)]
    for i in 0..<a.count { a[i] = Float(i * 7 % 31) * 0.37 - 5 }
    let scratch = arena[arena.allocate(count)]
    let beyond = arena[arena.allocate(64)]
    beyond.fill(7)
    var first: [UInt32]?
    for slab in [
      ProductKernels.leastSlabFloats, ProductKernels.usualSlabFloats, ProductKernels.mostSlabFloats, 0,
      1 << 30,
    ] {
      for turnsB in [false, true] {
        for i in 0..<b.count {
          // The same matrix, however it lies.
          let (row, column) = (i / columns, i % columns)
          b[turnsB ? column * depth + row : i] = Float(i * 11 % 47) * 0.21 - 5
        }
        var task = unsafe ProductTask(
          a: a.source, aRowStride: depth, aColumnStride: 1, b: b.source, bRowStride: turnsB ? 1 : columns,
          bColumnStride: turnsB ? depth : 1, panelStride: 0, rows: rows, columns: columns, depth: depth,
          c: c.pointer, cRowStride: columns, start: nil, startRowStride: 0, scratch: scratch.pointer)
        unsafe task.slabFloats = slab
        unsafe kernels.product.multiply(task)
        let bits = c.array.map(\.bitPattern)
        if first == nil { first = bits }
        #expect((bits == first) as Bool, "slabs of \(slab), B \(turnsB ? "transposed" : "plain")")
        #expect(beyond.array.allSatisfy { $0 == 7 }, "slabs of \(slab)")
      }
    }
  }

  @Test("Packing lays out panel after panel, row after row", arguments: KernelTable.available)
  func panels(kernels: KernelTable) {
    let width = kernels.product.panelWidth
    for (rows, columns) in [(1, 1), (3, width), (4, width + 1), (9, 2 * width - 1), (17, 3 * width)] {
      for isTransposed in [false, true] {
        let arena = Arena<Float>(capacity: (rows + 8) * (columns + width + 16) * 2 + 256, named: "test")
        let source = arena[arena.allocate(rows * columns)]
        let rowStride = isTransposed ? 1 : columns
        let columnStride = isTransposed ? rows : 1
        for i in 0..<rows {
          for j in 0..<columns { source[i * rowStride + j * columnStride] = Float(1000 * i + j) }
        }
        let panels = (columns + width - 1) / width
        let target = arena[arena.allocate(panels * rows * width)]
        let beyond = arena[arena.allocate(64)]
        beyond.fill(7)
        unsafe kernels.product.pack(
          PackTask(
            source: source.source, rowStride: rowStride, columnStride: columnStride, rows: rows,
            columns: columns, step: width, width: width, target: target.pointer, panelStride: rows * width))
        for i in 0..<rows {
          for j in 0..<columns {
            #expect(target[(j / width * rows + i) * width + j % width] == Float(1000 * i + j))
          }
        }
        #expect(beyond.array.allSatisfy { $0 == 7 })
      }
    }
  }
}
