import Sluice
import Testing

@Suite("Parameters that are trained alone")
struct TrainedAloneTests {
  @Test(
    "Any one parameter of a recurrent net has the gradient that it has among all",
    arguments: RecurrentFixture.kinds)
  func recurrent(kind: CellKind) throws {
    var options = RecurrentOptions()
    options.normalizesWeights = true
    options.hasTwoBiases = true
    var parameters = Parameters(seed: 5)
    let net = try RecurrentNet(kind, inputs: 3, units: 5, options: options, named: "net", in: &parameters)
    try expectSame(&parameters) { tape in
      let x = tape.input((0..<24).map { Float($0 % 7) / 3 - 1 }, Shape(8, 3))
      return net(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 5, 8])), &tape).outputs
        .steps
    }
  }

  @Test("So has any one of a transformer's block and of an encoder of words")
  func others() throws {
    var parameters = Parameters(seed: 5)
    var options = TransformerOptions()
    (options.heads, options.blocks) = (2, 1)
    let transformer = try Transformer(width: 6, options, named: "transformer", in: &parameters)
    try expectSame(&parameters) { tape in
      let x = tape.input((0..<48).map { Float($0 % 7) / 3 - 1 }, Shape(8, 6))
      return transformer(RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: [0, 5, 8])), &tape)
        .steps
    }
    var others = Parameters(seed: 5)
    let encoder = try CharacterEncoder(
      characters: 5, embeddingWidth: 3, filters: [CharacterFilters(width: 2, maps: 4)], named: "words",
      in: &others)
    var words = RaggedIndices()
    words.append([0, 1, 2, 4])
    words.append([3])
    try expectSame(&others) { tape in encoder(words, &tape) }
  }

  /// Trains each parameter alone, from outputs whose inputs need no gradient.
  private func expectSame(_ parameters: inout Parameters, _ outputs: (inout Tape) -> Tensor) throws {
    var tape = Tape(for: parameters, capacity: 1 << 16)
    func go(_ parameters: inout Parameters, _ tape: inout Tape) {
      tape.reset()
      parameters.clearGradients()
      let y = outputs(&tape)
      let weights = (0..<tape.values(of: y).count).map { Float($0 % 5) - 2 }
      tape.backward(from: y, weights: weights, into: &parameters)
    }
    go(&parameters, &tape)
    let handles = Array(parameters.handles)
    let expected = handles.map { parameters.gradient(of: $0).array }
    let isReached = expected.map { gradient in gradient.contains { $0 != 0 } }
    #expect(isReached.allSatisfy { $0 })
    for alone in handles.indices {
      for (i, handle) in handles.enumerated() { parameters.setTrainable(i == alone, handle) }
      go(&parameters, &tape)
      #expect(
        parameters.gradient(of: handles[alone]).array == expected[alone],
        "\(parameters[handles[alone]].name)")
    }
  }
}
