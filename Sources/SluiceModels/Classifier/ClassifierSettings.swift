import SluiceLayers

/// Everything that decides what a text classifier is; how it is trained stands elsewhere.
public struct ClassifierSettings: Codable, Equatable, Sendable {
  /// What of a text is read. Runs of before the choice have nil: its characters.
  public var reader: TextReader? = .characters
  /// Elements of a character's vector.
  public var embeddingWidth = 32
  /// Whether a text has any number of labels, each with a probability of its own. Runs of before the choice have nil: exactly one.
  public var multilabel: Bool?
  /// The recurrent cell.
  public var cell = CellName.gru
  /// Units of each recurrent layer, and of each direction where there are two.
  public var units = 128
  /// Recurrent layers, one above the other.
  public var layers = 1
  /// How the states after all steps become one for the text. Runs of before the choice have nil: the last.
  public var pooling: Pooling? = .max
  /// The share that is dropped in training, of the characters' vectors and between layers.
  public var dropout: Float = 0.1
  /// The share of the state that the recurrent weights do not see, one choice for each text.
  public var recurrentDropout: Float = 0
  /// The share of the characters that training reads as unknown ones, so that these come to mean something. Runs of before the
  /// choice have nil: none.
  public var unknownShare: Float? = 0.01
  /// The direction in which texts are read.
  public var direction = ReadingDirection.leftToRight
  /// The most characters of a line that is read, in training and in use.
  public var lineLimit = 10_000

  /// The default model.
  public init() {}

  /// Throws for the first setting that cannot be.
  public func check(_ fields: SettingCheck) throws(SettingProblem) {
    try fields.value(embeddingWidth, SettingLimits.width, "embeddingWidth")
    try fields.value(units, SettingLimits.width, "units")
    try fields.value(layers, SettingLimits.layers, "layers")
    try fields.value(dropout, SettingLimits.dropout, "dropout")
    try fields.value(recurrentDropout, SettingLimits.dropout, "recurrentDropout")
    try fields.value(unknownShare, SettingLimits.dropout, "unknownShare")
    try fields.value(lineLimit, SettingLimits.lineLimit, "lineLimit")
  }

  /// Whether a text has any number of labels.
  public var isMultilabel: Bool { multilabel ?? false }

  /// The options of the recurrent layers.
  var recurrentOptions: RecurrentOptions {
    var options = RecurrentOptions()
    options.layers = layers
    options.direction = direction
    options.dropout = dropout
    options.recurrentDropout = recurrentDropout
    options.recurrentInitializer = .orthogonal(blockRows: units)
    return options
  }
}

/// What a classifier reads of a text.
public enum TextReader: String, Codable, CaseIterable, Sendable {
  /// Its characters, one after the other, by a recurrent net.
  case characters
  /// Which pieces occur in it, by a linear classifier.
  case ngrams
  /// Both.
  case both
}

/// How the states of the last layer after all steps of a text become one.
public enum Pooling: String, Codable, CaseIterable, Sendable {
  /// The state after the last step read.
  case last
  /// The largest element of each unit.
  case max
  /// The mean of each unit.
  case mean
}
