import KernelInterface
import SluiceCore
import Testing

@Suite("Update kernels")
struct UpdateTests {
  /// Columns in double precision, and the formulas as their papers print them.
  struct Reference {
    var values: [Double]
    var first: [Double]
    var second: [Double]
    var third: [Double]

    mutating func sgd(_ gradients: [Float], rate: Double) {
      for i in values.indices { values[i] -= rate * Double(gradients[i]) }
    }

    /// Kingma and Ba 2015, Algorithm 1, epsilon outside the root.
    mutating func adam(_ gradients: [Float], step: Int, rate: Double, beta1: Double, beta2: Double) {
      for i in values.indices {
        let g = Double(gradients[i])
        first[i] = beta1 * first[i] + (1 - beta1) * g
        second[i] = beta2 * second[i] + (1 - beta2) * g * g
        let m = first[i] / (1 - power(beta1, step))
        let v = second[i] / (1 - power(beta2, step))
        values[i] -= rate * m / (v.squareRoot() + 1e-8)
      }
    }

    /// Funk 2015: `first` holds the memories less one, `second` the means, `third` the mean squares.
    mutating func smorms3(_ gradients: [Float], rate: Double) {
      let epsilon = 1e-16
      for i in values.indices {
        let g = Double(gradients[i])
        let memory = 1 + first[i]
        let r = 1 / (memory + 1)
        second[i] = (1 - r) * second[i] + r * g
        third[i] = (1 - r) * third[i] + r * g * g
        let x = second[i] * second[i] / (third[i] + epsilon)
        first[i] = memory * (1 - x)
        values[i] -= g * min(rate, x) / (third[i].squareRoot() + epsilon)
      }
    }

