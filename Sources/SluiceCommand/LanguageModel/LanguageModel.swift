import Sluice

/// Words → vectors, from characters or from a table → highways → LSTM layers or a transformer → softmax over the vocabulary.
struct LanguageModel: Sendable {
  /// How words become vectors.
  enum Reader: Sendable {
    case characters(CharacterEncoder)
    case table(Embedding)
  }

  let reader: Reader
  let highways: [Highway]
  let body: LanguageModelBody
  let output: LanguageModelOutput

  /// - Parameters:
  ///   - characters: the ids of characters, where words are read from them.
  ///   - vocabulary: the words that can be predicted.
  init(
    characters: Int, vocabulary: Int, _ settings: LanguageModelSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    let initializer = Initializer.uniform(-settings.initialRange, settings.initialRange)
    let width: Int
    var wordTable: Embedding?
    switch settings.reading {
    case .characters:
      let encoder = try CharacterEncoder(
        characters: characters, embeddingWidth: settings.embeddingWidth, filters: settings.filters,
        initializer: initializer, named: "characters", in: &parameters)
      reader = .characters(encoder)
      width = encoder.width
    case .table:
      let table = try Embedding(
        rows: vocabulary, width: settings.embeddingWidth,
        updates: settings.tiesWeights ? .dense : .touchedRows, initializer: initializer, named: "words",
        in: &parameters)
      reader = .table(table)
      wordTable = table
      width = table.width
    }
    var highways: [Highway] = []
    for i in 0..<settings.highways {
      highways.append(
        try Highway(
          width: width, gateBias: settings.gateBias, initializer: initializer, named: "highway_\(i)",
          in: &parameters))
    }
    self.highways = highways
    body = try LanguageModelBody(width: width, settings, initializer: initializer, in: &parameters)
    output = try LanguageModelOutput(
      vocabulary: vocabulary, table: wordTable, settings, initializer: initializer, in: &parameters)
  }

  /// The vectors of spelled words, as the body reads them: [words, width].
  ///
  /// - Precondition: words are read from their characters.
  func vectors(_ words: RaggedIndices, _ tape: inout Tape) -> Tensor {
    guard case .characters(let encoder) = reader else {
      fatalError("A model with a table of words reads no characters.")
    }
    var x = encoder(words, &tape)
    for i in 0..<highways.count { x = highways[i](x, &tape) }
    return x
  }

  /// The columns of a word's vector.
  var width: Int {
    switch reader {
    case .characters(let encoder): encoder.width
    case .table(let table): table.width
    }
  }

  /// What a tape's capacity needs for the ids of so many characters read at once. A word has as many as it is long but is one
  /// row, so they are not in `activationCount`; a tape has room for two ids for each float.
  static func room(forCharacters count: Int) -> Int { (count + 1) / 2 }

  /// The most floats the tape needs for a training step over `streams` streams of `steps` words.
  func activationCount(streams: Int, steps: Int, engine: Engine) -> Int {
    let rows = streams * steps
    var count = 4 * rows * width + 64 * Arena.alignment
    if case .characters(let encoder) = reader { count += encoder.activationCount(words: rows) }
    for highway in highways { count += highway.activationCount(rows: rows) }
    count += body.activationCount(streams: streams, steps: steps, engine: engine)
    return count + output.activationCount(rows: rows)
  }
}
