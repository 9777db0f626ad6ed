import KernelInterface

/// What a rule does to one element in double precision, as `UpdateStep` writes it: the value and its accumulators.
private struct Element {
  var value: Double
  var a = 0.0
  var b = 0.0
  var c = 0.0
}

private typealias Rule = (inout Element, Double, UpdateStep) -> Void

private func numbers(_ step: UpdateStep) -> (
  rate: Double, keep: Double, r1: Double, r2: Double, epsilon: Double
) {
  (
    Double(step.learningRate), Double(step.keep), Double(step.firstRate), Double(step.secondRate),
    Double(step.epsilon)
  )
}

private func adam(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  let n = numbers(step)
  e.a += n.r1 * (g - e.a)
  e.b += n.r2 * (g * g - e.b)
  e.value = n.keep * e.value - n.rate * e.a / (e.b.squareRoot() * Double(step.rootScale) + n.epsilon)
}

private func amsgrad(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  let n = numbers(step)
  e.a += n.r1 * (g - e.a)
  e.b += n.r2 * (g * g - e.b)
  e.c = max(e.b, e.c)
  e.value = n.keep * e.value - n.rate * e.a / (e.c.squareRoot() * Double(step.rootScale) + n.epsilon)
}

private func rmsprop(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  let n = numbers(step)
  e.a += n.r2 * (g * g - e.a)
  e.value -= n.rate * g / (e.a.squareRoot() + n.epsilon)
}

private func centeredRMSprop(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  let n = numbers(step)
  e.a += n.r2 * (g * g - e.a)
  e.b += n.r2 * (g - e.b)
  e.value -= n.rate * g / (max(e.a - e.b * e.b, 0).squareRoot() + n.epsilon)
}

private func adagrad(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  e.a += g * g
  e.value -= Double(step.learningRate) * g / (e.a.squareRoot() + Double(step.epsilon))
}

private func momentum(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  e.a = Double(step.momentum) * e.a + g
  e.value -= Double(step.learningRate) * e.a
}

private func nesterov(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  e.a = Double(step.momentum) * e.a + g
  e.value -= Double(step.learningRate) * (g + Double(step.momentum) * e.a)
}

private func sgd(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  e.value -= Double(step.learningRate) * g
}

private func smorms3(_ e: inout Element, _ g: Double, _ step: UpdateStep) {
  let n = numbers(step)
  let r = 1 / (e.a + 2)
  e.b += r * (g - e.b)
  e.c += r * (g * g - e.c)
  let x = e.b * e.b / (e.c + n.epsilon)
  e.value = n.keep * e.value - g * min(n.rate, x) / (e.c.squareRoot() + n.epsilon)
  e.a = (e.a + 1) * (1 - x)
}

/// The columns of a rule over some elements.
private struct Columns {
  let memory = KernelMemory()
  let values, first, second, third: Floats

  init(_ start: [Float]) {
    let zeros = [Float](repeating: 0, count: start.count)
    values = memory.vector(start, offset: 1)
    first = memory.vector(zeros, offset: 3)
    second = memory.vector(zeros, offset: 2)
    third = memory.vector(zeros, offset: 5)
  }

  func pointers(_ gradients: Floats) -> UpdatePointers {
    UpdatePointers(
      values: values.pointer, gradients: gradients.source, first: first.pointer, second: second.pointer,
      third: third.pointer)
  }

  var all: [Floats] { [values, first, second, third] }
}

/// Thirty steps at every count, with scale, limit, decay and what the rule has of settings; then gradients that are tiny, huge
/// and not finite.
private func check(
  _ kernel: UpdateKernel, _ rule: Rule, squares: Bool, keeps: Bool, _ verdict: inout Verdict
) {
  var step = UpdateStep(
    learningRate: 0.01, gradientScale: 0.75, gradientLimit: 1.25, coupledDecay: 0.01, keep: keeps ? 0.999 : 1,
    momentum: 0.9, firstRate: 0.1, secondRate: 0.01, rootScale: 1, epsilon: 1e-8)
  for count in trickyCounts {
    var random = TestNumbers(seed: UInt64(count + 3))
    let columns = Columns(random.array(count))
    var want = (0..<count).map { Element(value: Double(columns.values[$0])) }
    for t in 1...30 {
      step.rootScale = 1 + 1 / Float(t)
      let gradients = columns.memory.vector(random.array(count), offset: t % 4)
      kernel(columns.pointers(gradients), count, step)
      for i in 0..<count {
        let scaled = min(max(Double(gradients[i]) * 0.75, -1.25), 1.25)
        rule(&want[i], scaled + Double(step.coupledDecay) * want[i].value, step)
      }
    }
    verdict.compare(columns.values.array, want.map { $0.value }, within: Tolerance.update)
    verdict.compare(columns.first.array, want.map { $0.a }, within: Tolerance.update)
    verdict.compare(columns.second.array, want.map { $0.b }, within: Tolerance.update)
    verdict.compare(columns.third.array, want.map { $0.c }, within: Tolerance.update)
    verdict.expect(columns.memory.guardsIntact, "it writes beyond its columns")
  }
  let plain = UpdateStep(
    learningRate: 0.01, momentum: 0.9, firstRate: 0.1, secondRate: 0.01, rootScale: 2, epsilon: 1e-8)
  for size: Float in [0x1p-149, 1e-38, 1e-30, 1e-21, 0, 1e19, 1e20, 3e38] {
    let columns = Columns([Float](repeating: 0.5, count: 21))
    for t in 0..<5 {
      let scale: Float = size > 1 && t > 1 ? 1 : size
      let gradients = columns.memory.vector((0..<21).map { $0 % 2 == 0 ? scale : -scale * 0.5 })
      kernel(columns.pointers(gradients), 21, plain)
      for column in columns.all {
        for x in column.array {
          verdict.expect(x.isFinite, "a finite gradient gives what is not finite")
          // Adagrad's sum is no mean, and a value is not watched.
          verdict.expect(!squares || !x.isSubnormal, "an accumulator is subnormal")
        }
      }
    }
  }
  for bad: Float in [.nan, .infinity] {
    let columns = Columns([0, 0, 0, 0, 0, 0])
    kernel(columns.pointers(columns.memory.vector([1, 1, 1, 1, bad, 1])), 6, plain)
    for i in 0..<6 {
      verdict.expect(columns.values[i].isFinite == (i != 4), "what is not finite does not show, or spreads")
    }
  }
}

