import Foundation
import Sluice
import TestSupport
import Testing

// BEGIN softsign
/// The softsign of every element: `y = x / (1 + |x|)`, which nears ±1 more slowly than tanh.
///
/// **Shapes.** y has the shape of x.
/// **Backward.** `dx = dy / (1 + |x|)²`.
func softsign(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let y = tape.makeTensor(tape.shape(of: x), requiresGradient: tape.requiresGradient(x))
  let (source, target) = (tape.values(of: x), tape.values(of: y))
  for i in 0..<source.count { target[i] = source[i] / (1 + abs(source[i])) }
  tape.record(Softsign(x: x, y: y))
  return y
}

private struct Softsign: TapeOperation {
  static let name: StaticString = "softsign"
  let x: Tensor
  let y: Tensor

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    let x = tape.values(of: x)
    for i in 0..<dy.count {
      let size = 1 + abs(x[i])
      dx.add(dy[i] / (size * size), at: i)
    }
  }
}
// END softsign

@Suite("An operation from outside of the package")
struct OwnOperationTests {
  @Test("It computes, goes back, and adds up like the package's own")
  func softsignGradient() throws {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let input: [Float] = [-30, -2, -0.5, 0, 0.5, 2, 30]
    let x = tape.input(input, Shape(7), requiresGradient: true)
    let y = add(softsign(x, &tape), softsign(x, &tape), &tape)
    expectClose(tape.array(y), input.map { 2 * Double($0) / (1 + abs(Double($0))) }, "value")
    tape.backward(from: y, weights: [1, 2, 3, 4, 5, 6, 7], into: &parameters)
    expectClose(
      tape.adjointArray(x),
      input.enumerated().map { 2 * Double($0 + 1) / ((1 + abs(Double($1))) * (1 + abs(Double($1)))) },
      "gradient")
  }

  @Test("The guide shows this code")
  func guide() throws {
    let guide = try DocumentExample.document("Documentation/AddingAnOperation.md")
    #expect(guide.contains(try DocumentExample.source("softsign", file: #filePath)))
  }
}
