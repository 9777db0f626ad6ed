import Foundation
import Sluice
import TestSupport
import Testing

// BEGIN formula
/// Keeps the rows of a batch apart: the mean over all pairs of e^(−|a − b|² / 2), from 1 where all are equal
/// to 0.
/// Written as its formula reads.
func crowding(_ x: Tensor, _ tape: inout Tape) -> Tensor {
  let n = tape.shape(of: x)[0]
  var total = tape.constant(0)
  for i in 0..<n {
    let others = rows(x, where: mask(n, &tape) { $0 != i }, &tape)
    let distances = sumOfSquares(subtract(row(x, i, &tape), others, &tape), &tape)
    total = add(total, sum(exp(multiply(distances, -0.5, &tape), &tape), &tape), &tape)
  }
  return divide(total, Float(max(n * (n - 1), 1)), &tape)
}
// END formula

// BEGIN loss
/// The same, fast: one pass over all pairs, with its own way back.
///
/// **Shapes.** x [n, width], the loss a scalar. 0 for fewer than two rows.
/// **Backward.** With w the similarity of a pair, dx_i = −2 / (n (n − 1)) · Σⱼ w (x_i − x_j).
struct Crowding {
  /// What the loss is multiplied by.
  var factor: Float = 1

  func callAsFunction(_ x: Tensor, _ tape: inout Tape) -> Tensor {
    let shape = tape.shape(of: x)
    let (n, width) = (shape[0], shape[1])
    let loss = tape.makeTensor(Shape(), requiresGradient: tape.requiresGradient(x))
    let slopes = tape.makeWorkspace(n * width)
    let (values, slope) = (tape.values(of: x), tape.floats(slopes))
    slope.fill(0)
    let scale = factor / Float(max(n * (n - 1), 1))
    var total: Float = 0
    for i in 0..<n {
      for j in 0..<i {
        var squares: Float = 0
        for k in 0..<width {
          let difference = values[i * width + k] - values[j * width + k]
          squares += difference * difference
        }
        let similarity = 2 * scale * Foundation.exp(-0.5 * squares)
        total += similarity
        for k in 0..<width {
          let step = similarity * (values[i * width + k] - values[j * width + k])
          slope[i * width + k] -= step
          slope[j * width + k] += step
        }
      }
    }
    tape.values(of: loss)[0] = total
    tape.record(CrowdingOperation(x: x, loss: loss, slopes: slopes))
    return loss
  }
}

private struct CrowdingOperation: TapeOperation {
  static let name: StaticString = "crowding"
  let x: Tensor
  let loss: Tensor
  let slopes: Workspace

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(loss) }

  func backward(_ tape: inout Tape) {
    guard let dLoss = tape.adjoint(of: loss), let dx = tape.contribution(to: x) else { return }
    let slope = tape.floats(slopes)
    for i in 0..<slope.count { dx.add(dLoss[0] * slope[i], at: i) }
  }
}
// END loss

@Suite("A loss from outside of the package")
struct OwnLossTests {
  private func samples(_ n: Int) -> [Float] {
    let random = CounterRandom(seed: 9)
    return (0..<n * 3).map { random.normal(UInt64($0)) }
  }

  // BEGIN check
  @Test("The formula and the fast loss agree, and both with central differences")
  func agree() {
    var parameters = Parameters(seed: 1)
    for loss in [{ crowding($0[0], &$1) }, { Crowding()($0[0], &$1) }] as [([Tensor], inout Tape) -> Tensor] {
      let checks = checkGradients(
        inputs: [(samples(12), Shape(12, 3))], of: &parameters, capacity: 1 << 16, loss)
      #expect(checks.pass, "\(checks)")
    }
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input(samples(12), Shape(12, 3), requiresGradient: true)
    let naive = crowding(x, &tape)
    expectClose([tape.scalar(Crowding()(x, &tape))], [Double(tape.scalar(naive))], "value")
  }
  // END check

  @Test("It adds up with the package's losses, and one row has none")
  func together() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input(samples(4), Shape(4, 3), requiresGradient: true)
    let loss = add(crossEntropy(x, [0, 1, 2, 0], &tape), Crowding(factor: 0.5)(x, &tape), &tape)
    tape.backward(from: loss, into: &parameters)
    let gradient = tape.adjointArray(x)
    #expect(gradient.allSatisfy { $0.isFinite })
    #expect(tape.scalar(Crowding()(tape.input([1, 2, 3], Shape(1, 3)), &tape)) == 0)
  }

  @Test("The guide shows this code")
  func guide() throws {
    let guide = try DocumentExample.document("Documentation/Losses.md")
    for name in ["formula", "loss"] {
      #expect(guide.contains(try DocumentExample.source(name, file: #filePath)), "\(name)")
    }
    let naive = try DocumentExample.source(
      "naive", file: #filePath.replacingOccurrences(of: "OwnLossTests", with: "NaiveNeighborLoss"))
    #expect(guide.contains(naive))
  }
}
