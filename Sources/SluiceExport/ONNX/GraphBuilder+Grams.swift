import SluiceStorage

// What models that read n-grams have in common.

extension GraphBuilder {
  /// The rows of each text's pieces: [texts, pieces], and what each counts: [texts, pieces, 1].
  mutating func gramInputs(of texts: ONNXPort.Extent) -> (rows: GraphValue, counts: GraphValue) {
    let given = input("ngram_rows", .int64, [texts, .named("pieces")])
    let weights = input("ngram_weights", .float, [texts, .named("pieces")])
    // A piece more that weighs nothing: with it no sum is over nothing where all texts are empty.
    let rows = add("Pad", [given, integers([0, 0, 0, 1]), integer(0)])
    return (rows, unsqueeze(add("Pad", [weights, integers([0, 0, 0, 1]), number(0)]), axes: [2]))
  }

  /// The values of each text divided by their length: [texts, pieces, 1]; zeros stay.
  mutating func unitLength(_ values: GraphValue) -> GraphValue {
    let squares = add("ReduceSum", [product(values, values), integers([1])])
    return add("Div", [values, add("Max", [add("Sqrt", [squares]), number(.leastNormalMagnitude)])])
  }
}
