import Foundation
import Sluice
import TestSupport
import Testing

@Suite("GELU")
struct GELUTests {
  @Test("Value and gradient agree with PyTorch", arguments: KernelTable.available, GELUForm.allCases)
  func reference(kernels: KernelTable, form: GELUForm) throws {
    let fixture = try #require(try Fixture.cases("attention", in: .module)["gelu \(form)"])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input(fixture["x"].floats, Shape(5, 37), requiresGradient: true)
    let y = gelu(x, form: form, &tape)
    expectClose(tape.array(y), fixture["y"].values, "value")
    tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "gradient")
  }

  @Test("A gradient that is there already is added to", arguments: GELUForm.allCases)
  func usedTwice(form: GELUForm) {
    var parameters = Parameters(seed: 1)
    let checks = checkGradients(
      inputs: [([-2, -0.75, -0.1, 0, 0.3, 1.5, 4], Shape(7))], of: &parameters, capacity: 1 << 12
    ) { inputs, tape in
      sum(multiply(gelu(inputs[0], form: form, &tape), inputs[0], &tape), &tape)
    }
    #expect(checks.pass, "\(checks)")
  }

  @Test(
    "Far out the value is x or zero and the slope one or zero", arguments: KernelTable.available,
    GELUForm.allCases)
  func edges(kernels: KernelTable, form: GELUForm) {
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input(
      [-.infinity, -1e30, -30, 0, 30, 1e30, .infinity, .nan], Shape(8), requiresGradient: true)
    let y = gelu(x, form: form, &tape)
    let values = tape.array(y)
    #expect(Array(values.prefix(7)) == [0, 0, 0, 0, 30, 1e30, .infinity])
    tape.backward(from: y, weights: [Float](repeating: 1, count: 8), into: &parameters)
    let slopes = tape.adjointArray(x)
    #expect(Array(slopes.prefix(7)) == [0, 0, 0, 0.5, 1, 1, 1])
    #expect(values[7].isNaN && slopes[7].isNaN)
  }
}
