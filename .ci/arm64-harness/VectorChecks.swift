import KernelInterface

/// Numbers that are treated apart somewhere.
let specialNumbers: [Float] = [
  0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
  .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-38, 3e38, -3e38, 1e19,
]

/// Every float by a prime stride, numbers around the places where functions change their ways, and the special ones.
private let elementaryArguments: [Float] = {
  var arguments = specialNumbers
  for pattern in stride(from: UInt32(0), to: UInt32.max - 40_009, by: 40_009) {
    arguments.append(Float(bitPattern: pattern))
  }
  for center in Elementary.turningPoints {
    for step in -150...150 {
      let x = Float(bitPattern: UInt32(Int(center.bitPattern) + step * 37))
      arguments.append(x)
      arguments.append(-x)
    }
  }
  return arguments
}()

/// Errors over all arguments; then every count and alignment, apart and in place, has the bits of a long vector.
private func check(_ function: Elementary, _ kernel: MapKernel, _ verdict: inout Verdict) {
  let memory = KernelMemory()
  let x = memory.vector(elementaryArguments)
  let y = memory.vector(count: x.count)
  kernel(x.source, y.pointer, x.count)
  for i in 0..<x.count {
    let (error, bound) = function.error(x[i], y[i])
    if function == .sigmoid, x[i] < -87.33 {
      // Where results leave the normal numbers, a share of them would say little.
      verdict.expect(error <= bound, "a result near zero is wrong")
    } else {
      verdict.add(error, of: bound, function.unit)
    }
  }
  verdict.expect(memory.guardsIntact, "it writes beyond its result")
  var numbers = TestNumbers(seed: 1)
  let input = numbers.array(1024, -20...20)
  let whole = memory.vector(input)
  kernel(whole.source, whole.pointer, 1024)
  for count in trickyCounts {
    for offset in trickyOffsets {
      let small = KernelMemory()
      let x = small.vector(Array(input[..<count]), offset: offset)
      let y = small.vector(count: count, offset: (offset * 3) % 16)
      kernel(x.source, y.pointer, count)
      verdict.same(y.array, Array(whole.array[..<count]), "the last elements have other bits")
      kernel(x.source, x.pointer, count)
      verdict.same(x.array, Array(whole.array[..<count]), "in place it has other bits")
      verdict.expect(small.guardsIntact, "it writes beyond its result")
    }
  }
}

/// One arithmetic kernel at every count and alignment, and its special values.
private func check(_ table: KernelTable, _ name: StaticString, _ verdict: inout Verdict) {
  for operation in ArithmeticCase.all where operation.kernel.matches(name) {
    for count in trickyCounts {
      for offset in trickyOffsets {
        var numbers = TestNumbers(seed: UInt64(count + 7))
        checkOnce(
          operation, table, (numbers.array(count), numbers.array(count), numbers.array(count)), offset,
          &verdict)
      }
    }
    // One at a time, for one that overflows would hide the errors of the others. Gradients are of outputs from -1 to 1.
    for a in operation.isGradient ? [0, -0.0, 1, -1, 0.5, .nan] : specialNumbers {
      for b in operation.isGradient ? [0, -0.0, 1, -1, .infinity, -.infinity, .nan] : specialNumbers {
        checkOnce(operation, table, ([a], [b], [0.5]), 3, &verdict)
      }
    }
  }
}

private func checkOnce(
  _ operation: ArithmeticCase, _ table: KernelTable, _ input: (a: [Float], b: [Float], before: [Float]),
  _ offset: Int, _ verdict: inout Verdict
) {
  let memory = KernelMemory()
  let a = memory.vector(input.a, offset: offset)
  let b = memory.vector(input.b, offset: (offset + 3) % 16)
  let y = memory.vector(input.before, offset: (offset * 7) % 16)
  operation.run(table, a, b, y)
  var want: [Double] = []
  for i in input.a.indices {
    let exact = operation.reference(Double(input.a[i]), Double(input.b[i]), Double(input.before[i]))
    // What is beyond the largest float is infinite.
    want.append(Float(exact).isFinite ? exact : Double(Float(exact)))
  }
  if want.count == 1, want[0].isFinite, abs(want[0]) < 1e-36 {
    // Half the least float is lost where a result is rounded to a subnormal one, and twice that with two roundings.
    verdict.expect(abs(Double(y[0]) - want[0]) <= 0x1p-149, "a tiny result is wrong")
  } else {
    verdict.compare(y.array, want, within: Tolerance.arithmetic)
  }
  verdict.expect(memory.guardsIntact, "it writes beyond its result")
}

extension ArithmeticCase {
  /// Whether the first argument is the output of a function.
  fileprivate var isGradient: Bool {
    kernel.matches("vector.tanhGradient") || kernel.matches("vector.sigmoidGradient")
      || kernel.matches("vector.reluGradient")
  }
}

extension StaticString {
  /// Whether this is the last part of the other, the kernel's own name.
  fileprivate func matches(_ place: StaticString) -> Bool {
    let prefix = "vector.".utf8.count
    guard utf8CodeUnitCount + prefix == place.utf8CodeUnitCount else { return false }
    for i in 0..<utf8CodeUnitCount where utf8Start[i] != place.utf8Start[prefix + i] { return false }
    return true
  }
}

