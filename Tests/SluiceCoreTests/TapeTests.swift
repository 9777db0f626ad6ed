import Sluice
import TestSupport
import Testing

@Suite("The tape")
struct TapeTests {
  @Test("Sequences are laid out by decreasing length, ties in order, empty ones last")
  func sequences() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 10)
    // Lengths 2, 0, 3, 2, 1.
    let layout = tape.layout(of: tape.makeSequences(offsets: [0, 2, 2, 5, 7, 8]))
    #expect((layout.count, layout.total, layout.longest) == (5, 8, 3))
    #expect(tape.indices(layout.order).array == [2, 0, 3, 4, 1])
    #expect(tape.indices(layout.alive).array == [4, 3, 1])
    #expect(tape.indices(layout.stepStarts).array == [0, 4, 7, 8])
    #expect(tape.indices(layout.rowsForward).array == [2, 0, 5, 7, 3, 1, 6, 4])
    #expect(tape.indices(layout.rowsBackward).array == [4, 1, 6, 7, 3, 0, 5, 2])
  }

  @Test("A batch of empty sequences, and one of none, has no rows", arguments: [[Int32(0)], [0, 0, 0]])
  func noRows(offsets: [Int32]) {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 10)
    let layout = tape.layout(of: tape.makeSequences(offsets: offsets))
    #expect((layout.count, layout.total, layout.longest) == (offsets.count - 1, 0, 0))
  }

  @Test("A dropped element is zero, a kept one scaled, and the mask returns in the backward pass")
  func dropoutMask() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let ones = [Float](repeating: 1, count: 10_000)
    func mask(_ tape: inout Tape) -> [Float] {
      let x = tape.input(ones, Shape(10_000), requiresGradient: true)
      let y = dropout(x, probability: 0.2, stream: 3, &tape)
      tape.backward(from: y, weights: ones, into: &parameters)
      #expect(tape.array(y) == tape.adjointArray(x))
      return tape.array(y)
    }
    let first = mask(&tape)
    #expect(Set(first) == [0, 1.25])
    #expect(abs(first.filter { $0 == 0 }.count - 2_000) < 160)
    tape.reset()
    let second = mask(&tape)
    #expect(first != second)
    tape.step = 0
    tape.mode = .evaluation
    tape.reset()
    let x = tape.input(ones, Shape(10_000))
    #expect(dropout(x, probability: 0.2, stream: 3, &tape) == x)
    tape.mode = .training
    #expect(mask(&tape) == first)
  }

  @Test("The first operation that was not finite is found, with its layer")
  func nonFinite() throws {
    var parameters = Parameters(seed: 1)
    let layer = try Linear(inputs: 2, outputs: 2, bias: false, named: "top", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    #expect(tape.firstNonFinite() == nil)
    let x = tape.input([3e38, 3e38, 1, 1], Shape(2, 2))
    let weights = parameters.values(of: layer.weight)
    for i in 0..<4 { weights[i] = 100 }
    let y = tanh(layer(x, &tape), &tape)
    _ = multiply(y, y, &tape)
    let found = tape.firstNonFinite()
    #expect(found?.source == "affine" && found?.layer == "top" && found?.element == 0)
    weights[1] = .nan
    let parameter = tape.firstNonFinite()
    #expect(parameter?.source == "top.weight" && parameter?.isParameter == true)
  }

  @Test("Touched rows of a large table sort, add up and merge like a dictionary of rows")
  func touchedRows() throws {
    var parameters = Parameters(seed: 1)
    let rows = 100_000
    let table = try Embedding(rows: rows, width: 4, named: "table", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let random = CounterRandom(seed: 2)
    var expected: [Int32: [Float]] = [:]
    for call in 0..<3 {
      let ids = (0..<500).map {
        Int32(random.below(call == 0 ? rows : 300, UInt64(1000 * call + $0)) * (call == 1 ? 333 : 1))
      }
      tape.reset()
      let y = table(ids, &tape)
      let weights = (0..<2000).map { Float($0 % 13) }
      tape.backward(from: y, weights: weights, into: &parameters)
      for (i, id) in ids.enumerated() {
        for j in 0..<4 { expected[id, default: [0, 0, 0, 0]][j] += weights[i * 4 + j] }
      }
    }
    let touched = parameters.touchedRows(of: table.table)
    #expect(touched.rowIDs.array == expected.keys.sorted())
    for i in 0..<touched.count { #expect(touched.gradient(i).array == expected[touched.rowIDs[i]]) }
  }
}
