import Foundation
import Sluice
import Testing

@Suite("The memory plan of a training")
struct TrainingPlanTests {
  /// Runs some steps and a validation and compares what was taken with what was planned.
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

  /// All texts in one batch, which so is the largest.
  private static func classifier(_ change: (inout ClassifierJobSettings) -> Void) throws -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.model.units = 16
    settings.model.embeddingWidth = 8
    settings.batch = 32
    settings.embeddedExamples = 40
    change(&settings)
    return try ClassifierJob(settings: settings)
  }

  @Test("It holds for every cell of the classifier", arguments: CellName.allCases)
  func cells(cell: CellName) throws {
    try expectTrue(try Self.classifier { $0.model.cell = cell }, usedShare: 0.99)
  }

  @Test(
    "It holds for every pooling, in both directions, with dropout and two layers", arguments: Pooling.allCases
  )
  func poolings(pooling: Pooling) throws {
    let job = try Self.classifier {
      $0.model.pooling = pooling
      $0.model.direction = .bidirectional
      $0.model.layers = 2
      $0.model.dropout = 0.2
      $0.model.recurrentDropout = 0.2
      $0.softNearestNeighbor = -1
    }
    try expectTrue(job, usedShare: 0.99)
  }

  @Test("It holds for the encoder of words", arguments: TripletSampling.allCases, TextReader.allCases)
  func stems(sampling: TripletSampling, reader: TextReader) throws {
    var settings = StemJobSettings()
    settings.model.reader = reader
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
      ("transformer", { $0.body = .transformer }),
      ("clusters", { $0.adaptiveCutoffs = [40, 90] }),
    ]
    for (name, change) in changes {
      var settings = LanguageModelConfiguration.tiny.settings
      settings.model.units = 32
      settings.model.steps = 20
      settings.streams = 8
      change(&settings.model)
      // Any word may come, so every cluster is planned for all words of a batch.
      try expectTrue(
        try LanguageModelJob(settings: settings), usedShare: name == "clusters" ? 0.6 : 0.95, "\(name)")
    }
  }

  /// Ever longer texts, of which the source says no size.
  private struct LongerTexts: BatchSource {
    private(set) var epoch = 0
    private(set) var cursor = 0
    let count = 4

    func makeBatch() -> LabeledBatch { LabeledBatch() }
    mutating func start(epoch: Int, cursor: Int) { (self.epoch, self.cursor) = (epoch, cursor) }
    mutating func next(into batch: inout LabeledBatch) -> Bool {
      guard cursor < count else { return false }
      cursor += 1
      var symbols = RaggedIndices()
      for _ in 0..<4 { symbols.append(Array(repeating: Int32(1), count: 10 * cursor * cursor)) }
      batch = LabeledBatch(symbols: symbols, labels: [0, 1, 0, 1])
      return true
    }
    func size(of batch: LabeledBatch) -> BatchSize { BatchSize() }
  }

  private struct LongerSettings: JobSettings {
    var seed: UInt64 = 1
    var epochs = 1
    var optimizer = OptimizerSettings(.adam)
  }

  private struct LossMeasure: JobMeasure {
    func isBetter(than other: LossMeasure) -> Bool { true }
    func write(to log: MetricsLog) {}
    var text: String { "" }
  }

  /// A job that says nothing of its memory.
  private struct LongerJob: TrainingJob {
    static let name = "longer"
    let settings = LongerSettings()

    func makeModel(in parameters: inout Parameters) throws(ModelError) -> TextClassifier {
      var settings = ClassifierSettings()
      settings.units = 8
      return try TextClassifier(symbols: 4, labels: 2, settings, in: &parameters)
    }
    func makeBatches() -> LongerTexts { LongerTexts() }
    func loss(
      of batch: LabeledBatch, by model: TextClassifier, from before: NoState, to after: inout NoState,
      _ tape: inout Tape
    ) -> StepLoss<NoFigures> {
      let loss = crossEntropy(model.logits(batch.symbols, &tape), batch.labels, &tape)
      return StepLoss(loss, mean: tape.scalar(loss), count: batch.count)
    }
    func measure(
      _ model: TextClassifier, _ parameters: borrowing Parameters, _ tape: inout Tape,
      while goesOn: () -> Bool
    ) -> LossMeasure? { LossMeasure() }
  }

  @Test("A batch beyond the plan raises it, with a note to whoever runs the training and in the log")
  func growth() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let notes = Notes()
    try Training(LongerJob(), in: folder.path, engine: Engine(threads: 1)).run { event in
      if case .note(let text) = event { notes.texts.append(text) }
      return .goOn
    }
    #expect(notes.texts.count == 3)
    #expect(notes.texts.allSatisfy { $0.contains("more memory than was planned") }, "\(notes.texts)")
    let log = try String(contentsOf: folder.appendingPathComponent("metrics.jsonl"), encoding: .utf8)
    #expect(log.split(separator: "\n").count { $0.contains("\"plan\"") } == 3)
  }

  private final class Notes {
    var texts: [String] = []
  }
}
