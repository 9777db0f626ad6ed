import Foundation
import Sluice
import Testing

@testable import SluiceTraining

/// Batches that know their epoch.
struct CountedBatches: BatchSource {
  struct Batch {
    var texts = LabeledBatch()
    var epoch = 0
  }

  var inner: ClassifierBatches
  var epoch: Int { inner.epoch }
  var cursor: Int { inner.cursor }
  var count: Int { inner.count }
  func makeBatch() -> Batch { Batch() }
  mutating func start(epoch: Int, cursor: Int) { inner.start(epoch: epoch, cursor: cursor) }
  mutating func next(into batch: inout Batch) -> Bool {
    batch.epoch = inner.epoch
    return inner.next(into: &batch.texts)
  }
  func size(of batch: Batch) -> BatchSize { inner.size(of: batch.texts) }
  var cutsBatches: Bool { true }
  mutating func cut(_ batch: Batch, part: Int, of parts: Int, into shard: inout Batch) -> BatchPart {
    shard.epoch = batch.epoch
    return inner.cut(batch.texts, part: part, of: parts, into: &shard.texts)
  }
}

/// A classifier of whose texts some spoil the batch, or the shard of it, that they are in, spikes from the fourth epoch on.
struct SpoiledJob: TrainingJob {
  enum Fault { case notANumber, infiniteGradient, spike }

  static let name = "spoiled"
  let inner: ClassifierJob
  /// What the text of a number does.
  var faults: [Int32: Fault]

  init(epochs: Int = 5, shards: Int? = nil, _ faults: [Int32: Fault]) throws {
    var settings = try SmallJobs.classifier(epochs: epochs, rows: .exact).settings
    settings.batch = 8
    settings.shards = shards
    settings.optimizer = OptimizerSettings(.adam)
    settings.optimizer.touchedRows = .exact
    // A batch that was skipped takes a step of the masks, and one that was gone back before does not.
    settings.model.dropout = 0
    settings.model.unknownShare = 0
    inner = try ClassifierJob(settings: settings)
    self.faults = faults
  }

  var settings: ClassifierJobSettings { inner.settings }
  var source: String? { nil }
  var description: ClassifierDescription { inner.description }
  var expectation: LossExpectation { inner.expectation }

  func makeModel(in parameters: inout Parameters) throws(ModelError) -> ClassifierJob.Model {
    try inner.makeModel(in: &parameters)
  }
  func makeBatches() -> CountedBatches { CountedBatches(inner: inner.makeBatches()) }
  func makeState(for model: ClassifierJob.Model) -> UnknownDropout { inner.makeState(for: model) }
  func addReads(
    of batch: CountedBatches.Batch, by model: ClassifierJob.Model, to reads: inout TableReads
  ) {
    inner.addReads(of: batch.texts, by: model, to: &reads)
  }
  func scheduleFigure(of measure: ClassifierMeasure, after epoch: Int) -> Double? { measure.loss }

  func loss(
    of batch: CountedBatches.Batch, by model: ClassifierJob.Model, from before: UnknownDropout,
    to after: inout UnknownDropout, _ tape: inout Tape
  ) -> StepLoss<ClassifierFigures> {
    let good = inner.loss(of: batch.texts, by: model, from: before, to: &after, &tape)
    guard let fault = batch.texts.indices.lazy.compactMap({ faults[$0] }).first,
      fault != .spike || batch.epoch > 3
    else { return good }
    var spoiled = good
    switch fault {
    case .notANumber, .spike:
      spoiled.loss = multiply(good.loss, fault == .spike ? 50 : .nan, &tape)
      spoiled.mean = tape.scalar(spoiled.loss)
    case .infiniteGradient: spoiled.scale = .infinity
    }
    return spoiled
  }

  func measure(
    _ model: ClassifierJob.Model, _ parameters: borrowing Parameters, _ tape: inout Tape,
    while goesOn: () -> Bool
  ) -> ClassifierMeasure? {
    inner.measure(model, parameters, &tape, while: goesOn)
  }
}

@Suite("Steps that spoil a training")
struct SpikeTests {
  private let folder: RunFolder

  init() throws { folder = try RunFolder() }

  private func options(_ policy: SpikePolicy, _ checkpoints: CheckpointSchedule = .steps(12))
    -> TrainingOptions
  {
    var options = TrainingOptions()
    options.onSpike = policy
    options.checkpoints = checkpoints
    options.flowInterval = 9
    return options
  }

  private func lines(_ path: String, _ kind: String) throws -> [MetricsLine] {
    try MetricsReader.lines(of: path + "/metrics.jsonl").filter { $0.kind == kind }
  }

  @Test("A loss is a spike from the fifty-first on, if it is far above those before in both measures")
  func detector() throws {
    func spikes(_ losses: [Float], after detector: SpikeDetector = SpikeDetector()) -> [Bool] {
      var detector = detector
      return losses.map { detector.isSpike($0) }
    }
    #expect(spikes([1e30]) == [false])
    var detector = SpikeDetector()
    var isAny = false
    for i in 0..<SpikeDetector.leastCount { isAny = detector.isSpike(i % 2 == 0 ? 0.9 : 1.1) || isAny }
    #expect(!isAny)
    // The mean is 1 and the deviation 0.1, so that the first measure says 1.8 and the second 2.
    #expect(spikes([1.79], after: detector) == [false])
    #expect(spikes([1.99], after: detector) == [false])
    #expect(spikes([2.1, 2.1, .nan, .infinity, -5], after: detector) == [true, true, false, false, false])
    var state = StateWriter()
    detector.write(to: &state)
    var other = SpikeDetector()
    var reader = StateReader(state.bytes)
    try other.restore(from: &reader)
    let losses = (0..<200).map { (i: Int) -> Float in
      let size: Float = i % 40 == 39 ? 30 : 0.1
      return size * Float(1 + i * 7 % 11)
    }
    #expect(spikes(losses, after: other) == spikes(losses, after: detector))
    #expect(spikes(losses, after: other).contains(true))
  }

