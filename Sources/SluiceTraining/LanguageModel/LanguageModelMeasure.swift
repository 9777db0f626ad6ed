import SluiceCore
import SluiceLayers
import SluiceModels
import SluiceProcesses
import SluiceStorage
import SluiceText

/// How well a language model predicts a part of the text.
public struct LanguageModelMeasure: JobMeasure {
  /// Loss, perplexity and bits of a character.
  public var figures: LanguageModelFigures

  init(_ figures: LanguageModelFigures) { self.figures = figures }

  public init(from decoder: any Decoder) throws { figures = try LanguageModelFigures(from: decoder) }
  public func encode(to encoder: any Encoder) throws { try figures.encode(to: encoder) }

  public var validationLoss: Double? { figures.loss }
  public var nonFinite: String? { figures.perplexity.isFinite ? nil : "perplexity" }

  public func isBetter(than other: LanguageModelMeasure) -> Bool { figures.loss < other.figures.loss }

  public func write(to log: MetricsLog) { write(to: log, of: "validation") }

  func write(to log: MetricsLog, of part: String) {
    log.add("\(part)_loss", figures.loss)
    log.add("\(part)_perplexity", figures.perplexity)
    log.add("\(part)_bits_per_character", figures.bitsPerCharacter)
  }

  public var text: String {
    "validation perplexity \(fixed(figures.perplexity, 2))  bits per character "
      + "\(fixed(figures.bitsPerCharacter, 3))"
  }
}

extension LanguageModelJob {
  /// The mean loss of a word over whole batches of the validation part, from states of zero.
  public func measure(
    _ model: LanguageModel, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> LanguageModelMeasure? {
    measure(model, parameters, &tape, sharing: SharedWork(), while: goesOn)
  }

  /// Streams go on from batch to batch, so each process measures some shards of them.
  public func measure(
    _ model: LanguageModel, _ parameters: borrowing Parameters, _ tape: inout Tape,
    sharing work: SharedWork, while goesOn: () -> Bool
  ) -> LanguageModelMeasure? {
    let shards = settings.shards ?? 1
    var totals = Array(repeating: 0.0, count: shards)
    for part in work.own(of: shards) {
      guard let total = loss(ofShard: part, of: shards, model, &tape, while: goesOn) else { return nil }
      totals[part] = total
    }
    guard work.gather(&totals) else { return nil }
    let loss = totals.reduce(0, +) / Double(max(validation.tokenCount, 1))
    return LanguageModelMeasure(
      LanguageModelFigures(loss: loss, charactersPerWord: charactersPerWord))
  }

  /// The sum of the losses of some streams of the validation part.
  private func loss(
    ofShard part: Int, of shards: Int, _ model: LanguageModel, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> Double? {
    var batches = WordBatches(
      validation, corpus, spelling, readsCharacters: model.readsCharacters)
    if shards > 1 { batches.restrict(to: part..<part + 1, of: shards) }
    var (batch, shard) = (batches.makeBatch(), batches.makeBatch())
    var before = makeState(for: model, part: part, of: shards)
    var after = before
    var total = 0.0
    while batches.next(into: &batch) {
      guard goesOn() else { return nil }
      if shards > 1, batches.cut(batch, part: part, of: shards, into: &shard).count == 0 { return 0 }
      tape.reset()
      swap(&before, &after)
      let loss =
        shards > 1
        ? Self.sumOfLosses(of: shard, by: model, from: before, to: &after, &tape)
        : Self.sumOfLosses(of: batch, by: model, from: before, to: &after, &tape)
      total += Double(tape.scalar(loss))
    }
    return total
  }

  /// The test part is read as one stream that begins with states of zero.
  public func measureTest(
    _ model: LanguageModel, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> LanguageModelMeasure? {
    guard corpus.test.count > 1 else { return nil }
    let saved = SavedLanguageModel(model, description, parameters)
    return saved.loss(corpus, corpus.test, while: goesOn).map {
      LanguageModelMeasure(
        LanguageModelFigures(loss: $0, charactersPerWord: corpus.charactersPerWord(corpus.test)))
    }
  }

  public mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) throws {
    let test = corpus.test.isEmpty ? "" : ", \(grouped(corpus.test.count)) to test on"
    say(
      "\(grouped(corpus.trainingCount)) words to train on, \(grouped(corpus.validationCount)) to validate on"
        + "\(test), ends of sentences included; \(grouped(corpus.vocabularyCount)) in the vocabulary, "
        + "\(grouped(corpus.spellings.count - corpus.vocabularyCount)) seen elsewhere only; "
        + "\(spelling.count) characters with both marks and the unknown one")
    say(
      "\(grouped(training.count)) batches of \(settings.streams) × \(settings.model.steps) words in an epoch\n"
    )
    if let text = corpus.streamed {
      let unknown =
        text.unknownCount > 0
        ? "; \(grouped(text.unknownCount)) words to train on are not in the vocabulary and read as \(WordCorpus.unknown)"
        : ""
      say(
        "the text stays in its file of \(MemoryPlan.readable(text.byteCount)) and is read from \(settings.streams) places of it\(unknown)\n"
      )
    }
    try prepareAgain(engine: engine, while: goesOn)
    guard !knownBaselines.isEmpty else { return }
    say("to beat: " + knownBaselines.map(\.text).joined(separator: "; ") + "\n")
  }

  /// How the counts compare with the known ones, if this looks like the Penn Treebank.
  public func remark(on parameters: borrowing Parameters) -> String? {
    guard corpus.streamed == nil else { return nil }
    let counts = TreebankCounts(corpus)
    guard counts.looksLikeTreebank else { return nil }
    let known = TreebankCounts.parameterCount(of: settings.configuration, characters: spelling.count)
    let found = parameters.elementCount
    return "This looks like the Penn Treebank, of which these counts are known:\n"
      + counts.table(parameters: known.map { ($0, found) }) + "\n"
  }

  public func scheduleFigure(of measure: LanguageModelMeasure, after epoch: Int) -> Double? {
    epoch + 1 >= settings.firstComparedEpoch ? measure.figures.perplexity : nil
  }

  public func writeSummary(
    best: LanguageModelMeasure?, test: LanguageModelMeasure?, to log: MetricsLog
  ) {
    best?.write(to: log, of: "validation")
    test?.write(to: log, of: "test")
  }

  public func progressText(loss: Double, _ figures: NoFigures) -> String {
    "perplexity \(fixed(exponential(loss), 2))"
  }

  public func epochText(loss: Double, _ figures: NoFigures, _ measure: LanguageModelMeasure) -> String {
    "\(progressText(loss: loss, figures))  \(measure.text)"
  }

  public func resultText(best: LanguageModelMeasure) -> String { best.figures.text }
}
