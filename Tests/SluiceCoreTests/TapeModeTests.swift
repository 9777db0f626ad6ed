import Sluice
import Testing

@Suite("The mode of a tape")
struct TapeModeTests {
  /// A model with dropout, saved or new.
  private static func model(
    isSaved: Bool, dropout probability: Float = 0.5
  ) throws -> (parameters: ParametersBox, layer: Linear, dropout: Dropout) {
    var parameters =
      isSaved
      ? Parameters(seed: 1, shapes: { ["top.weight": [4, 4], "top.bias": [4]][$0] }) : Parameters(seed: 1)
    let layer = try Linear(inputs: 4, outputs: 4, named: "top", in: &parameters)
    let dropout = try Dropout(probability: probability, named: "dropout", in: &parameters)
    for handle in parameters.handles { parameters.values(of: handle).fill(1) }
    return (ParametersBox(parameters), layer, dropout)
  }

  /// Parameters that a tuple can hold.
  private final class ParametersBox {
    var parameters: Parameters
    init(_ parameters: consuming Parameters) { self.parameters = parameters }
  }

  private static func loss(_ layer: Linear, _ dropout: Dropout, _ tape: inout Tape) -> Tensor {
    let x = tape.input([Float](repeating: 1, count: 64), Shape(16, 4))
    return sum(dropout(layer(x, &tape), &tape), &tape)
  }

  @Test("A saved model is used without dropout unless training is said, a new one with it")
  func byModel() throws {
    for (isSaved, said, want) in [
      (true, nil, .evaluation), (true, .training, .training), (false, nil, .training),
      (false, .evaluation, .evaluation),
    ] as [(Bool, Tape.Mode?, Tape.Mode)] {
      let (box, layer, dropout) = try Self.model(isSaved: isSaved)
      var tape = Tape(for: box.parameters, capacity: 1 << 12, mode: said)
      let mode = tape.mode
      #expect(mode == want)
      let value = tape.scalar(Self.loss(layer, dropout, &tape))
      #expect((value == 320) == (want == .evaluation))
    }
  }

  @Test("Going back through a saved model whose dropout was left out is a trap that says what to write")
  func trap() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (box, layer, dropout) = try TapeModeTests.model(isSaved: true)
      var tape = Tape(for: box.parameters, capacity: 1 << 12)
      tape.backward(from: TapeModeTests.loss(layer, dropout, &tape), into: &box.parameters)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Tape(for: parameters, mode: .training)"), "\(text)")
  }

  @Test("Where nothing was left out, going back shows that a tape trains; a mode that is said stays")
  func goesOnTraining() throws {
    let (box, layer, dropout) = try Self.model(isSaved: true, dropout: 0)
    var tape = Tape(for: box.parameters, capacity: 1 << 12)
    tape.backward(from: Self.loss(layer, dropout, &tape), into: &box.parameters)
    let trains = tape.mode
    #expect(trains == .training)
    var evaluated = Tape(for: box.parameters, capacity: 1 << 12, mode: .evaluation)
    evaluated.backward(from: Self.loss(layer, dropout, &evaluated), into: &box.parameters)
    let stays = evaluated.mode
    #expect(stays == .evaluation)
  }
}
