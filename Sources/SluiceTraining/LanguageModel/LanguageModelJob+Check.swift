import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceText

extension LanguageModelJob: CheckableJob {
  /// The streams of the tiny batch, and the most words of each.
  static let tinyStreams = 4
  static let mostTinySteps = 10

  /// The words of a stream of the tiny batch: no more than a transformer has positions for.
  private var tinySteps: Int { min(settings.model.steps, Self.mostTinySteps) }

  public func varied(_ variant: RecipeVariant) -> LanguageModelJob {
    var settings = settings
    settings.streams = Self.tinyStreams
    settings.model.units *= variant.unitsFactor
    if settings.model.tiesWeights { settings.model.embeddingWidth = settings.model.units }
    settings.optimizer.vary(by: variant)
    if !variant.hasDropout { settings.model.dropout = 0 }
    return with(settings)
  }

  public func makeTinyBatch() -> WordBatch {
    guard
      let text = try? WordStreams(
        corpus.training, streams: Self.tinyStreams, steps: tinySteps, of: "the text")
    else { fatalError("A text that is long enough to train on is long enough for the tiny batch.") }
    var batches = WordBatches(
      text, corpus, spelling, readsCharacters: settings.model.reading == .characters)
    var batch = batches.makeBatch()
    _ = batches.next(into: &batch)
    return batch
  }

  /// Nothing but ends of sentences is read.
  public func blank(_ batch: WordBatch) -> WordBatch {
    WordBatches.replacing(
      batch, by: corpus.endForm, corpus, spelling, readsCharacters: settings.model.reading == .characters)
  }

  public func texts(of batch: WordBatch) -> [String] {
    let words = batch.read.map { form in
      settings.model.reading == .table || form == corpus.endForm
        ? WordCorpus.shown(corpus.spellings[Int(corpus.target(of: form))])
        : spelling.alphabet.decode(spelling.encode(corpus.spellings[Int(form)]).dropFirst().dropLast())
    }
    return (0..<Self.tinyStreams).map { stream in
      words[stream * tinySteps..<(stream + 1) * tinySteps].joined(separator: " ")
    }
  }

  public func labels(of batch: WordBatch) -> [Int] { batch.labels.map { Int($0) } }
  public var classCounts: [Int] { corpus.counts }
  public var classNames: [String] { corpus.vocabulary.map(WordCorpus.shown) }
  public func outputBias(of model: LanguageModel) -> ParameterHandle? { model.output.bias }
  public var dropout: Float { settings.model.dropout }
  /// Plain descent from small weights learns the frequencies of the words long before their order.
  public var overfitSteps: Int { 1_000 }
  public var chance: RecipeChance? {
    RecipeChance(
      logarithm(of: corpus.vocabularyCount),
      named: "the logarithm of the vocabulary, -log(1/\(corpus.vocabularyCount)),")
  }

  public func answers(
    to batch: WordBatch, of model: LanguageModel, _ tape: inout Tape
  ) -> RecipeAnswers {
    let states = states(of: Self.vectors(of: batch, by: model, &tape), batch, by: model, &tape)
    return RecipeAnswers(logits: tape.array(model.output.scores(states, &tape)), batch.labels)
  }

  /// From what is known in the middle of the first stream.
  public func reach(of batch: WordBatch, by model: LanguageModel, _ tape: inout Tape) -> OutputReach? {
    let vectors = Self.vectors(of: batch, by: model, &tape)
    let states = states(of: vectors, batch, by: model, &tape)
    let width = tape.shape(of: states).width
    let place = tinySteps / 2
    var weights = Array(repeating: Float(0), count: tape.shape(of: states).count)
    for i in 0..<width { weights[place * width + i] = Float(i % 7 + 1) }
    return OutputReach(
      inputs: vectors, outputs: states, weights: weights, first: tinySteps, later: place + 1)
  }

  private func states(
    of vectors: Tensor, _ batch: WordBatch, by model: LanguageModel, _ tape: inout Tape
  ) -> Tensor {
    var after = makeState(for: model)
    return model.body(
      vectors, tape.makeSequences(offsets: batch.offsets), from: makeState(for: model), to: &after, &tape)
  }
}
