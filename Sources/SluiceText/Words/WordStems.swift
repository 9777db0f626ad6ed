import SluiceCore

/// Words and the stems of each: what an embedding of words is trained on.
///
/// One spelling is one word, however many stems it belongs to (“saw” to “saw” and to “see”); spellings and stems are
/// compared by their code points (`CodePoints`). Two words are related if they share a stem. That is no relation of
/// classes: “saws” and “sees” are both related to “saw” and not to each other.
public struct WordStems: Sendable, Equatable {
  /// The words, each once, in the order of first sight.
  public let words: [String]
  /// The numbers of the stems of each word, rising.
  public let stems: RaggedIndices
  /// The names of the stems by number, sorted by their code points.
  public let stemNames: [String]
  /// How often each word occurs in some text; nil where that is not known.
  public let counts: [Double]?

  /// The pairs given; a word that is repeated with another stem has both.
  ///
  /// - Parameter given: how often each pair occurs in some text; those of a word add up. nil where that is not known.
  /// - Precondition: there is a count for each pair, none of them negative.
  public init(_ pairs: [(word: String, stem: String)], counts given: [Double]? = nil) {
    require(given.map { $0.count == pairs.count } ?? true, "There is a count for each pair.")
    let names = Set(pairs.map { CodePoints($0.stem) }).sorted()
    let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    var places: [CodePoints: Int] = [:]
    var words: [String] = []
    var sets: [Set<Int32>] = []
    var counts: [Double] = []
    for (i, pair) in pairs.enumerated() {
      let count = given?[i] ?? 0
      let stem = ids[CodePoints(pair.stem)] ?? 0
      if let place = places[CodePoints(pair.word)] {
        sets[place].insert(stem)
        counts[place] += count
      } else {
        places[CodePoints(pair.word)] = words.count
        words.append(pair.word)
        sets.append([stem])
        counts.append(count)
      }
    }
    var stems = RaggedIndices()
    for set in sets { stems.append(set.sorted()) }
    self.words = words
    self.stems = stems
    stemNames = names.map(\.text)
    self.counts = given == nil ? nil : counts
  }

  /// The stems of several words that training and validation need together.
  public static let leastStems = 10

  /// How many words there are, one for each spelling.
  public var count: Int { words.count }

  /// Whether two words share a stem; a word shares its own with itself.
  public func areRelated(_ i: Int, _ j: Int) -> Bool { stems.sharesValue(i, j) }

  /// The number of words by stem; a word of several counts for each.
  public var countsByStem: [Int] {
    var counts = [Int](repeating: 0, count: stemNames.count)
    for stem in stems.values { counts[Int(stem)] += 1 }
    return counts
  }

  /// Divides the stems, and with them the words, into a part to train on and one to validate on: no stem is
  /// in both, and no word. Stems that are tied by common words, directly or through others, stay together.
  ///
  /// Depends on the seed alone. Both parts keep the numbers of the stems. The share is that of the stems, as near below as
  /// whole groups allow.
  ///
  /// - Precondition: `validationShare` is above 0 and below 1.
  public func split(
    validationShare: Double, seed: UInt64
  ) -> (training: WordStems, validation: WordStems) {
    require(validationShare > 0 && validationShare < 1, "A share is above 0 and below 1.")
    let groups = StemGroups(self)
    var order = Array(0..<Int32(stemNames.count))
    var random = RandomStream(seed: seed, purpose: .split, index: 0)
    random.shuffle(&order)
    let size = min(max(Int((Double(order.count) * validationShare).rounded()), 1), max(order.count - 1, 1))
    var chosen: Set<Int32> = []
    var left = size
    for stem in order where groups.size(of: stem) <= left && !chosen.contains(groups.group(of: stem)) {
      chosen.insert(groups.group(of: stem))
      left -= groups.size(of: stem)
    }
    // Every group is larger than the share: the smallest of them is nearest to it.
    if chosen.isEmpty, let smallest = order.min(by: { groups.size(of: $0) < groups.size(of: $1) }) {
      chosen.insert(groups.group(of: smallest))
    }
    return (
      subset { !chosen.contains(groups.group(of: $0)) }, subset { chosen.contains(groups.group(of: $0)) }
    )
  }

  /// The words of which a stem is wanted, with all their stems.
  public func subset(_ isWanted: (Int32) -> Bool) -> WordStems {
    let places = words.indices.filter { stems[$0].contains(where: isWanted) }
    var kept = RaggedIndices()
    for place in places { kept.append(stems[place]) }
    return WordStems(
      words: places.map { words[$0] }, stems: kept, stemNames: stemNames,
      counts: counts.map { counts in places.map { counts[$0] } })
  }

  private init(words: [String], stems: RaggedIndices, stemNames: [String], counts: [Double]?) {
    self.words = words
    self.stems = stems
    self.stemNames = stemNames
    self.counts = counts
  }
}
