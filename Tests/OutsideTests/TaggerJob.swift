import Sluice

// BEGIN sentences
/// A sentence, and the part of speech of each of its words.
struct TaggedSentence: Sendable {
  private(set) var words: [String] = []
  private(set) var tags: [String] = []

  /// A sentence such as "she watches her old ducks". What `watches` is follows from the words before it, what `her` is from those
  /// after it.
  init(_ random: CounterRandom) {
    if random.below(2, 0) == 0 { add("pronoun", "she he", random) } else { addNoun(random) }
    add("verb", "watches ducks lights fishes sees draws", random)
    switch random.below(3, 1) {
    case 0: add("pronoun", "her them", random)
    case 1: addNoun(random)
    default: break
    }
  }

  private mutating func addNoun(_ random: CounterRandom) {
    add("determiner", "the her", random)
    if random.below(2, UInt64(2 + words.count)) == 0 { add("adjective", "old small green", random) }
    add("noun", "watches ducks lights fishes sailor garden", random)
  }

  private mutating func add(_ tag: String, _ choices: String, _ random: CounterRandom) {
    let choices = choices.split(separator: " ")
    words.append(String(choices[random.stream(1).below(choices.count, UInt64(words.count))]))
    tags.append(tag)
  }
}
// END sentences

// BEGIN settings
struct TaggerSettings: JobSettings {
  var seed: UInt64 = 1
  var epochs = 20
  var optimizer = OptimizerSettings(.adam)
  /// Sentences in a step.
  var batch = 16
  /// Elements of a word's vector.
  var width = 16
  /// Units of each direction.
  var units = 16
  /// The share of the words' vectors that is dropped in training.
  var dropout: Float = 0.1

  init() { optimizer.learningRate = 0.01 }

  func check(_ fields: SettingCheck) throws(SettingProblem) {
    try checkTraining(fields)
    try fields.value(batch, SettingLimit(1...4_096), "batch")
    try fields.value(width, SettingLimits.width, "width")
    try fields.value(units, SettingLimits.width, "units")
    try fields.value(dropout, SettingLimits.dropout, "dropout")
  }
}

struct TaggerDescription: Codable, Equatable, Sendable {
  /// The words by their ids, from 1; id 0 stands for any other.
  var words: [String]
  /// The tags by their ids.
  var tags: [String]

  /// The ids of a sentence's words.
  func ids(of words: [String]) -> RaggedIndices {
    var ids = RaggedIndices()
    ids.append(words.map { word in Int32((self.words.firstIndex(of: word) ?? -1) + 1) })
    return ids
  }

  /// A sentence as ids.
  func encode(_ sentence: TaggedSentence) -> TaggedBatch {
    TaggedBatch(
      words: ids(of: sentence.words),
      tags: sentence.tags.map { tag in Int32(tags.firstIndex(of: tag) ?? 0) })
  }
}
// END settings

// BEGIN model
/// Words → embedding → dropout → LSTM in both directions → linear: logits of the tags for every word.
struct Tagger: Sendable {
  let embedding: Embedding
  let dropout: Dropout
  let lstm: RecurrentNet
  let output: Linear

  func logits(_ words: RaggedIndices, _ tape: inout Tape) -> Tensor { logits(embedding(words, &tape), &tape) }

  func logits(_ vectors: RaggedTensor, _ tape: inout Tape) -> Tensor {
    output(lstm(dropout(vectors, &tape), &tape).outputs.steps, &tape)
  }
}
// END model

// BEGIN batch
/// Sentences as ids, side by side: those of the words, and one tag for each word.
struct TaggedBatch: Sendable {
  var words = RaggedIndices()
  var tags: [Int32] = []

  mutating func removeAll() {
    words.removeAll()
    tags.removeAll(keepingCapacity: true)
  }

  mutating func append(_ other: TaggedBatch) {
    for i in 0..<other.words.count { words.append(other.words[i]) }
    for i in 0..<other.tags.count { tags.append(other.tags[i]) }
  }
}
// END batch

// BEGIN measure
struct TaggerMeasure: JobMeasure {
  var loss: Double
  var accuracy: Double

  var namedFigures: KeyValuePairs<String, Double> { ["loss": loss, "accuracy": accuracy] }
  func isBetter(than other: TaggerMeasure) -> Bool { loss < other.loss }
}
// END measure

// BEGIN job
struct TaggerJob: LoadableJob {
  static let name = "tagger"
  static let unit = "words"

  var settings: TaggerSettings
  let description: TaggerDescription
  /// The ids of words and tags, to train on and to validate on.
  let training, validation: [TaggedBatch]

