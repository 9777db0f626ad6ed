import SluiceText

/// What the settings of models may be. Everything that has a bound has it here.
public enum SettingLimits {
  /// Units of a layer, elements of a vector, filters of one width.
  public static let width = SettingLimit(1...8_192)
  /// Layers one above the other.
  public static let layers = SettingLimit(1...64)
  /// Highway layers, of which there may be none.
  public static let highways = SettingLimit(0...64)
  /// Neighboring characters that a filter sees.
  public static let filterWidth = SettingLimit(1...64)
  /// The most characters of a word, its two marks included.
  public static let longestWord = SettingLimit(Spelling.leastLongest...1_000_000)
  /// Words of a stream that a language model reads in a step.
  public static let steps = SettingLimit(1...4_096)
  /// Rows of a table of n-grams.
  public static let gramRows = SettingLimit(2...1 << 26)
  /// The same of one that is trained.
  public static let gramTableRows = SettingLimit<Int>("a power of two from 2 to \(1 << 26)") {
    (2...1 << 26).contains($0) && $0 & ($0 - 1) == 0
  }
  /// Rows that an n-gram falls on.
  public static let gramHashes = SettingLimit(1...8)
  /// The share that is dropped.
  public static let dropout = SettingLimit<Float>(0..<1)
  /// Half the range of initial values.
  public static let initialRange = SettingLimit<Float>(above: 0)
  /// Words of a vocabulary.
  public static let vocabularyLimit = SettingLimit(3...Int.max)
  /// Where the clusters of an adaptive softmax begin.
  public static let cutoffs = SettingLimit<[Int]>(
    "rising whole numbers above 0, parted by commas, such as 2000,6000"
  ) {
    zip([0] + $0, $0).allSatisfy { $0 < $1 }
  }
  /// The most characters of a line that holds one text or word.
  public static let lineLimit = SettingLimit(1...10_000_000)
  /// The same of a line of running text.
  public static let textLineLimit = SettingLimit(1...100_000_000)
}
