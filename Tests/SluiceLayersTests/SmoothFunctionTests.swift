import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Softplus, sine and cosine")
struct SmoothFunctionTests {
  private static let input: [Float] = [-90, -20, -3, -0.5, -1e-6, 0, 0.25, 1, 2.5, 11, 40, 1e4, -2e7]

  @Test("Values and gradients are those in double precision", arguments: KernelTable.available)
  func references(kernels: KernelTable) {
    let functions: [(String, (Tensor, inout Tape) -> Tensor, (Double) -> Double, (Double) -> Double)] = [
      ("softplus", softplus, { max($0, 0) + log1p(exp(-abs($0))) }, { 1 / (1 + exp(-$0)) }),
      ("sin", sin, { sin($0) }, { cos($0) }), ("cos", cos, { cos($0) }, { -sin($0) }),
    ]
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 12)
    for (name, function, value, slope) in functions {
      for uses in 1...2 {
        tape.reset()
        let x = tape.input(Self.input, Shape(Self.input.count), requiresGradient: true)
        var y = function(x, &tape)
        // Element by element: a sum of all would hide small ones behind large ones.
        for (i, result) in tape.array(y).enumerated() {
          let want = value(Double(Self.input[i]))
          #expect(abs(Double(result) - want) <= 5e-7 * abs(want), "\(name) of \(Self.input[i])")
        }
        if uses == 2 { y = add(y, function(x, &tape), &tape) }
        tape.backward(from: y, weights: Self.input.map { _ in 1 }, into: &parameters)
        expectClose(
          tape.adjointArray(x), Self.input.map { Double(uses) * slope(Double($0)) }, "\(name), gradient")
      }
    }
  }

  @Test("Gradients agree with central differences")
  func differences() {
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(
      inputs: [([-2, -0.3, 0.4, 1.7], Shape(4))], of: &parameters, capacity: 1 << 12
    ) {
      let sines = multiply(sin($0[0], &$1), cos($0[0], &$1), &$1)
      return sum(add(softplus($0[0], &$1), sines, &$1), &$1)
    }
    #expect(checks.pass, "\(checks)")
  }
}

@Suite("Softmax and extremes along a dimension")
struct ShareTests {
  private static let shape = Shape(2, 3, 4)
  private static let input = (0..<24).map { Float(($0 * 7) % 11) / 3 - 1.5 }

  @Test(
    "A softmax and its logarithm are those in double precision, along each dimension", arguments: [0, 1, 2])
  func shares(axis: Int) {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let x = tape.input(Self.input, Self.shape)
    let (outer, extent, inner) = Self.shape.around(axis: axis)
    var want = [Double](repeating: 0, count: 24)
    for i in 0..<outer {
      for j in 0..<inner {
        let places = (0..<extent).map { (i * extent + $0) * inner + j }
        let total = places.reduce(0) { $0 + exp(Double(Self.input[$1])) }
        for place in places { want[place] = exp(Double(Self.input[place])) / total }
      }
    }
    expectClose(tape.array(softmax(x, axis: axis, &tape)), want, "softmax")
    expectClose(tape.array(logSoftmax(x, axis: axis, &tape)), want.map { log($0) }, "logSoftmax")
    if axis == 2 { #expect(tape.array(softmax(x, &tape)) == tape.array(softmax(x, axis: 2, &tape))) }
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(inputs: [(Self.input, Self.shape)], of: &parameters, capacity: 1 << 14) {
      let weights = $1.input((0..<24).map { Float($0 % 5) }, Self.shape)
      let both = add(softmax($0[0], axis: axis, &$1), logSoftmax($0[0], axis: axis, &$1), &$1)
      return sum(multiply(both, weights, &$1), &$1)
    }
    #expect(checks.pass, "\(checks)")
  }

  @Test("A softmax adds to a gradient that came before", arguments: [0, 1])
  func usedTwice(axis: Int) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    func gradient(uses: Int) -> [Float] {
      tape.reset()
      let x = tape.input([1, 2, 0.5, -1], Shape(2, 2), requiresGradient: true)
      var y = softmax(x, axis: axis, &tape)
      for _ in 1..<uses { y = add(y, softmax(x, axis: axis, &tape), &tape) }
      tape.backward(from: y, weights: [1, -2, 3, 0.5], into: &parameters)
      return tape.adjointArray(x)
    }
    #expect(gradient(uses: 2) == gradient(uses: 1).map { 2 * $0 })
  }

