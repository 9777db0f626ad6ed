import SluiceCore
import SluiceModels
import SluiceStorage

extension StemEncoder {
  /// The encoder as a graph.
  ///
  /// | name | shape | |
  /// | --- | --- | --- |
  /// | `characters` | [words, steps] | in: the ids of each word's characters, padded with any id |
  /// | `lengths` | [words] | in: how many of them are the word's own, from 0 |
  /// | `directions` | [words, width] | out: the vectors with a length of 1, as words are compared by |
  /// | `vectors` | [words, width] | out: the vectors themselves |
  func graph(_ parameters: borrowing Parameters) throws(ModelError) -> ONNXGraph {
    var builder = GraphBuilder(named: StemDescription.jobName)
    let words = ONNXPort.Extent.named("words")
    let values = try builder.readCharacters(of: words, embedding, net, parameters).values
    let vectors = builder.linear(builder.last(of: values, width: net.width), output, parameters)
    builder.output("directions", builder.direction(vectors), [words, .size(output.outputs)])
    builder.output("vectors", vectors, [words, .size(output.outputs)])
    return builder.graph
  }
}

extension GraphBuilder {
  /// Every row divided by its length.
  fileprivate mutating func direction(_ x: GraphValue) -> GraphValue {
    let length = add(
      "ReduceL2", [x], [ONNXAttribute("axes", .integers([-1])), ONNXAttribute("keepdims", .integer(1))])
    return add("Div", [x, length])
  }
}
