import SluiceCore
import SluiceLayers

/// Words → vectors, from characters or from a table → highways → LSTM layers or a transformer → softmax over the vocabulary.
public struct LanguageModel: Sendable {
  /// How words become vectors.
  public enum Reader: Sendable {
    /// Computed from their spelling, so that any word has one.
    case characters(CharacterEncoder)
    /// Looked up, one for each word of the vocabulary.
    case table(Embedding)
  }

  /// How words become vectors.
  public let reader: Reader
  /// What mixes the elements of a word's vector.
  public let highways: [Highway]
  /// What reads the vectors one after the other.
  public let body: LanguageModelBody
  /// How the next word is predicted.
  public let output: LanguageModelOutput

  /// Adds a language model's parameters.
  ///
  /// - Parameters:
  ///   - characters: the ids of characters, where words are read from them.
  ///   - vocabulary: the words that can be predicted.
  /// - Throws: `ModelError` for settings that do not go together, a name that is taken, or memory that is refused.
  public init(
    characters: Int, vocabulary: Int, _ settings: LanguageModelSettings, in parameters: inout Parameters
  ) throws(ModelError) {
    let initializer = Initializer.uniform(-settings.initialRange, settings.initialRange)
    let width: Int
    var wordTable: Embedding?
    switch settings.reading {
    case .characters:
      let encoder = try CharacterEncoder(
        characters: characters, embeddingWidth: settings.embeddingWidth, filters: settings.filters,
        paddedLength: settings.padsWords == true ? settings.longestWord : nil, initializer: initializer,
        named: "characters", in: &parameters)
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

  /// What is read of some words: the spelling of each, and its id in the vocabulary; a model takes what its reader needs.
  public struct Words: Sendable {
    /// The ids of each word's characters.
    public var spelled: RaggedIndices
    /// Each word's id in the vocabulary.
    public var ids: [Int32]

    /// Words by both readings; the one that the reader does not take may be empty.
    public init(spelled: RaggedIndices = RaggedIndices(), ids: [Int32] = []) {
      self.spelled = spelled
      self.ids = ids
    }
  }

  /// The vectors of words, as the body reads them: [words, width].
  public func vectors(_ words: borrowing Words, _ tape: inout Tape) -> Tensor {
    var x =
      switch reader {
      case .characters(let encoder): encoder(words.spelled, &tape)
      case .table(let table): table(words.ids, &tape)
      }
    for i in 0..<highways.count { x = highways[i](x, &tape) }
    return x
  }

  /// Whether any spelling has a vector, or only the words of the vocabulary.
  public var readsCharacters: Bool {
    if case .characters = reader { true } else { false }
  }

  /// The columns of a word's vector.
  public var width: Int {
    switch reader {
    case .characters(let encoder): encoder.width
    case .table(let table): table.width
    }
  }
}