  @Test("Shares of numbers without end, and of large ones, are what the documentation says")
  func edges() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let x = tape.input([3e38, -3e38, -.infinity, 0, .infinity, 0], Shape(3, 2))
    let shares = tape.array(softmax(x, &tape))
    #expect(shares[0...3] == [1, 0, 0, 1])
    #expect(shares[4].isNaN && shares[5].isNaN)
    #expect(tape.array(logSoftmax(x, &tape))[2] == -.infinity)
    #expect(tape.array(softmax(tape.input([], Shape(0, 3)), &tape)).isEmpty)
  }

  @Test("The smallest elements and where both ends are follow the largest ones' rules")
  func extremes() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([3, 1, 1, -2, .nan, 5], Shape(2, 3), requiresGradient: true)
    let rows = minimum(x, axis: 1, &tape)
    #expect(tape.array(rows)[0] == 1 && tape.array(rows)[1].isNaN)
    let kept = tape.shape(of: minimum(x, axis: 1, keepingAxis: true, &tape))
    #expect(kept == Shape(2, 1))
    #expect(tape.array(minimum(x, axis: 0, &tape))[0] == -2)
    #expect(tape.scalar(minimum(tape.input([], Shape(0)), &tape)) == .infinity)
    #expect(argmax(x, axis: 1, tape) == [0, 1] && argmin(x, axis: 1, tape) == [1, 1])
    #expect(argmax(x, tape) == [0, 1] && argmax(x, axis: 0, tape) == [0, 1, 1])
    tape.backward(from: rows, weights: [1, 10], into: &parameters)
    #expect(tape.adjointArray(x) == [0, 1, 0, 0, 10, 0])
  }

  @Test("The smallest over time is the largest of the negated, negated, in value and gradient")
  func overTime() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([4, -1, 2, 3, -5, 0], Shape(3, 2), requiresGradient: true)
    let batch = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 2, 2, 3]))
    let y = minimum(batch, &tape)
    #expect(tape.array(y) == [2, -1, 0, 0, -5, 0])
    tape.backward(from: y, weights: [1, 2, 3, 4, 5, 6], into: &parameters)
    #expect(tape.adjointArray(x) == [0, 2, 1, 0, 5, 6])
  }

  @Test("A log-sum-exp that keeps its axis has the values of one that does not", arguments: [0, 1, 2])
  func keptAxis(axis: Int) {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let x = tape.input(Self.input, Self.shape)
    let kept = logSumExp(x, axis: axis, keepingAxis: true, &tape)
    #expect(tape.shape(of: kept) == Self.shape.replacing(axis: axis, with: 1))
    #expect(tape.array(kept) == tape.array(logSumExp(x, axis: axis, &tape)))
  }
}

@Suite("Masks of several shapes")
struct MaskBroadcastTests {
  @Test("A selection broadcasts its mask and both branches, and adds up the gradients of what is repeated")
  func selection() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let holds = mask(tape.input([1, 0, 1], Shape(3)), &tape) { $0 > 0 }
    let a = tape.input([1, 2], Shape(2, 1), requiresGradient: true)
    let b = tape.input([.infinity], Shape(), requiresGradient: true)
    let y = select(holds, a, b, &tape)
    #expect(tape.shape(of: y) == Shape(2, 3))
    #expect(tape.array(y) == [1, .infinity, 1, 2, .infinity, 2])
    tape.backward(from: y, weights: [1, 2, 3, 4, 5, 6], into: &parameters)
    #expect(tape.adjointArray(a) == [4, 10])
    #expect(tape.adjointArray(b) == [7])
  }

  @Test("Comparisons and their combinations broadcast")
  func comparisons() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
    let rows = tape.input([1, 2, 3], Shape(3, 1))
    let columns = tape.input([1, 2, 3], Shape(3))
    let same = mask(rows, columns, &tape) { $0 == $1 }
    #expect(tape.array(same.tensor) == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    let first = mask(3, &tape) { $0 == 0 }
    #expect(tape.array(and(same, first, &tape).tensor) == [1, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(tape.array(or(same, first, &tape).tensor) == [1, 0, 0, 1, 1, 0, 1, 0, 1])
  }

  @Test("A tensor repeated to a shape gets the sums of the gradients of its copies")
  func repeated() {
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(
      inputs: [([1, -2, 3], Shape(1, 3, 1)), ([0.5, 2], Shape(2))], of: &parameters, capacity: 1 << 12
    ) { inputs, tape in
      let a = broadcast(inputs[0], to: Shape(2, 2, 3, 2), &tape)
      let b = broadcast(inputs[1], to: Shape(2, 2, 3, 2), &tape)
      return sum(multiply(square(a, &tape), b, &tape), &tape)
    }
    #expect(checks.pass, "\(checks)")
  }
}
