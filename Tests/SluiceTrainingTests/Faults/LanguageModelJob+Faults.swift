import Sluice

@testable import SluiceTraining

extension LanguageModelJob: BreakableJob {
  static func smallSettings(_ fault: JobFault, seed: UInt64) -> LanguageModelJobSettings {
    var settings = LanguageModelConfiguration.tiny.settings
    settings.seed = seed
    settings.model.filters = [
      CharacterFilters(width: 1, maps: 4), CharacterFilters(width: 2, maps: 8),
      CharacterFilters(width: 3, maps: 12),
    ]
    settings.model.units = 24
    settings.optimizer.schedule = .constant
    settings.optimizer.learningRate *= fault.rateFactor
    return settings
  }

  /// So many sentences, of which a fifth is to validate on.
  static func tales(_ lines: Int, seed: UInt64) -> WordCorpus {
    let parts = WordCorpus.split(SmallTales(seed: seed).lines(lines), validationShare: 0.2)
    return WordCorpus(training: parts.training, validation: parts.validation)
  }

  static func small(_ fault: JobFault, seed: UInt64) throws -> LanguageModelJob {
    var settings = smallSettings(fault, seed: seed)
    settings.streams = 8
    settings.model.steps = 10
    return try LanguageModelJob(tales(500, seed: seed), settings: settings)
  }

  /// The fourth block of an LSTM's bias is that of its output gate.
  var recurrentLayer: BreakableLayer {
    BreakableLayer(name: "lstm", units: settings.model.units, gate: 3, shutBy: -14)
  }

  func forward(
    _ batch: WordBatch, by model: LanguageModel, from before: RecurrentState?,
    to after: inout RecurrentState?, with fault: JobFault, _ tape: inout Tape
  ) -> BreakableForward {
    let vectors = Self.vectors(of: batch, by: model, &tape)
    var seen = fault.spoil(inputs: vectors, &tape)
    if fault == .lookAhead {
      let count = Int32(batch.count)
      seen = add(seen, rows(seen, (1...count).map { $0 % count }, &tape), &tape)
    }
    let states = model.body(
      seen, tape.makeSequences(offsets: batch.offsets), from: before, to: &after, &tape)
    let logits = model.output.scores(fault.spoil(states: states, &tape), &tape)
    return BreakableForward(inputs: vectors, outputs: fault.spoil(logits: logits, &tape))
  }

  func loss(
    of outputs: Tensor, _ batch: WordBatch, by model: LanguageModel, with fault: JobFault,
    _ tape: inout Tape
  ) -> StepLoss<NoFigures> {
    let labels = fault.spoil(labels: batch.labels, seed: tape.step)
    let sum = fault.spoil(
      loss: crossEntropy(outputs, labels, reduction: .sum, &tape), of: outputs, &tape)
    return StepLoss(
      sum, scale: 1 / Float(settings.streams), mean: tape.scalar(sum) / Float(batch.count),
      count: batch.count)
  }

  func answers(of outputs: Tensor, _ batch: WordBatch, _ tape: inout Tape) -> RecipeAnswers {
    RecipeAnswers(logits: tape.array(outputs), batch.labels)
  }

  /// From a word in the middle of the first stream.
  func reach(of forward: BreakableForward, _ batch: WordBatch, _ tape: inout Tape) -> OutputReach {
    let steps = Int(batch.offsets[1])
    let classes = corpus.vocabularyCount
    var weights = Array(repeating: Float(0), count: tape.shape(of: forward.outputs).count)
    for i in 0..<classes { weights[steps / 2 * classes + i] = Float(i % 7 + 1) }
    return OutputReach(
      inputs: forward.inputs, outputs: forward.outputs, weights: weights, first: steps,
      later: steps / 2 + 1)
  }
}
