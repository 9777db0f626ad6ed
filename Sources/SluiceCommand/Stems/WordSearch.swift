import Sluice

/// How often a word of the same stem is found.
struct Recall: Codable, Equatable, Sendable {
  /// The words looked up: those whose stem has another word.
  var queries: Int
  /// The share whose nearest word has the same stem.
  var at1: Double
  /// The share with such a word among the five nearest.
  var at5: Double

  var text: String { "recall@1 \(percent(at1))  recall@5 \(percent(at5))" }
}

/// The nearest words by any score, each word against all others.
enum WordSearch {
  /// The recall of `score`, the larger the nearer.
  static func recall(_ words: WordStems, _ score: (Int, Int) -> Float) -> Recall {
    let counts = words.countsByStem
    var found = (queries: 0, at1: 0, at5: 0)
    for i in 0..<words.count where counts[Int(words.stems[i])] > 1 {
      let nearest = self.nearest(5, count: words.count, excluding: i) { score(i, $0) }
      let rank = nearest.firstIndex { words.stems[$0.index] == words.stems[i] }
      found.queries += 1
      if rank == 0 { found.at1 += 1 }
      if rank != nil { found.at5 += 1 }
    }
    let all = Double(max(found.queries, 1))
    return Recall(queries: found.queries, at1: Double(found.at1) / all, at5: Double(found.at5) / all)
  }

  /// The places with the largest scores, largest first, of equal ones the first.
  static func nearest(
    _ most: Int, count: Int, excluding excluded: Int?, _ score: (Int) -> Float
  ) -> [(index: Int, score: Float)] {
    var best: [(index: Int, score: Float)] = []
    for j in 0..<count where j != excluded {
      let value = score(j)
      if best.count == most, value <= best[most - 1].score { continue }
      if best.count == most { best.removeLast() }
      let place = best.firstIndex { value > $0.score } ?? best.count
      best.insert((j, value), at: place)
    }
    return best
  }

  /// The first baseline: the longest common prefix, of equal ones that with the shorter word.
  static func prefixRecall(_ words: WordStems) -> Recall {
    let letters = words.words.map { Array($0.unicodeScalars) }
    return recall(words) { i, j in
      let (a, b) = (letters[i], letters[j])
      var length = 0
      while length < min(a.count, b.count), a[length] == b[length] { length += 1 }
      return Float(length) - Float(b.count) / 1_000
    }
  }

  /// The second baseline: the share of common character trigrams (Dice), both ends of a word marked.
  static func trigramRecall(_ words: WordStems) -> Recall {
    let trigrams = words.words.map { word in
      let letters = [1, 1] + word.unicodeScalars.map { UInt64($0.value) } + [2]
      return Set((0..<letters.count - 2).map { letters[$0] << 42 | letters[$0 + 1] << 21 | letters[$0 + 2] })
        .sorted()
    }
    return recall(words) { i, j in
      let (a, b) = (trigrams[i], trigrams[j])
      var (p, q, common) = (0, 0, 0)
      while p < a.count, q < b.count {
        if a[p] == b[q] { common += 1 }
        let step = a[p]
        if a[p] <= b[q] { p += 1 }
        if b[q] <= step { q += 1 }
      }
      return 2 * Float(common) / Float(a.count + b.count)
    }
  }
}

/// The directions of words' vectors, one row each.
struct WordVectors {
  let width: Int
  let rows: [Float]

  var count: Int { rows.count / max(width, 1) }

  /// The directions of `words` by a model in evaluation mode.
  init(
    _ words: [String], _ model: StemModel, _ alphabet: Alphabet, _ parameters: borrowing Parameters,
    batch size: Int = 512
  ) {
    var symbols: [RaggedIndices] = []
    for start in stride(from: 0, to: words.count, by: size) {
      var batch = RaggedIndices()
      for word in words[start..<min(start + size, words.count)] {
        var ids: [Int32] = []
        alphabet.encode(word, into: &ids)
        batch.append(ids)
      }
      symbols.append(batch)
    }
    width = model.output.outputs
    let most = symbols.map(\.values.count).max() ?? 0
    var tape = Tape(
      for: parameters,
      capacity: model.activationCount(words: size, symbols: most, engine: parameters.engine)
        + 4 * size * (width + 1))
    tape.mode = .evaluation
    var rows: [Float] = []
    for batch in symbols {
      tape.reset()
      rows += tape.array(normalizeRows(model.vectors(batch, &tape), &tape))
    }
    self.rows = rows
  }

  /// The cosines of some rows with all: the products of a block, in the engine's memory.
  func recall(_ words: WordStems, _ engine: Engine) -> Recall {
    let count = count
    // Up to 256 rows of cosines at a time, fewer where each is long.
    let most = min(max((1 << 24) / max(count, 1), 1), 256)
    let arena = Arena(capacity: 2 * rows.count + count * most + 64, named: "search")
    let all = arena[arena.allocate(rows.count)]
    for i in 0..<rows.count { all[i] = rows[i] }
    let block = arena[arena.allocate(most * count)]
    let matrix = Matrix(all, rows: count, columns: width)
    var loaded = 0..<0
    return WordSearch.recall(words) { i, j in
      if !loaded.contains(i) {
        loaded = i..<min(i + most, count)
        engine.multiply(
          matrix[rows: loaded], matrix.transposed, into: Matrix(block, rows: loaded.count, columns: count))
      }
      return block[(i - loaded.lowerBound) * count + j]
    }
  }

  /// The cosine of row `i` with row `j` of other vectors.
  func cosine(_ i: Int, _ other: WordVectors, _ j: Int) -> Float {
    var sum: Float = 0
    for k in 0..<width { sum += rows[i * width + k] * other.rows[j * width + k] }
    return sum
  }
}
