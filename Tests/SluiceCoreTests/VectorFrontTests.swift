import SluiceCore
import SluiceOptimizers
import Testing

@Suite("Fronts of the vector kernels")
struct VectorFrontTests {
  /// Counts below and above those at which work is shared.
  static let counts = [0, 1, 100, 32_768, 100_003]

  @Test("Element by element functions give the same bits for every number of threads", arguments: counts)
  func elementwise(count: Int) {
    let arena = Arena<Float>(capacity: 8 * (count + 16), named: "test")
    let a = numbers(count, 1)
    let b = numbers(count, 2)
    let results = [1, 2, 3].map { threads -> [[UInt32]] in
      let engine = Engine(threads: threads)
      let y = arena[arena.allocate(count)]
      defer { arena.reset() }
      var all: [[UInt32]] = []
      y.fill(0.5)
      for work in [
        { engine.tanh(a, into: y) }, { engine.multiply(a, b, into: y) }, { engine.accumulate(a, onto: y) },
        { engine.multiplyAccumulate(a, b, onto: y) },
        { engine.sigmoidGradient(a, b, into: y, accumulate: true) },
        { engine.scale(a, by: 3, into: y) }, { engine.accumulate(b, scaledBy: -2, onto: y) },
        { engine.exp(a, into: y) }, { engine.log(b, into: y) }, { engine.relu(a, into: y) },
      ] {
        work()
        all.append(y.array.map(\.bitPattern))
      }
      return all
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test(
    "Reductions give the same bits for every number of threads", arguments: [0, 1, 4096, 200_003, 9_000_001])
  func reductions(count: Int) {
    let arena = Arena<Float>(capacity: 2 * (count + 16), named: "test")
    let a = numbers(count, 3)
    let b = numbers(count, 4)
    let engines = [1, 2, 3].map { Engine(threads: $0) }
    let sums = engines.map { $0.sum(a) }
    let dots = engines.map { $0.dot(a, b) }
    let statistics = engines.map { $0.statistics(a) }
    #expect(sums == [sums[0], sums[0], sums[0]])
    #expect(dots == [dots[0], dots[0], dots[0]])
    #expect(statistics.allSatisfy { $0 == statistics[0] })
    for squares in engines.map({ $0.squares(a) }) {
      #expect(squares.sumOfSquares == statistics[0].sumOfSquares && squares.nonFinite == 0)
    }
    // The pattern of `numbers` repeats every 1,021 elements, so the sums are known.
    let (whole, rest) = (count / 1021, count % 1021)
    let period = (0..<1021).map { Double(number($0, 3)) }
    let want = Double(whole) * period.reduce(0, +) + period[..<rest].reduce(0, +)
    let size = Double(whole) * period.reduce(0) { $0 + abs($1) } + period[..<rest].reduce(0) { $0 + abs($1) }
    #expect(abs(Double(sums[0]) - want) <= 1e-6 * size)
    #expect(abs(statistics[0].sumOfMagnitudes - size) <= 1e-6 * size)
    #expect(statistics[0].count == count)
    #expect(
      engines[1].maximum(a) == (count == 0 ? -.infinity : Float(period[..<min(count, 1021)].max() ?? 0)))
    withExtendedLifetime(arena) {}
  }

  @Test("Rows give the same bits for every number of threads", arguments: [1, 10, 64, 700])
  func rows(width: Int) {
    let rows = 100_000 / width
    let count = rows * width
    let arena = Arena<Float>(capacity: 8 * (count + 16), named: "test")
    let indices = Arena<Int32>(capacity: rows, named: "test")
    let labels = indices[indices.allocate(rows)]
    for row in 0..<rows { labels[row] = row % 7 == 0 ? -1 : Int32(row % width) }
    let x = numbers(count, 5)
    let bias = numbers(width, 6)
    let results = [1, 2, 3].map { threads -> [[Float]] in
      let engine = Engine(threads: threads)
      defer { arena.reset() }
      let y = arena[arena.allocate(count)]
      let losses = arena[arena.allocate(rows)]
      let sums = arena[arena.allocate(width)]
      engine.addBias(bias, to: x, into: y)
      engine.columnSums(y, into: sums, accumulate: false)
      let biased = y.array
      engine.crossEntropy(x, labels: labels, ignoring: -1, width: width, softmax: y, losses: losses)
      let softmax = y.array
      engine.crossEntropyGradient(
        y, labels: labels, ignoring: -1, width: width, scale: 0.5, into: y, accumulate: false)
      return [biased, sums.array, softmax, losses.array, y.array]
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    withExtendedLifetime(indices) {}
  }

  @Test("Every update formula gives the same bits for a range in pieces", arguments: UpdateFormula.allCases)
  func updates(_ formula: UpdateFormula) {
    let count = 70_001
    let arena = Arena<Float>(capacity: 12 * (count + 16), named: "test")
    let gradients = numbers(count, 7)
    let step = UpdateStep(
      learningRate: 0.01, coupledDecay: 0.01, keep: 0.99, momentum: 0.9, firstRate: 0.1, secondRate: 0.01,
      epsilon: 1e-8)
    let settings = UpdateSettings(step: 1, learningRate: 0.01)
    func run(_ ranges: [Range<Int>]) -> [[Float]] {
      defer { arena.reset() }
      let columns = (0..<4).map { _ in arena[arena.allocate(count)] }
      for column in columns { column.fill(0) }
      for range in ranges {
        let part = columns.map { $0[range] }
        let elements = UpdateElements(
          engine: .shared, settings: settings, values: part[0], gradients: gradients[range],
          accumulatorCount: 3, columns: (part[1], part[2], part[3], part[0]))
        elements.run(formula, step)
        elements.run(formula, step)
      }
      return columns.map(\.array)
    }
    #expect(run([0..<5, 5..<40_000, 40_000..<count]) == run([0..<count]))
  }

  @Test("Views of unequal counts are refused")
  func unequalCounts() async {
    await #expect(processExitsWith: .failure) {
      let arena = Arena<Float>(capacity: 64, named: "test")
      Engine(threads: 1).tanh(arena[0..<16], into: arena[16..<31])
    }
    await #expect(processExitsWith: .failure) {
      let arena = Arena<Float>(capacity: 64, named: "test")
      let labels = Arena<Int32>(capacity: 16, named: "test")[0..<1]
      labels[0] = 5
      Engine(threads: 1).crossEntropy(
        arena[0..<5], labels: labels, ignoring: -1, width: 5, softmax: arena[16..<21], losses: arena[32..<33])
    }
    await #expect(processExitsWith: .success) {
      let arena = Arena<Float>(capacity: 64, named: "test")
      Engine(threads: 1).tanh(arena[0..<16], into: arena[16..<32])
    }
  }

  private func number(_ i: Int, _ seed: Int) -> Float {
    Float((i % 1021 * 7919 + seed * 104_729) % 2003) / 500 - 2
  }

  /// Numbers that repeat every 1,021 elements, in an arena of their own that is never given back.
  private func numbers(_ count: Int, _ seed: Int) -> Floats {
    let own = Arena<Float>(capacity: count + 16, named: "numbers")
    unsafe _ = Unmanaged.passRetained(own)
    let view = own[own.allocate(count)]
    unsafe view.pointer.withMemoryRebound(to: Float.self, capacity: count) { p in
      for i in 0..<min(count, 1021) { unsafe p[i] = number(i, seed) }
      for i in stride(from: 1021, to: max(count, 1021), by: 1021) {
        unsafe (p + i).update(from: p, count: min(1021, count - i))
      }
    }
    return view
  }
}
