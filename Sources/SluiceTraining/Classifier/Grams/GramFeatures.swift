import CLibrary
import SluiceCore
import SluiceModels
import SluiceText

/// The n-grams of the texts of a training part, or of a sample of them, weighted and of length 1: what the linear classifier is solved
/// for on.
struct GramFeatures: Sendable {
  /// The places of the texts in the training part, in their order.
  let texts: [Int32]
  /// Their label ids, or the numbers of their sets.
  let labels: [Int32]
  /// The sets of labels, where texts have any number of labels.
  private(set) var sets: LabelSets? = nil
  /// The rows of each text.
  let offsets: [Int32]
  let rows: [Int32]
  /// 1 + ln(count) of each of them.
  let counts: [Float]
  /// That times rarity, divided by the norm of the text's.
  private(set) var values: [Float]
  /// Of each row of the table; 0 where no text falls on it.
  private(set) var rarities: [Float]
  let labelCount: Int

  var count: Int { texts.count }

  /// The labels of text `i`.
  func labelIDs(_ i: Int) -> ArraySlice<Int32> { sets?[labels[i]] ?? labels[i...i] }

  /// The places of text `i` in `rows`, `counts` and `values`.
  func places(_ i: Int) -> Range<Int> { Int(offsets[i])..<Int(offsets[i + 1]) }
}

extension GramFeatures {
  /// The most elements that one pass of the solver may touch, and n-grams that are held: about a second, and 128 MiB.
  private static let passLimit = 1 << 27
  /// The same where texts have any number of labels, of which each pass looks at few texts.
  private static let setPassLimit = 1 << 31
  private static let gramLimit = 1 << 24

  /// The texts of `training` that the bounds of work and memory allow to look at, if there were so many.
  private static func textLimit(_ training: LabeledSequences, labelCount: Int) -> Int {
    textLimit(
      count: training.count, characters: training.symbols.values.count, hasSets: training.sets != nil,
      labelCount: labelCount)
  }

  private static func textLimit(count: Int, characters: Int, hasSets: Bool, labelCount: Int) -> Int {
    // About as many pieces as twelve times the characters, before equal ones of a text are counted as one.
    let gramsEach = 12 * characters / max(count, 1) + 1
    return min(gramLimit, (hasSets ? setPassLimit : passLimit) / max(labelCount, 1)) / gramsEach
  }

  /// Whether the bounds of work and memory allow to look at all texts of two parts.
  static func allowAll(of a: LabeledSequences, and b: LabeledSequences, labelCount: Int) -> Bool {
    let count = a.count + b.count
    return textLimit(
      count: count, characters: a.symbols.values.count + b.symbols.values.count, hasSets: a.sets != nil,
      labelCount: labelCount) >= count
  }

  /// About the memory that it takes to solve for a table of the n-grams of these texts, in bytes.
  ///
  /// - Parameter isCrossed: whether what suits the texts is searched for.
  static func memory(_ training: LabeledSequences, labelCount: Int, isCrossed: Bool) -> Int {
    let share =
      Double(min(training.count, textLimit(training, labelCount: labelCount)))
      / Double(max(training.count, 1))
    let grams = Int(12 * share * Double(training.symbols.values.count))
    let table = 4 * GramClassifier.rowCount(pieces: grams, labels: labelCount) * labelCount
    // Rows, counts and values, of the last two a copy while they grow, and two sets of values and tables of parts while it is searched.
    return grams * (isCrossed ? 24 : 16) + table * (isCrossed ? 5 : 1)
  }

  /// Whether the bounds of work and memory allow to look at all texts, or at ten of each label.
  static func areAffordable(_ training: LabeledSequences, labelCount: Int) -> Bool {
    textLimit(training, labelCount: labelCount) >= min(training.count, 10 * labelCount)
  }

  /// Whether there are five texts of a label on average besides: of fewer it cannot be told what the n-grams are worth beside the
  /// characters, and the table, with a column for each label, is many times as large as the texts.
  static func areWorthwhile(_ training: LabeledSequences, labelCount: Int) -> Bool {
    training.count >= 5 * labelCount && areAffordable(training, labelCount: labelCount)
  }

  /// The n-grams of `training`, or of as many texts, drawn by the seed, as the bounds of work and memory allow.
  ///
  /// - Parameter rows: the rows of the table; nil for as many as suit the texts.
  init(
    _ training: LabeledSequences, _ alphabet: Alphabet, labelCount: Int, seed: UInt64, rows: Int? = nil
  ) {
    var order = (0..<Int32(training.count)).map { $0 }
    var random = RandomStream(seed: seed, purpose: .gramSample, index: 0)
    random.shuffle(&order)
    let texts = order.prefix(Self.textLimit(training, labelCount: labelCount)).sorted()
    let labels = texts.map { training.labels[Int($0)] }
    let rowCount = rows ?? Self.rowCount(training, alphabet, texts, labelCount: labelCount)
    var reader = GramReader(alphabet, rows: rowCount)
    var bag = GramBag()
    for text in texts { reader.read(training.symbols[Int(text)], into: &bag) }
    var frequencies = [Int32](repeating: 0, count: rowCount)
    for row in bag.rows { frequencies[Int(row)] += 1 }
    let all = Float(texts.count)
    let rarities: [Float] = frequencies.map { $0 == 0 ? 0 : logf((1 + all) / (1 + Float($0))) + 1 }
    self.init(
      texts: texts, labels: labels, sets: training.sets, offsets: bag.offsets, rows: bag.rows,
      counts: bag.weights,
      values: bag.weights, rarities: rarities, labelCount: labelCount)
    weigh()
  }

  /// The same with rarities to a power: 0 takes all pieces for equally rare, 1 takes them as they are.
  func withRarities(toThe power: Float) -> GramFeatures {
    var features = self
    features.rarities = rarities.map { $0 == 0 ? 0 : powf($0, power) }
    features.weigh()
    return features
  }

  private mutating func weigh() {
    for i in 0..<count {
      var squares: Float = 0
      let places = places(i)
      for place in places {
        values[place] = counts[place] * rarities[Int(rows[place])]
        squares += values[place] * values[place]
      }
      let scale = squares > 0 ? 1 / squares.squareRoot() : 0
      for place in places { values[place] *= scale }
    }
  }

  /// The rows of a table for the distinct pieces of texts: counted by the rows of a much larger table, which is right but for a few.
  private static func rowCount(
    _ training: LabeledSequences, _ alphabet: Alphabet, _ texts: [Int32], labelCount: Int
  ) -> Int {
    let size = 1 << 20
    var reader = GramReader(alphabet, rows: size)
    var isSeen = [Bool](repeating: false, count: size)
    var bag = GramBag()
    var pieces = 0
    for text in texts {
      bag.removeAll()
      reader.read(training.symbols[Int(text)], into: &bag)
      for row in bag.rows where !isSeen[Int(row)] {
        isSeen[Int(row)] = true
        pieces += 1
      }
    }
    return GramClassifier.rowCount(pieces: pieces, labels: labelCount)
  }
}
