import Sluice

@testable import SluiceTraining

extension ClassifierJob: BreakableJob {
  static func small(_ fault: JobFault, seed: UInt64) throws -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.seed = seed
    settings.model.embeddingWidth = 8
    settings.model.units = 16
    settings.batch = 24
    settings.optimizer.learningRate = 0.01 * fault.rateFactor
    settings.optimizer.schedule = .constant
    if fault == .gradientsNotCleared {
      settings.optimizer = OptimizerSettings(.sgd)
      settings.optimizer.learningRate = 0.02
    }
    var texts = ProgramGuide(seed: seed).texts(400)
    if fault == .longSequences {
      (settings.model.cell, settings.model.pooling) = (.elman, .last)
      texts = LabeledTexts(
        (0..<texts.count).map { (texts.labelName($0), String(repeating: texts.text($0), count: 3)) })
    }
    return ClassifierJob(texts, settings: settings)
  }

  /// The second block of a GRU's bias is that of its update gate.
  var recurrentLayer: BreakableLayer {
    BreakableLayer(name: settings.model.cell.rawValue, units: settings.model.units, gate: 1, shutBy: 14)
  }

  func forward(
    _ batch: LabeledBatch, by model: Model, from before: UnknownDropout, to after: inout UnknownDropout,
    with fault: JobFault, _ tape: inout Tape
  ) -> BreakableForward {
    after.read(batch.symbols, in: tape)
    guard let classifier = model.classifier.characters else { fatalError("The classifier reads characters.") }
    let letters = classifier.embedding(after.symbols, &tape)
    let seen = RaggedTensor(steps: fault.spoil(inputs: letters.steps, &tape), sequences: letters.sequences)
    let states = fault.spoil(states: classifier.states(of: seen, &tape), &tape)
    return BreakableForward(
      inputs: letters.steps, outputs: fault.spoil(logits: classifier.output(states, &tape), &tape))
  }

  func loss(
    of outputs: Tensor, _ batch: LabeledBatch, by model: Model, with fault: JobFault, _ tape: inout Tape
  ) -> StepLoss<ClassifierFigures> {
    let labels = fault.spoil(labels: batch.labels, seed: tape.step)
    let loss = fault.spoil(loss: crossEntropy(outputs, labels, &tape), of: outputs, &tape)
    return StepLoss(loss, mean: tape.scalar(loss), count: batch.count)
  }

  func answers(of outputs: Tensor, _ batch: LabeledBatch, _ tape: inout Tape) -> RecipeAnswers {
    RecipeAnswers(logits: tape.array(outputs), batch.labels)
  }

  func reach(of forward: BreakableForward, _ batch: LabeledBatch, _ tape: inout Tape) -> OutputReach {
    OutputReach(
      inputs: forward.inputs, outputs: forward.outputs,
      weights: .first(labelNames.count, of: forward.outputs, tape), first: batch.symbols.length(0))
  }
}
