import Sluice

/// Trains an embedding of words and keeps its run's folder up to date.
struct StemTraining {
  let settings: StemSettings
  let dataPath: String?
  let directory: RunDirectory
  let engine: Engine
  let isQuiet: Bool
  let terminal = Terminal.standardOutput

  /// How a training ended.
  enum End: Equatable {
    case finished
    case interrupted
  }

  /// What a training needs of its data.
  private struct Data {
    let all: WordStems
    let training: WordStems
    let validation: WordStems
    let alphabet: Alphabet
  }

  /// Trains until all epochs are done or the user interrupts.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being a
  ///   finite
  ///   number.
  func run() throws -> End {
    let data = try load()
    try overfit(data)
    let prefix = WordSearch.prefixRecall(data.validation)
    let trigram = WordSearch.trigramRecall(data.validation)
    say("\non \(grouped(prefix.queries)) words of stems never seen:")
    say("  longest common prefix  \(prefix.text)")
    say("  character trigrams     \(trigram.text)\n")
    var description = StemDescription(
      data: dataPath, settings: settings, alphabet: data.alphabet,
      words: data.training.words + data.validation.words,
      machine: MachineDescription(
        instructionSet: engine.kernels.instructionSet.rawValue, threads: engine.workers.count))
    var batches = StemBatches(data.training, data.alphabet, size: settings.batch, seed: settings.seed)
    var trainer = try StemTrainer(
      symbols: data.alphabet.count, settings: settings, bound: batches.bound,
      plannedSteps: settings.epochs * (data.training.count + settings.batch - 1) / settings.batch,
      engine: engine)
    var progress = StemProgress(
      settings: settings, log: try MetricsLog(path: directory.metrics), terminal: terminal, isQuiet: isQuiet)
    var batch = StemBatch()
    var end = End.finished
    for epoch in 1...settings.epochs where end == .finished {
      batches.start(epoch: epoch)
      while end == .finished, batches.next(into: &batch) {
        let step = trainer.step(batch)
        try progress.add(step, epoch: epoch, words: batch.count, trainer.flowMonitor)
        guard step.loss.isFinite else {
          throw TrainingError(
            step: progress.stepCount, epoch: epoch, origin: trainer.tape.firstNonFinite(),
            kept: description.result.map { "the model after epoch \($0.epoch)" } ?? "no model",
            directory: directory)
        }
        if Interruption.requested { end = .interrupted }
      }
      let recall = WordVectors(
        data.validation.words, trainer.model, data.alphabet, trainer.parameters
      ).recall(data.validation, engine)
      try progress.finish(epoch, recall)
      if recall.at1 > description.result?.recall.at1 ?? -1 {
        description.result = StemResult(
          epoch: epoch, recall: recall, prefixBaseline: prefix, trigramBaseline: trigram)
        try save(trainer.parameters, description)
      }
    }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    conclude(description.result, end)
    return end
  }

  private func load() throws(DataError) -> Data {
    let all =
      if let dataPath {
        try WordStems(readingFile: dataPath, lineLimit: settings.lineLimit)
      } else {
        Inflections.wordStems
      }
    let (training, validation) = all.split(validationShare: settings.validationShare, seed: settings.seed)
    let alone = all.countsByStem.count { $0 == 1 }
    say(
      "\(grouped(all.count)) words of \(grouped(all.stemNames.count)) stems, \(grouped(alone)) of them with one word; "
        + "\(grouped(training.count)) words to train on, \(grouped(validation.count)) of other stems to validate on"
    )
    return Data(
      all: all, training: training, validation: validation, alphabet: Alphabet(of: training.words))
  }

  /// Learns a few stems by heart: if that fails, something is wrong with the model or the settings.
  private func overfit(_ data: Data) throws {
    let several = data.training.countsByStem.indices.filter { data.training.countsByStem[$0] > 1 }
    let step = max(several.count / settings.subsetStems, 1)
    let chosen = Set(
      stride(from: 0, to: several.count, by: step).prefix(settings.subsetStems).map { Int32(several[$0]) })
    let subset = data.training.subset { chosen.contains($0) }
    var batches = StemBatches(subset, data.alphabet, size: subset.count, seed: settings.seed)
    var trainer = try StemTrainer(
      symbols: data.alphabet.count, settings: settings, bound: batches.bound,
      plannedSteps: settings.subsetSteps, engine: engine)
    var batch = StemBatch()
    var losses: [Float] = []
    for number in 0..<settings.subsetSteps {
      batches.start(epoch: number)
      _ = batches.next(into: &batch)
      losses.append(trainer.step(batch).loss)
      if Interruption.requested { return }
    }
    let recall = WordVectors(subset.words, trainer.model, data.alphabet, trainer.parameters)
      .recall(subset, engine)
    say(
      "by heart: \(subset.count) words of \(chosen.count) stems, loss \(fixed(Double(losses.first ?? 0), 4)) → "
        + "\(fixed(Double(losses.last ?? 0), 4)) in \(losses.count) steps, \(recall.text)")
    if recall.at1 < 0.9 {
      say("a small set is not learned by heart: something blocks the model, or the learning rate is off")
    }
  }

  private func save(_ parameters: borrowing Parameters, _ description: StemDescription) throws(StorageError) {
    try parameters.write(
      to: directory.model, metadata: ["format": "pt", "producer": "sluice \(SluiceVersion.current)"])
    try JSONFile.write(description, to: directory.configuration)
  }

  private func conclude(_ result: StemResult?, _ end: End) {
    guard let result else { return }
    let line =
      "on stems never seen: \(result.recall.text) (longest common prefix \(percent(result.prefixBaseline.at1)), "
      + "character trigrams \(percent(result.trigramBaseline.at1)))"
    terminal.writeLine("\n" + line)
    let ended = end == .interrupted ? "Interrupted. " : ""
    terminal.writeLine("\(ended)The model after epoch \(result.epoch) is saved in \(directory.path).")
  }

  private func say(_ text: String) {
    if !isQuiet { terminal.writeLine(text) }
  }
}
