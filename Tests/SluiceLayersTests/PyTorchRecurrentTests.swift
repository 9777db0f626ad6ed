import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Weights of PyTorch's recurrent nets")
struct PyTorchRecurrentTests {
  private static func net(_ name: String, in parameters: inout Parameters) throws -> RecurrentNet {
    var options = RecurrentOptions()
    options.layers = ["relu", "unbiased"].contains(name) ? 1 : 2
    options.direction = ["gru", "lstm"].contains(name) ? .bidirectional : .leftToRight
    let cell: CellKind =
      switch name {
      case "rnn": .elman()
      case "relu": .elman(.relu)
      case "gru": .gru()
      default: .lstm()
      }
    return try RecurrentNet(cell, inputs: 3, units: 4, options: options, named: "net", in: &parameters)
  }

  private static func file() throws -> SafetensorsFile {
    try SafetensorsFile(
      path: Bundle.module.bundleURL.appendingPathComponent("Fixtures/pytorch_recurrent.safetensors").path)
  }

  private static func read(
    _ net: RecurrentNet, _ name: String, _ file: SafetensorsFile, into parameters: borrowing Parameters
  ) throws {
    try net.readPyTorch(into: parameters, prefix: name + ".", hasBiases: name != "unbiased") { name, shape in
      _ = try file.check(name, shape: shape.array)
      return try file.floats(name)
    }
  }

  private static func outputs(
    _ net: RecurrentNet, _ parameters: borrowing Parameters, _ x: Fixture.Reference
  ) -> [Float] {
    var tape = Tape(for: parameters, capacity: 1 << 14)
    let steps = tape.input(x.floats, Shape(5, 3))
    let batch = RaggedTensor(steps: steps, sequences: tape.makeSequences(offsets: [0, 5]))
    return tape.array(net(batch, &tape).outputs.steps)
  }

  @Test(
    "A state dictionary gives what PyTorch computes", arguments: ["rnn", "relu", "gru", "lstm", "unbiased"])
  func imported(name: String) throws {
    let fixture = try #require(try Fixture.cases("pytorch_recurrent", in: .module)[name])
    var parameters = Parameters(seed: 1)
    let net = try Self.net(name, in: &parameters)
    try Self.read(net, name, Self.file(), into: parameters)
    expectClose(Self.outputs(net, parameters, fixture["x"]), fixture["y"].values, name)
  }

  @Test(
    "What is written is what was read, biases added up", arguments: ["rnn", "gru", "lstm"], [false, true])
  func writtenBack(name: String, normalizesWeights: Bool) throws {
    let file = try Self.file()
    let fixture = try #require(try Fixture.cases("pytorch_recurrent", in: .module)[name])
    var parameters = Parameters(seed: 1)
    var options = try Self.net(name, in: &parameters).options
    options.normalizesWeights = normalizesWeights
    parameters = Parameters(seed: 2)
    let cell: CellKind = name == "rnn" ? .elman() : name == "gru" ? .gru() : .lstm()
    let net = try RecurrentNet(cell, inputs: 3, units: 4, options: options, named: "net", in: &parameters)
    try Self.read(net, name, file, into: parameters)
    expectClose(Self.outputs(net, parameters, fixture["x"]), fixture["y"].values, name)
    var written: [String: [Float]] = [:]
    try net.writePyTorch(parameters) { key, shape, values in
      _ = try file.check("\(name).\(key)", shape: shape.array)
      written[key] = values
    }
    for (key, values) in written where key.hasPrefix("weight") {
      expectClose(values, try file.floats("\(name).\(key)").map(Double.init), key)
    }
    let (given, back) = (
      try zip(file.floats("\(name).bias_ih_l1"), file.floats("\(name).bias_hh_l1")).map { Double($0 + $1) },
      zip(try #require(written["bias_ih_l1"]), try #require(written["bias_hh_l1"])).map { $0 + $1 }
    )
    expectClose(back, given, "the sum of the biases")
  }

  @Test("A net that PyTorch does not have, or a tensor of another shape, is refused and changes nothing")
  func refused() throws {
    var parameters = Parameters(seed: 1)
    let normalized = try RecurrentNet(
      .layerNormGRU(), inputs: 3, units: 4, named: "normalized", in: &parameters)
    let wide = try RecurrentNet(.gru(), inputs: 5, units: 4, named: "wide", in: &parameters)
    let before = parameters.handles.map { parameters.values(of: $0).array }
    for net in [normalized, wide] {
      var refused = false
      do { try Self.read(net, "gru", Self.file(), into: parameters) } catch { refused = true }
      #expect(refused)
    }
    #expect(parameters.handles.map { parameters.values(of: $0).array } == before)
  }
}
