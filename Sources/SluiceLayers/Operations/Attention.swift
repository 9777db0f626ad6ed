import SluiceCore

/// Scaled dot-product attention of every sequence to itself, by several heads side by side (Vaswani et al. 2017,
/// arXiv:1706.03762): with the queries Q, keys K and values V of one sequence and head, each [length, size],
/// `y = dropout(softmax(Q·Kᵀ / √size))·V`.
///
/// **Shapes.** x [n, 3·width], each row its query, key and value, of which head h has the columns from h·size up to
/// (h + 1)·size, size = width / heads; y [n, width]. With `isCausal` a row sees itself and those before it in its
/// sequence, else all of its sequence.
/// **Edges.** An empty sequence has no rows; a row that sees only itself gets its own value.
/// **Backward.** With the weights A, their gradient dA and R the sums of A ⊙ dA by row: dV = Aᵀ·dy, dQ = S·K / √size, dK =
/// Sᵀ·Q / √size where S = A ⊙ (dA − R).
///
/// In training the weights are kept, heads · length² floats of a sequence, half of that with a causal mask: to compute
/// them again would be a fifth product and the exponentials, and for texts in windows they are smaller than the activations of
/// a feed-forward layer. In evaluation a thread has one block of 64 rows at a time.
/// The threads share sequences and heads.
///
/// - Parameters:
///   - stream: tells the masks of different places of a model apart.
/// - Precondition: 3 · heads divides the width of x, and 0 ≤ probability < 1.
/// - Complexity: O(width · sum of length²) each way; allocates nothing.
public func attention(
  _ x: RaggedTensor, heads: Int, isCausal: Bool, dropout probability: Float = 0, stream: UInt64 = 0,
  _ tape: inout Tape
) -> RaggedTensor {
  let shape = tape.shape(of: x.steps)
  tape.expect(
    heads > 0 && shape.width > 0 && shape.width % (3 * heads) == 0, "attention",
    expected:
      "rows of a query, a key and a value for each of \(heads) heads: a width that is a multiple of \(3 * heads)",
    got: "\(shape)")
  tape.expectShare(probability, "attention")
  let layout = tape.layout(of: x.sequences)
  tape.expectRows(of: x, "attention")
  let isTraining = tape.mode == .training
  if probability > 0 { _ = tape.leavesOutRandomness() }
  let y = tape.makeTensor(
    Shape(shape.rows, shape.width / 3), requiresGradient: tape.requiresGradient(x.steps))
  let parts = attentionParts(sequences: layout.count, heads: heads, tape.engine)
  var operation = AttentionOperation(
    x: x.steps, y: y, offsets: layout.offsets, blocks: AttentionBlocks(heads: heads, isCausal: isCausal),
    size: shape.width / 3 / heads, probability: isTraining ? probability : 0, key: tape.random(stream).key,
    parts: parts, scratch: tape.makeWorkspace(parts * AttentionBlocks.largest(layout.longest)))
  if isTraining, tape.requiresGradient(y) { operation.keepWeights(&tape) }
  operation.forward(tape)
  tape.record(operation)
  return RaggedTensor(steps: y, sequences: x.sequences)
}

/// The parts that the work is cut into: some for each thread, so that one that is slow holds up little.
private func attentionParts(sequences: Int, heads: Int, _ engine: Engine) -> Int {
  engine.workers.count == 1 ? 1 : max(1, min(4 * engine.workers.count, sequences * heads))
}

private struct AttentionOperation: TapeOperation {
  static let name: StaticString = "attention"
  let x: Tensor
  let y: Tensor
  let offsets: IndexRange
  let blocks: AttentionBlocks
  let size: Int
  let probability: Float
  let key: UInt64
  let parts: Int
  /// One block for each part.
  let scratch: Workspace
  /// The attention weights, before dropout.
  var weights: Workspace?

  var inputs: TensorList { TensorList(x) }
  var outputs: TensorList { TensorList(y) }

  /// How the weights are spread, where they are kept, and what is dropped of them.
  func senses(_ tape: borrowing Tape) -> OperationSenses {
    let dropped: OperationSense = probability > 0 ? .dropout(probability: probability) : .none
    guard let weights,
      let figures = blocks.concentration(of: tape.floats(weights), tape.indices(offsets))
    else { return OperationSenses(dropped) }
    return OperationSenses(.attention(entropy: figures.entropy, largest: figures.largest), dropped)
  }

  mutating func keepWeights(_ tape: inout Tape) {
    weights = tape.makeWorkspace(blocks.floats(tape.indices(offsets)))
  }

  func forward(_ tape: borrowing Tape) {
    var heads = heads(tape, x: tape.values(of: x), y: tape.values(of: y))
    heads.weights = weights.map { tape.floats($0) }
    tape.engine.workers.run(parts, heads) { heads, part in
      heads.forEach(of: part) { heads, head in heads.forward(head) }
    }
  }

  func backward(_ tape: inout Tape) {
    guard let dy = tape.adjoint(of: y), let dx = tape.contribution(to: x) else { return }
    var kept = self
    if weights == nil {
      kept.keepWeights(&tape)
      kept.forward(tape)
    }
    var heads = kept.heads(tape, x: tape.values(of: x), y: dy)
    heads.weights = kept.weights.map { tape.floats($0) }
    heads.dx = heads.matrix(dx.floats, columns: 3)
    heads.accumulates = dx.accumulate
    tape.engine.workers.run(parts, heads) { heads, part in
      heads.forEach(of: part) { heads, head in heads.backward(head) }
    }
  }

  private func heads(_ tape: borrowing Tape, x: Floats, y: Floats) -> AttentionHeads {
    AttentionHeads(
      engine: tape.engine, blocks: blocks, offsets: tape.indices(offsets), size: size,
      probability: probability, key: key, parts: parts, x: x, y: y, scratch: tape.floats(scratch))
  }
}
