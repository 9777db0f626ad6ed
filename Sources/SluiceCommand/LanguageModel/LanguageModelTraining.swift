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
    if let flowInterval = output.flowInterval { trainer.flowMonitor.interval = flowInterval }
    var description = LanguageModelDescription(
      configuration: configuration, data: files, settings: settings,
      vocabulary: Array(data.corpus.vocabulary), spelling: data.spelling,
      machine: MachineDescription(engine))
    describe(data)
    output.describe(
      trainer.parameters, trainer.plan, trainer.optimizer, settings.optimizer, seed: settings.seed, engine)
    compareWithTreebank(data, trainer.parameters.elementCount)
    var journal = try TrainingJournal(
      unit: "words", epochs: settings.epochs, plannedSteps: settings.epochs * data.training.count,
      directory: directory, output: output)
    var end = TrainingEnd.finished
    for epoch in 1...settings.epochs where end == .finished {
      journal.begin(epoch, &trainer.flowMonitor)
      end = try train(&trainer, &journal, data, description)
      try finish(&trainer, &journal, data, &description)
    }
    if end == .finished { try measureTest(data, &description) }
    try journal.summarize(interrupted: end == .interrupted) {
      if let result = description.result { $0.write(result, of: "validation") }
      if let result = description.testResult { $0.write(result, of: "test") }
    }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    output.show(trainer.flow)
    conclude(description, end)
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
      guard trainer.flowMonitor.isFinite else {
        let origin = trainer.locate(inputs: inputs, targets: targets)
        throw try journal.failure(
          origin, trainer.flowMonitor, &trainer.parameters, trainer.lastGood,
          bestEpoch: description.result?.epoch,
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
      epoch: journal.epoch, loss: loss, charactersPerWord: data.charactersPerWord)
    trainer.observe(perplexity: result.perplexity, after: result.epoch)
    try journal.finish(
      {
        "perplexity \(fixed(exponential($0), 2))  validation perplexity \(fixed(result.perplexity, 2))  "
          + "bits per character \(fixed(result.bitsPerCharacter, 3))"
      },
      { $0.write(result, of: "validation") })
    let spoilt = trainer.parameters.firstNonFinite()
    guard result.perplexity.isFinite, spoilt == nil else {
      throw try journal.failure(
        cause: result.perplexity.isFinite ? .weight : .validation("perplexity"), spoilt, trainer.flowMonitor,
        &trainer.parameters, trainer.lastGood, bestEpoch: description.result?.epoch, description,
        in: directory)
    }
    guard loss < description.result?.loss ?? .infinity || description.result == nil else { return }
    description.result = result
    try directory.save(trainer.parameters, description)
  }

  /// Measures the saved model on the test part, read as one stream that begins with states of zero.
  private func measureTest(
    _ data: LanguageModelData, _ description: inout LanguageModelDescription
  ) throws {
    guard data.corpus.test.count > 1, let best = description.result else { return }
    var model = try SavedLanguageModel(readingRun: directory.path, engine: engine)
    description.testResult = LanguageModelResult(
      epoch: best.epoch, loss: model.loss(data.corpus, data.corpus.test),
      charactersPerWord: LanguageModelData.charactersPerWord(data.corpus.test, data.corpus))
    try JSONFile.write(description, to: directory.configuration)
  }

  private func describe(_ data: LanguageModelData) {
    let corpus = data.corpus
    let test = corpus.test.isEmpty ? "" : ", \(grouped(corpus.test.count)) to test on"
    output.say(
      "\(grouped(corpus.training.count)) words to train on, \(grouped(corpus.validation.count)) to validate on"
        + "\(test), ends of sentences included; \(grouped(corpus.vocabularyCount)) in the vocabulary, "
        + "\(grouped(corpus.spellings.count - corpus.vocabularyCount)) seen elsewhere only; "
        + "\(data.spelling.count) characters with both marks and the unknown one")
    output.say(
      "\(grouped(data.training.count)) batches of \(settings.streams) × \(settings.steps) words in an epoch\n"
    )
  }

  /// Says how the counts compare with the known ones, if this looks like the Penn Treebank.
  private func compareWithTreebank(_ data: LanguageModelData, _ parameterCount: Int) {
    let counts = TreebankCounts(data.corpus)
    guard counts.looksLikeTreebank else { return }
    output.say("This looks like the Penn Treebank, of which these counts are known:")
    let known = TreebankCounts.parameterCount(of: configuration, characters: data.spelling.count)
    output.say(counts.table(parameters: known.map { ($0, parameterCount) }) + "\n")
  }

  private func conclude(_ description: LanguageModelDescription, _ end: TrainingEnd) {
    guard let result = description.result else { return }
    output.conclude(
      "\n\(end == .interrupted ? "Interrupted. " : "")The model after epoch \(result.epoch) is saved in "
        + "\(ScreenText.path(directory.path)): validation \(result.text).")
    if let test = description.testResult { output.conclude("Test \(test.text).") }
  }
}

extension MetricsLog {
  /// Adds the figures of a language model on a part of the text.
  fileprivate func write(_ result: LanguageModelResult, of part: String) {
    add("\(part)_loss", result.loss)
    add("\(part)_perplexity", result.perplexity)
    add("\(part)_bits_per_character", result.bitsPerCharacter)
  }
}
