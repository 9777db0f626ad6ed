import Sluice

/// Trains an embedding of words and keeps its run's folder up to date.
struct StemTraining {
  let settings: StemSettings
  let dataPath: String?
  let directory: RunDirectory
  let engine: Engine
  let output: TrainingOutput

  /// What a training needs of its data.
  private struct Data {
    let all: WordStems
    let training: WordStems
    let validation: WordStems
    let alphabet: Alphabet
  }

  /// What other ways find on the validation part.
  private struct Baselines {
    let prefix: Recall
    let trigram: Recall
  }

  /// Trains until all epochs are done or the user interrupts.
  ///
  /// - Throws: `DataError`, `ModelError` or `StorageError`, and `TrainingError` when the loss stops being a
  ///   finite number.
  func run() throws -> TrainingEnd {
    let data = try load()
    try overfit(data)
    let baselines = measureBaselines(data)
    var description = StemDescription(
      data: dataPath, settings: settings, alphabet: data.alphabet,
      words: data.training.words + data.validation.words, machine: MachineDescription(engine))
    var batches = StemBatches(data.training, data.alphabet, size: settings.batch, seed: settings.seed)
    let plannedSteps = settings.epochs * (data.training.count + settings.batch - 1) / settings.batch
    var trainer = try StemTrainer(
      symbols: data.alphabet.count, settings: settings, bound: batches.bound, plannedSteps: plannedSteps,
      engine: engine)
    if let flowInterval = output.flowInterval { trainer.flowMonitor.interval = flowInterval }
    output.describe(
      trainer.parameters, trainer.plan, trainer.optimizer, settings.optimizer, seed: settings.seed, engine)
    var journal = try TrainingJournal(
      unit: "words", epochs: settings.epochs, plannedSteps: plannedSteps, directory: directory, output: output
    )
    var end = TrainingEnd.finished
    for epoch in 1...settings.epochs where end == .finished {
      journal.begin(epoch, &trainer.flowMonitor)
      batches.start(epoch: epoch)
      var means = TripletMeans()
      end = try train(&trainer, &journal, &batches, &means, description)
      let recall = WordVectors(
        data.validation.words, trainer.model, data.alphabet, trainer.parameters
      ).recall(data.validation, engine)
      trainer.observe(recall)
      try journal.finish(
        { "loss \(fixed($0, 4))  \(means.text)  unseen: \(recall.text)" },
        {
          $0.add("active_share", means.activeShare)
          $0.add("spread", means.spread)
          $0.add("recall_at_1", recall.at1)
          $0.add("recall_at_5", recall.at5)
        })
      if let warning = means.warning { output.say(warning) }
      if let spoilt = trainer.parameters.firstNonFinite() {
        throw try journal.failure(
          cause: .weight, spoilt, trainer.flowMonitor, &trainer.parameters, trainer.lastGood,
          bestEpoch: description.result?.epoch, description, in: directory)
      }
      if recall.at1 > description.result?.recall.at1 ?? -1 {
        description.result = StemResult(
          epoch: epoch, recall: recall, prefixBaseline: baselines.prefix, trigramBaseline: baselines.trigram)
        try directory.save(trainer.parameters, description)
      }
    }
    try journal.summarize(interrupted: end == .interrupted) {
      $0.add("recall_at_1", description.result?.recall.at1 ?? 0)
      $0.add("recall_at_5", description.result?.recall.at5 ?? 0)
      $0.add("prefix_recall_at_1", baselines.prefix.at1)
      $0.add("trigram_recall_at_1", baselines.trigram.at1)
    }
    try AtomicFile.write(trainer.flow.chart().svg(), to: directory.flowChart)
    output.show(trainer.flow)
    conclude(description.result, end)
    return end
  }

  /// One pass over the training part, or what of it comes before an interruption.
  private func train(
    _ trainer: inout StemTrainer, _ journal: inout TrainingJournal, _ batches: inout StemBatches,
    _ means: inout TripletMeans, _ description: StemDescription
  ) throws -> TrainingEnd {
    var batch = StemBatch()
    while batches.next(into: &batch) {
      let step = trainer.step(batch)
      means.add(step.report, words: batch.count)
      try journal.add(
        StepFigures(loss: step.loss, count: batch.count, learningRate: trainer.optimizer.learningRate),
        trainer.flowMonitor, shown: { "loss \(fixed($0, 4))" }
      ) {
        $0.write(step.report)
      }
      guard trainer.flowMonitor.isFinite else {
        let origin = trainer.locate(batch)
        throw try journal.failure(
          origin, trainer.flowMonitor, &trainer.parameters, trainer.lastGood,
          bestEpoch: description.result?.epoch,
          description, in: directory)
      }
      if Interruption.requested { return .interrupted }
    }
    return .finished
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
    output.say(
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
    output.say(
      "by heart: \(subset.count) words of \(chosen.count) stems, loss \(fixed(Double(losses.first ?? 0), 4)) → "
        + "\(fixed(Double(losses.last ?? 0), 4)) in \(losses.count) steps, \(recall.text)")
    if recall.at1 < 0.9 {
      output.say(
        "a small set is not learned by heart: something blocks the model, or the learning rate is off")
    }
  }

  /// What the nearest words by spelling alone find.
  private func measureBaselines(_ data: Data) -> Baselines {
    let baselines = Baselines(
      prefix: WordSearch.prefixRecall(data.validation), trigram: WordSearch.trigramRecall(data.validation))
    output.say("\non \(grouped(baselines.prefix.queries)) words of stems never seen:")
    output.say("  longest common prefix  \(baselines.prefix.text)")
    output.say("  character trigrams     \(baselines.trigram.text)\n")
    return baselines
  }

  private func conclude(_ result: StemResult?, _ end: TrainingEnd) {
    guard let result else { return }
    let line =
      "on stems never seen: \(result.recall.text) (longest common prefix \(percent(result.prefixBaseline.at1)), "
      + "character trigrams \(percent(result.trigramBaseline.at1)))"
    output.conclude("\n" + line)
    let ended = end == .interrupted ? "Interrupted. " : ""
    output.conclude(
      "\(ended)The model after epoch \(result.epoch) is saved in \(ScreenText.path(directory.path)).")
  }
}
