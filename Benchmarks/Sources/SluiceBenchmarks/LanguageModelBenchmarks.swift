import BenchmarkKit
import Sluice

/// A whole training step of the small character model of arXiv:1508.06615: 20 streams of 35 words, distinct words encoded
/// once and padded as in the authors' program, two LSTM layers that go on from batch to batch, dropout 0.5, softmax over
/// 10,000 words, clipping at norm 5, plain descent.
///
/// Its work is that of the products that cannot be avoided: those of softmax, LSTM, highway and the tables of characters.
func languageModelBenchmark() -> Benchmark {
  let tokens = Double(Workload.streams * Workload.steps)
  let softmax = tokens * 300 * Double(Workload.words)
  let recurrent = tokens * Double((525 + 300) + (300 + 300)) * 1_200
  let highway = Workload.meanDistinctWords * 525 * 525 * 2
  let tables = Double(Workload.characters * 15 * charSmallFilters.reduce(0) { $0 + $1.width * $1.maps })
  let work = Work(
    flops: 3 * 2 * (softmax + recurrent + highway + tables), items: tokens, of: "words")
  return Benchmark("language/char-small step", work: work) { setting in
    let step = try LanguageModelStep(setting)
    return { step.run($0) }
  }
}

/// Characters to vectors alone, forward, of 100,000 different words in batches.
func encodingBenchmark() -> Benchmark {
  let batch = Workload.encodedWords
  return Benchmark(
    "language/encode 1,000 of 100,000 words", work: Work(items: Double(batch), of: "words")
  ) { setting in
    var parameters = Parameters(seed: 1, engine: setting.engine)
    let encoder = try charSmallEncoder(paddedLength: Workload.longestWord, in: &parameters)
    let batches = stride(from: 0, to: 100_000, by: batch).map { start in
      var words = RaggedIndices()
      for word in start..<start + batch { words.append(Workload.spelled(word)) }
      return words
    }
    let step = EncodingStep(encoder: encoder, parameters, batches: batches)
    return { step.run($0) }
  }
}

/// Filters over 1 to 6 characters, 525 maps together.
private let charSmallFilters = (1...6).map { CharacterFilters(width: $0, maps: 25 * $0) }

private func charSmallEncoder(
  paddedLength: Int, in parameters: inout Parameters
) throws(ModelError) -> CharacterEncoder {
  try CharacterEncoder(
    characters: Workload.characters, embeddingWidth: 15, filters: charSmallFilters,
    paddedLength: paddedLength, initializer: .uniform(-0.05, 0.05), named: "characters", in: &parameters)
}

private final class LanguageModelStep {
  private var parameters: Parameters
  private var tape: Tape
  private var optimizer: Optimizer
  private var state: RecurrentState
  private var distinct = DistinctIds(below: Workload.words)
  private var spelledWords = RaggedIndices()
  private let encoder: CharacterEncoder
  private let highway: Highway
  private let lstm: RecurrentNet
  private let dropout: Dropout
  private let output: LinearCrossEntropy
  private let spellings: [[Int32]]
  private let batches: [(words: [Int32], following: [Int32])]
  private let offsets = (0...Workload.streams).map { Int32($0 * Workload.steps) }

  init(_ setting: Setting) throws {
    let range = Initializer.uniform(-0.05, 0.05)
    var parameters = Parameters(seed: 1, engine: setting.engine)
    encoder = try charSmallEncoder(paddedLength: Workload.longestWord - 3, in: &parameters)
    highway = try Highway(width: encoder.width, initializer: range, named: "highway", in: &parameters)
    var options = RecurrentOptions()
    options.layers = 2
    options.dropout = 0.5
    options.hasTwoBiases = true
    options.initializer = range
    lstm = try RecurrentNet(
      .lstm(forgetBias: 0), inputs: encoder.width, units: 300, options: options, named: "lstm",
      in: &parameters)
    dropout = try Dropout(probability: 0.5, named: "dropout", in: &parameters)
    output = try LinearCrossEntropy(
      inputs: 300, classes: Workload.words, initializer: range, biasInitializer: range, named: "output",
      in: &parameters)
    optimizer = try Optimizer(.sgd(learningRate: 1), for: parameters, clipping: .norm(5))
    tape = Tape(for: parameters)
    state = lstm.zeroState(sequences: Workload.streams)
    spellings = (0..<Workload.words).map(Workload.spelled)
    batches = (0..<Workload.batches).map(Workload.runningWords)
    self.parameters = parameters
  }

  func run(_ number: Int) {
    let batch = batches[number % Workload.batches]
    tape.reset()
    distinct.find(in: batch.words)
    spelledWords.removeAll()
    for i in 0..<distinct.ids.count { spelledWords.append(spellings[Int(distinct.ids[i])]) }
    let vectors = highway(encoder(spelledWords, &tape), &tape)
    let result = lstm(
      RaggedTensor(
        steps: rows(vectors, distinct.places, &tape), sequences: tape.makeSequences(offsets: offsets)),
      from: state, &tape)
    state.update(from: result, tape)
    let loss = output(
      dropout(result.outputs.steps, &tape), labels: batch.following, reduction: .sum, &tape)
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