  init(_ sentences: [TaggedSentence], settings: TaggerSettings = TaggerSettings()) {
    let cut = sentences.count / 5
    let description = TaggerDescription(
      words: Set(sentences.dropFirst(cut).flatMap(\.words)).sorted(),
      tags: Set(sentences.flatMap(\.tags)).sorted())
    let examples = sentences.map { description.encode($0) }
    (validation, training) = (Array(examples.prefix(cut)), Array(examples.dropFirst(cut)))
    (self.settings, self.description) = (settings, description)
  }

  static func makeModel(
    _ settings: TaggerSettings, _ description: TaggerDescription, in parameters: inout Parameters
  ) throws(ModelError) -> Tagger {
    var options = RecurrentOptions()
    options.direction = .bidirectional
    return Tagger(
      embedding: try Embedding(
        rows: description.words.count + 1, width: settings.width, named: "embedding", in: &parameters),
      dropout: try Dropout(probability: settings.dropout, named: "dropout", in: &parameters),
      lstm: try RecurrentNet(
        .lstm(forgetBias: 1), inputs: settings.width, units: settings.units, options: options, named: "lstm",
        in: &parameters),
      output: try Linear(
        inputs: 2 * settings.units, outputs: description.tags.count, named: "output", in: &parameters))
  }

  func makeBatches() -> ExampleBatches<TaggedBatch> { batches(of: training, shuffledBy: settings.seed) }

  private func batches(
    of examples: [TaggedBatch], shuffledBy seed: UInt64? = nil
  ) -> ExampleBatches<TaggedBatch> {
    ExampleBatches(of: examples.count, size: settings.batch, shuffledBy: seed, into: TaggedBatch()) {
      batch, places in
      batch.removeAll()
      for i in 0..<places.count { batch.append(examples[places[i]]) }
    }
  }

  func loss(
    of batch: TaggedBatch, by model: Tagger, from before: NoState, to after: inout NoState, _ tape: inout Tape
  ) -> StepLoss<NoFigures> {
    let loss = crossEntropy(model.logits(batch.words, &tape), batch.tags, &tape)
    return StepLoss(loss, mean: tape.scalar(loss), count: batch.tags.count)
  }

  func measure(
    _ model: Tagger, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> TaggerMeasure? {
    var (loss, right, count) = (0.0, 0, 0)
    var batches = batches(of: validation)
    var batch = batches.makeBatch()
    while batches.next(into: &batch) {
      guard goesOn() else { return nil }
      tape.reset()
      let logits = model.logits(batch.words, &tape)
      loss += Double(tape.scalar(crossEntropy(logits, batch.tags, reduction: .sum, &tape)))
      right += zip(tape.columnsOfMaxima(in: logits), batch.tags).count { $0 == Int($1) }
      count += batch.tags.count
    }
    return TaggerMeasure(loss: loss / Double(count), accuracy: Double(right) / Double(count))
  }

  /// What the loss of a tagger is that knows nothing.
  var expectation: LossExpectation { LossExpectation(classes: description.tags.count) }
}
// END job

// BEGIN check
extension TaggerJob: CheckableJob {
  func varied(_ variant: RecipeVariant) -> TaggerJob {
    var job = self
    job.settings.units *= variant.unitsFactor
    job.settings.optimizer.vary(by: variant)
    if !variant.hasDropout { job.settings.dropout = 0 }
    return job
  }

  func blank(_ batch: TaggedBatch) -> TaggedBatch {
    var blank = TaggedBatch(tags: batch.tags)
    for i in 0..<batch.words.count { blank.words.append(batch.words[i].map { _ in Int32(0) }) }
    return blank
  }

  func texts(of batch: TaggedBatch) -> [String] {
    (0..<batch.words.count).map { i in
      batch.words[i].map { $0 == 0 ? "?" : description.words[Int($0) - 1] }.joined(separator: " ")
    }
  }

  var dropout: Float { settings.dropout }
  func labels(of batch: TaggedBatch) -> [Int] { batch.tags.map { Int($0) } }

  func answers(to batch: TaggedBatch, of model: Tagger, _ tape: inout Tape) -> RecipeAnswers {
    RecipeAnswers(logits: tape.array(model.logits(batch.words, &tape)), batch.tags)
  }

  func reach(of batch: TaggedBatch, by model: Tagger, _ tape: inout Tape) -> OutputReach? {
    let vectors = model.embedding(batch.words, &tape)
    let logits = model.logits(vectors, &tape)
    return OutputReach(from: vectors.steps, toFirstRowOf: logits, first: batch.words.length(0), tape)
  }
}
// END check
