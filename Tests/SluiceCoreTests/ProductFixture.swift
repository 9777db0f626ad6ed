import SluiceCore
import Testing

/// One product to check: sizes, the layout of each operand, and what the result starts from.
struct ProductCase: CustomTestStringConvertible, Sendable {
  enum Layout: CaseIterable {
    case plain, transposed, padded, scattered
  }
  enum Start: CaseIterable {
    case zero, accumulate, bias
  }
  var rows: Int
  var depth: Int
  var columns: Int
  var a = Layout.plain
  var b = Layout.plain
  var start = Start.zero

  var testDescription: String { "\(rows)x\(depth)x\(columns) \(a) \(b) \(start)" }

  /// Sizes around the edges of vectors, tiles, panels and blocks of every instruction set.
  static let all: [ProductCase] = {
    var cases: [ProductCase] = []
    for rows in [0, 1, 2, 3, 4, 5, 7, 11, 12, 13, 14, 25, 37, 49] {
      for columns in [0, 1, 3, 4, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 128, 131] {
        cases.append(ProductCase(rows: rows, depth: 19, columns: columns))
      }
    }
    for depth in [0, 1, 2, 3, 7, 8, 15, 16, 17, 383, 384, 385, 769] {
      for (rows, columns) in [(1, 1), (1, 70), (2, 40), (7, 33), (60, 35)] {
        cases.append(ProductCase(rows: rows, depth: depth, columns: columns, start: .accumulate))
      }
    }
    for a in Layout.allCases {
      for b in Layout.allCases {
        for start in Start.allCases {
          for (rows, depth, columns) in [
            (1, 40, 100), (13, 9, 21), (30, 400, 21), (30, 21, 70), (101, 21, 40),
          ] {
            cases.append(
              ProductCase(rows: rows, depth: depth, columns: columns, a: a, b: b, start: start))
          }
        }
      }
    }
    return cases
  }()
}

/// The operands of one case, in memory of their own, with numbers outside that no product may touch.
struct ProductFixture {
  static let guardValue: Float = 7e30
  let arena: Arena<Float>
  let a: Matrix
  let b: Matrix
  let c: Matrix
  let cFloats: Floats
  let bias: Floats?
  let accumulate: Bool
  let before: [Float]

  init(_ product: ProductCase, seed: UInt32 = 1) {
    let (m, k, n) = (product.rows, product.depth, product.columns)
    let arena = Arena<Float>(capacity: 3 * (m * k + k * n + m * n) + 8 * (m + n + k) + 256, named: "test")
    var random = seed &* 2_654_435_761 | 1
    func next() -> Float {
      random ^= random << 13
      random ^= random >> 17
      random ^= random << 5
      return Float(Int32(bitPattern: random)) / Float(1 << 31)
    }
    func matrix(_ rows: Int, _ columns: Int, _ layout: ProductCase.Layout) -> (Matrix, Floats) {
      let floats = arena[
        arena.allocate(layout == .scattered ? rows * (2 * columns + 1) + 3 : rows * (columns + 3))]
      floats.fill(Self.guardValue)
      let result =
        switch layout {
        case .plain: Matrix(floats, rows: rows, columns: columns)
        case .transposed: Matrix(floats, rows: columns, columns: rows).transposed
        case .padded: Matrix(floats, rows: rows, columns: columns, rowStride: columns + 3)
        case .scattered:
          Matrix(floats, rows: rows, columns: columns, rowStride: 2 * columns + 1, columnStride: 2)
        }
      for i in 0..<rows { for j in 0..<columns { result[i, j] = next() } }
      return (result, floats)
    }
    self.arena = arena
    a = matrix(m, k, product.a).0
    b = matrix(k, n, product.b).0
    (c, cFloats) = matrix(m, n, product.b == .padded ? .padded : .plain)
    if product.start == .bias {
      let floats = arena[arena.allocate(n)]
      for j in 0..<n { floats[j] = next() }
      bias = floats
    } else {
      bias = nil
    }
    accumulate = product.start == .accumulate
    if !accumulate { for i in 0..<m { for j in 0..<n { c[i, j] = .nan } } }
    before = cFloats.array
  }

  /// The largest difference from the reference, as a share of the bound that the order of the sums gives;
  /// infinite where a float outside the result was written.
  func error(_ reference: ProductReference) -> Double {
    var worst = 0.0
    var isInside = Array(repeating: false, count: cFloats.count)
    for i in 0..<c.rows {
      for j in 0..<c.columns {
        isInside[i * c.rowStride + j * c.columnStride] = true
        let place = i * c.columns + j
        let terms = Double(min(a.columns, 384) + a.columns / 384 + 2)
        let bound = terms * reference.magnitudes[place] * 0x1p-24 + 1e-30
        let difference = abs(Double(c[i, j]) - reference.values[place])
        worst = difference.isNaN ? .infinity : max(worst, difference / bound)
      }
    }
    for place in 0..<cFloats.count where !isInside[place] {
      if cFloats[place].bitPattern != before[place].bitPattern { return .infinity }
    }
    return worst
  }

  var bits: [UInt32] { cFloats.array.map(\.bitPattern) }
}

/// The product by the plain loop, in double precision.
struct ProductReference: Sendable {
  /// The elements of the result, row after row.
  private(set) var values: [Double] = []
  /// For each element the sum of the magnitudes of all that was added.
  private(set) var magnitudes: [Double] = []

  /// The references of `ProductCase.all`.
  static let all = ProductCase.all.map { ProductReference(ProductFixture($0)) }

  init(_ fixture: ProductFixture) {
    let (a, b, c) = (fixture.a, fixture.b, fixture.c)
    let rows = (0..<a.rows).map { i in (0..<a.columns).map { Double(a[i, $0]) } }
    let columns = (0..<b.columns).map { j in (0..<b.rows).map { Double(b[$0, j]) } }
    for i in 0..<c.rows {
      for j in 0..<c.columns {
        var value =
          fixture.accumulate
          ? Double(fixture.before[i * c.rowStride + j * c.columnStride])
          : fixture.bias.map { Double($0[j]) } ?? 0
        var magnitude = abs(value)
        for x in 0..<a.columns {
          let product = rows[i][x] * columns[j][x]
          value += product
          magnitude += abs(product)
        }
        values.append(value)
        magnitudes.append(magnitude)
      }
    }
  }
}

extension Engine {
  /// A packed copy of `matrix` in memory of its own.
  func packed(_ matrix: Matrix) -> (arena: Arena<Float>, floats: Floats, matrix: PackedMatrix) {
    let result = packedLike(matrix.rows, matrix.columns)
    pack(matrix, into: result.matrix)
    return result
  }

  func packedLike(
    _ other: (arena: Arena<Float>, floats: Floats, matrix: PackedMatrix)
  ) -> (arena: Arena<Float>, floats: Floats, matrix: PackedMatrix) {
    packedLike(other.matrix.rows, other.matrix.columns)
  }

  private func packedLike(
    _ rows: Int, _ columns: Int
  ) -> (arena: Arena<Float>, floats: Floats, matrix: PackedMatrix) {
    let count = packedCount(rows: rows, columns: columns)
    let arena = Arena<Float>(capacity: count, named: "packed")
    let floats = arena[arena.allocate(count)]
    return (arena, floats, packedMatrix(in: floats, rows: rows, columns: columns))
  }
}
