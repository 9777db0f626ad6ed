import Foundation
import Sluice
import Testing

/// The step, and what of a training reads tables beside it, with rows that wait for their updates.
@Suite("Trainings with exact rows")
struct ExactRowsTrainingTests {
  /// The losses of some steps, and that of measuring in between and at the end.
  private func losses(_ job: some TrainingJob, steps: Int) throws -> [Float] {
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    var losses: [Float] = []
    var epoch = 1
    trainer.start(epoch: epoch)
    while losses.count < steps {
      guard let step = trainer.step() else {
        epoch += 1
        trainer.start(epoch: epoch)
        continue
      }
      losses.append(step.loss)
      if losses.count % 4 == 0 {
        let isMeasured = trainer.measure() != nil
        #expect(isMeasured)
      }
    }
    trainer.settle()
    let behind = trainer.parameters.firstTableBehind
    #expect(behind == nil)
    return losses
  }

  private func classifier(_ optimizer: OptimizerSettings) -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.model.units = 8
    settings.model.embeddingWidth = 4
    // So that the row of the unknown character occurs in some steps and not in others.
    settings.model.unknownShare = 0.01
    settings.batch = 8
    settings.optimizer = optimizer
    return ClassifierJob(ProgramGuide(seed: 3).texts(60), settings: settings)
  }

  private func stems(_ optimizer: OptimizerSettings) -> StemJob {
    var settings = StemJobSettings()
    settings.model.units = 8
    settings.model.width = 8
    settings.model.embeddingWidth = 4
    settings.model.unknownShare = 0.01
    settings.model.reader = .both
    settings.model.ngramRows = 512
    settings.batch = 6
    settings.optimizer = optimizer
    let roots = [
      "walk", "jump", "play", "cook", "turn", "lift", "call", "look", "rain", "mix", "vow", "quiz",
    ]
    let pairs = roots.flatMap { root in
      ["", "s", "ed", "ing", "er"].map { (word: root + $0, stem: root) }
    }
    return StemJob(WordStems(pairs), settings: settings)
  }

  private func words(_ optimizer: OptimizerSettings) throws -> LanguageModelJob {
    var settings = LanguageModelConfiguration.tiny.settings
    settings.model.reading = .table
    settings.model.tiesWeights = false
    settings.model.embeddingWidth = 6
    settings.model.units = 6
    settings.model.layers = 1
    settings.model.steps = 4
    settings.streams = 2
    settings.vocabularyLimit = 60
    settings.optimizer = optimizer
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).txt").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SmallTales(seed: 3).lines(40).joined(separator: "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    return try LanguageModelJob(reading: LanguageModelFiles(text: path), settings: settings)
  }

  private func losses(of job: String, _ rule: OptimizerName, _ mode: TouchedRowsMode) throws -> [Float] {
    var optimizer = OptimizerSettings(rule)
    optimizer.learningRate = 0.05
    optimizer.touchedRows = mode
    switch job {
    case "classifier": return try losses(classifier(optimizer), steps: 6)
    case "stems": return try losses(stems(optimizer), steps: 12)
    default: return try losses(words(optimizer), steps: 20)
    }
  }

  @Test(
    "A job names every row that its loss looks up, and exact rows change its losses only where the rule moves them",
    arguments: ["classifier", "stems", "language-model"])
  func jobs(_ job: String) throws {
    // Without momentum a row that does not occur stays where it is.
    let still = (try losses(of: job, .sgd, .exact), try losses(of: job, .sgd, .lazy))
    #expect(still.0 == still.1)
    let exact = try losses(of: job, .momentum, .exact)
    let lazy = try losses(of: job, .momentum, .lazy)
    #expect(exact != lazy)
    #expect(exact.allSatisfy { $0.isFinite })
  }
}
