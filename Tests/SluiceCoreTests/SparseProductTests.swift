import AllocationCounter
import KernelInterface
import Testing

@testable import SluiceCore

/// Products that leave out the zeros of an operand. A product on the caller alone never does, and is the reference.
@Suite("Products without zeros", .serialized)
struct SparseProductTests {
  /// Which operands have zeros.
  enum Zeros: CaseIterable {
    case first, second, both
  }

  /// Sizes large enough to look for zeros: with one block of the depth and with several, with strips that are not
  /// whole, and with more elements than are compressed at a time.
  static let sizes = [(150, 300, 250), (210, 800, 301), (700, 400, 260), (611, 33, 417), (1_000, 58, 389)]

  /// Sets elements to zero, about `share` of them.
  static func drop(_ matrix: Matrix, share: Float = 0.75, seed: UInt32 = 3) {
    var random = seed
    for i in 0..<matrix.rows {
      for j in 0..<matrix.columns {
        random = random &* 1_664_525 &+ 1_013_904_223
        if Float(random >> 8) * 0x1p-24 < share { matrix[i, j] = 0 }
      }
    }
  }

  static func fixture(_ product: ProductCase, _ zeros: Zeros) -> ProductFixture {
    let fixture = ProductFixture(product)
    if zeros != .second { drop(fixture.a) }
    if zeros != .first { drop(fixture.b, seed: 5) }
    return fixture
  }

  /// What the engine does with the product; nil if it leaves nothing out.
  private func choice(_ fixture: ProductFixture, _ kernels: KernelTable = .selected) -> SparseProduct? {
    SparseProduct(
      ProductShape(fixture.a, fixture.b, fixture.c, fixture.accumulate, fixture.bias), kernels.sparseProduct)
  }

  private func multiply(_ fixture: ProductFixture, _ engine: Engine, on place: WorkPlace = .workers) {
    engine.multiply(
      fixture.a, fixture.b, into: fixture.c, accumulate: fixture.accumulate, bias: fixture.bias, on: place)
  }

  /// The bits of the result, which is then put back to what it was before.
  private func bits(_ fixture: ProductFixture, _ engine: Engine, on place: WorkPlace = .workers) -> [UInt32] {
    multiply(fixture, engine, on: place)
    let bits = fixture.bits
    for (i, float) in fixture.before.enumerated() { fixture.cFloats[i] = float }
    return bits
  }

  @Test("They have the bits of the whole product", arguments: KernelTable.available)
  func bits(kernels: KernelTable) {
    let engines = [1, 3].map { Engine(kernels: kernels, threads: $0) }
    for (i, (rows, depth, columns)) in Self.sizes.enumerated() {
      for (j, layout) in ProductCase.Layout.allCases.enumerated() {
        // With a bias zeros are looked for in the first operand alone.
        let start = ProductCase.Start.allCases[(i + j) % 3]
        let zeros = start == .bias ? Zeros.first : Zeros.allCases[(i + j / 2) % 3]
        let product = ProductCase(
          rows: rows, depth: depth, columns: columns, a: layout, b: layout, start: start)
        let fixture = Self.fixture(product, zeros)
        #expect(choice(fixture, kernels) != nil)
        let whole = bits(fixture, engines[0], on: .caller)
        for engine in engines {
          #expect(bits(fixture, engine) == whole, "\(product.testDescription), zeros in \(zeros)")
        }
      }
    }
  }

  @Test("A result whose rows are adjacent has the bits too", arguments: Zeros.allCases)
  func transposedResult(zeros: Zeros) {
    let (rows, depth, columns) = (203, 470, 311)
    let fixture = Self.fixture(ProductCase(rows: rows, depth: depth, columns: columns), zeros)
    let engine = Engine(threads: 2)
    #expect(choice(fixture) != nil)
    multiply(fixture, engine, on: .caller)
    let arena = Arena<Float>(capacity: rows * columns, named: "other")
    let c = Matrix(arena[arena.allocate(rows * columns)], rows: columns, columns: rows).transposed
    engine.multiply(fixture.a, fixture.b, into: c)
    for i in 0..<rows { for j in 0..<columns { #expect(c[i, j] == fixture.c[i, j]) } }
  }

  @Test("What is infinite or NaN meets the zeros as well", arguments: KernelTable.available)
  func notANumber(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 2)
    for value in [Float.nan, .infinity, -.infinity] {
      for zeros in [Zeros.first, .second] {
        let product = ProductCase(rows: 220, depth: 500, columns: 230, start: .accumulate)
        func fixture() -> ProductFixture {
          let fixture = Self.fixture(product, zeros)
          // In the second block of the depth, where most of the other operand is zero.
          if zeros == .first { fixture.b[499, 229] = value } else { fixture.a[219, 499] = value }
          return fixture
        }
        let whole = fixture()
        multiply(whole, engine, on: .caller)
        let sparse = fixture()
        #expect(choice(sparse, kernels) != nil)
        multiply(sparse, engine)
        var notFinite = 0
        for i in 0..<220 {
          for j in 0..<230 {
            let (x, y) = (sparse.c[i, j], whole.c[i, j])
            #expect(x == y || x.isNaN && y.isNaN)
            if !y.isFinite { notFinite += 1 }
          }
        }
        #expect(notFinite == (zeros == .first ? 220 : 230))
      }
    }
  }

  @Test("Rows that turn out to have few zeros are computed whole", arguments: Zeros.allCases)
  func unevenZeros(zeros: Zeros) {
    // Some rows are compressed at a time; here the last of them have few zeros.
    let product = ProductCase(rows: 900, depth: 700, columns: 900, start: .accumulate)
    func fixture() -> ProductFixture {
      let fixture = ProductFixture(product)
      if zeros != .second { Self.drop(fixture.a[rows: 0..<780]) }
      if zeros != .first { Self.drop(fixture.b[columns: 0..<780]) }
      return fixture
    }
    let whole = fixture()
    let engine = Engine(threads: 2)
    multiply(whole, engine, on: .caller)
    let mixed = fixture()
    #expect(choice(mixed) != nil)
    multiply(mixed, engine)
    #expect(mixed.bits == whole.bits)
  }

  @Test("Zeros are looked for where there is much to do, and found where there are many")
  func whenZerosAreLeftOut() {
    let large = ProductCase(rows: 300, depth: 300, columns: 300)
    #expect(choice(ProductFixture(large)) == nil)
    #expect(choice(Self.fixture(large, .first))?.isTransposed == false)
    #expect(choice(Self.fixture(large, .second))?.isTransposed == true)
    #expect(choice(Self.fixture(large, .both))?.isTransposed == false)
    let few = ProductFixture(large)
    Self.drop(few.a, share: 0.1)
    #expect(choice(few) == nil)
    let small = ProductCase(rows: 30, depth: 300, columns: 300)
    #expect(choice(Self.fixture(small, .both)) == nil)
    // A bias is added to columns, which are rows of the transposed product.
    let withBias = ProductCase(rows: 300, depth: 300, columns: 300, start: .bias)
    #expect(choice(Self.fixture(withBias, .second)) == nil)
  }

  @Test("They allocate nothing", .enabled(if: sluice_allocation_count() >= 0))
  func noAllocation() {
    let engine = Engine(threads: 2)
    let product = ProductCase(rows: 300, depth: 300, columns: 300, start: .accumulate)
    let first = Self.fixture(product, .first)
    let second = Self.fixture(product, .second)
    #expect(choice(first) != nil && choice(second) != nil)
    #expect(
      leastAllocations {
        multiply(first, engine)
        multiply(second, engine)
      } == 0)
  }
}
