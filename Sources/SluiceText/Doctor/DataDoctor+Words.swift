import SluiceCore

extension DataDoctor {
  /// Looks at words with their stems, which a training would divide by this share and seed.
  ///
  /// - Complexity: O(characters).
  public init(_ words: WordStems, validationShare: Double = 0.2, seed: UInt64 = 1) {
    var found: [DataFinding] = []
    let counts = words.countsByStem
    let lone = counts.indices.filter { counts[$0] == 1 }
    if let stem = lone.first {
      found.append(
        DataFinding(
          kind: .loneStem, severity: lone.count * 2 > counts.count ? .warning : .note, count: lone.count,
          total: counts.count, line: nil, example: Self.excerpt(words.stemNames[stem]),
          advice: "Such words are neighbors of others only: add words of the same stems."))
    }
    let lengths = words.words.map { $0.unicodeScalars.count }
    let statistics = TextStatistics.Lengths(lengths)
    let limit = max(4 * statistics.percentile90, 60)
    let long = lengths.indices.filter { lengths[$0] > limit }
    if let place = long.max(by: { lengths[$0] < lengths[$1] }) {
      found.append(
        DataFinding(
          kind: .long, severity: .warning, count: long.count, total: words.count, line: nil,
          example: Self.excerpt(words.words[place]),
          advice: "A batch takes the time and memory of its longest word: look whether these are words."))
    }
    let parts = words.split(validationShare: validationShare, seed: seed)
    let validation = parts.validation.words.map { (line: Int?.none, scalars: $0.unicodeScalars.map(\.value)) }
    if let unseen = Self.unseenCharacters(Alphabet(of: parts.training.words), in: validation) {
      found.append(unseen)
    }
    self.init("\(grouped(words.count)) words of \(grouped(counts.count)) stems", found)
  }

  /// Looks at a text that a language model would be trained on.
  ///
  /// - Complexity: O(words).
  public init(_ corpus: WordCorpus) {
    var found: [DataFinding] = []
    // Of a text that stays in its file there are samples here.
    let overlap = corpus.streamed == nil ? SplitOverlap(corpus) : nil
    if let overlap, overlap.sharedCount > 0 {
      found.append(
        DataFinding(
          kind: .overlap, severity: overlap.isLeakage ? .warning : .note, count: overlap.sharedCount,
          total: overlap.count, line: nil, example: overlap.example.map { Self.excerpt($0) } ?? "",
          advice: overlap.isLeakage
            ? "The perplexity says more than is true: remove the copies before the text is divided."
            : "So many are to be expected where people say the same: nothing has to be done."))
    }
    let unknown = corpus.validation.filter { Int($0) >= corpus.vocabularyCount }
    if let first = unknown.first {
      found.append(
        DataFinding(
          kind: .unknownWord, severity: unknown.count * 10 > corpus.validation.count ? .warning : .note,
          count: unknown.count, total: corpus.validation.count, line: nil,
          example: Self.excerpt(corpus.spellings[Int(first)]),
          advice: "They count as <unk>: the training part does not have them. More text has more of them."))
    }
    self.init(
      "\(grouped(corpus.trainingCount)) words to train on, \(grouped(corpus.validationCount)) to validate on, "
        + "\(grouped(corpus.vocabularyCount)) in the vocabulary", found)
  }
}
