import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceStorage

extension LanguageModel {
  /// The language model as a graph: for every word of every stream the logarithms of the probabilities of the next.
  ///
  /// | name | shape | |
  /// | --- | --- | --- |
  /// | `characters` | [streams, words, letters] | in, where words are read from characters: the ids of each word, marks included, padded with any id |
  /// | `letters` | [streams, words] | in, with them: how many of the ids are the word's own |
  /// | `words` | [streams, words] | in, where words are read from a table: their ids in the vocabulary |
  /// | `lengths` | [streams] | in, for an LSTM: the words of each stream, from 0 |
  /// | `states`, `cells` | [layers, streams, units] | in, for an LSTM: what to go on from, 0 at the beginning of a text |
  /// | `log_probabilities` | [streams, words, vocabulary] | out |
  /// | `vectors` | [streams, words, width] | out: the words' vectors, as nearest words are looked for by |
  /// | `next_states`, `next_cells` | [layers, streams, units] | out, for an LSTM: what to go on from behind the stream's own words |
  ///
  /// A transformer takes at most its window of words.
  func graph(_ parameters: borrowing Parameters) throws(ModelError) -> ONNXGraph {
    var builder = GraphBuilder(named: LanguageModelDescription.jobName)
    let (streams, words) = (ONNXPort.Extent.named("streams"), ONNXPort.Extent.named("words"))
    let ids: GraphValue
    var vectors: GraphValue
    switch reader {
    case .characters(let encoder):
      ids = builder.input("characters", .int64, [streams, words, .named("letters")])
      let counts = builder.input("letters", .int64, [streams, words])
      let spelled = builder.reshape(
        ids, [builder.integers([-1]), builder.extent(ids, axis: 2)])
      vectors = builder.words(spelled, counts: builder.reshape(counts, [-1]), encoder, parameters)
    case .table(let table):
      ids = builder.input("words", .int64, [streams, words])
      vectors = builder.gather(
        builder.weight(table.table, parameters), builder.reshape(ids, [-1]))
    }
    for highway in highways { vectors = builder.highway(vectors, highway, parameters) }
    let shape = [builder.extent(ids, axis: 0), builder.extent(ids, axis: 1)]
    let known = try builder.states(
      of: body, builder.reshape(vectors, shape + [builder.integers([width])]), vectors, streams, shape,
      parameters)
    let scores = builder.logProbabilities(output, known, parameters)
    builder.output(
      "log_probabilities", builder.reshape(scores, shape + [builder.integers([classes])]),
      [streams, words, .size(classes)])
    builder.output(
      "vectors", builder.reshape(vectors, shape + [builder.integers([width])]),
      [streams, words, .size(width)])
    return builder.graph
  }

  /// The words that can be predicted.
  private var classes: Int {
    switch output {
    case .softmax(let output): output.classes
    case .adaptive(let output): output.classes
    }
  }
}

extension GraphBuilder {
  /// What is known after every word, in rows of units, those of a stream side by side; an LSTM's states become inputs and outputs.
  ///
  /// - Parameters:
  ///   - vectors: of the words: [streams, words, width].
  ///   - rows: the same as rows.
  fileprivate mutating func states(
    of body: LanguageModelBody, _ vectors: GraphValue, _ rows: GraphValue, _ streams: ONNXPort.Extent,
    _ shape: [GraphValue], _ parameters: borrowing Parameters
  ) throws(ModelError) -> GraphValue {
    switch body {
    case .lstm(let net, _):
      let steps = transpose(vectors, [1, 0, 2])
      let sequences = sequences(input("lengths", .int64, [streams]), of: steps)
      let extents = [.size(net.options.layers), streams, .size(net.units)] as [ONNXPort.Extent]
      let states = input("states", .float, extents)
      let cells = input("cells", .float, extents)
      var before = (states: [GraphValue](), cells: [GraphValue]())
      for level in 0..<net.options.layers {
        before.states.append(slice(states, level..<level + 1, axis: 0))
        before.cells.append(slice(cells, level..<level + 1, axis: 0))
      }
      let values = try recurrent(net, steps, sequences, from: before, parameters)
      output("next_states", concatenate(values.finals, axis: 0), extents)
      output("next_cells", concatenate(values.finalCells, axis: 0), extents)
      return reshape(transpose(values.outputs, [1, 0, 2]), [-1, net.width])
    case .transformer(let projection, let transformer, _):
      let projected = linear(rows, projection, parameters)
      return self.transformer(
        reshape(projected, shape + [integers([transformer.width])]), transformer, parameters)
    }
  }

  /// For every row the logarithms of the probabilities of all words: [rows, vocabulary].
  fileprivate mutating func logProbabilities(
    _ output: LanguageModelOutput, _ x: GraphValue, _ parameters: borrowing Parameters
  ) -> GraphValue {
    switch output {
    case .softmax(let output): return logSoftmax(x, output, parameters)
    case .adaptive(let output):
      let head = logSoftmax(x, output.head, parameters)
      let first = output.cutoffs[0]
      var parts = [slice(head, 0..<first, axis: 1)]
      for i in output.clusters.indices {
        let own = logSoftmax(linear(x, output.projections[i], parameters), output.clusters[i], parameters)
        parts.append(sum(own, slice(head, first + i..<first + i + 1, axis: 1)))
      }
      return concatenate(parts, axis: 1)
    }
  }

  private mutating func logSoftmax(
    _ x: GraphValue, _ output: LinearCrossEntropy, _ parameters: borrowing Parameters
  ) -> GraphValue {
    let logits = linear(x, weight: output.weight, bias: output.bias, parameters)
    return add("LogSoftmax", [logits], [ONNXAttribute("axis", .integer(-1))])
  }
}
