import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Transformer")
struct TransformerTests {
  private static func options(_ change: (inout TransformerOptions) -> Void) -> TransformerOptions {
    var options = TransformerOptions()
    change(&options)
    return options
  }

  /// The names of a fixture's parameters.
  private static func names(_ fixture: Fixture) -> [String] {
    fixture.tensors.keys.filter { fixture.tensors["d_\($0)"] != nil && $0 != "x" }.sorted()
  }

  @Test(
    "A block agrees with PyTorch's layer in value and every gradient", arguments: KernelTable.available,
    [1, 4])
  func block(kernels: KernelTable, heads: Int) throws {
    for isCausal in [false, true] {
      let fixture = try #require(
        try Fixture.cases("transformer", in: .module)["block \(heads) \(isCausal ? "causal" : "full")"])
      var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
      let options = Self.options {
        $0.heads = heads
        $0.hidden = 20
        $0.isCausal = isCausal
      }
      let block = try TransformerBlock(width: 8, options, named: "block_0", in: &parameters)
      for name in Self.names(fixture) { parameters.set(name, to: fixture[name]) }
      let lengths = try #require(fixture.integers["lengths"])
      var tape = Tape(for: parameters, capacity: 1 << 16)
      let x = tape.input(fixture["x"].floats, Shape(18, 8), requiresGradient: true)
      let y = block(ragged(x, lengths, &tape), &tape)
      expectClose(tape.array(y.steps), fixture["y"].values, "value")
      tape.backward(from: y.steps, weights: fixture["upstream"].floats, into: &parameters)
      expectClose(tape.adjointArray(x), fixture["d_x"].values, "x")
      let parameterCount = parameters.count
      #expect(Self.names(fixture).count == parameterCount)
      for name in Self.names(fixture) {
        let found = parameters.find(name)
        let handle = try #require(found)
        expectClose(parameters.gradient(of: handle).array, fixture["d_\(name)"].values, name)
      }
    }
  }

  @Test(
    "Blocks with positions and the last normalization agree with PyTorch", arguments: KernelTable.available,
    ["learned", "sinusoidal"])
  func transformer(kernels: KernelTable, kind: String) throws {
    let fixture = try #require(try Fixture.cases("transformer", in: .module)["transformer \(kind)"])
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let options = Self.options {
      $0.heads = 2
      $0.positions = kind == "learned" ? .learned(longest: 11) : .sinusoidal
    }
    let transformer = try Transformer(width: 6, options, named: "all", in: &parameters)
    for name in Self.names(fixture) { parameters.set("all.\(name)", to: fixture[name]) }
    let lengths = try #require(fixture.integers["lengths"])
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let x = tape.input(fixture["x"].floats, Shape(18, 6), requiresGradient: true)
    let y = transformer(ragged(x, lengths, &tape), &tape)
    expectClose(tape.array(y.steps), fixture["y"].values, "value")
    tape.backward(from: y.steps, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(tape.adjointArray(x), fixture["d_x"].values, "x")
    let parameterCount = parameters.count
    #expect(Self.names(fixture).count == parameterCount)
    for name in Self.names(fixture) {
      let found = parameters.find("all.\(name)")
      let handle = try #require(found)
      expectClose(parameters.gradient(of: handle).array, fixture["d_\(name)"].values, name)
    }
  }

  @Test("Sines and cosines are those of the formula, for an odd width too, and far out")
  func sinusoidal() throws {
    let fixture = try #require(try Fixture.cases("transformer", in: .module)["sinusoids"])
    let parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    expectClose(tape.array(sinusoids(rows: 50, width: 7, &tape)), fixture["y"].values, "table")
    let far = tape.array(sinusoids(rows: 100_001, width: 4, &tape)).suffix(4)
    expectClose(
      Array(far), [sin(100_000.0), cos(100_000.0), sin(1_000.0), cos(1_000.0)], tolerance: 1e-7, "row 100,000"
    )
  }

  @Test("Gradients agree with differences where all dropout is on")
  func dropped() throws {
    var parameters = Parameters(seed: 2)
    let options = Self.options {
      $0.heads = 2
      $0.hidden = 7
      $0.dropout = 0.3
      $0.positions = .learned(longest: 5)
    }
    let transformer = try Transformer(width: 4, options, named: "all", in: &parameters)
    let checks = checkGradients(
      inputs: [(numbers(8 * 4, seed: 7), Shape(8, 4))], of: &parameters, step: 4e-3, tolerance: 4e-3,
      most: 12,
      capacity: 1 << 16
    ) { inputs, tape in
      sum(power(transformer(ragged(inputs[0], [5, 3], &tape), &tape).steps, 3, &tape), &tape)
    }
    #expect(checks.pass, "\(checks.filter { !$0.passes })")
  }

  @Test("Gradients have the same bits for 1, 2 and 3 threads, and a later step allocates nothing")
  func sameBits() throws {
    let one = try gradients(threads: 1)
    #expect(try gradients(threads: 2) == one)
    #expect(try gradients(threads: 3) == one)
  }

  private func gradients(threads: Int) throws -> [[Float]] {
    var parameters = Parameters(seed: 5, engine: Engine(threads: threads))
    let options = Self.options {
      $0.dropout = 0.2
      $0.positions = .sinusoidal
    }
    let transformer = try Transformer(width: 32, options, named: "all", in: &parameters)
    let lengths = [40, 3, 70, 1, 26]
    var offsets: [Int32] = [0]
    for length in lengths { offsets.append(offsets[offsets.count - 1] + Int32(length)) }
    let values = numbers(140 * 32, seed: 9)
    let weights = (0..<140 * 32).map { Float($0 % 13) - 6 }
    var tape = Tape(for: parameters, capacity: 1 << 20)
    for step in 0..<4 {
      let before = sluice_thread_allocation_count()
      tape.reset()
      let x = tape.input(values, Shape(140, 32), requiresGradient: true)
      let y = transformer(
        RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets)), &tape)
      tape.backward(from: y.steps, weights: weights, into: &parameters)
      let count = sluice_thread_allocation_count() - before
      if threads == 1, step > 1 { #expect(count == 0) }
    }
    return parameters.handles.map { parameters.gradient(of: $0).array }
  }

  @Test("What cannot be built is refused")
  func problems() {
    for change: (inout TransformerOptions) -> Void in [
      { $0.heads = 3 }, { $0.heads = 0 }, { $0.blocks = 0 }, { $0.hidden = 0 }, { $0.dropout = 1 },
      { $0.positions = .learned(longest: 0) },
    ] {
      var parameters = Parameters(seed: 1)
      #expect(throws: ModelError.self) {
        try Transformer(width: 8, Self.options(change), named: "all", in: &parameters)
      }
    }
  }
}
