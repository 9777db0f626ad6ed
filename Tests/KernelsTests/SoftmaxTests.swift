import KernelInterface
import SluiceCore
import TestSupport
import Testing

@Suite("Softmax kernels")
struct SoftmaxTests {
  static let widths = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 1000]
  let ignored: Int32 = -100

  @Test("Softmax and log-sum-exp agree with double precision", arguments: KernelTable.available, widths)
  func softmax(table: KernelTable, width: Int) {
    let rows = 5
    for offset in trickyOffsets {
      var (memory, x) = logits(rows: rows, width: width, offset: offset)
      let y = memory.vector(count: x.count, offset: 3)
      let sums = memory.vector(count: rows)
      unsafe table.softmax.softmax(x.source, y.pointer, rows, width)
      unsafe table.softmax.logSumExp(x.source, sums.pointer, rows, width)
      let (probabilities, logSums) = reference(x, width)
      #expect(relativeError(y.array, probabilities) <= Tolerance.softmax)
      #expect(relativeError(sums.array, logSums) <= Tolerance.softmax)
      let inPlace = memory.vector(x.array)
      unsafe table.softmax.softmax(inPlace.source, inPlace.pointer, rows, width)
      #expect(bits(inPlace) == bits(y))
      #expect(memory.guardsIntact)
    }
  }

  @Test("The softmax's gradient agrees with double precision", arguments: KernelTable.available, widths)
  func softmaxGradient(table: KernelTable, width: Int) {
    let rows = 3
    var (memory, x) = logits(rows: rows, width: width, offset: 1)
    var numbers = TestNumbers(seed: 8)
    let y = memory.vector(count: x.count)
    unsafe table.softmax.softmax(x.source, y.pointer, rows, width)
    let dy = memory.vector(numbers.array(x.count), offset: 5)
    let dx = memory.vector(numbers.array(x.count), offset: 2)
    let before = dx.array
    let want = (0..<x.count).map { i in
      let row = i / width * width..<(i / width + 1) * width
      let mean = row.reduce(0.0) { $0 + Double(y[$1]) * Double(dy[$1]) }
      return Double(y[i]) * (Double(dy[i]) - mean)
    }
    unsafe table.softmax.softmaxGradient(y.source, dy.source, dx.pointer, rows, width, true)
    #expect(relativeError(dx.array, zip(before, want).map { Double($0) + $1 }) <= Tolerance.softmax)
    unsafe table.softmax.softmaxGradient(y.source, dy.source, dx.pointer, rows, width, false)
    // Two logits of one row cancel to within a rounding of their size; so compare with that of dy.
    let error = largestDifference(dx.array, want)
    #expect(error <= Tolerance.softmax)
    unsafe table.softmax.softmaxGradient(y.source, dy.source, dy.pointer, rows, width, false)
    #expect(bits(dy) == bits(dx))
    #expect(memory.guardsIntact)
  }

  @Test(
    "Cross-entropy and its gradient agree with double precision", arguments: KernelTable.available, widths)
  func crossEntropy(table: KernelTable, width: Int) {
    let rows = 6
    var (memory, x) = logits(rows: rows, width: width, offset: 1)
    let labels = memory.labels([0, Int32(width - 1), Int32(width / 2), ignored, 0, ignored])
    let p = memory.vector(count: x.count, offset: 3)
    let losses = memory.vector(count: rows)
    let (probabilities, logSums) = reference(x, width)
    unsafe table.softmax.crossEntropy(
      x.source, labels.source, ignored, p.pointer, losses.pointer, rows, width)
    let want = (0..<rows).map {
      labels[$0] == ignored ? 0 : logSums[$0] - Double(x[$0 * width + Int(labels[$0])])
    }
    #expect(relativeError(p.array, probabilities) <= Tolerance.softmax)
    let error = largestDifference(losses.array, want)
    #expect(error <= Tolerance.softmax * (logSums.map(abs).max() ?? 1))
    #expect(losses[3] == 0 && losses[5] == 0)

    let scale: Float = 0.25
    let gradient = (0..<x.count).map { i -> Double in
      let (row, column) = (i / width, i % width)
      if labels[row] == ignored { return 0 }
      return Double(scale) * (Double(p[i]) - (column == Int(labels[row]) ? 1 : 0))
    }
    var numbers = TestNumbers(seed: 6)
    let dx = memory.vector(numbers.array(x.count))
    let before = dx.array
    unsafe table.softmax.crossEntropyGradient(
      p.source, labels.source, ignored, scale, dx.pointer, rows, width, true)
    #expect(relativeError(dx.array, zip(before, gradient).map { Double($0) + $1 }) <= Tolerance.arithmetic)
    unsafe table.softmax.crossEntropyGradient(
      p.source, labels.source, ignored, scale, dx.pointer, rows, width, false)
    #expect(relativeError(dx.array, gradient) <= Tolerance.arithmetic)
    unsafe table.softmax.crossEntropyGradient(
      p.source, labels.source, ignored, scale, p.pointer, rows, width, false)
    #expect(bits(p) == bits(dx))

    unsafe table.softmax.crossEntropy(
      x.source, labels.source, ignored, x.pointer, losses.pointer, rows, width)
    #expect(relativeError(losses.array, want) <= Tolerance.softmax * 10)
    #expect(memory.guardsIntact)
  }

  @Test("Large and infinite logits are safe", arguments: KernelTable.available, [3, 16, 40])
  func extremes(table: KernelTable, width: Int) {
    var memory = KernelMemory()
    let infinity = Float.infinity
    let x = memory.vector([Float](repeating: -infinity, count: 5 * width))
    for (row, value) in [(0, 3e38 as Float), (1, -3e38), (2, infinity), (3, .nan)] {
      x[row * width + 1] = value
    }
    x[2] = 3e38
    let y = memory.vector(count: x.count)
    let sums = memory.vector(count: 5)
    unsafe table.softmax.softmax(x.source, y.pointer, 5, width)
    unsafe table.softmax.logSumExp(x.source, sums.pointer, 5, width)
    #expect(y[0..<3].array == [0, 0.5, 0.5] && y[3..<width].array.allSatisfy { $0 == 0 })
    #expect(y[width..<width + 3].array == [0, 1, 0])
    #expect(y[2 * width..<5 * width].array.allSatisfy { $0.isNaN })
    #expect(
      sums[0] == 3e38 && sums[1] == -3e38 && sums[2] == infinity && sums[3].isNaN && sums[4] == -infinity)
  }

  private func logits(rows: Int, width: Int, offset: Int) -> (KernelMemory, Floats) {
    var numbers = TestNumbers(seed: UInt64(width))
    var memory = KernelMemory()
    return (memory, memory.vector(numbers.array(rows * width, -9...9), offset: offset))
  }

  /// Softmax and log-sum-exp of each row in double precision.
  private func reference(_ x: Floats, _ width: Int) -> ([Double], [Double]) {
    var probabilities: [Double] = []
    var sums: [Double] = []
    for row in 0..<x.count / width {
      let values = (0..<width).map { Double(x[row * width + $0]) }
      let largest = values.max() ?? 0
      let sum = values.reduce(0) { $0 + libmExp($1 - largest) }
      probabilities += values.map { libmExp($0 - largest) / sum }
      sums.append(largest + libmLog(sum))
    }
    return (probabilities, sums)
  }
}
