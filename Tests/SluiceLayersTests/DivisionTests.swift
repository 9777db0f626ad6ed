import Sluice
import TestSupport
import Testing

@Suite("Division by a number")
struct DivisionTests {
  @Test(
    "Every quotient and every slope is that of a division, to the bit", arguments: KernelTable.available,
    [0.1, -3, 0x1p-130, 0x1p-149, 3e38, 7] as [Float])
  func quotients(kernels: KernelTable, number: Float) {
    for threads in [1, 3] {
      var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: threads))
      var tape = Tape(for: parameters, capacity: 1 << 19)
      // More than several threads share, and a rest.
      let count = threads == 1 ? 37 : 33_001
      let random = CounterRandom(seed: 2)
      let scale = min(number.magnitude, 1)
      let x = (0..<count).map { random.uniform(UInt64($0), from: -1, to: 1) * scale }
      let dy = (0..<count).map { random.uniform(UInt64($0 + count), from: -1, to: 1) * scale }
      let input = tape.input(x, Shape(count), requiresGradient: true)
      let y = divide(input, number, &tape)
      #expect(tape.array(y) == x.map { $0 / number })
      tape.backward(from: y, weights: dy, into: &parameters)
      #expect(tape.adjointArray(input) == dy.map { $0 / number })
      // Used twice, the slopes add up.
      tape.reset()
      let again = tape.input(x, Shape(count), requiresGradient: true)
      let z = add(divide(again, number, &tape), divide(again, number, &tape), &tape)
      tape.backward(from: z, weights: dy, into: &parameters)
      #expect(tape.adjointArray(again) == dy.map { $0 / number + $0 / number })
    }
  }

  @Test("Division by zero is that of IEEE arithmetic")
  func zero() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 10)
    let y = tape.array(divide(tape.input([1, -1, 0], Shape(3)), 0, &tape))
    #expect(y[0] == .infinity && y[1] == -.infinity && y[2].isNaN)
    #expect(tape.array(divide(tape.input([], Shape(0)), 2, &tape)) == [])
  }
}
