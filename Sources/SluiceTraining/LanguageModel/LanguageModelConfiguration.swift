import SluiceLayers
import SluiceModels

/// The configurations that can be asked for by name. The small and large ones are those of Kim, Jernite, Sontag and
/// Rush 2016 (arXiv:1508.06615), table 2, with the settings of the authors' program; `char-transformer` has the encoder of
/// `char-small` and attention in place of the LSTM.
public enum LanguageModelConfiguration: String, Codable, CaseIterable, Sendable {
  /// A small model that learns the embedded tales in seconds.
  case tiny
  /// A small model with much dropout, for a text of a user's own of some ten thousand to some million words: what the command takes
  /// where it is given a text.
  case compact
  /// Words from characters, 525 maps, one highway, two layers of 300 units.
  case charSmall = "char-small"
  /// Words from a table of width 200, two layers of 200 units.
  case wordSmall = "word-small"
  /// Words from characters, 1,100 maps, two highways, two layers of 650 units.
  case charLarge = "char-large"
  /// Words from a table of width 650, two layers of 650 units.
  case wordLarge = "word-large"
  /// The encoder of `charSmall` below three blocks of attention of width 256.
  case charTransformer = "char-transformer"

  /// The settings of that name.
  public var settings: LanguageModelJobSettings {
    var settings = LanguageModelJobSettings()
    settings.configuration = self
    switch self {
    case .tiny:
      settings.epochs = 6
      settings.model.filters = Self.filters([10, 20, 30, 40])
      settings.model.units = 64
      settings.model.layers = 1
      settings.model.dropout = 0.1
    case .compact:
      settings.epochs = 20
      settings.streams = 10
      settings.model.filters = Self.filters([10, 20, 30, 40])
      settings.model.units = 64
      settings.model.layers = 1
      settings.model.dropout = 0.5
    case .charSmall:
      settings.model.filters = Self.filters([25, 50, 75, 100, 125, 150])
      settings.model.padsWords = true
    case .wordSmall:
      settings.model.reading = .table
      settings.model.embeddingWidth = 200
      settings.model.highways = 0
      settings.model.units = 200
    case .charLarge:
      settings.model.filters = Self.filters([50, 100, 150, 200, 200, 200, 200])
      settings.model.padsWords = true
      settings.model.highways = 2
      settings.model.units = 650
    case .wordLarge:
      settings.model.reading = .table
      settings.model.embeddingWidth = 650
      settings.model.highways = 0
      settings.model.units = 650
    case .charTransformer:
      settings.model.filters = Self.filters([25, 50, 75, 100, 125, 150])
      settings.model.body = .transformer
      settings.model.units = 256
      settings.model.layers = 3
      settings.model.dropout = 0.2
      // As many words in a step as the others have, in streams of twice the length: nothing is carried from one step to the next.
      settings.streams = 10
      settings.model.steps = 70
      settings.optimizer = LanguageModelJobSettings.usualOptimizer(.adamw)
      settings.optimizer.learningRate = 0.001
      settings.optimizer.schedule = .cosine(steps: nil)
      settings.optimizer.warmUpSteps = 200
    }
    return settings
  }

  /// Filters of widths 1, 2, 3 and so on with so many maps.
  private static func filters(_ maps: [Int]) -> [CharacterFilters] {
    maps.enumerated().map { CharacterFilters(width: $0.offset + 1, maps: $0.element) }
  }
}
