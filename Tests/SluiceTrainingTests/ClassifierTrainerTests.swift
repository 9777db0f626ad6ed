import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("Training a classifier", .serialized)
struct ClassifierTrainerTests {
  private static func settings(
    _ optimizer: OptimizerName = .adam, rightToLeft: Bool = false
  ) -> ClassifierSettings {
    var settings = ClassifierSettings()
    settings.units = 24
    settings.embeddingWidth = 12
    settings.batch = 32
    settings.embeddedExamples = 480
    settings.optimizer = ClassifierSettings.usualOptimizer(optimizer)
    settings.direction = rightToLeft ? .rightToLeft : .leftToRight
    return settings
  }

  /// Losses and all parameters after some epochs.
  private func train(
    _ settings: ClassifierSettings, threads: Int, kernels: KernelTable = .selected, epochs: Int = 2
  ) throws -> (losses: [Float], values: [[Float]]) {
    let data = try ClassifierData(path: nil, settings)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings: settings,
      bound: data.bound(of: settings.batch), plannedSteps: 1_000,
      engine: Engine(kernels: kernels, threads: threads))
    var batches = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    var losses: [Float] = []
    for epoch in 1...epochs {
      batches.start(epoch: epoch)
      while batches.next(into: &batch) { losses.append(trainer.step(batch).loss) }
    }
    let values = trainer.parameters.handles.map { handle in
      trainer.parameters.values(of: handle).array
    }
    return (losses, values)
  }

  @Test(
    "The same seed gives the same bits for any number of threads, and again",
    arguments: OptimizerName.allCases)
  func sameBits(optimizer: OptimizerName) throws {
    let settings = Self.settings(optimizer, rightToLeft: optimizer == .smorms3)
    let reference = try train(settings, threads: 1)
    for threads in [1, 2, 3] {
      let other = try train(settings, threads: threads)
      #expect(other.losses.map(\.bitPattern) == reference.losses.map(\.bitPattern))
      #expect(other.values == reference.values)
    }
    var changed = settings
    changed.seed = 2
    #expect(try train(changed, threads: 1).losses != reference.losses)
  }

  @Test(
    "The loss starts at the logarithm of the number of labels and falls", arguments: KernelTable.available)
  func learns(kernels: KernelTable) throws {
    var settings = Self.settings()
    settings.optimizer.learningRate = 0.01
    let losses = try train(settings, threads: 2, kernels: kernels, epochs: 8).losses
    let last = losses.suffix(5).reduce(0, +) / 5
    #expect(abs(losses[0] - 2.3026) < 0.25, "first \(losses[0])")
    #expect(last < 1.5, "last \(last)")
  }

  @Test(
    "A thousand steps over batches of changing lengths allocate nothing, on any thread",
    arguments: Pooling.allCases)
  func allocations(pooling: Pooling) throws {
    var settings = Self.settings()
    settings.pooling = pooling
    let data = try ClassifierData(path: nil, settings)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings: settings,
      bound: data.bound(of: settings.batch), plannedSteps: 1_000, engine: Engine(threads: 2))
    var batches = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    batches.start(epoch: 1)
    while batches.next(into: &batch) { _ = trainer.step(batch) }
    // Other suites may allocate meanwhile, so windows are short and enough of them have to be clean: together
    // at least a thousand steps.
    var clean = 0
    var epoch = 2
    while clean < 1_000, epoch < 2_000 {
      batches.start(epoch: epoch)
      epoch += 1
      var before = sluice_allocation_count()
      while batches.next(into: &batch) {
        _ = trainer.step(batch)
        let after = sluice_allocation_count()
        if after == before { clean += 1 }
        before = sluice_allocation_count()
      }
    }
    #expect(clean >= 1_000, "Of \(epoch * 12) steps only \(clean) allocated nothing.")
  }

  @Test("The count of allocations sees one on another thread")
  func counterCounts() {
    let before = sluice_allocation_count()
    Engine(threads: 2).workers.run(64, 0) { _, part in
      withExtendedLifetime([Float](repeating: Float(part), count: 100)) {}
    }
    #expect(sluice_allocation_count() - before >= 64)
  }

  @Test("A step that is not finite moves nothing and is run again to say where it began")
  func locating() throws {
    let settings = Self.settings()
    let data = try ClassifierData(path: nil, settings)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings: settings,
      bound: data.bound(of: settings.batch), plannedSteps: 1_000, engine: Engine(threads: 2))
    var batches = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    batches.start(epoch: 1)
    for _ in 0..<3 where batches.next(into: &batch) { _ = trainer.step(batch) }
    let healthy = trainer.flowMonitor.isFinite
    let nothing = trainer.locate(batch)
    #expect(healthy && nothing == nil)

    // The logits, weights of 10^38 times several states, are too large.
    trainer.parameters.values(of: trainer.model.output.weight).fill(3e38)
    let gru = trainer.parameters.find("gru.weight_hh")
    let before = trainer.parameters.values(of: try #require(gru)).array
    _ = trainer.step(batch)
    let failed = !trainer.flowMonitor.isFinite
    let place = trainer.locate(batch)
    let after = trainer.parameters.values(of: try #require(gru)).array
    #expect(failed && before == after)
    let found = try #require(place)
    #expect(found.layer == "output" && found.source == "affine")
    #expect(found.origin == .output)
  }

  @Test("A run of before the choice of pooling reads the last state")
  func earlierRun() throws {
    var members = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.settings())) as? [String: Any])
    #expect(members.removeValue(forKey: "pooling") as? String == "max")
    let settings = try JSONDecoder().decode(
      ClassifierSettings.self, from: JSONSerialization.data(withJSONObject: members))
    var parameters = Parameters(seed: 1)
    #expect(try TextClassifier(symbols: 20, labels: 2, settings, in: &parameters).pooling == .last)
  }

  @Test("The step takes no more memory than was planned", arguments: Pooling.allCases)
  func plan(pooling: Pooling) throws {
    var settings = Self.settings()
    settings.pooling = pooling
    let data = try ClassifierData(path: nil, settings)
    let bound = data.bound(of: settings.batch)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, settings: settings, bound: bound,
      plannedSteps: 1_000, engine: Engine(threads: 2))
    let planned = trainer.model.activationCount(
      texts: bound.sequences, symbols: bound.symbols, engine: trainer.tape.engine)
    var batches = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    for epoch in 1...3 {
      batches.start(epoch: epoch)
      while batches.next(into: &batch) { _ = trainer.step(batch) }
    }
    let peak = trainer.tape.activationCount.peak
    #expect(peak <= planned)
    #expect(trainer.plan.bytes > 4 * peak)
  }
}
