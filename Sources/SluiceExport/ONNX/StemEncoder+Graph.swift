import SluiceCore
import SluiceModels
import SluiceStorage

extension StemEncoder {
  /// The encoder as a graph.
  ///
  /// | name | shape | |
  /// | --- | --- | --- |
  /// | `characters` | [words, steps] | in, where characters are read: the ids of each word's characters, padded with any id |
  /// | `lengths` | [words] | in, with them: how many of them are the word's own, from 0 |
  /// | `ngram_rows` | [words, pieces] | in, where n-grams are read: the rows that each word's pieces fall on, padded with any row |
  /// | `ngram_weights` | [words, pieces] | in, with them: 1 + ln(count) of each row, 0 for one that is none of the word's |
  /// | `directions` | [words, width] | out: the vectors with a length of 1, as words are compared by |
  /// | `vectors` | [words, width] | out: the vectors themselves |
  func graph(_ parameters: borrowing Parameters) throws(ModelError) -> ONNXGraph {
    var builder = GraphBuilder(named: StemDescription.jobName)
    let words = ONNXPort.Extent.named("words")
    var (own, sums): (GraphValue?, GraphValue?)
    if let characters {
      let values = try builder.readCharacters(of: words, characters.embedding, characters.net, parameters)
        .values
      own = builder.linear(
        builder.last(of: values, width: characters.net.width), characters.output, parameters)
    }
    if let grams { sums = builder.readGrams(of: words, grams, parameters) }
    let vectors: GraphValue
    if let own, let sums {
      vectors = builder.sum(own, sums)
    } else {
      vectors = own ?? sums ?? builder.number(0)
    }
    builder.output("directions", builder.direction(vectors), [words, .size(width)])
    builder.output("vectors", vectors, [words, .size(width)])
    return builder.graph
  }
}

extension GraphBuilder {
  /// The weighted sums of the vectors of n-grams: [words, width]; see `GramEncoder`.
  fileprivate mutating func readGrams(
    of words: ONNXPort.Extent, _ grams: GramEncoder, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let (rows, counts) = gramInputs(of: words)
    let parts = product(unitLength(counts), gather(weight(grams.table.table, parameters), rows))
    return add("ReduceSum", [parts, integers([1])], [ONNXAttribute("keepdims", .integer(0))])
  }

  /// Every row divided by its length.
  fileprivate mutating func direction(_ x: GraphValue) -> GraphValue {
    let length = add(
      "ReduceL2", [x], [ONNXAttribute("axes", .integers([-1])), ONNXAttribute("keepdims", .integer(1))])
    return add("Div", [x, length])
  }
}
