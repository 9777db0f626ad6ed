import Sluice
import TestSupport
import Testing

@Suite("Looking into a step")
struct TapeReadingTests {
  @Test("A tensor prints its shape and values, and says when they are gone")
  func printed() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    var other = Tape(for: parameters, capacity: 1 << 12)
    let x = tape.input([1, 2.5, -3, 0, .infinity, 4], Shape(2, 3), requiresGradient: true)
    let foreign = other.input([7], Shape(1))
    #expect("\(x)" == "Tensor [2, 3]:\n[[1.0, 2.5, -3.0],\n [0.0, inf, 4.0]]")
    #expect("\(foreign)" == "Tensor [1]: [7.0]")
    #expect("\(tape.constant(0.5))" == "Tensor []: 0.5")
    #expect("\(tape.input([], Shape(0, 2)))" == "Tensor [0, 2]:\n[]")
    let block = tape.input([1, 2, 3, 4], Shape(2, 1, 2))
    #expect("\(block)" == "Tensor [2, 1, 2]:\n[[[1.0, 2.0]],\n [[3.0, 4.0]]]")
    let long = tape.input((0..<1200).map { Float($0) }, Shape(1200))
    #expect("\(long)" == "Tensor [1200]: [0.0, 1.0, 2.0, …, 1197.0, 1198.0, 1199.0]")
    tape.backward(from: sum(x, &tape), into: &parameters)
    tape.reset()
    #expect("\(x)".contains("earlier step"))
    #expect("\(foreign)" == "Tensor [1]: [7.0]")
  }

  @Test("A tensor of a tape that is gone says so")
  func gone() {
    func make() -> Tensor {
      var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 12)
      return tape.constant(1)
    }
    #expect("\(make())".contains("values are gone"))
  }

  @Test("A parameter is used as a tensor, and gets the gradient of every use")
  func parameterAsTensor() throws {
    var parameters = Parameters(seed: 1)
    let gain = try parameters.add("gain", shape: Shape(3), initializer: .uniform(0.5, 1))
    let frozen = try parameters.add("frozen", shape: Shape(3), initializer: .uniform(0.5, 1))
    let table = try Embedding(rows: 2, width: 3, named: "table", in: &parameters)
    parameters.setTrainable(false, frozen)
    let checks = checkGradients(inputs: [([1, -2, 0.5], Shape(3))], of: &parameters, capacity: 1 << 14) {
      inputs, tape in
      let scaled = multiply(multiply(inputs[0], tape[gain], &tape), tape[frozen], &tape)
      let squared = square(add(scaled, tape[gain], &tape), &tape)
      let rows = multiply(tape[table.table], add(table([1], &tape), inputs[0], &tape), &tape)
      return add(sum(squared, &tape), sum(rows, &tape), &tape)
    }
    #expect(checks.map(\.name) == ["input 0", "gain", "table.weight"])
    #expect(checks.pass, "\(checks)")
  }

  @Test("A parameter as a tensor has its shape and, after an update, its new values")
  func current() throws {
    var parameters = Parameters(seed: 1)
    let weight = try parameters.add("weight", shape: Shape(2, 2), initializer: .zeros)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let before = tape[weight]
    #expect(tape.shape(of: before) == Shape(2, 2))
    parameters.values(of: weight)[3] = 5
    #expect(tape.array(before) == [0, 0, 0, 0])
    let after = tape[weight]
    #expect(tape.array(after) == [0, 0, 0, 5])
  }
}
