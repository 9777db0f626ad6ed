import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Cross-entropy fused with its output layer")
struct LinearCrossEntropyTests {
  @Test(
    "Value and every gradient agree with PyTorch, in blocks of any size", arguments: KernelTable.available,
    [1, 4, 13, 64])
  func reference(kernels: KernelTable, blockRows: Int) throws {
    let cases = try Fixture.cases("language", in: .module)
    for reduction in [Reduction.mean, .sum] {
      let fixture = try #require(cases["softmax \(reduction)"])
      let labels = try #require(fixture.integers["labels"]).map(Int32.init)
      for mode in [Tape.Mode.training, .evaluation] {
        var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
        var output = try LinearCrossEntropy(inputs: 9, classes: 37, named: "output", in: &parameters)
        output.blockRows = blockRows
        parameters.set("output.weight", to: fixture["weight"])
        parameters.set("output.bias", to: fixture["bias"])
        var tape = Tape(for: parameters, capacity: 1 << 14)
        tape.mode = mode
        let x = tape.input(fixture["x"].floats, Shape(13, 9), requiresGradient: true)
        let loss = output(x, labels: labels, reduction: reduction, &tape)
        expectClose([tape.scalar(loss)], fixture["y"].values, "loss")
        tape.backward(from: multiply(loss, 0.5, &tape), into: &parameters)
        func half(_ name: String) -> [Double] { fixture[name].values.map { $0 / 2 } }
        expectClose(tape.adjointArray(x), half("d_x"), "x")
        expectClose(parameters.gradient(of: output.weight).array, half("d_weight"), "weight")
        expectClose(
          parameters.gradient(of: try #require(output.bias)).array, half("d_bias"), "bias")
      }
    }
  }

  @Test("A weight tied to an embedding gets the gradient of both uses")
  func tied() throws {
    let fixture = try #require(try Fixture.cases("language", in: .module)["softmax tied"])
    var parameters = Parameters(seed: 1)
    let words = try Embedding(rows: 37, width: 9, updates: .dense, named: "words", in: &parameters)
    let output = try LinearCrossEntropy(tiedTo: words, bias: false, named: "output", in: &parameters)
    parameters.set("words.weight", to: fixture["table"])
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let x = tape.input(fixture["x"].floats, Shape(5, 9), requiresGradient: true)
    let ids = try #require(fixture.integers["ids"]).map(Int32.init)
    let labels = try #require(fixture.integers["labels"]).map(Int32.init)
    let loss = output(multiply(x, words(ids, &tape), &tape), labels: labels, &tape)
    expectClose([tape.scalar(loss)], fixture["y"].values, "loss")
    tape.backward(from: loss, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "x")
    expectClose(parameters.gradient(of: words.table).array, fixture["d_table"].values, "table")
  }

  @Test("The padding row of a tied embedding gets no gradient, looked up or not, before or after the loss")
  func tiedPadding() throws {
    for lookups in [[], [0], [1]] {
      var parameters = Parameters(seed: 1)
      let words = try Embedding(
        rows: 5, width: 3, updates: .dense, padding: 2, named: "words", in: &parameters)
      let output = try LinearCrossEntropy(tiedTo: words, named: "output", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 12)
      let x = tape.input([1, 2, 3, -1, 0.5, 2], Shape(2, 3))
      var loss = tape.constant(0)
      for moment in 0..<2 {
        if moment == 1 { loss = add(loss, output(x, labels: [4, 0], &tape), &tape) }
        if lookups.contains(moment) { loss = add(loss, sum(words([1, 2], &tape), &tape), &tape) }
      }
      tape.backward(from: loss, into: &parameters)
      let gradient = parameters.gradient(of: words.table).array
      #expect(gradient[6..<9].allSatisfy { $0 == 0 }, "\(lookups)")
      #expect(gradient.enumerated().allSatisfy { (6..<9).contains($0.offset) || $0.element != 0 })
    }
  }

  @Test("A table updated by touched rows cannot be tied")
  func touchedRows() throws {
    var parameters = Parameters(seed: 1)
    let words = try Embedding(rows: 4, width: 2, named: "words", in: &parameters)
    #expect(throws: ModelError.self) {
      try LinearCrossEntropy(tiedTo: words, named: "output", in: &parameters)
    }
  }

  @Test("The mean over no rows is zero, with zero gradient")
  func noRows() throws {
    for labels in [[], [ignoredLabel]] {
      var parameters = Parameters(seed: 1)
      let output = try LinearCrossEntropy(inputs: 3, classes: 5, named: "output", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 12)
      let x = tape.input(
        [Float](repeating: 1, count: 3 * labels.count), Shape(labels.count, 3), requiresGradient: true)
      let loss = output(x, labels: labels, &tape)
      #expect(tape.scalar(loss) == 0)
      tape.backward(from: loss, into: &parameters)
      let gradient = parameters.gradient(of: output.weight).array
      #expect(gradient.allSatisfy { $0 == 0 })
    }
  }

  @Test("Gradients have the same bits for 1, 2 and 3 threads, and a second step allocates nothing")
  func sameBits() throws {
    let one = try gradient(threads: 1)
    #expect(try gradient(threads: 2) == one)
    #expect(try gradient(threads: 3) == one)
  }

  private func gradient(threads: Int) throws -> [Float] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    var output = try LinearCrossEntropy(inputs: 31, classes: 1_003, named: "output", in: &parameters)
    output.blockRows = 40
    var tape = Tape(for: parameters, capacity: 1 << 18)
    let labels = (0..<150).map { Int32($0 * 7 % 1_003) }
    let values = (0..<150 * 31).map { Float($0 % 17) / 9 - 1 }
    for step in 0..<4 {
      let before = sluice_thread_allocation_count()
      tape.reset()
      let x = tape.input(values, Shape(150, 31), requiresGradient: true)
      tape.backward(from: output(x, labels: labels, &tape), into: &parameters)
      if threads == 1, step > 1 { #expect(sluice_thread_allocation_count() == before) }
    }
    return parameters.gradient(of: output.weight).array
  }
}
