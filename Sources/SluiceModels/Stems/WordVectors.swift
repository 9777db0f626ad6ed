import SluiceCore
import SluiceLayers
import SluiceText

/// The directions of words' vectors, one row each.
public struct WordVectors: Sendable {
  /// The elements of a vector.
  public let width: Int
  /// The elements of all vectors, one after the other.
  public let rows: [Float]

  /// The words whose vectors are found side by side.
  public static let usualBatch = 512

  /// The number of vectors.
  public var count: Int { rows.count / max(width, 1) }

  /// The directions of `words` by a model in evaluation mode.
  public init(
    _ words: [String], _ model: StemEncoder, _ alphabet: Alphabet, _ parameters: borrowing Parameters,
    batch size: Int = Self.usualBatch
  ) {
    self = Self(words, model, alphabet, parameters, batch: size, while: { true }) ?? Self(width: 1, rows: [])
  }

  /// Vectors by their elements, which have a length of 1 each.
  public init(width: Int, rows: [Float]) {
    self.width = width
    self.rows = rows
  }

  /// The same; nil once `goesOn`, which is asked for every batch, says no.
  public init?(
    _ words: [String], _ model: StemEncoder, _ alphabet: Alphabet, _ parameters: borrowing Parameters,
    batch size: Int = Self.usualBatch, while goesOn: () -> Bool
  ) {
    var reader = model.grams?.reader(alphabet)
    var bag = GramBag()
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
    width = model.width
    // The longest words have the most characters; which have the most n-grams is not known before all were read, and where the
    // plan is too small the tape takes more.
    let largest = symbols.max { $0.values.count < $1.values.count } ?? RaggedIndices()
    reader?.read(largest, into: &bag)
    let plan = Tape.plan(for: parameters, mode: .evaluation) { tape in
      normalizeRows(model.vectors(largest, bag, &tape), &tape)
    }
    var tape = Tape(for: parameters, plan: plan, mode: .evaluation)
    var rows: [Float] = []
    for batch in symbols {
      guard goesOn() else { return nil }
      reader?.read(batch, into: &bag)
      tape.reset()
      rows += tape.array(normalizeRows(model.vectors(batch, bag, &tape), &tape))
    }
    self.rows = rows
  }

  /// The cosines of some rows with all: the products of a block, in the engine's memory.
  public func recall(
    _ words: WordStems, _ engine: Engine, while goesOn: () -> Bool = { true }
  ) -> Recall? {
    found(words, engine, queries: 0..<count, while: goesOn).map { Recall($0) }
  }

  /// The rows of cosines that are found at a time: up to 256, fewer where each is long.
  package var searchBlock: Int { min(max((1 << 24) / max(count, 1), 1), 256) }

  /// What is found for some of the words.
  ///
  /// - Parameter queries: whole blocks of `searchBlock` words.
  package func found(
    _ words: WordStems, _ engine: Engine, queries: Range<Int>, while goesOn: () -> Bool = { true }
  ) -> FoundWords? {
    let count = count
    let most = searchBlock
    let arena = Arena<Float>(capacity: 2 * rows.count + count * most + 64, named: "search")
    let all = arena[arena.allocate(rows.count)]
    for i in 0..<rows.count { all[i] = rows[i] }
    let block = arena[arena.allocate(most * count)]
    let matrix = Matrix(all, rows: count, columns: width)
    var loaded = 0..<0
    return WordSearch.found(words, queries: queries, while: goesOn) { i, j in
      if !loaded.contains(i) {
        loaded = i / most * most..<min(i / most * most + most, count)
        engine.multiply(
          matrix[rows: loaded], matrix.transposed, into: Matrix(block, rows: loaded.count, columns: count))
      }
      return block[(i - loaded.lowerBound) * count + j]
    }
  }

  /// The cosine of row `i` with row `j` of other vectors.
  public func cosine(_ i: Int, _ other: WordVectors, _ j: Int) -> Float {
    var sum: Float = 0
    for k in 0..<width { sum += rows[i * width + k] * other.rows[j * width + k] }
    return sum
  }
}
