import Sluice
import Testing

/// What a program with a mistake in it says as it ends: operation, layer, what was expected and what came.
@Suite("The texts of shape errors")
struct ErrorTextTests {
  /// A mistake and what has to be said of it.
  struct Mistake: Sendable {
    let says: [String]
    let make: @Sendable (inout Parameters) throws -> (@Sendable (inout Tape) -> Void)

    init(
      _ says: String...,
      make: @escaping @Sendable (inout Parameters) throws -> (@Sendable (inout Tape) -> Void)
    ) {
      self.says = says
      self.make = make
    }

    init(_ says: String..., run: @escaping @Sendable (inout Tape) -> Void) {
      self.says = says
      make = { _ in run }
    }

    func commit() throws {
      var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
      let run = try make(&parameters)
      var tape = Tape(for: parameters, capacity: 1 << 12)
      run(&tape)
    }
  }

  static let mistakes: [Mistake] = [
    Mistake("operation 'affine' of layer 'output'", "expected an input of width 3", "[5, 3]", "got [2, 4]") {
      let layer = try Linear(inputs: 3, outputs: 5, named: "output", in: &$0)
      return { tape in _ = layer(zeros(2, 4, &tape), &tape) }
    },
    Mistake("operation 'recurrent' of layer 'lstm'", "expected an input of width 3", "got shape [2, 4]") {
      let lstm = try LSTM(inputs: 3, units: 5, named: "lstm", in: &$0)
      return { tape in _ = lstm(ragged(2, 4, &tape), &tape) }
    },
    Mistake("operation 'recurrent' of layer 'gru'", "expected a state of 1 sequences", "got 3 sequences") {
      let gru = try GRU(inputs: 3, units: 5, named: "gru", in: &$0)
      return { tape in _ = gru(ragged(2, 3, &tape), from: gru.net.zeroState(sequences: 3), &tape) }
    },
    Mistake("operation 'recurrent' of layer 'gru'", "shape [1, 1 or 1, 5]", "got [1, 4]") {
      let gru = try GRU(inputs: 3, units: 5, named: "gru", in: &$0)
      return { tape in _ = gru(ragged(2, 3, &tape), from: InitialStates(zeros(1, 4, &tape)), &tape) }
    },
    Mistake("operation 'lookup' of layer 'letters'", "from 0 up to, not including, 7", "got 7 at place 2") {
      let embedding = try Embedding(rows: 7, width: 2, named: "letters", in: &$0)
      return { tape in _ = embedding([1, 6, 7], &tape) }
    },
    Mistake("operation 'bag lookup' of layer 'pieces'", "from 0 up to, not including, 7", "got 7 at place 1")
    {
      let bag = try EmbeddingBag(rows: 7, width: 2, named: "pieces", in: &$0)
      return { tape in _ = bag([1, 7], weights: [1, 1], offsets: [0, 2], &tape) }
    },
    Mistake("operation 'bag lookup' of layer 'pieces'", "a weight for each of 2 ids", "got 1") {
      let bag = try EmbeddingBag(rows: 7, width: 2, named: "pieces", in: &$0)
      return { tape in _ = bag([1, 2], weights: [1], offsets: [0, 2], &tape) }
    },
    Mistake("operation 'bag lookup' of layer 'pieces'", "expected offsets in order", "got 1 after 3") {
      let bag = try EmbeddingBag(rows: 7, width: 2, named: "pieces", in: &$0)
      return { tape in _ = bag([1, 2], weights: [1, 1], offsets: [0, 3, 1, 2], &tape) }
    },
    Mistake("operation 'attention' of layer 'heads'", "8 rows", "got 2 rows") {
      let attention = try SelfAttention(width: 4, heads: 2, named: "heads", in: &$0)
      return { tape in
        let x = RaggedTensor(steps: zeros(2, 4, &tape), sequences: tape.makeSequences(offsets: [0, 8]))
        _ = attention(x, &tape)
      }
    },
    Mistake("operation 'add' of layer 'highway'", "from the last on, are equal or 1", "[2, 4] and [3, 4]") {
      parameters in
      let layer = try parameters.addLayer(named: "highway")
      return { tape in
        _ = tape.enter(layer)
        _ = add(zeros(2, 4, &tape), zeros(3, 4, &tape), &tape)
      }
    },
    Mistake("operation 'matrixProduct': expected as many columns", "got [2, 3] and [4, 5] transposed") {
      tape in
      _ = matrixProduct(zeros(2, 3, &tape), zeros(4, 5, &tape), transposingB: true, &tape)
    },
    Mistake("operation 'sum': expected an axis of shape [2, 3]", "got axis 2") { tape in
      _ = sum(zeros(2, 3, &tape), axis: 2, &tape)
    },
    Mistake("operation 'reshape'", "6 elements", "[2, 3]", "got [4, 2] of 8") { tape in
      _ = reshape(zeros(2, 3, &tape), Shape(4, 2), &tape)
    },
    Mistake("operation 'concatenate'", "[2, 3] but for axis 0", "got [2, 4]") { tape in
      _ = concatenate(zeros(2, 3, &tape), zeros(2, 4, &tape), &tape)
    },
    Mistake("operation 'select'", "got [3] and [2, 4]") { tape in
      let four = zeros(2, 4, &tape)
      _ = select(mask(3, &tape) { _ in true }, four, four, &tape)
    },
    Mistake("operation 'slice'", "inside 0..<3, axis 1 of [2, 3]", "got 1..<4") { tape in
      _ = slice(zeros(2, 3, &tape), axis: 1, 1..<4, &tape)
    },
    Mistake("operation 'input': expected 6 values", "[2, 3]", "got 5") { tape in
      _ = tape.input([1, 2, 3, 4, 5], Shape(2, 3))
    },
    Mistake("a tensor of this step of this tape", "the tape has been reset since") { tape in
      let x = zeros(1, 1, &tape)
      tape.reset()
      _ = tanh(x, &tape)
    },
  ]

  @Test("Each names operation, layer, what was expected and what came", arguments: mistakes.indices)
  func texts(_ index: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [index = index as Int] in
      try ErrorTextTests.mistakes[index].commit()
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in Self.mistakes[index].says { #expect(text.contains(part), "\(part) in: \(text)") }
  }
}

private func zeros(_ rows: Int, _ columns: Int, _ tape: inout Tape) -> Tensor {
  let x = tape.makeTensor(Shape(rows, columns), requiresGradient: false)
  tape.values(of: x).fill(0)
  return x
}

private func ragged(_ rows: Int, _ columns: Int, _ tape: inout Tape) -> RaggedTensor {
  RaggedTensor(
    steps: zeros(rows, columns, &tape), sequences: tape.makeSequences(offsets: [0, Int32(rows)]))
}
