import Sluice

/// Trains a language model and keeps its run's folder up to date.
struct LanguageModelTraining {
  let configuration: LanguageModelConfiguration
  let settings: LanguageModelSettings
  let files: LanguageModelFiles
  let directory: RunDirectory
  let engine: Engine
  let output: TrainingOutput

  /// Trains until all epochs are done or the user interrupts.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being a
  ///   finite number.
  func run() throws -> TrainingEnd {
    let data = try LanguageModelData(files, settings)
    var trainer = try LanguageModelTrainer(
      corpus: data.corpus, spelling: data.spelling, settings: settings, engine: engine)
    var description = LanguageModelDescription(
      configuration: configuration, data: files, settings: settings,
      vocabulary: Array(data.corpus.vocabulary), spelling: data.spelling,
      machine: MachineDescription(engine))
    describe(data)
    output.describe(
      trainer.parameters, trainer.plan, trainer.optimizer, settings.optimizer, seed: settings.seed, engine)
    var journal = try TrainingJournal(
      unit: "words", epochs: settings.epochs, plannedSteps: settings.epochs * data.training.count,
      directory: directory, output: output)
    var end = TrainingEnd.finished
    for epoch in 1...settings.epochs where end == .finished {
      journal.begin(epoch)
      end = try train(&trainer, &journal, data, description)
      try finish(&trainer, &journal, data, &description)
    }
    try journal.summarize(interrupted: end == .interrupted) {
      if let result = description.result { $0.write(result) }
    }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    output.show(trainer.flow)
    conclude(description.result, end)
    return end
  }

  /// One pass over the training part, or what of it comes before an interruption.
  private func train(
    _ trainer: inout LanguageModelTrainer, _ journal: inout TrainingJournal, _ data: LanguageModelData,
    _ description: LanguageModelDescription
  ) throws -> TrainingEnd {
    var inputs: [Int32] = []
    var targets: [Int32] = []
    for index in 0..<data.training.count {
      data.training.batch(index, inputs: &inputs, targets: &targets)
      let loss = trainer.step(inputs: inputs, targets: targets)
      try journal.add(
        StepFigures(loss: loss, count: inputs.count, learningRate: trainer.optimizer.learningRate),
        trainer.flowMonitor, shown: { "perplexity \(fixed(exponential($0), 2))" }
      ) { _ in }
      guard loss.isFinite else {
        throw try journal.failure(
          trainer.tape, &trainer.parameters, trainer.lastGood, bestEpoch: description.result?.epoch,
          description, in: directory)
      }
      if Interruption.requested { return .interrupted }
    }
    return .finished
  }

  /// Measures the model on the validation part and saves it if it is the best so far.
  private func finish(
    _ trainer: inout LanguageModelTrainer, _ journal: inout TrainingJournal, _ data: LanguageModelData,
    _ description: inout LanguageModelDescription
  ) throws {
    let loss = trainer.evaluate(data.validation)
    let result = LanguageModelResult(
      epoch: journal.epoch, loss: loss, perplexity: exponential(loss),
      bitsPerCharacter: loss / 0.693_147_180_559_945_3 / data.charactersPerWord)
    trainer.observe(perplexity: result.perplexity, after: result.epoch)
    try journal.finish(
      {
        "perplexity \(fixed(exponential($0), 2))  validation perplexity \(fixed(result.perplexity, 2))  "
          + "bits per character \(fixed(result.bitsPerCharacter, 3))"
      },
      { $0.write(result) })
    guard loss < description.result?.loss ?? .infinity || description.result == nil else { return }
    description.result = result
    try directory.save(trainer.parameters, description)
  }

  private func describe(_ data: LanguageModelData) {
    let corpus = data.corpus
    output.say(
      "\(grouped(corpus.training.count)) words to train on, \(grouped(corpus.validation.count)) to validate on, "
        + "ends of sentences included; \(grouped(corpus.vocabularyCount)) in the vocabulary, "
        + "\(grouped(corpus.spellings.count - corpus.vocabularyCount)) seen elsewhere only; "
        + "\(data.spelling.count) characters with both marks and the unknown one")
    output.say(
      "\(grouped(data.training.count)) batches of \(settings.streams) × \(settings.steps) words in an epoch\n"
    )
  }

  private func conclude(_ result: LanguageModelResult?, _ end: TrainingEnd) {
    guard let result else { return }
    output.conclude(
      "\n\(end == .interrupted ? "Interrupted. " : "")The model after epoch \(result.epoch) is saved in "
        + "\(directory.path): validation perplexity \(fixed(result.perplexity, 2)), bits per character "
        + "\(fixed(result.bitsPerCharacter, 3)).")
  }
}

extension MetricsLog {
  /// Adds the figures of a language model on its validation part.
  fileprivate func write(_ result: LanguageModelResult) {
    add("validation_loss", result.loss)
    add("validation_perplexity", result.perplexity)
    add("validation_bits_per_character", result.bitsPerCharacter)
  }
}
