import Sluice

/// What each setting of a training may be. The options of the commands take these types, and what a run's `run.json` says is
/// checked against the same.
enum SettingTypes {
  // MARK: The model

  /// Units of a layer, elements of a vector, filters of one width.
  static let width: ArgumentType<Int> = .integer(in: 1...8_192)
  static let layers: ArgumentType<Int> = .integer(in: 1...64)
  /// Highway layers, of which there may be none.
  static let highways: ArgumentType<Int> = .integer(in: 0...64)
  /// Neighbouring characters that a filter sees.
  static let filterWidth: ArgumentType<Int> = .integer(in: 1...64)
  static let longestWord: ArgumentType<Int> = .integer(in: Spelling.leastLongest...1_000_000)
  static let dropout: ArgumentType<Float> = .real(in: 0..<1)
  static let initialRange: ArgumentType<Float> = .real(above: 0)
  /// Where the clusters of an adaptive softmax begin.
  static let cutoffs: ArgumentType<[Int]> = .risingNumbers
  static let vocabularyLimit: ArgumentType<Int> = .integer(in: 3...Int.max)

  // MARK: The training

  static let epochs: ArgumentType<Int> = .integer(in: 1...100_000)
  /// Texts in a step of a classifier.
  static let texts: ArgumentType<Int> = .integer(in: 1...1_000_000)
  /// Words in a step of an embedding of words.
  static let words: ArgumentType<Int> = .integer(in: 4...100_000)
  /// Streams of a language model, and words of each in a step.
  static let streams: ArgumentType<Int> = .integer(in: 1...4_096)
  static let steps: ArgumentType<Int> = .integer(in: 1...4_096)
  static let margin: ArgumentType<Float> = .real(in: 0...2)
  /// The stems to learn by heart, and the steps for it.
  static let subset: ArgumentType<Int> = .integer(in: 1...100_000)

  // MARK: The data

  static let validationShare: ArgumentType<Double> = .real(in: 0.01...0.9)
  /// The most characters of a line that holds one text or word.
  static let lineLimit: ArgumentType<Int> = .integer(in: 1...10_000_000)
  /// The same of a line of running text.
  static let textLineLimit: ArgumentType<Int> = .integer(in: 1...100_000_000)
  static let examples: ArgumentType<Int> = .integer(in: 100...10_000_000)

  // MARK: The updates

  static let learningRate: ArgumentType<Float> = .real(above: 0)
  static let momentum: ArgumentType<Float> = .real(in: 0..<1)
  static let weightDecay: ArgumentType<Float> = .real(in: 0...)
  static let clipNorm: ArgumentType<Float> = .real(above: 0)
  static let warmUpSteps: ArgumentType<Int> = .integer(in: 0...1_000_000_000)
  static let schedule: ArgumentType<ScheduleSetting> = ArgumentType(
    placeholder: "shape", expectation: "one of \(ScheduleSetting.forms), with \(ScheduleSetting.ranges)",
    explain: ScheduleSetting.problem, parse: { ScheduleSetting($0) }, text: { $0.text })
}