let updateChecks: [Check] = [
  Check("update.sgd") { check($0.update.sgd, sgd, squares: false, keeps: false, &$1) },
  Check("update.momentum") { check($0.update.momentum, momentum, squares: false, keeps: false, &$1) },
  Check("update.nesterov") { check($0.update.nesterov, nesterov, squares: false, keeps: false, &$1) },
  Check("update.adagrad") { check($0.update.adagrad, adagrad, squares: false, keeps: false, &$1) },
  Check("update.rmsprop") { check($0.update.rmsprop, rmsprop, squares: true, keeps: false, &$1) },
  Check("update.centeredRMSprop") {
    check($0.update.centeredRMSprop, centeredRMSprop, squares: true, keeps: false, &$1)
  },
  Check("update.adam") { check($0.update.adam, adam, squares: true, keeps: true, &$1) },
  Check("update.amsgrad") { check($0.update.amsgrad, amsgrad, squares: true, keeps: true, &$1) },
  Check("update.smorms3") { check($0.update.smorms3, smorms3, squares: true, keeps: true, &$1) },
  Check("update.idleSMORMS3") { table, verdict in
    let step = UpdateStep(learningRate: 0.01, epsilon: 1e-16)
    for count in trickyCounts {
      for times in [0, 1, 7, 40] {
        var random = TestNumbers(seed: UInt64(count + times))
        let columns = Columns(random.array(count))
        // Six of seven have occurred: the means of others are zero, and only their memory grows.
        for i in 0..<count {
          columns.first[i] = abs(random.next())
          columns.second[i] = i % 7 == 3 || i < 4 && count > 8 ? 0 : random.next(-0.4...0.4)
          columns.third[i] = 0.25 + abs(random.next())
        }
        var want = (0..<count).map {
          Element(
            value: 0, a: Double(columns.first[$0]), b: Double(columns.second[$0]),
            c: Double(columns.third[$0]))
        }
        for i in 0..<count { for _ in 0..<times { smorms3(&want[i], 0, step) } }
        table.update.idleSMORMS3(columns.pointers(columns.values), count, step, times)
        verdict.compare(columns.first.array, want.map { $0.a }, within: Tolerance.update)
        verdict.compare(columns.second.array, want.map { $0.b }, within: Tolerance.update)
        verdict.compare(columns.third.array, want.map { $0.c }, within: Tolerance.update)
        verdict.expect(columns.memory.guardsIntact, "it writes beyond its columns")
      }
    }
  },
  Check("update.mix") { table, verdict in
    let matrix = SIMD4<Float>(0.5, -0.25, 0.125, 0.9)
    for count in trickyCounts {
      var random = TestNumbers(seed: UInt64(count + 2))
      let memory = KernelMemory()
      let (x, y) = (
        memory.vector(random.array(count), offset: 1), memory.vector(random.array(count), offset: 5)
      )
      let (before, buffer) = (x.array, y.array)
      table.update.mix(x.pointer, y.pointer, count, matrix)
      func row(_ p: Float, _ q: Float) -> [Double] {
        (0..<count).map { Double(p) * Double(before[$0]) + Double(q) * Double(buffer[$0]) }
      }
      verdict.compare(x.array, row(matrix[0], matrix[1]), within: Tolerance.arithmetic)
      verdict.compare(y.array, row(matrix[2], matrix[3]), within: Tolerance.arithmetic)
      verdict.expect(memory.guardsIntact, "it writes beyond its columns")
    }
    let memory = KernelMemory()
    let (x, y) = (memory.vector([0, 0, .nan]), memory.vector([1e-38, 1, 1]))
    table.update.mix(x.pointer, y.pointer, 3, matrix)
    verdict.expect(y[0] == 0 && y[1] == 0.9 && x[2].isNaN && y[2].isNaN, "a special value is wrong")
  },
]
