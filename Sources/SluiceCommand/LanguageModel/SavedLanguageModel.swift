import Sluice

/// A language model loaded from its run's folder.
struct SavedLanguageModel: ~Copyable {
  let description: LanguageModelDescription
  private let model: LanguageModel
  private var parameters: Parameters
  private let engine: Engine

  /// The words that are read at a time where it is all the same how many.
  private static let chunk = 256
  /// The characters of words whose vectors are made at a time, where these are several. One word may have more, up to the
  /// longest that the settings allow.
  private static let characterChunk = 1 << 16

  /// - Throws: `StorageError` if the folder, `run.json` or the model cannot be read or do not fit each other.
  init(readingRun path: String, engine: Engine) throws {
    let directory = try RunDirectory.open(path)
    let description = try directory.description(LanguageModelDescription.self)
    let saved = try SavedModel(directory, seed: description.settings.seed, engine: engine) {
      (parameters: inout Parameters) throws(ModelError) in
      try LanguageModel(
        characters: description.spelling.count, vocabulary: description.vocabulary.count,
        description.settings, in: &parameters)
    }
    self.description = description
    self.engine = engine
    model = saved.model
    parameters = saved.parameters
  }

  /// The columns of a word's vector.
  var width: Int { model.width }

  /// Whether any spelling has a vector, or only the words of the vocabulary.
  var readsCharacters: Bool { description.settings.reading == .characters }

  /// The vectors of words, one after the other. A model with a table gives words outside its vocabulary that of `<unk>`.
  mutating func vectors(of words: [String]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(words.count * width)
    var tape = makeTape()
    let corpus = WordCorpus(vocabulary: description.vocabulary, test: [])
    for start in stride(from: 0, to: words.count, by: Self.chunk) {
      let block = Array(words[start..<min(start + Self.chunk, words.count)])
      let ids = block.map { corpus.form(of: $0) ?? corpus.unknownForm }
      result += vectors(of: block, ids, &tape)
    }
    return result
  }

  /// The mean loss of a word of `tokens`, read as one stream, the first word predicted by none. In nats. A transformer sees nothing
  /// before the window it reads, of as many words as in training.
  mutating func loss(_ corpus: WordCorpus, _ tokens: [Int32]) -> Double {
    var cache = [Float](repeating: 0, count: corpus.spellings.count * width)
    var isKnown = [Bool](repeating: false, count: corpus.spellings.count)
    var state = model.body.zeroState(sequences: 1)
    var tape = makeTape()
    var total = 0.0
    let chunk = model.body.window ?? Self.chunk
    for start in stride(from: 0, to: tokens.count - 1, by: chunk) {
      let inputs = Array(tokens[start..<min(start + chunk, tokens.count - 1)])
      let new = Array(Set(inputs.filter { !isKnown[Int($0)] })).sorted()
      if !new.isEmpty {
        let found = vectors(
          of: new.map { corpus.spellings[Int($0)] }, new.map { corpus.target(of: $0) }, &tape)
        for (i, form) in new.enumerated() {
          isKnown[Int(form)] = true
          let target = Int(form) * width
          for j in 0..<width { cache[target + j] = found[i * width + j] }
        }
      }
      var values: [Float] = []
      tape.reset()
      for form in inputs { values += cache[Int(form) * width..<(Int(form) + 1) * width] }
      let states = model.body(
        tape.input(values, Shape(inputs.count, width)),
        tape.makeSequences(offsets: [0, Int32(inputs.count)]), from: state, to: &state, &tape)
      let labels = (start + 1...start + inputs.count).map { corpus.target(of: tokens[$0]) }
      total += Double(tape.scalar(model.output.loss(states, labels: labels, &tape)))
    }
    return total / Double(max(tokens.count - 1, 1))
  }

  /// Goes on from `prompt`, word by word of the vocabulary: `body` gets each word drawn from the `most` likeliest, and says whether to go on.
  mutating func sample(
    prompt: [String], temperature: Float, most: Int, seed: UInt64, _ body: (String) -> Bool
  ) {
    let corpus = WordCorpus(vocabulary: description.vocabulary, test: [])
    let random = CounterRandom(seed: seed)
    var state = model.body.zeroState(sequences: 1)
    var tape = makeTape()
    var pending = [WordCorpus.end] + prompt
    if let window = model.body.window { pending = pending.suffix(window) }
    var drawn: UInt64 = 0
    while true {
      // A tape has room for one chunk; what comes before the last one lives on in the state.
      while pending.count > Self.chunk, model.body.window == nil {
        _ = read(pending.prefix(Self.chunk), corpus, &state, &tape)
        pending.removeFirst(Self.chunk)
      }
      let states = read(pending[...], corpus, &state, &tape)
      let last = slice(states, pending.count - 1..<pending.count, &tape)
      var logits = tape.array(model.output.scores(last, &tape))
      // A text has words, and what stands for the others is none; nor are there sentences without one.
      logits[Int(corpus.unknownForm)] = -.infinity
      if pending.last == WordCorpus.end { logits[Int(corpus.endForm)] = -.infinity }
      let best = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }.prefix(most)
      let weights = best.map { Double.init((logits[$0] - logits[best[0]]) / temperature) }.map(exponential)
      var left = Double(random.uniform(drawn)) * weights.reduce(0, +)
      drawn += 1
      var choice = best[0]
      for (id, weight) in zip(best, weights) {
        choice = id
        left -= weight
        if left < 0 { break }
      }
      let word = corpus.spellings[choice]
      // An LSTM's state holds what came before; a transformer reads it again, as far as its window reaches.
      pending = model.body.window.map { (pending + [word]).suffix($0) } ?? [word]
      if !body(word) { return }
    }
  }

  /// The body's states after each of at most as many words as the tape has room for.
  private func read(
    _ words: ArraySlice<String>, _ corpus: WordCorpus, _ state: inout RecurrentState?, _ tape: inout Tape
  ) -> Tensor {
    let ids = words.map { corpus.form(of: $0) ?? corpus.unknownForm }
    let values = vectors(of: Array(words), ids, &tape)
    tape.reset()
    return model.body(
      tape.input(values, Shape(words.count, width)), tape.makeSequences(offsets: [0, Int32(words.count)]),
      from: state, to: &state, &tape)
  }

  /// The vectors of at most as many words as the tape has room for, by their spelling or by their ids in the vocabulary. What
  /// the tape held is gone.
  private func vectors(of words: [String], _ ids: [Int32], _ tape: inout Tape) -> [Float] {
    switch model.reader {
    case .characters:
      var result: [Float] = []
      var spelled = RaggedIndices()
      func read() {
        tape.reset()
        result += tape.array(model.vectors(spelled, &tape))
        spelled.removeAll()
      }
      for word in words {
        let symbols = description.spelling.encode(word)
        if spelled.count > 0, spelled.values.count + symbols.count > Self.characterChunk { read() }
        spelled.append(symbols)
      }
      if spelled.count > 0 { read() }
      return result
    case .table(let table):
      tape.reset()
      var x = table(ids, &tape)
      for highway in model.highways { x = highway(x, &tape) }
      return tape.array(x)
    }
  }

  /// A tape for a chunk, or for the window of a transformer where that is longer, and for the longest word.
  private func makeTape() -> Tape {
    let steps = max(Self.chunk, model.body.window ?? 0)
    let characters = max(Self.characterChunk, description.spelling.longest)
    var tape = Tape(
      for: parameters,
      capacity: 2 * model.activationCount(streams: 1, steps: steps, engine: engine)
        + LanguageModel.room(forCharacters: characters) + 1 << 20)
    tape.mode = .evaluation
    return tape
  }
}
