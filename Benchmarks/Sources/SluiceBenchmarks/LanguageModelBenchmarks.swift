import BenchmarkKit
import Sluice

/// A whole training step of the small character model of arXiv:1508.06615: 20 streams of 35 words, distinct words encoded
/// once, two LSTM layers that go on from batch to batch, dropout 0.5, softmax over 10,000 words, clipping at norm 5, plain
/// descent. Once as the bare model, whose peers are the same, and once as the job, with all that the command does in a step.
///
/// Its work is that of the products that cannot be avoided: those of softmax, LSTM, highway and the tables of characters.
func languageModelBenchmarks() -> [Benchmark] {
  let tokens = Double(Workload.streams * Workload.steps)
  let softmax = tokens * 300 * Double(Workload.words)
  let recurrent = tokens * Double((525 + 300) + (300 + 300)) * 1_200
  let highway = Workload.meanDistinctWords * 525 * 525 * 2
  let filters = charSmall.model.filters.reduce(0) { $0 + $1.width * $1.maps }
  let tables = Double(Workload.characters * charSmall.model.embeddingWidth * filters)
  let work = Work(
    flops: 3 * 2 * (softmax + recurrent + highway + tables), items: tokens, of: "words")
  return [
    Benchmark("language/char-small step", work: work) { setting in
      let step = try LanguageModelStep(setting)
      return { step.run($0) }
    },
    .bareJob("language/char-small bare job", work: work) {
      try LanguageModelJob(Workload.corpus, configuration: .charSmall)
    },
    .job("language/char-small job", work: work) {
      try LanguageModelJob(Workload.corpus, configuration: .charSmall)
    },
  ]
}

/// Characters to vectors alone, forward, of 100,000 different words in batches.
func encodingBenchmark() -> Benchmark {
  let batch = Workload.encodedWords
  return Benchmark(
    "language/encode 1,000 of 100,000 words", work: Work(items: Double(batch), of: "words")
  ) { setting in
    var parameters = Parameters(seed: 1, engine: setting.engine)
    let encoder = try CharacterEncoder(
      characters: Workload.characters, embeddingWidth: charSmall.model.embeddingWidth,
      filters: charSmall.model.filters, paddedLength: Workload.longestWord,
      initializer: .uniform(-0.05, 0.05), named: "characters", in: &parameters)
    let batches = stride(from: 0, to: 100_000, by: batch).map { start in
      var words = RaggedIndices()
      for word in start..<start + batch { words.append(Workload.spelled(word)) }
      return words
    }
    let step = EncodingStep(encoder: encoder, parameters, batches: batches)
    return { step.run($0) }
  }
}

private let charSmall = LanguageModelConfiguration.charSmall.settings

private final class LanguageModelStep {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var before: RecurrentState?
  private var after: RecurrentState?
  private var distinct = DistinctIds(below: Workload.words)
  private var words = LanguageModel.Words()
  private let model: LanguageModel
  private let spellings: [[Int32]]
  private let batches: [(words: [Int32], following: [Int32])]
  private let offsets = (0...Workload.streams).map { Int32($0 * Workload.steps) }

  init(_ setting: Setting) throws {
    var parameters = Parameters(seed: 1, engine: setting.engine)
    model = try LanguageModel(
      characters: Workload.characters, vocabulary: Workload.words, charSmall.model, in: &parameters)
    optimizer = try Optimizer(.sgd(learningRate: 1), for: parameters, clipping: .norm(5))
    tape = Tape(for: parameters)
    before = model.body.zeroState(sequences: Workload.streams)
    after = model.body.zeroState(sequences: Workload.streams)
    spellings = (0..<Workload.words).map(Workload.spelled)
    batches = (0..<Workload.batches).map(Workload.runningWords)
    self.parameters = parameters
  }

  func run(_ number: Int) {
    let batch = batches[number % Workload.batches]
    tape.reset()
    swap(&before, &after)
    distinct.find(in: batch.words)
    words.spelled.removeAll()
    for i in 0..<distinct.ids.count { words.spelled.append(spellings[Int(distinct.ids[i])]) }
    let vectors = rows(model.vectors(words, &tape), distinct.places, &tape)
    let states = model.body(
      vectors, tape.makeSequences(offsets: offsets), from: before, to: &after, &tape)
    let loss = model.output.loss(states, labels: batch.following, &tape)
    tape.backward(from: multiply(loss, 1 / Float(Workload.streams), &tape), into: &parameters)
    optimizer.step(&parameters)
  }
}

private final class EncodingStep {
  private let parameters: Parameters
  private var tape: Tape
  private let encoder: CharacterEncoder
  private let batches: [RaggedIndices]

  init(encoder: CharacterEncoder, _ parameters: consuming Parameters, batches: [RaggedIndices]) {
    self.encoder = encoder
    tape = Tape(for: parameters)
    tape.mode = .evaluation
    self.parameters = parameters
    self.batches = batches
  }

  func run(_ number: Int) {
    tape.reset()
    _ = encoder(batches[number % batches.count], &tape)
  }
}
