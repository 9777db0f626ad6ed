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
  /// | `ngram_rows` | [texts, pieces] | in, where n-grams are read: the rows that each text's pieces fall on, padded with any row |
  /// | `ngram_weights` | [texts, pieces] | in, with them: 1 + ln(count) of each row, 0 for one that is none of the text's |
  /// | `probabilities` | [texts, labels] | out |
  /// | `logits` | [texts, labels] | out: what the probabilities are the softmax of, or the logistic function where texts have any number of labels |
  /// | `states` | [texts, width] | out, where characters are read: what the recurrent layers say of a text |
  func graph(_ parameters: borrowing Parameters) throws(ModelError) -> ONNXGraph {
    var builder = GraphBuilder(named: ClassifierDescription.jobName)
    let texts = ONNXPort.Extent.named("texts")
    var (own, states, scored): (GraphValue?, GraphValue?, GraphValue?)
    if let characters {
      let (values, sequences) = try builder.readCharacters(
        of: texts, characters.embedding, characters.net, parameters)
      let pooled = builder.pool(values, sequences, characters.pooling, width: characters.net.width)
      own = builder.linear(pooled, characters.output, parameters)
      states = pooled
    }
    if let grams { scored = builder.readGrams(of: texts, grams, parameters) }
    let logits = builder.mixed(own, scored, share, parameters)
    let probabilities =
      threshold == nil
      ? builder.add("Softmax", [logits], [ONNXAttribute("axis", .integer(-1))])
      : builder.add("Sigmoid", [logits])
    builder.output("probabilities", probabilities, [texts, .size(labels)])
    builder.output("logits", logits, [texts, .size(labels)])
    if let states, let characters { builder.output("states", states, [texts, .size(characters.net.width)]) }
    return builder.graph
  }
}

extension GraphBuilder {
  /// The logits of the linear classifier of n-grams: [texts, labels]; see `GramClassifier`.
  fileprivate mutating func readGrams(
    of texts: ONNXPort.Extent, _ grams: GramClassifier, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let (rows, counts) = gramInputs(of: texts)
    let unit = unitLength(product(counts, gather(weight(grams.rarity, parameters), rows)))
    let parts = product(unit, gather(weight(grams.weight, parameters), rows))
    let sums = add("ReduceSum", [parts, integers([1])], [ONNXAttribute("keepdims", .integer(0))])
    let scores = sum(sums, weight(grams.intercept, parameters))
    return sum(product(scores, weight(grams.gain, parameters)), weight(grams.bias, parameters))
  }

  /// Both logits in one, or those that there are.
  fileprivate mutating func mixed(
    _ own: GraphValue?, _ scored: GraphValue?, _ share: ParameterHandle?, _ parameters: borrowing Parameters
  ) -> GraphValue {
    guard let own else { return scored ?? number(0) }
    guard let scored, let share else { return own }
    return sum(own, product(weight(share, parameters), difference(scored, own)))
  }
}
