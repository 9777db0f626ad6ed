import SluiceCore
import SluiceModels
import SluiceStorage

extension TextClassifier {
  /// The classifier as a graph.
  ///
  /// | name | shape | |
  /// | --- | --- | --- |
  /// | `characters` | [texts, steps] | in: the ids of each text's characters, padded with any id |
  /// | `lengths` | [texts] | in: how many of them are the text's own, from 0 |
  /// | `probabilities` | [texts, labels] | out |
  /// | `logits` | [texts, labels] | out: what the probabilities are the softmax of |
  /// | `states` | [texts, width] | out: what the recurrent layers say of a text |
  func graph(_ parameters: borrowing Parameters) throws(ModelError) -> ONNXGraph {
    var builder = GraphBuilder(named: ClassifierDescription.jobName)
    let texts = ONNXPort.Extent.named("texts")
    let (values, sequences) = try builder.readCharacters(of: texts, embedding, net, parameters)
    let states = builder.pool(values, sequences, pooling, width: net.width)
    let logits = builder.linear(states, output, parameters)
    let probabilities = builder.add("Softmax", [logits], [ONNXAttribute("axis", .integer(-1))])
    builder.output("probabilities", probabilities, [texts, .size(output.outputs)])
    builder.output("logits", logits, [texts, .size(output.outputs)])
    builder.output("states", states, [texts, .size(net.width)])
    return builder.graph
  }
}