  @Test("Losses that fall to nearly nothing make no spike of noise")
  func smallLosses() {
    var detector = SpikeDetector()
    var spikes = 0
    for i in 0..<2_000 {
      let noise = Float((i &* 2_654_435_761) % 1_000) / 1_000
      if detector.isSpike(2 * Float(2_000 - i) / 2_000 + 0.3 * noise) { spikes += 1 }
    }
    #expect(spikes == 0)
  }

  @Test("By default a number that is not finite ends the training, and a spike does not")
  func ignored() throws {
    #expect(throws: TrainingError.self) {
      try Training(SpoiledJob([7: .notANumber]), in: folder.file("nan"), options: options(.ignore)).run()
    }
    try Training(SpoiledJob([7: .spike]), in: folder.file("spike"), options: options(.ignore)).run()
    #expect(try lines(folder.file("spike"), "skipped").isEmpty)
  }

  @Test("With stop a spike ends the training and is called one")
  func stopped() throws {
    var error: TrainingError?
    do {
      try Training(SpoiledJob([7: .spike]), in: folder.file("run"), options: options(.stop)).run()
    } catch let caught as TrainingError { error = caught }
    #expect(error?.cause == .spike && (error?.step ?? 0) > SpikeDetector.leastCount)
    #expect("\(try #require(error))".contains("the loss is a spike, far above those before it, at step"))
  }

  @Test(
    "Whatever spoils a batch, skipping it and going back before it train the same model",
    arguments: [
      [7: SpoiledJob.Fault.infiniteGradient], [3: .notANumber, 50: .infiniteGradient, 90: .spike],
    ])
  func passedOver(_ faults: [Int32: SpoiledJob.Fault]) throws {
    let (skip, rollback) = (folder.file("skip"), folder.file("rollback"))
    var notes: [String] = []
    try train({ try SpoiledJob(faults) }, in: skip, options(.skip)) { notes.append($0) }
    let skipped = try lines(skip, "skipped")
    #expect(
      !skipped.isEmpty && notes.count { $0.hasPrefix("passed over the batch of step") } == skipped.count)
    // The mean of an epoch leaves out what was passed over.
    #expect(try lines(skip, "epoch").allSatisfy { $0.double("loss")?.isFinite == true })
    try train({ try SpoiledJob(faults) }, in: rollback, options(.rollback))
    #expect(try lines(rollback, "rollback").count == skipped.count)
    // The log was cut: no step is in it twice.
    let steps = try lines(rollback, "step").compactMap { $0.integer("step") }
    #expect(steps == Array(1...steps.count))
    #expect(try lines(rollback, "step").allSatisfy { $0.double("loss")?.isFinite == true })
    #expect(steps.count == (try lines(skip, "step").count) - skipped.count)
    #expect(try contents(skip + "/model.safetensors") == contents(rollback + "/model.safetensors"))
  }

  @Test(
    "Killed before, at and after what it passes over, a training goes on to the same bits",
    arguments: [SpikePolicy.skip, .rollback], [[1, 6, 9, 10], [11, 30, 60]])
  func killed(_ policy: SpikePolicy, _ kills: [Int]) throws {
    let job = { try SpoiledJob([3: .notANumber, 50: .infiniteGradient, 90: .spike]) }
    let (never, often) = (folder.file("never"), folder.file("often"))
    try train(job, in: never, options(policy, .steps(4)))
    try train(job, in: often, kills: kills, options(policy, .steps(4)))
    #expect(try Traces(often, SpoiledJob.self) == Traces(never, SpoiledJob.self))
  }

  @Test("Going back to one checkpoint several times passes over all that was met")
  func rollbackTwice() throws {
    let job = try SpoiledJob([3: .notANumber, 50: .infiniteGradient, 90: .notANumber])
    let path = folder.file("run")
    try Training(job, in: path, options: options(.rollback, .steps(10_000))).run()
    #expect(try lines(path, "rollback").count == 15)
  }

  @Test(
    "Batch after batch that spoils it ends a training, whatever is done about them",
    arguments: [SpikePolicy.skip, .rollback])
  func all(_ policy: SpikePolicy) throws {
    let all = Dictionary(uniqueKeysWithValues: (0..<200).map { (Int32($0), SpoiledJob.Fault.notANumber) })
    #expect(throws: TrainingError.self) {
      try Training(SpoiledJob(epochs: 40, all), in: folder.file("run"), options: options(policy)).run()
    }
    #expect(try lines(folder.file("run"), "skipped").count <= SpikePolicy.most)
  }

  @Test("Without a checkpoint to go back to, a spoiled step ends the training")
  func noCheckpoint() throws {
    #expect(throws: TrainingError.self) {
      try Training(SpoiledJob([7: .notANumber]), in: folder.file("run"), options: options(.rollback, .never))
        .run()
    }
  }
}
