import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Losses of what is not a number")
struct NotANumberTests {
  private typealias Pointwise = (Tensor, Tensor, inout Tape) -> Tensor

  @Test("NaN in a number or its target is NaN in the loss and the gradient")
  func pointwiseLosses() {
    let losses: [(String, Pointwise)] = [
      ("mean squared error", { meanSquaredError($0, $1, &$2) }), ("Huber", { huber($0, $1, &$2) }),
      ("hinge", { hinge($0, $1, &$2) }), ("binary", { binaryCrossEntropy(logits: $0, $1, &$2) }),
    ]
    for (name, loss) in losses {
      for (x, t) in [(.nan, 1), (.nan, 0), (1, .nan), (.nan, .nan)] as [(Float, Float)] {
        expectNaN(name, x, t, loss)
      }
    }
    for t in [-Float.infinity, .infinity] { expectNaN("hinge", 0, t) { hinge($0, $1, &$2) } }
    expectNaN("Huber", .infinity, .infinity) { huber($0, $1, &$2) }
  }

  /// The number stands between two others, whose gradients stay finite.
  private func expectNaN(_ name: String, _ x: Float, _ t: Float, _ loss: Pointwise) {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let input = tape.input([0.5, x, -2], Shape(3), requiresGradient: true)
    let result = loss(input, tape.input([1, t, 1], Shape(3)), &tape)
    #expect(tape.scalar(result).isNaN, "\(name) of \(x) and \(t)")
    tape.backward(from: result, into: &parameters)
    let gradient = tape.adjointArray(input)
    #expect(gradient[1].isNaN, "\(name), gradient of \(x) and \(t)")
    #expect(gradient[0].isFinite && gradient[2].isFinite, "\(name), the others' gradients")
  }

  @Test(
    "A triplet with NaN in one row has NaN in the gradients of all three", arguments: TripletScore.allCases)
  func triplets(score: TripletScore) {
    for place in 0..<3 {
      for value in [Float.nan, place == 0 ? .infinity : .nan] {
        var parameters = Parameters(seed: 1)
        var tape = Tape(for: parameters, capacity: 1 << 10)
        var rows: [Float] = [1, 2, 3, 1, 2, 1, 1, 2, 2.5, 0, 1, 1]
        rows[2 * place] = value
        let x = tape.input(rows, Shape(6, 2), requiresGradient: true)
        let ids = tape.copyIndices([0, 1, 2, 3, 4, 5])
        let result = tripletLoss(x, ids, margin: 2, score: score, &tape)
        #expect(tape.scalar(result.loss).isNaN)
        #expect(result.report.spread.isNaN && !result.report.isCollapsed)
        tape.backward(from: result.loss, into: &parameters)
        let gradient = tape.adjointArray(x)
        for row in 0..<3 { #expect(gradient[2 * row].isNaN, "row \(row), \(value) in row \(place)") }
        #expect(gradient[6...].allSatisfy { $0.isFinite }, "the other triplet")
      }
    }
  }

  @Test("ReLU passes the gradient of NaN on, as PyTorch does", arguments: KernelTable.available)
  func relus(kernels: KernelTable) throws {
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    let net = try RecurrentNet(.elman(.relu), inputs: 1, units: 1, named: "net", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([.nan, -1, 0, 2, -0.0], Shape(5), requiresGradient: true)
    tape.backward(from: relu(x, &tape), weights: [3, 4, 5, 6, 7], into: &parameters)
    #expect(tape.adjointArray(x) == [3, 0, 0, 6, 0])
    tape.reset()
    for handle in parameters.handles { parameters.values(of: handle).fill(2) }
    let step = tape.input([.nan], Shape(1, 1), requiresGradient: true)
    let states = net(RaggedTensor(steps: step, sequences: tape.makeSequences(offsets: [0, 1])), &tape)
    tape.backward(from: states.final, weights: [3], into: &parameters)
    #expect(tape.adjointArray(step) == [6])
  }
}