let vectorChecks: [Check] = [
  Check("vector.exp") { check(.exp, $0.vector.exp, &$1) },
  Check("vector.log") { check(.log, $0.vector.log, &$1) },
  Check("vector.tanh") { check(.tanh, $0.vector.tanh, &$1) },
  Check("vector.sigmoid") { check(.sigmoid, $0.vector.sigmoid, &$1) },
  Check("vector.relu") { check(.relu, $0.vector.relu, &$1) },
  Check("vector.gelu") { check(.gelu, $0.vector.gelu, &$1) },
  Check("vector.geluTanh") { check(.geluTanh, $0.vector.geluTanh, &$1) },
  Check("vector.softplus") { check(.softplus, $0.vector.softplus, &$1) },
  Check("vector.sine") { check(.sine, $0.vector.sine, &$1) },
  Check("vector.cosine") { check(.cosine, $0.vector.cosine, &$1) },
  Check("vector.add") { check($0, "vector.add", &$1) },
  Check("vector.subtract") { check($0, "vector.subtract", &$1) },
  Check("vector.multiply") { check($0, "vector.multiply", &$1) },
  Check("vector.multiplyAccumulate") { check($0, "vector.multiplyAccumulate", &$1) },
  Check("vector.scale") { check($0, "vector.scale", &$1) },
  Check("vector.addScaled") { check($0, "vector.addScaled", &$1) },
  Check("vector.tanhGradient") { check($0, "vector.tanhGradient", &$1) },
  Check("vector.sigmoidGradient") { check($0, "vector.sigmoidGradient", &$1) },
  Check("vector.reluGradient") { check($0, "vector.reluGradient", &$1) },
  Check("vector.addBias") { table, verdict in
    for width in [1, 3, 4, 5, 16, 33, 100] {
      var numbers = TestNumbers(seed: 2)
      let memory = KernelMemory()
      let x = memory.vector(numbers.array(7 * width), offset: 1)
      let bias = memory.vector(numbers.array(width), offset: 3)
      let y = memory.vector(count: x.count)
      table.vector.addBias(x.source, bias.source, y.pointer, 7, width)
      let want = (0..<x.count).map { Double(x[$0]) + Double(bias[$0 % width]) }
      verdict.compare(y.array, want, within: Tolerance.arithmetic)
      table.vector.addBias(x.source, bias.source, x.pointer, 7, width)
      verdict.same(x.array, y.array, "in place it has other bits")
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  },
  Check("vector.columnSums") { table, verdict in
    for rows in [0, 1, 7, 8, 9, 16, 61] {
      for width in [1, 3, 4, 5, 16, 33, 100] {
        var numbers = TestNumbers(seed: UInt64(rows))
        let memory = KernelMemory()
        let x = memory.vector(numbers.array(rows * width), offset: 1)
        let before = numbers.array(width)
        let y = memory.vector(before, offset: 5)
        var sums = [Double](repeating: 0, count: width)
        for i in 0..<rows * width { sums[i % width] += Double(x[i]) }
        table.vector.columnSums(x.source, y.pointer, rows, width, width, true)
        verdict.compare(y.array, zip(sums, before).map { $0 + Double($1) }, within: Tolerance.sum)
        table.vector.columnSums(x.source, y.pointer, rows, width, width, false)
        verdict.compare(y.array, sums, within: Tolerance.sum)
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
]

/// The slope of a GELU by its argument, against double precision. Its error is a share of the argument, as the function's is, for
/// far below zero the slope is the small difference of what it is made of; as that is a product too, twice the function's.
private func checkSlope(
  _ kernel: GradientKernel, _ slope: (Double) -> Double, _ verdict: inout Verdict
) {
  for count in trickyCounts {
    for accumulate in [false, true] {
      var numbers = TestNumbers(seed: UInt64(count + 5))
      let memory = KernelMemory()
      let x = memory.vector(numbers.array(count, -8...8), offset: 1)
      let dy = memory.vector(numbers.array(count), offset: 2)
      let before = numbers.array(count)
      let dx = memory.vector(before, offset: 5)
      kernel(x.source, dy.source, dx.pointer, count, accumulate)
      for i in 0..<count {
        let want = Double(dy[i]) * slope(Double(x[i])) + (accumulate ? Double(before[i]) : 0)
        let size = (1 + abs(Double(x[i]))) * abs(Double(dy[i])) + (accumulate ? abs(Double(before[i])) : 0)
        verdict.compare(Double(dx[i]), want, within: 2 * Tolerance.geluTanh, of: size, "of the argument")
      }
      verdict.expect(memory.guardsIntact, "it writes beyond its result")
    }
  }
  let memory = KernelMemory()
  let x = memory.vector([.infinity, -.infinity, .nan, 100, -100, 0])
  let dy = memory.vector([1, 1, 1, 1, 1, 1])
  let dx = memory.vector(count: 6)
  kernel(x.source, dy.source, dx.pointer, 6, false)
  verdict.expect(
    dx[2].isNaN && dx[3] == 1 && abs(dx[4]) < 1e-30 && dx[5] == 0.5, "a special value is wrong")
}

let gradientChecks: [Check] = [
  Check("vector.geluGradient") { table, verdict in
    checkSlope(
      table.vector.geluGradient,
      { x in
        libmErfc(-x / 2.0.squareRoot()) / 2 + x * libmExp(-x * x / 2) / (2 * Double.pi).squareRoot()
      }, &verdict)
  },
  Check("vector.geluTanhGradient") { table, verdict in
    checkSlope(
      table.vector.geluTanhGradient,
      { x in
        let factor = (2 / Double.pi).squareRoot()
        let t = libmTanh(factor * (x + 0.044715 * x * x * x))
        return (1 + t) / 2 + x / 2 * (1 - t * t) * factor * (1 + 3 * 0.044715 * x * x)
      }, &verdict)
  },
]
