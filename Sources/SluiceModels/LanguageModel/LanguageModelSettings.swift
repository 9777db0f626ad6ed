import SluiceLayers

/// Everything that decides what a language model is; how it is trained stands elsewhere.
public struct LanguageModelSettings: Codable, Equatable, Sendable {
  /// How words are read.
  public enum Reading: String, Codable, Sendable {
    /// From their characters: any spelling has a vector.
    case characters
    /// From a table of the vocabulary's words.
    case table
  }

  /// What reads the words' vectors one after the other.
  public enum Body: String, Codable, Sendable {
    /// LSTM layers, whose states go on from step to step.
    case lstm
    /// Causal self-attention, which sees the words of its stream in the same step and no others.
    case transformer
  }

  /// Words of a stream in a step, through which the gradient goes back; a transformer sees no more of them.
  public var steps = 35
  /// How words become vectors.
  public var reading = Reading.characters
  /// Elements of a character's vector, or of a word's in a table.
  public var embeddingWidth = 15
  /// The convolutions over the characters of a word.
  public var filters: [CharacterFilters] = []
  /// The most characters of a word, its two marks included.
  public var longestWord = 65
  /// Whether windows that reach beyond a word's last character, or see nothing of it, take part in a filter's maximum, as in the program of the
  /// paper, which pads all words to one length. Runs of before the choice have nil: windows lie inside the word.
  public var padsWords: Bool?
  /// Highway layers above the words' vectors.
  public var highways = 1
  /// Where the transform gates of the highways begin.
  public var gateBias: Float = -2
  /// What reads the words' vectors one after the other.
  public var body = Body.lstm
  /// The columns of the states.
  public var units = 300
  /// LSTM layers, or blocks of a transformer.
  public var layers = 2
  /// Of a transformer's attention.
  public var heads = 4
  /// Of the states between layers and of the last layer's; in a transformer everywhere.
  public var dropout: Float = 0.5
  /// All parameters begin evenly within ± this.
  public var initialRange: Float = 0.05
  /// Whether words are predicted by the vectors that they are read as.
  public var tiesWeights = false
  /// Where the clusters of an adaptive softmax begin in the vocabulary, which is then ordered by frequency; none for one
  /// softmax over all words.
  public var adaptiveCutoffs: [Int] = []
  /// The most characters of a line that is read, in training and in use.
  public var lineLimit = 1_000_000

  /// The sizes of the small models of arXiv:1508.06615, without filters yet.
  public init() {}

  /// Throws for the first setting that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try fields.value(steps, SettingLimits.steps, "steps")
    try fields.value(embeddingWidth, SettingLimits.width, "embeddingWidth")
    for (i, filter) in filters.enumerated() {
      try fields.value(filter.width, SettingLimits.filterWidth, "filters[\(i)].width")
      try fields.value(filter.maps, SettingLimits.width, "filters[\(i)].maps")
    }
    try fields.value(longestWord, SettingLimits.longestWord, "longestWord")
    try fields.value(highways, SettingLimits.highways, "highways")
    try fields.value(units, SettingLimits.width, "units")
    try fields.value(layers, SettingLimits.layers, "layers")
    try fields.value(heads, SettingLimits.width, "heads")
    try fields.value(dropout, SettingLimits.dropout, "dropout")
    try fields.value(initialRange, SettingLimits.initialRange, "initialRange")
    if !adaptiveCutoffs.isEmpty {
      try fields.value(adaptiveCutoffs, SettingLimits.cutoffs, "adaptiveCutoffs")
    }
    try fields.value(lineLimit, SettingLimits.textLineLimit, "lineLimit")
  }
}
