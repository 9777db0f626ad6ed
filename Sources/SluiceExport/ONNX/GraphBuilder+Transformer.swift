import SluiceCore
import SluiceLayers
import SluiceStorage

extension GraphBuilder {
  /// A causal transformer over padded sequences: [sequences, steps, width] → [rows, width].
  ///
  /// A step sees itself and those before it, so what stands behind a sequence's end changes nothing of its own steps.
  mutating func transformer(
    _ x: GraphValue, _ transformer: Transformer, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let width = transformer.width
    var states = x
    if let positions = transformer.positions {
      let table = add(
        "Slice", [weight(positions, parameters), integers([0]), extent(x, axis: 1), integers([0])])
      states = sum(states, table)
    }
    let shape = [extent(x, axis: 0), extent(x, axis: 1)]
    let places = counting(x, axis: 1)
    let sees = add("LessOrEqual", [places, unsqueeze(places, axes: [1])])
    states = reshape(states, [-1, width])
    for block in transformer.blocks {
      let gathered = attention(
        normalize(states, block.attentionNorm, parameters), shape, sees, block.attention, width, parameters)
      states = sum(states, gathered)
      let wide = linear(normalize(states, block.expandNorm, parameters), block.expand, parameters)
      let hidden = gelu(wide, block.activation)
      states = sum(states, linear(hidden, block.contract, parameters))
    }
    return normalize(states, transformer.norm, parameters)
  }

  /// `softmax(Q·Kᵀ / √size)·V` of every head, mixed: rows → rows.
  private mutating func attention(
    _ x: GraphValue, _ shape: [GraphValue], _ sees: GraphValue, _ layer: SelfAttention, _ width: Int,
    _ parameters: borrowing Parameters
  ) -> GraphValue {
    let (heads, size) = (layer.heads, width / layer.heads)
    let all = linear(x, layer.projections, parameters)
    // [queries, keys and values, sequences, heads, steps, size]
    let parts = transpose(reshape(all, shape + [integers([3, heads, size])]), [2, 0, 3, 1, 4])
    let (queries, keys, values) = (
      gather(parts, integer(0)), gather(parts, integer(1)), gather(parts, integer(2))
    )
    let products = add("MatMul", [queries, transpose(keys, [0, 1, 3, 2])])
    let scores = select(
      sees, product(products, number(1 / Float(size).squareRoot())), number(-.greatestFiniteMagnitude))
    let weights = add("Softmax", [scores], [ONNXAttribute("axis", .integer(-1))])
    let gathered = transpose(add("MatMul", [weights, values]), [0, 2, 1, 3])
    return linear(reshape(gathered, [-1, width]), layer.output, parameters)
  }
}
