import Sluice

/// Trains a language model and keeps its run's folder up to date.
struct LanguageModelTraining {
  let configuration: LanguageModelConfiguration
  let settings: LanguageModelSettings
  let files: LanguageModelFiles
  let directory: RunDirectory
  let engine: Engine
  let isQuiet: Bool
  var terminal = Terminal.standardOutput

  /// Trains until all epochs are done or the user interrupts; returns whether it was interrupted.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being finite.
  func run() throws -> Bool {
    let data = try LanguageModelData(files, settings)
    var trainer = try LanguageModelTrainer(
      corpus: data.corpus, spelling: data.spelling, settings: settings, engine: engine)
    var description = LanguageModelDescription(
      configuration: configuration, data: files, settings: settings,
      vocabulary: Array(data.corpus.vocabulary),
      spelling: data.spelling,
      machine: MachineDescription(
        instructionSet: engine.kernels.instructionSet.rawValue, threads: engine.workers.count))
    describe(data, trainer.parameters)
    let log = try MetricsLog(path: directory.metrics)
    var wasInterrupted = false
    for epoch in 1...settings.epochs where !wasInterrupted {
      let pass = try train(epoch, &trainer, data, log)
      wasInterrupted = pass.wasInterrupted
      let loss = trainer.evaluate(data.validation)
      let result = LanguageModelResult(
        epoch: epoch, loss: loss, perplexity: exponential(loss),
        bitsPerCharacter: loss / 0.693_147_180_559_945_3 / data.charactersPerWord)
      trainer.observe(perplexity: result.perplexity, after: epoch)
      try report(result, pass, log)
      if description.result == nil || loss < description.result?.loss ?? .infinity {
        description.result = result
        try trainer.parameters.write(
          to: directory.model, metadata: ["format": "pt", "producer": "sluice \(SluiceVersion.current)"])
        try JSONFile.write(description, to: directory.configuration)
      }
    }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    conclude(trainer.flow, description.result, wasInterrupted)
    return wasInterrupted
  }

  /// What an epoch says of itself.
  private struct Pass {
    var loss = 0.0
    var steps = 0
    var words = 0
    var seconds = 0.0
    var wasInterrupted = false
  }

  private func train(
    _ epoch: Int, _ trainer: inout LanguageModelTrainer, _ data: LanguageModelData, _ log: MetricsLog
  ) throws -> Pass {
    let line = ProgressLine(on: terminal)
    let started = ContinuousClock.now
    var pass = Pass()
    var inputs: [Int32] = []
    var targets: [Int32] = []
    for index in 0..<data.training.count where !pass.wasInterrupted {
      data.training.batch(index, inputs: &inputs, targets: &targets)
      let loss = trainer.step(inputs: inputs, targets: targets)
      guard loss.isFinite else {
        try log.flush()
        throw TrainingError(
          step: (epoch - 1) * data.training.count + index + 1, epoch: epoch,
          origin: trainer.tape.firstNonFinite(), kept: "the best model so far, if an epoch has ended",
          directory: directory)
      }
      pass.loss += Double(loss)
      pass.steps += 1
      pass.words += inputs.count
      pass.seconds = seconds(ContinuousClock.now - started)
      log.begin("step")
      log.add("step", (epoch - 1) * data.training.count + index + 1)
      log.add("epoch", epoch)
      log.add("loss", loss)
      log.add("gradient_norm", trainer.flow.gradientNorm)
      try log.end()
      if !isQuiet, line.isDue {
        line.show(
          "epoch \(epoch)/\(settings.epochs)  step \(index + 1)/\(data.training.count)  perplexity "
            + "\(fixed(exponential(pass.loss / Double(pass.steps)), 2))  \(grouped(Int(Double(pass.words) / pass.seconds))) words/s"
        )
      }
      pass.wasInterrupted = Interruption.requested
    }
    line.clear()
    return pass
  }

  private func report(_ result: LanguageModelResult, _ pass: Pass, _ log: MetricsLog) throws {
    let training = pass.loss / Double(max(pass.steps, 1))
    let rate = Double(pass.words) / max(pass.seconds, 1e-9)
    log.begin("epoch")
    log.add("epoch", result.epoch)
    log.add("loss", training)
    log.add("validation_loss", result.loss)
    log.add("validation_perplexity", result.perplexity)
    log.add("validation_bits_per_character", result.bitsPerCharacter)
    log.add("words_per_second", rate)
    try log.end()
    try log.flush()
    if isQuiet { return }
    terminal.writeLine(
      "epoch \(result.epoch)/\(settings.epochs)  perplexity \(fixed(exponential(training), 2))  validation perplexity "
        + "\(fixed(result.perplexity, 2))  bits per character \(fixed(result.bitsPerCharacter, 3))  "
        + "\(grouped(Int(rate))) words/s")
  }

  private func describe(_ data: LanguageModelData, _ parameters: borrowing Parameters) {
    if isQuiet { return }
    let corpus = data.corpus
    terminal.writeLine(
      "\(grouped(corpus.training.count)) words to train on, \(grouped(corpus.validation.count)) to validate on, "
        + "ends of sentences included; \(grouped(corpus.vocabularyCount)) in the vocabulary, "
        + "\(grouped(corpus.spellings.count - corpus.vocabularyCount)) seen elsewhere only; "
        + "\(data.spelling.count) characters with both marks and the unknown one")
    terminal.writeLine(
      "\(grouped(data.training.count)) batches of \(settings.streams) × \(settings.steps) words in an epoch\n"
    )
    for handle in parameters.handles {
      let row = parameters[handle]
      terminal.writeLine(
        row.name + String(repeating: " ", count: max(1, 26 - row.name.count)) + "\(row.shape)  "
          + grouped(row.shape.count))
    }
    terminal.writeLine("\(grouped(parameters.elementCount)) parameters\n")
  }

  private func conclude(_ flow: GradientFlow, _ result: LanguageModelResult?, _ wasInterrupted: Bool) {
    if !isQuiet {
      terminal.writeLine(
        "\n" + flow.chart().terminal(columns: min(terminal.width, 100), color: terminal.usesColor))
      for warning in flow.warnings { terminal.writeLine(warning) }
    }
    guard let result else { return }
    terminal.writeLine(
      "\n\(wasInterrupted ? "Interrupted. " : "")The model after epoch \(result.epoch) is saved in \(directory.path): "
        + "validation perplexity \(fixed(result.perplexity, 2)), bits per character "
        + "\(fixed(result.bitsPerCharacter, 3)).")
  }
}
