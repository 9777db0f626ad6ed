import AllocationCounter
import KernelInterface
import SluiceCore
import Testing

@Suite("Matrix products", .serialized)
struct MatrixProductTests {
  @Test("A product equals the plain loop in double precision", arguments: KernelTable.available)
  func plainLoop(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 1)
    for (product, reference) in zip(ProductCase.all, ProductReference.all) {
      let fixture = ProductFixture(product)
      engine.multiply(
        fixture.a, fixture.b, into: fixture.c, accumulate: fixture.accumulate, bias: fixture.bias)
      #expect(fixture.error(reference) <= 1, "\(product.testDescription)")
    }
  }

  @Test("A product with a packed operand has the same bits as without", arguments: KernelTable.available)
  func packedBits(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 2)
    for product in ProductCase.all {
      let plain = ProductFixture(product)
      engine.multiply(plain.a, plain.b, into: plain.c, accumulate: plain.accumulate, bias: plain.bias)
      let fixture = ProductFixture(product)
      let packed = engine.packed(fixture.b)
      engine.multiply(
        fixture.a, packed.matrix, into: fixture.c, accumulate: fixture.accumulate, bias: fixture.bias)
      #expect(fixture.bits == plain.bits, "\(product.testDescription)")
    }
  }

  @Test("The bits depend neither on the threads nor on the layout", arguments: KernelTable.available)
  func threadBits(kernels: KernelTable) {
    for (rows, depth, columns) in [
      (130, 400, 150), (1, 800, 300), (300, 800, 1), (300, 70, 40), (203, 450, 70), (5, 90, 900),
      (200, 700, 80),
    ] {
      let product = ProductCase(rows: rows, depth: depth, columns: columns, start: .accumulate)
      let reference = ProductFixture(product)
      Engine(kernels: kernels, threads: 1).multiply(
        reference.a, reference.b, into: reference.c, accumulate: true)
      for threads in [2, 3, 5] {
        let engine = Engine(kernels: kernels, threads: threads)
        for layout in [ProductCase.Layout.plain, .transposed] {
          var other = product
          other.a = layout
          other.b = layout
          let fixture = ProductFixture(other)
          engine.multiply(fixture.a, fixture.b, into: fixture.c, accumulate: true)
          #expect(fixture.bits == reference.bits, "\(threads) threads, \(other.testDescription)")
        }
      }
    }
  }

  @Test(
    "A product cut along its depth has the bits of one thread, whatever it starts from",
    arguments: KernelTable.available)
  func depthBits(kernels: KernelTable) {
    for start in ProductCase.Start.allCases {
      // Padded, the rows of the result lie apart.
      for layout in ProductCase.Layout.allCases {
        let product = ProductCase(rows: 61, depth: 3_900, columns: 45, a: layout, b: layout, start: start)
        let reference = ProductFixture(product)
        Engine(kernels: kernels, threads: 1).multiply(
          reference.a, reference.b, into: reference.c, accumulate: reference.accumulate,
          bias: reference.bias)
        for threads in [2, 5] {
          let fixture = ProductFixture(product)
          Engine(kernels: kernels, threads: threads).multiply(
            fixture.a, fixture.b, into: fixture.c, accumulate: fixture.accumulate, bias: fixture.bias)
          #expect(fixture.bits == reference.bits, "\(threads) threads, \(product.testDescription)")
        }
      }
    }
  }

  @Test("A batch of rows has the same bits as each row alone", arguments: KernelTable.available)
  func rowBits(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 3)
    for rows in [2, 5, 13, 26, 64] {
      let fixture = ProductFixture(ProductCase(rows: rows, depth: 800, columns: 200, a: .padded))
      engine.multiply(fixture.a, fixture.b, into: fixture.c)
      let together = fixture.bits
      fixture.c.floats.fill(.nan)
      for row in 0..<rows {
        engine.multiply(
          fixture.a[rows: row..<row + 1], fixture.b, into: fixture.c[rows: row..<row + 1], on: .caller)
      }
      #expect(Array(fixture.bits[..<(rows * 200)]) == Array(together[..<(rows * 200)]), "\(rows) rows")
    }
  }

  @Test(
    "Panels and stacked rows packed apart equal the whole packed at once", arguments: KernelTable.available)
  func pieces(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 2)
    for (layout, split) in [(ProductCase.Layout.plain, 5), (.transposed, 40), (.scattered, 1)] {
      let fixture = ProductFixture(ProductCase(rows: 1, depth: 90, columns: 75, b: layout))
      let whole = engine.packed(fixture.b)
      let byPanel = engine.packedLike(whole)
      for panel in 0..<whole.matrix.panels {
        engine.pack(fixture.b, panels: panel..<panel + 1, into: byPanel.matrix)
      }
      #expect(byPanel.floats.array == whole.floats.array)
      let byRows = engine.packedLike(whole)
      engine.pack(fixture.b[rows: 0..<split], atRow: 0, into: byRows.matrix)
      engine.pack(fixture.b[rows: split..<90], atRow: split, into: byRows.matrix)
      #expect(byRows.floats.array == whole.floats.array)
    }
  }

  @Test("A result whose rows are adjacent is written in place")
  func transposedResult() {
    let fixture = ProductFixture(ProductCase(rows: 31, depth: 50, columns: 47))
    let engine = Engine(threads: 2)
    engine.multiply(fixture.a, fixture.b, into: fixture.c)
    let other = Arena<Float>(capacity: 31 * 47, named: "other")
    let c = Matrix(other[other.allocate(31 * 47)], rows: 47, columns: 31).transposed
    engine.multiply(fixture.a, fixture.b, into: c)
    for i in 0..<31 { for j in 0..<47 { #expect(c[i, j] == fixture.c[i, j]) } }
  }

  @Test("A product allocates nothing", .enabled(if: sluice_allocation_count() >= 0))
  func noAllocation() {
    let engine = Engine(threads: 3)
    let large = ProductFixture(ProductCase(rows: 96, depth: 200, columns: 128, b: .transposed))
    let small = ProductFixture(ProductCase(rows: 3, depth: 9, columns: 5))
    let deep = ProductFixture(ProductCase(rows: 61, depth: 3_900, columns: 45))
    let packed = engine.packed(large.b)
    #expect(
      leastAllocations {
        engine.multiply(large.a, large.b, into: large.c)
        engine.multiply(small.a, small.b, into: small.c, accumulate: true)
        engine.multiply(deep.a, deep.b, into: deep.c)
        engine.pack(large.b, into: packed.matrix)
        engine.multiply(large.a, packed.matrix, into: large.c, on: .caller)
      } == 0)
  }

  @Test("The comparison notices one wrong element, a missing product and a write outside the result")
  func negativeControl() {
    let product = ProductCase(rows: 13, depth: 40, columns: 33, b: .padded)
    let engine = Engine(threads: 1)
    let reference = ProductReference(ProductFixture(product))
    func computed() -> ProductFixture {
      let fixture = ProductFixture(product)
      engine.multiply(fixture.a, fixture.b, into: fixture.c)
      return fixture
    }
    #expect(computed().error(reference) <= 1)
    let wrong = computed()
    wrong.c[12, 32] += 1e-3
    #expect(wrong.error(reference) > 1)
    let missing = ProductFixture(product)
    engine.multiply(
      missing.a[columns: 0..<39], missing.b[rows: 0..<39], into: missing.c)
    #expect(missing.error(reference) > 1)
    let outside = computed()
    outside.cFloats[33] = 0
    #expect(outside.error(reference) == .infinity)
  }
}
