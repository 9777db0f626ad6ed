import KernelInterface
import SluiceCore
import TestSupport
import Testing

@Suite("Layer normalization")
struct NormalizationTests {
  static let epsilon: Float = 1e-5
  static let widths = [1, 2, 3, 5, 7, 9, 16, 31, 33, 49, 100, 128, 1000]

  /// The normalized row and what its differences were multiplied by, in double precision.
  private func reference(_ x: [Float]) -> (y: [Double], inverse: Double) {
    let count = Double(x.count)
    let mean = x.reduce(0.0) { $0 + Double($1) / count }
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) / count }
    let inverse = 1 / (variance + Double(Self.epsilon)).squareRoot()
    return (x.map { (Double($0) - mean) * inverse }, inverse)
  }

  /// The rows normalized by a kernel, one behind the other with a gap, and the inverses.
  private func normalized(
    _ rows: [[Float]], _ table: KernelTable, _ memory: inout KernelMemory
  ) -> (y: [[Float]], inverses: [Float]) {
    let width = rows[0].count
    let stride = width + 3
    let x = memory.vector(rows.flatMap { $0 + [-7, -7, -7] }, offset: 1)
    let inverses = memory.vector(count: rows.count, offset: 5)
    unsafe table.normalization.normalize(
      x.pointer, stride, inverses.pointer, rows.count, width, Self.epsilon)
    let y = rows.indices.map { x[$0 * stride..<$0 * stride + width].array }
    for i in rows.indices { #expect(x[i * stride + width..<(i + 1) * stride].array == [-7, -7, -7]) }
    return (y, inverses.array)
  }

  @Test(
    "A row of equal elements becomes exactly zero, whatever they are", arguments: KernelTable.available,
    widths)
  func constantRows(table: KernelTable, width: Int) {
    var memory = KernelMemory()
    let values: [Float] = [
      100.3, 10_000.3, -0.1, 1e7 / 3, 1e19, -1e30, 3.3e38, 1e-20, -1e-38, 0x1p-149, 0, -0.0,
    ]
    let (y, inverses) = normalized(values.map { Array(repeating: $0, count: width) }, table, &memory)
    #expect(y.allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(relativeError(inverses, inverses.map { _ in 1 / Double(Self.epsilon).squareRoot() }) <= 1e-6)
    #expect(memory.guardsIntact)
  }

  @Test(
    "Rows agree with double precision however far their mean is from zero and however large or small they are",
    arguments: KernelTable.available, widths)
  func rows(table: KernelTable, width: Int) {
    var numbers = TestNumbers(seed: UInt64(width))
    var memory = KernelMemory()
    var rows: [[Float]] = []
    for (mean, deviation) in [
      (0, 1), (1, 1e-3), (100, 1e-3), (-1e4, 1e-2), (1e6, 10), (3, 1e3), (0, 1e19), (1e19, 1e15),
      (-3e19, 1e19),
      (0, 1.6e38), (1e38, 1e31), (-1e-3, 1e-3), (0, 1e-20), (1e-20, 1e-22), (0, 1e-38),
    ] as [(Float, Float)] {
      rows.append(numbers.array(width).map { mean + deviation * $0 })
      // The first element is far from all others.
      rows.append([mean + 1.7 * deviation] + (1..<width).map { mean - Float($0 % 3) * deviation * 1e-3 })
    }
    rows.append(
      (0..<width).map { $0 % 2 == 0 ? Float.greatestFiniteMagnitude : -Float.greatestFiniteMagnitude })
    let (y, inverses) = normalized(rows, table, &memory)
    for (i, x) in rows.enumerated() {
      let want = reference(x)
      #expect(relativeError(y[i], want.y) <= 2e-6, "row \(i): \(x.prefix(3))")
      #expect(relativeError([inverses[i]], [want.inverse]) <= 2e-6, "row \(i): \(x.prefix(3))")
    }
    #expect(memory.guardsIntact)
    // A mean in single precision, which a row far from zero loses its digits to, would be noticed.
    if width > 7 {
      let naive = rows[6].map {
        Double($0 - rows[6].reduce(0, +) * (1 / Float(width))) * reference(rows[6]).inverse
      }
      #expect(relativeError(naive.map(Float.init), reference(rows[6]).y) > 2e-6)
    }
  }

  @Test("A row with what is not finite is NaN, and its neighbors are not", arguments: KernelTable.available)
  func notFinite(table: KernelTable) {
    var memory = KernelMemory()
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in [0, 4, 18] {
        var row = (0..<19).map { Float($0) }
        let sound = row
        row[place] = bad
        let y = normalized([sound, row, sound], table, &memory).y
        #expect(y[1].allSatisfy { $0.isNaN })
        #expect(y[0] == y[2] && y[0].allSatisfy { $0.isFinite })
      }
    }
  }

  /// The way back of one row, in double precision, through the normalization as it was.
  private func backward(_ g: [Double], _ n: [Float], _ inverse: Float) -> [Double] {
    let count = Double(g.count)
    let mean = g.reduce(0, +) / count
    let slope = zip(g, n).reduce(0.0) { $0 + $1.0 * Double($1.1) } / count
    return zip(g, n).map { ($0 - mean - Double($1) * slope) * Double(inverse) }
  }

  @Test(
    "The way back agrees with double precision, and is zero of equal gradients",
    arguments: KernelTable.available, widths)
  func backward(table: KernelTable, width: Int) {
    var numbers = TestNumbers(seed: UInt64(width + 1))
    var memory = KernelMemory()
    let rows = (0..<6).map { _ in numbers.array(width) }
    let (n, inverses) = normalized(rows, table, &memory)
    let gain = numbers.array(width, 0.5...1.5)
    var dy = rows.map { _ in numbers.array(width) }
    dy[1] = dy[1].map { $0 * 1e-3 + 1 }
    dy[2] = [1] + [Float](repeating: 0, count: width - 1)
    for accumulate in [false, true] {
      for ones in [false, true] {
        let factors = ones ? [Float](repeating: 1, count: width) : gain
        if ones { dy[3] = [Float](repeating: 0.3, count: width) }
        let dx = memory.vector([Float](repeating: accumulate ? 0.5 : 7, count: 6 * width), offset: 3)
        let (a, b) = (memory.vector(dy.flatMap { $0 }, offset: 1), memory.vector(n.flatMap { $0 }, offset: 2))
        let (c, d) = (memory.vector(factors, offset: 7), memory.vector(inverses))
        unsafe table.normalization.backward(
          a.source, width, b.source, width, c.source, d.source, dx.pointer, width, 6, width, accumulate)
        for i in 0..<6 {
          let g = zip(dy[i], factors).map { Double($0) * Double($1) }
          let got = dx[i * width..<(i + 1) * width].array.map { $0 - (accumulate ? 0.5 : 0) }
          let size = g.map(abs).max()! * Double(inverses[i])
          let want = backward(g, n[i], inverses[i])
          let error = largestDifference(got, want)
          #expect(error <= 3e-6 * size + (accumulate ? 1e-7 : 0), "row \(i)")
          if ones, i == 3, !accumulate { #expect(got.allSatisfy { $0 == 0 }) }
        }
      }
    }
    #expect(memory.guardsIntact)
  }
}
