import SluiceLayers
import SluiceModels
import SluiceStorage

extension GraphBuilder {
  /// One state for each sequence: [sequences, width]; 0 for one without steps.
  ///
  /// - Precondition: there is a step, be it behind the end of every sequence.
  mutating func pool(
    _ values: RecurrentValues, _ sequences: RaggedSequences, _ pooling: Pooling, width: Int
  ) -> GraphValue {
    switch pooling {
    case .last: return last(of: values, width: width)
    case .max:
      let own = select(sequences.mask, values.outputs, number(-.greatestFiniteMagnitude))
      let largest = add(
        "ReduceMax", [own], [ONNXAttribute("axes", .integers([0])), ONNXAttribute("keepdims", .integer(0))])
      return select(sequences.isFilled, largest, number(0))
    case .mean:
      let own = select(sequences.mask, values.outputs, number(0))
      let total = add("ReduceSum", [own, integers([0])], [ONNXAttribute("keepdims", .integer(0))])
      return add("Div", [total, sequences.divisors])
    }
  }

  /// The last level's states after the last step read, all directions in one row: [sequences, directions·units].
  mutating func last(of values: RecurrentValues, width: Int) -> GraphValue {
    reshape(transpose(values.finals[values.finals.count - 1], [1, 0, 2]), [0, width])
  }
}
