import Foundation
import Sluice
import Testing

@Suite("The memory plan of a training")
struct TrainingPlanTests {
  /// Runs two epochs and their validation and compares what was taken with what was planned.
  private func expectTrue<Job: TrainingJob>(
    _ job: Job, usedShare bound: Double, _ comment: Comment? = nil
  ) throws {
    var trainer = try Trainer(job, engine: Engine(threads: 2))
    let planned = trainer.tape.plan
    let plan = try #require(planned)
    let before = trainer.plan.bytes
    var use = TapePlan()
    for epoch in 1...2 {
      trainer.start(epoch: epoch)
      var steps = 0
      while steps < 40, trainer.step() != nil {
        use = use.combined(with: trainer.tape.use)
        steps += 1
      }
      _ = trainer.measure()
    }
    let raised = trainer.raisePlan()
    let after = trainer.plan.bytes
    #expect(raised == nil, comment)
    #expect(after == before && before > plan.byteCount)
    #expect(Double(use.byteCount) >= bound * Double(plan.byteCount), comment)
  }

  private static func classifier(_ change: (inout ClassifierJobSettings) -> Void) throws -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.model.units = 16
    settings.model.embeddingWidth = 8
    settings.batch = 32
    settings.embeddedExamples = 160
    change(&settings)
    return try ClassifierJob(settings: settings)
  }

  @Test("It holds for every cell of the classifier", arguments: CellName.allCases)
  func cells(cell: CellName) throws {
    try expectTrue(try Self.classifier { $0.model.cell = cell }, usedShare: 0.8)
  }

  @Test("It holds for every pooling, in both directions, with dropout and two layers", arguments: Pooling.allCases)
  func poolings(pooling: Pooling) throws {
    let job = try Self.classifier {
      $0.model.pooling = pooling
      $0.model.direction = .bidirectional
      $0.model.layers = 2
      $0.model.dropout = 0.2
      $0.model.recurrentDropout = 0.2
      $0.softNearestNeighbor = -1
    }
    try expectTrue(job, usedShare: 0.8)
  }

  @Test("It holds for the encoder of words", arguments: TripletSampling.allCases)
  func stems(sampling: TripletSampling) throws {
    var settings = StemJobSettings()
    settings.model.units = 16
    settings.batch = 64
    settings.sampling = sampling
    // The plan is for the longest words, with a stem of very many words among them.
    try expectTrue(try StemJob(settings: settings), usedShare: 0.4)
  }

  @Test("It holds for language models: characters and tables, softmax and clusters, LSTM and transformer")
  func languageModels() throws {
    let changes: [(String, (inout LanguageModelSettings) -> Void)] = [
      ("characters", { _ in }),
      ("table", { $0.reading = .table }),
      ("clusters", { $0.adaptiveCutoffs = [40, 90] }),
      ("transformer", { $0.body = .transformer }),
    ]
    for (name, change) in changes {
      var settings = LanguageModelConfiguration.tiny.settings
      settings.model.units = 32
      settings.model.steps = 20
      settings.streams = 8
      change(&settings.model)
      try expectTrue(try LanguageModelJob(settings: settings), usedShare: 0.8, "\(name)")
    }
  }
}
