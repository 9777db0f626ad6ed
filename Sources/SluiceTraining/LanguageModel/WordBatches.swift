import SluiceCore
import SluiceModels
import SluiceText

/// Words of some streams, as a language model reads them, and the words that follow.
public struct WordBatch: Sendable {
  /// What is read: the spellings of the distinct words, or every word's id in the vocabulary.
  public fileprivate(set) var words = LanguageModel.Words()
  /// Where in the distinct words each word of the batch is; empty where words are read from a table.
  public fileprivate(set) var places: [Int32] = []
  /// The id in the vocabulary of the word that follows each.
  public fileprivate(set) var labels: [Int32] = []
  /// Where each stream begins, and the end of the last.
  public fileprivate(set) var offsets: [Int32] = []
  /// The forms that are read.
  var read: [Int32] { inputs }
  fileprivate var inputs: [Int32] = []
  fileprivate var targets: [Int32] = []
  fileprivate var distinct: DistinctIds

  fileprivate init(forms: Int) { distinct = DistinctIds(below: forms) }

  /// The words of all streams.
  public var count: Int { labels.count }
}

/// The batches of a text in streams: each batch goes on where the one before stopped, in every epoch in the same order.
public struct WordBatches: BatchSource {
  public private(set) var epoch = 0
  public private(set) var cursor = 0

  /// The text; nil where batches are made of others only.
  private let streams: WordStreams?
  /// What reads it.
  private var reader: WordStreams.Reader?
  private let readsCharacters: Bool
  /// The characters of every form of the corpus; empty where words are read from a table.
  private let spelled: RaggedIndices
  /// What to predict for each form.
  private let targetOfForm: [Int32]
  private let offsets: [Int32]
  /// Whether batches are there to be cut alone.
  private var isRestricted = false

  init(_ streams: WordStreams?, _ corpus: WordCorpus, _ spelling: Spelling, readsCharacters: Bool) {
    self.streams = streams
    reader = streams?.makeReader()
    self.readsCharacters = readsCharacters
    spelled = readsCharacters ? spelling.encode(corpus.spellings) : RaggedIndices()
    targetOfForm = corpus.spellings.indices.map { corpus.target(of: Int32($0)) }
    offsets = streams.map { streams in (0...streams.streams).map { Int32($0 * streams.steps) } } ?? []
  }

  public var count: Int { streams?.count ?? 0 }

  public func makeBatch() -> WordBatch { WordBatch(forms: targetOfForm.count) }

  /// Where characters are read, each distinct word is read once: memory grows with those, and with their characters. The rest is
  /// the same for all batches.
  public func size(of batch: WordBatch) -> BatchSize {
    BatchSize(examples: batch.words.spelled.count, elements: batch.words.spelled.values.count)
  }

  /// Goes to an epoch, at its start or after the first `cursor` batches.
  public mutating func start(epoch: Int, cursor: Int = 0) {
    self.epoch = epoch
    self.cursor = cursor
  }

  public mutating func next(into batch: inout WordBatch) -> Bool {
    guard let streams, cursor < streams.count,
      reader?.batch(cursor, inputs: &batch.inputs, targets: &batch.targets) == true
    else { return false }
    cursor += 1
    if batch.offsets.isEmpty { batch.offsets = offsets }
    setIDs(batch.targets, &batch.labels)
    if !isRestricted { setWords(of: &batch) }
    return true
  }

  /// Streams of others stay unread where the text is in a file.
  public mutating func restrict(to own: Range<Int>, of parts: Int) {
    guard let streams else { return }
    func start(_ part: Int) -> Int { BatchPart.range(part, of: parts, in: streams.streams).lowerBound }
    reader?.restrict(to: start(own.lowerBound)..<start(own.upperBound))
    isRestricted = true
  }

  /// A batch, or a shard of one, that takes at least as much memory as any: as many different words as there can be, the longest ones.
  func largestBatch(_ corpus: WordCorpus, shards: Int = 1) -> WordBatch? {
    guard let streams else { return nil }
    var batch = makeBatch()
    let forms = corpus.spellings.indices
    let longest =
      readsCharacters
      ? forms.sorted { (spelled.length($0), $1) > (spelled.length($1), $0) } : Array(forms)
    // No shard has more streams than the last.
    let count = BatchPart.range(shards - 1, of: shards, in: streams.streams).count
    for i in 0..<count * streams.steps {
      let form = Int32(longest[i % longest.count])
      batch.inputs.append(form)
      batch.targets.append(form)
    }
    batch.offsets = (0...count).map { Int32($0 * streams.steps) }
    setIDs(batch.targets, &batch.labels)
    setWords(of: &batch)
    return batch
  }

  public var cutsBatches: Bool { true }

  /// Streams stay whole, and what they carry from batch to batch stays with the shard.
  public mutating func cut(
    _ batch: WordBatch, part: Int, of parts: Int, into shard: inout WordBatch
  ) -> BatchPart {
    let count = max(batch.offsets.count - 1, 0)
    let range = BatchPart.range(part, of: parts, in: count)
    shard.inputs.removeAll(keepingCapacity: true)
    shard.targets.removeAll(keepingCapacity: true)
    shard.offsets.removeAll(keepingCapacity: true)
    if count > 0 {
      let first = batch.offsets[range.lowerBound]
      for i in range.lowerBound...range.upperBound { shard.offsets.append(batch.offsets[i] - first) }
      for i in Int(first)..<Int(batch.offsets[range.upperBound]) {
        shard.inputs.append(batch.inputs[i])
        shard.targets.append(batch.targets[i])
      }
    }
    setIDs(shard.targets, &shard.labels)
    setWords(of: &shard)
    return BatchPart(count: shard.labels.count, of: batch.labels.count)
  }

  /// A batch in which every word that is read is `form`, and the words that follow are the same.
  static func replacing(
    _ batch: WordBatch, by form: Int32, _ corpus: WordCorpus, _ spelling: Spelling, readsCharacters: Bool
  ) -> WordBatch {
    var batch = batch
    batch.inputs = batch.inputs.map { _ in form }
    WordBatches(nil, corpus, spelling, readsCharacters: readsCharacters).setWords(of: &batch)
    return batch
  }

  /// What the model reads of the forms of a batch.
  private func setWords(of batch: inout WordBatch) {
    if readsCharacters {
      batch.distinct.find(in: batch.inputs)
      batch.words.spelled.removeAll()
      for i in 0..<batch.distinct.ids.count {
        batch.words.spelled.append(spelled[Int(batch.distinct.ids[i])])
      }
      copy(batch.distinct.places, to: &batch.places)
    } else {
      setIDs(batch.inputs, &batch.words.ids)
    }
  }

  /// The ids in the vocabulary of `forms`.
  private func setIDs(_ forms: [Int32], _ ids: inout [Int32]) {
    ids.removeAll(keepingCapacity: true)
    for i in 0..<forms.count { ids.append(targetOfForm[Int(forms[i])]) }
  }

  /// Copies element by element: to share the memory would make the next batch allocate its own.
  private func copy(_ source: [Int32], to target: inout [Int32]) {
    target.removeAll(keepingCapacity: true)
    for i in 0..<source.count { target.append(source[i]) }
  }
}
