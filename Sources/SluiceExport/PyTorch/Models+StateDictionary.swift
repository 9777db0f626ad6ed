import SluiceCore
import SluiceLayers
import SluiceModels

// The names are those of the modules that the page Exports shows.

extension TextClassifier {
  func stateDictionary(_ parameters: borrowing Parameters) throws -> StateDictionary {
    var state =
      try characters.map { try StateDictionary($0.embedding, $0.net, $0.output, parameters) }
      ?? StateDictionary()
    if let grams {
      state.add("ngrams.weight", grams.weight, parameters)
      state.add("ngrams.rarity", grams.rarity, parameters)
      state.add("ngrams.intercept", grams.intercept, parameters)
      state.add("ngrams.gain", grams.gain, parameters)
      state.add("ngrams.bias", grams.bias, parameters)
    }
    if let share { state.add("share", share, parameters) }
    return state
  }
}

extension StemEncoder {
  func stateDictionary(_ parameters: borrowing Parameters) throws -> StateDictionary {
    var state =
      try characters.map { try StateDictionary($0.embedding, $0.net, $0.output, parameters) }
      ?? StateDictionary()
    if let grams { state.add("ngrams.weight", grams.table.table, parameters) }
    return state
  }
}

extension LanguageModel {
  func stateDictionary(_ parameters: borrowing Parameters) throws -> StateDictionary {
    var state = StateDictionary()
    switch reader {
    case .characters(let encoder):
      state.add("characters.weight", encoder.embedding, parameters)
      for (i, filter) in encoder.filters.enumerated() {
        state.add(
          "filters.\(i).weight", [filter.maps, encoder.embeddingWidth, filter.width],
          encoder.convolutionWeights(i, parameters))
        state.add("filters.\(i).bias", encoder.biases[i], parameters)
      }
    case .table(let table): state.add("words.weight", table.table, parameters)
    }
    for (i, highway) in highways.enumerated() {
      state.add("highways.\(i).transform", highway.transform, parameters)
      state.add("highways.\(i).gate", highway.gate, parameters)
    }
    switch body {
    case .lstm(let net, _): try state.add("rnn", net, parameters)
    case .transformer(let projection, let transformer, _):
      state.add("projection", projection, parameters)
      if let positions = transformer.positions { state.add("positions", positions, parameters) }
      for (i, block) in transformer.blocks.enumerated() {
        state.add("transformer.layers.\(i)", block, parameters)
      }
      state.add("transformer.norm", transformer.norm, parameters)
    }
    switch output {
    case .softmax(let output):
      state.add("output.weight", output.weight, parameters)
      if let bias = output.bias { state.add("output.bias", bias, parameters) }
    case .adaptive(let output):
      state.add("output.head.weight", output.head.weight, parameters)
      for i in output.clusters.indices {
        state.add("output.tail.\(i).0.weight", output.projections[i].weight, parameters)
        state.add("output.tail.\(i).1.weight", output.clusters[i].weight, parameters)
      }
    }
    return state
  }
}

extension StateDictionary {
  /// A model of texts: the vectors of their characters, what reads them, and what is said of its state.
  fileprivate init(
    _ embedding: Embedding, _ net: RecurrentNet, _ output: Linear, _ parameters: borrowing Parameters
  ) throws {
    self.init()
    add("embedding.weight", embedding.table, parameters)
    try add("rnn", net, parameters)
    add("output", output, parameters)
  }

  /// `torch.nn.TransformerEncoderLayer`, of which this is the form that normalizes first.
  fileprivate mutating func add(
    _ name: String, _ block: TransformerBlock, _ parameters: borrowing Parameters
  ) {
    add("\(name).norm1", block.attentionNorm, parameters)
    add("\(name).self_attn.in_proj_weight", block.attention.projections.weight, parameters)
    if let bias = block.attention.projections.bias {
      add("\(name).self_attn.in_proj_bias", bias, parameters)
    }
    add("\(name).self_attn.out_proj", block.attention.output, parameters)
    add("\(name).norm2", block.expandNorm, parameters)
    add("\(name).linear1", block.expand, parameters)
    add("\(name).linear2", block.contract, parameters)
  }
}
