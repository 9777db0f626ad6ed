import Sluice
import TestSupport
import Testing

@Suite("Checking gradients")
struct GradientCheckTests {
  @Test("A model with parameters passes, and each tensor is reported")
  func passes() throws {
    var parameters = Parameters(seed: 3)
    let embedding = try Embedding(rows: 5, width: 4, named: "embedding", in: &parameters)
    let linear = try Linear(inputs: 4, outputs: 3, named: "linear", in: &parameters)
    let checks = checkGradients(
      inputs: [([0.5, -1, 2], Shape(3))], of: &parameters, capacity: 1 << 14
    ) { inputs, tape in
      let y = multiply(linear(embedding([1, 3, 1], &tape), &tape), inputs[0], &tape)
      return sum(square(y, &tape), &tape)
    }
    #expect(checks.map(\.name) == ["input 0", "embedding.weight", "linear.weight", "linear.bias"])
    #expect(checks.pass, "\(checks)")
  }

  @Test("A wrong backward pass is found, with the element")
  func findsMistake() {
    var parameters = Parameters(seed: 3)
    let checks = checkGradients(
      inputs: [([0.5, -1, 2, 3], Shape(4)), ([1, 2, 3, 4], Shape(4))], of: &parameters, capacity: 1 << 12
    ) { inputs, tape in
      let y = tape.makeTensor(Shape(4), requiresGradient: true)
      tape.values(of: y).copy(from: tape.values(of: inputs[0]))
      tape.record(WrongCopy(x: inputs[0], y: y))
      return sum(multiply(y, inputs[1], &tape), &tape)
    }
    #expect(!checks.pass)
    #expect(!checks[0].passes && checks[1].passes)
    #expect(checks[0].worstElement == 2)
    #expect("\(checks[0])".contains("DIFFERS: input 0"))
  }

  @Test("A right gradient passes beside a large constant, a wrong one of ordinary size does not")
  func largeConstant() {
    func check(_ constant: Float, slope: Float, isWrong: Bool = false) -> GradientCheck {
      var parameters = Parameters(seed: 3)
      return checkGradients(inputs: [([1, -0.5], Shape(2))], of: &parameters, capacity: 1 << 12) {
        inputs, tape in
        let x = inputs[0]
        var small = multiply(x, slope, &tape)
        if isWrong { small = add(small, multiply(tape.detached(x), slope, &tape), &tape) }
        return add(sum(small, &tape), constant, &tape)
      }[0]
    }
    for constant: Float in [0, 1e2, 1e4, 1e6, -1e6] {
      for slope: Float in [1e-3, 1, -50] {
        let result = check(constant, slope: slope)
        #expect(result.passes, "\(result)")
      }
    }
    #expect(!check(100, slope: 1, isWrong: true).passes)
    #expect(!check(1e4, slope: 1, isWrong: true).passes)
    #expect(!check(0, slope: 1e-3, isWrong: true).passes)
    #expect("\(check(1e4, slope: 1e-3))".contains("of which rounding may be"))
    #expect(check(1e4, slope: 1e-3).rounding > 1e-2)
  }

  @Test("A gradient that is not a number does not pass")
  func notANumber() {
    var parameters = Parameters(seed: 3)
    let checks = checkGradients(inputs: [([0, 1], Shape(2))], of: &parameters, capacity: 1 << 12) {
      sum(multiply(log(multiply($0[0], 0, &$1), &$1), $0[0], &$1), &$1)
    }
    #expect(!checks.pass)
  }
}

/// A copy whose backward pass forgets element 2.
private struct WrongCopy: TapeOperation {
  static let name: StaticString = "wrong copy"
  let x: Tensor
  let y: Tensor
  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    for i in 0..<dy.count { dx.add(i == 2 ? 0 : dy[i], at: i) }
  }
}
