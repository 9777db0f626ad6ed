import Sluice

/// Everything that decides what a language model is and how it is trained. Stored with the run.
struct LanguageModelSettings: Codable, Equatable, Sendable {
  /// How words are read.
  enum Reading: String, Codable, Sendable {
    /// From their characters: any spelling has a vector.
    case characters
    /// From a table of the vocabulary's words.
    case table
  }

  var seed: UInt64 = 3435
  var epochs = 25
  /// Streams of text read side by side.
  var streams = 20
  /// Words of a stream in a step, through which the gradient goes back.
  var steps = 35
  var reading = Reading.characters
  /// Elements of a character's vector, or of a word's in a table.
  var embeddingWidth = 15
  var filters: [CharacterFilters] = []
  /// The most characters of a word, its two marks included.
  var longestWord = 65
  var highways = 1
  var gateBias: Float = -2
  var units = 300
  var layers = 2
  /// Of the states between layers and of the last layer's.
  var dropout: Float = 0.5
  /// All parameters begin evenly within ± this.
  var initialRange: Float = 0.05
  var optimizer = LanguageModelSettings.usualOptimizer(.sgd)
  /// The first epoch whose perplexity is compared with the one before, by schedules that watch it.
  var firstComparedEpoch = 3
  /// Whose words can be predicted.
  var vocabulary = WordCorpus.VocabularySource.training
  var vocabularyLimit: Int?
  var validationShare = 0.1
  /// The longest line of a text, in characters.
  var lineLimit = 1_000_000

  /// The settings of an optimizer with what suits a language model: for SGD the paper's. The gradient is a sum over time, so its
  /// norm is limited whatever the rule.
  static func usualOptimizer(_ name: OptimizerName) -> OptimizerSettings {
    var settings = OptimizerSettings(name)
    settings.clipNorm = 5
    settings.schedule = .halving
    switch name {
    case .sgd: settings.learningRate = 1
    case .momentum, .nesterov: settings.learningRate = 0.1
    case .adam, .amsgrad, .adamw: settings.learningRate = 0.002
    case .adagrad, .rmsprop, .centredRMSprop, .smorms3: break
    }
    return settings
  }
}

/// The configurations that can be asked for by name. The small and large ones are those of Kim, Jernite, Sontag and
/// Rush 2016 (arXiv:1508.06615), table 2, with the settings of the authors' program.
enum LanguageModelConfiguration: String, Codable, CaseIterable, Sendable {
  case tiny
  case charSmall = "char-small"
  case wordSmall = "word-small"
  case charLarge = "char-large"
  case wordLarge = "word-large"

  var settings: LanguageModelSettings {
    var settings = LanguageModelSettings()
    switch self {
    case .tiny:
      settings.epochs = 6
      settings.filters = Self.filters([10, 20, 30, 40])
      settings.units = 64
      settings.layers = 1
      settings.dropout = 0.1
    case .charSmall:
      settings.filters = Self.filters([25, 50, 75, 100, 125, 150])
    case .wordSmall:
      settings.reading = .table
      settings.embeddingWidth = 200
      settings.highways = 0
      settings.units = 200
    case .charLarge:
      settings.filters = Self.filters([50, 100, 150, 200, 200, 200, 200])
      settings.highways = 2
      settings.units = 650
    case .wordLarge:
      settings.reading = .table
      settings.embeddingWidth = 650
      settings.highways = 0
      settings.units = 650
    }
    return settings
  }

  /// Filters of widths 1, 2, 3 and so on with so many maps.
  private static func filters(_ maps: [Int]) -> [CharacterFilters] {
    maps.enumerated().map { CharacterFilters(width: $0.offset + 1, maps: $0.element) }
  }
}