    private func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { p, _ in p * x } }
  }

  @Test(
    "Thirty steps of every rule agree with double precision at every count and alignment",
    arguments: KernelTable.available, trickyCounts)
  func trajectories(table: KernelTable, count: Int) {
    var numbers = TestNumbers(seed: UInt64(count + 3))
    var memory = KernelMemory()
    let start = numbers.array(count)
    let zeros = [Float](repeating: 0, count: count)
    let (sgd, adam, smorms3) = (
      memory.vector(start, offset: 1), memory.vector(start, offset: 5), memory.vector(start)
    )
    let (firsts, seconds) = (memory.vector(zeros, offset: 3), memory.vector(zeros))
    let memories = memory.vector(zeros, offset: 2)
    let (means, squares) = (memory.vector(zeros), memory.vector(zeros, offset: 7))
    let doubles = Reference(
      values: start.map { Double($0) }, first: zeros.map { Double($0) }, second: zeros.map { Double($0) },
      third: zeros.map { Double($0) })
    var (wantSGD, wantAdam, wantSMORMS3) = (doubles, doubles, doubles)
    var (firstPower, secondPower) = (1.0, 1.0)
    for step in 1...30 {
      let gradients = memory.vector(numbers.array(count), offset: step % 4)
      firstPower *= 0.9
      secondPower *= 0.999
      unsafe table.update.sgd(pointers(sgd, gradients), count, UpdateStep(learningRate: 0.03))
      unsafe table.update.adam(
        pointers(adam, gradients, firsts, seconds), count, adamStep(0.01, firstPower, secondPower))
      unsafe table.update.smorms3(
        pointers(smorms3, gradients, memories, means, squares), count, smorms3Step(0.01))
      wantSGD.sgd(gradients.array, rate: Double(Float(0.03)))
      wantAdam.adam(gradients.array, step: step, rate: 0.01, beta1: 0.9, beta2: 0.999)
      wantSMORMS3.smorms3(gradients.array, rate: Double(Float(0.01)))
    }
    #expect(relativeError(sgd.array, wantSGD.values) <= Tolerance.update)
    #expect(relativeError(adam.array, wantAdam.values) <= Tolerance.update)
    #expect(relativeError(firsts.array, wantAdam.first) <= Tolerance.update)
    #expect(relativeError(seconds.array, wantAdam.second) <= Tolerance.update)
    #expect(relativeError(smorms3.array, wantSMORMS3.values) <= Tolerance.update)
    #expect(relativeError(memories.array, wantSMORMS3.first) <= Tolerance.update)
    #expect(relativeError(means.array, wantSMORMS3.second) <= Tolerance.update)
    #expect(relativeError(squares.array, wantSMORMS3.third) <= Tolerance.update)
    #expect(memory.guardsIntact)
    // An error of one part in 100,000 would be seen.
    if count > 0 {
      var wrong = doubles
      wrong.values = wantAdam.values.map { $0 * (1 + 1e-5) }
      #expect(relativeError(adam.array, wrong.values) > Tolerance.update)
    }
  }

  @Test(
    "The first step of SMORMS3 moves every element by sqrt(2) times the rate",
    arguments: KernelTable.available)
  func firstStep(table: KernelTable) {
    var memory = KernelMemory()
    let gradients = memory.vector([3, -3, 1e-6, -1e6, 0.5])
    let columns = smorms3Columns(&memory, count: 5)
    unsafe table.update.smorms3(
      columns.pointers(gradients), 5, smorms3Step(0.0025))
    let want = [-1.0, 1, -1, 1, -1].map { $0 * 0.0025 * 2.0.squareRoot() }
    #expect(relativeError(columns.values.array, want) <= Tolerance.update)
    #expect(columns.memories.array.allSatisfy { abs($0 - 0.5) < 1e-3 })
  }

  @Test("Without a gradient SMORMS3 moves only its state", arguments: KernelTable.available)
  func noGradient(table: KernelTable) {
    var memory = KernelMemory()
    let columns = smorms3Columns(&memory, count: 3)
    columns.means.fill(0.5)
    columns.squares.fill(0.25)
    let gradients = memory.vector([0, 0, 0])
    let before = bits(columns.values)
    var (m, g, s) = (1.0, 0.5, 0.25)
    for _ in 0..<50 {
      unsafe table.update.smorms3(
        columns.pointers(gradients), 3, smorms3Step(0.0025))
      let q = m / (m + 1)
      (g, s) = (g * q, s * q)
      m = 1 + m * (1 - g * g / s)
    }
    #expect(bits(columns.values) == before)
    #expect(relativeError(columns.memories.array, [m - 1, m - 1, m - 1]) <= Tolerance.update)
    #expect(relativeError(columns.means.array, [g, g, g]) <= 2 * Tolerance.update)
    #expect(relativeError(columns.squares.array, [s, s, s]) <= 2 * Tolerance.update)
  }

  @Test(
    "Tiny gradients divide nothing by zero and leave no subnormal accumulators",
    arguments: KernelTable.available, [0x1p-149, 1e-38, 1e-30, 1e-21, 0] as [Float])
  func tinyGradients(table: KernelTable, size: Float) {
    var memory = KernelMemory()
    let columns = smorms3Columns(&memory, count: 20)
    let gradients = memory.vector((0..<20).map { size * Float($0 + 1) })
    let (firsts, seconds) = (memory.vector(count: 20), memory.vector(count: 20))
    firsts.fill(0)
    seconds.fill(0)
    for step in 1...5 {
      unsafe table.update.smorms3(
        columns.pointers(gradients), 20, smorms3Step(0.0025))
      unsafe table.update.adam(
        pointers(columns.values, gradients, firsts, seconds), 20,
        adamStep(1e-3, step == 1 ? 0.9 : 0.5, 0.9))
    }
    for column in [columns.values, columns.memories, columns.means, columns.squares, firsts, seconds] {
      #expect(column.array.allSatisfy { $0.isFinite && !$0.isSubnormal })
    }
    #expect(columns.values.array.allSatisfy { abs($0) < 1e-12 })
  }

  @Test("A gradient that is not finite shows in the value and the state", arguments: KernelTable.available)
  func notANumber(table: KernelTable) {
    var memory = KernelMemory()
    let columns = smorms3Columns(&memory, count: 2)
    let gradients = memory.vector([.nan, 1])
    let (values, firsts, seconds) = (memory.vector([0, 0]), memory.vector([0, 0]), memory.vector([0, 0]))
    unsafe table.update.smorms3(
      columns.pointers(gradients), 2, smorms3Step(0.0025))
    unsafe table.update.adam(
      pointers(values, gradients, firsts, seconds), 2, adamStep(1e-3, 0.9, 0.999))
    for column in [columns.values, columns.memories, columns.means, columns.squares, values, firsts, seconds]
    {
      #expect(column[0].isNaN && !column[1].isNaN)
    }
  }

  @Test("Scaling the gradient in the step is scaling it before", arguments: KernelTable.available)
  func gradientScale(table: KernelTable) {
    var memory = KernelMemory()
    var numbers = TestNumbers(seed: 12)
    let gradients = memory.vector(numbers.array(37))
    let halved = memory.vector(gradients.array.map { $0 * 0.5 })
    let (a, b) = (smorms3Columns(&memory, count: 37), smorms3Columns(&memory, count: 37))
    for (columns, g, scale) in [(a, gradients, 0.5 as Float), (b, halved, 1)] {
      unsafe table.update.smorms3(
        columns.pointers(g), 37, smorms3Step(0.0025, scale))
      unsafe table.update.sgd(
        pointers(columns.values, g), 37, UpdateStep(learningRate: 0.5, gradientScale: scale))
      unsafe table.update.adam(
        pointers(columns.values, g, columns.means, columns.squares), 37,
        adamStep(1e-3, 0.9, 0.999, scale))
    }
    #expect(bits(a.values) == bits(b.values))
    #expect(bits(a.squares) == bits(b.squares))
  }

  private struct Columns {
    let values, memories, means, squares: Floats

    @unsafe
    func pointers(_ gradients: Floats) -> UpdatePointers {
      unsafe UpdateTests.pointers(values, gradients, memories, means, squares)
    }
  }

  private func smorms3Columns(_ memory: inout KernelMemory, count: Int) -> Columns {
    let zeros = [Float](repeating: 0, count: count)
    return Columns(
      values: memory.vector(zeros), memories: memory.vector(zeros), means: memory.vector(zeros),
      squares: memory.vector(zeros))
  }

  private func adamStep(
    _ rate: Double, _ firstPower: Double, _ secondPower: Double, _ scale: Float = 1
  ) -> UpdateStep {
    UpdateStep(
      learningRate: Float(rate / (1 - firstPower)), gradientScale: scale, firstRate: Float(1 - 0.9),
      secondRate: Float(1 - 0.999), rootScale: Float(1 / (1 - secondPower).squareRoot()), epsilon: 1e-8)
  }

  private func smorms3Step(_ rate: Float, _ scale: Float = 1) -> UpdateStep {
    UpdateStep(learningRate: rate, gradientScale: scale, epsilon: 1e-16)
  }

  @unsafe
  private func pointers(
    _ values: Floats, _ gradients: Floats, _ first: Floats? = nil, _ second: Floats? = nil
  ) -> UpdatePointers {
    unsafe Self.pointers(values, gradients, first, second, nil)
  }

  @unsafe
  private func pointers(
    _ values: Floats, _ gradients: Floats, _ first: Floats, _ second: Floats, _ third: Floats
  ) -> UpdatePointers {
    unsafe Self.pointers(values, gradients, first, second, third)
  }

  @unsafe
  private static func pointers(
    _ values: Floats, _ gradients: Floats, _ first: Floats?, _ second: Floats?, _ third: Floats?
  ) -> UpdatePointers {
    unsafe UpdatePointers(
      values: values.pointer, gradients: gradients.source, first: (first ?? values).pointer,
      second: (second ?? values).pointer, third: (third ?? values).pointer)
  }
}
