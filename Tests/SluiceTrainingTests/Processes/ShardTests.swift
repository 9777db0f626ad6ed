import AllocationCounter
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Batches cut into shards")
struct ShardTests {
  /// The losses and norms of the first steps.
  private static func steps<Job: TrainingJob>(_ job: Job, _ count: Int) throws -> [(loss: Float, norm: Float)]
  {
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    trainer.start(epoch: 1)
    var steps: [(loss: Float, norm: Float)] = []
    while steps.count < count, let step = trainer.step() { steps.append((step.loss, step.gradientNorm)) }
    return steps
  }

  private static func expectClose(_ a: [(loss: Float, norm: Float)], _ b: [(loss: Float, norm: Float)]) {
    #expect(a.count == b.count && !a.isEmpty)
    for (x, y) in zip(a, b) {
      #expect(abs(x.loss - y.loss) <= 1e-4 * abs(y.loss), "\(x) \(y)")
      #expect(abs(x.norm - y.norm) <= 1e-3 * abs(y.norm), "\(x) \(y)")
    }
  }

  @Test(
    "Shards of a classifier's batch have the loss and the gradient of the batch, up to rounding",
    arguments: [2, 5, 40])
  func classifier(shards: Int) throws {
    func job(_ shards: Int?) throws -> ClassifierJob {
      try SharedJobs.classifier(shards: shards) {
        $0.model.dropout = 0
        $0.model.unknownShare = 0
      }
    }
    Self.expectClose(try Self.steps(job(shards), 6), try Self.steps(job(nil), 6))
  }

  @Test("So have shards of a language model's streams, over batches that go on", arguments: [2, 3, 9])
  func languageModel(shards: Int) throws {
    let folder = try RunFolder()
    func job(_ shards: Int?) throws -> LanguageModelJob {
      let job = try SharedJobs.languageModel(shards: shards, folder)
      var settings = job.settings
      settings.model.dropout = 0
      return job.with(settings)
    }
    Self.expectClose(try Self.steps(job(shards), 6), try Self.steps(job(nil), 6))
  }

  @Test("Shards draw masks of their own")
  func masks() throws {
    let job = try SharedJobs.classifier(shards: 2)
    let parameters = Parameters(seed: 3, engine: Engine(threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 10)
    tape.reset()
    let first = tape.random(5)
    tape.shard = 1
    #expect(tape.random(5) != first)
    tape.shard = 0
    #expect(tape.random(5) == first)
    #expect(job.settings.shards == 2)
  }

  @Test("The shards of a batch are the batch, stems and streams whole")
  func parts() throws {
    let folder = try RunFolder()
    var stems = try SharedJobs.stems(shards: 4, folder, .both).makeBatches()
    var (batch, shard) = (stems.makeBatch(), stems.makeBatch())
    stems.start(epoch: 1)
    let isDealt = stems.next(into: &batch)
    #expect(isDealt)
    for parts in [1, 2, 4, 50] {
      var joined = RaggedIndices()
      var grams: [Int32] = []
      for part in 0..<parts {
        let size = stems.cut(batch, part: part, of: parts, into: &shard)
        #expect(size == BatchPart(count: shard.count, of: batch.count))
        if shard.count > 0, joined.count > 0 {
          #expect(Set(shard.stems[0]).isDisjoint(with: joined[joined.count - 1]))
        }
        for i in 0..<shard.count { joined.append(shard.stems[i]) }
        #expect(shard.grams.count == shard.count)
        grams += shard.grams.rows
      }
      #expect(joined == batch.stems && grams == batch.grams.rows && !grams.isEmpty)
    }
    var words = try SharedJobs.languageModel(shards: 2, folder).makeBatches()
    var (all, some) = (words.makeBatch(), words.makeBatch())
    words.start(epoch: 1)
    let areDealt = words.next(into: &all)
    #expect(areDealt)
    for parts in [1, 2, 3, 9] {
      var labels: [Int32] = []
      for part in 0..<parts {
        let size = words.cut(all, part: part, of: parts, into: &some)
        #expect(size == BatchPart(count: some.count, of: all.count))
        #expect(some.offsets.first == 0)
        labels += some.labels
      }
      #expect(labels == all.labels)
    }
  }

  @Test("A steady step in shards allocates nothing")
  func allocations() throws {
    let folder = try RunFolder()
    try SteadySteps.expectNone(SharedJobs.classifier(shards: 4) { $0.epochs = 1 }, atLeast: 20)
    try SteadySteps.expectNone(SharedJobs.languageModel(shards: 2, folder), atLeast: 20)
  }

  @Test("The memory of a step is that of a shard, and what is put aside is in the plan")
  func memory() throws {
    func job(_ shards: Int?) throws -> ClassifierJob { try SharedJobs.classifier(shards: shards) }
    let whole = try Trainer(job(nil), engine: Engine(threads: 1)).plan
    let cut = try Trainer(job(8), engine: Engine(threads: 1)).plan
    func step(_ plan: MemoryPlan) -> Int {
      plan.entries.first { $0.purpose.hasPrefix("activations") }?.bytes ?? 0
    }
    #expect(step(cut) < step(whole) / 3)
    #expect(cut.entries.contains { $0.purpose == "gradients of shards" })
    #expect(!whole.entries.contains { $0.purpose == "gradients of shards" })
  }

  @Test("Batches that cannot be cut are refused with what to write")
  func refusal() throws {
    #expect(throws: ModelError.self) { _ = try Trainer(UncutJob(), engine: Engine(threads: 1)) }
  }
}

/// A job whose batches are one thing.
private struct UncutJob: TrainingJob {
  struct Settings: JobSettings {
    var seed: UInt64 = 1
    var epochs = 1
    var optimizer = OptimizerSettings(.sgd)
    var shards: Int? = 2
  }

  struct Once: BatchSource {
    private(set) var epoch = 0
    private(set) var cursor = 0
    let count = 1

    func makeBatch() -> Int { 0 }
    mutating func start(epoch: Int, cursor: Int) { (self.epoch, self.cursor) = (epoch, cursor) }
    mutating func next(into batch: inout Int) -> Bool {
      cursor += 1
      return cursor == 1
    }
  }

  static let name = "uncut"
  var settings = Settings()

  func makeModel(in parameters: inout Parameters) throws(ModelError) -> ParameterHandle {
    try parameters.add("weight", shape: Shape(2), initializer: .zeros)
  }
  func makeBatches() -> Once { Once() }
  func loss(
    of batch: Int, by model: ParameterHandle, from before: NoState, to after: inout NoState,
    _ tape: inout Tape
  ) -> StepLoss<NoFigures> { StepLoss(sum(tape[model], &tape), mean: 0, count: 1) }
  func measure(
    _ model: ParameterHandle, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> LossMeasure? { nil }
}
