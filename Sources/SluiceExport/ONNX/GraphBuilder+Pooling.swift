import SluiceLayers
import SluiceModels
import SluiceStorage

extension GraphBuilder {
  /// One state for each sequence: [sequences, width]; 0 for one without steps.
  mutating func pool(
    _ values: RecurrentValues, _ sequences: RaggedSequences, _ pooling: Pooling, width: Int
  ) -> GraphValue {
    switch pooling {
    case .last: return last(of: values, width: width)
    case .max:
      // A step more, so that there is one if all sequences are empty.
      let lowest = number(-.greatestFiniteMagnitude)
      let own = oneStepMore(select(sequences.mask, values.outputs, lowest), filledWith: lowest)
      let largest = add(
        "ReduceMax", [own], [ONNXAttribute("axes", .integers([0])), ONNXAttribute("keepdims", .integer(0))])
      return select(sequences.isFilled, largest, number(0))
    case .mean:
      let own = oneStepMore(select(sequences.mask, values.outputs, number(0)), filledWith: number(0))
      let total = add("ReduceSum", [own, integers([0])], [ONNXAttribute("keepdims", .integer(0))])
      return add("Div", [total, sequences.divisors])
    }
  }

  /// The last level's states after the last step read, all directions in one row: [sequences, directions·units].
  mutating func last(of values: RecurrentValues, width: Int) -> GraphValue {
    reshape(transpose(values.finals[values.finals.count - 1], [1, 0, 2]), [0, width])
  }

  private mutating func oneStepMore(_ x: GraphValue, filledWith value: GraphValue) -> GraphValue {
    add("Pad", [x, integers([0, 0, 0, 1, 0, 0]), value])
  }
}
