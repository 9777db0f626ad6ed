import Sluice

@testable import SluiceTraining

extension StemJob: BreakableJob {
  static func small(_ fault: JobFault, seed: UInt64) throws -> StemJob {
    var settings = StemJobSettings()
    settings.seed = seed
    settings.model.embeddingWidth = 8
    settings.model.units = 16
    settings.model.width = 12
    settings.batch = 40
    settings.optimizer.learningRate *= fault.rateFactor
    if fault == .gradientsNotCleared {
      settings.optimizer = OptimizerSettings(.sgd)
      settings.optimizer.learningRate = 0.05
    }
    // A fifth of the stems is left out to validate on.
    return StemJob(Inflections.wordStems.neighbors(75), settings: settings)
  }

  /// The second block of a GRU's bias is that of its update gate.
  var recurrentLayer: BreakableLayer {
    BreakableLayer(name: "gru", units: settings.model.units, gate: 1, shutBy: 14)
  }

  func forward(
    _ batch: StemBatch, by model: Model, from before: UnknownDropout, to after: inout UnknownDropout,
    with fault: JobFault, _ tape: inout Tape
  ) -> BreakableForward {
    after.read(batch.symbols, in: tape)
    guard let encoder = model.encoder.characters else {
      preconditionFailure("These faults are of characters.")
    }
    let letters = encoder.embedding(after.symbols, &tape)
    let seen = RaggedTensor(steps: fault.spoil(inputs: letters.steps, &tape), sequences: letters.sequences)
    let states = encoder.net(encoder.dropout(seen, &tape), &tape).final
    return BreakableForward(
      inputs: letters.steps, outputs: encoder.output(fault.spoil(states: states, &tape), &tape))
  }

  func loss(
    of outputs: Tensor, _ batch: StemBatch, by model: Model, with fault: JobFault, _ tape: inout Tape
  ) -> StepLoss<TripletFigures> {
    let plain =
      if fault == .labelsShuffled {
        model.triplets(
          outputs, fault.spoil(labels: labels(of: batch).map { Int32($0) }, seed: tape.step), &tape)
      } else {
        model.triplets(outputs, batch.stems, &tape)
      }
    let loss = fault.spoil(loss: plain.loss, of: outputs, &tape)
    return StepLoss(loss, mean: tape.scalar(loss), count: batch.count)
  }

  func answers(of outputs: Tensor, _ batch: StemBatch, _ tape: inout Tape) -> RecipeAnswers {
    let stems = batch.stems
    return RecipeAnswers(directions: tape.array(normalizeRows(outputs, &tape)), count: batch.count) {
      !Set(stems[$0]).isDisjoint(with: stems[$1])
    }
  }

  func reach(of forward: BreakableForward, _ batch: StemBatch, _ tape: inout Tape) -> OutputReach {
    OutputReach(
      inputs: forward.inputs, outputs: forward.outputs,
      weights: .first(settings.model.width, of: forward.outputs, tape), first: batch.symbols.length(0))
  }
}
