import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Training a classifier", .serialized)
struct ClassifierTrainerTests {
  static func settings(
    _ optimizer: OptimizerName = .adam, rightToLeft: Bool = false
  ) -> ClassifierJobSettings {
    var settings = ClassifierJobSettings()
    settings.model.units = 24
    settings.model.embeddingWidth = 12
    settings.batch = 32
    settings.embeddedExamples = 480
    settings.optimizer = ClassifierJobSettings.usualOptimizer(optimizer)
    settings.model.direction = rightToLeft ? .rightToLeft : .leftToRight
    return settings
  }

  /// Losses and all parameters after some epochs.
  private func train(
    _ settings: ClassifierJobSettings, threads: Int, kernels: KernelTable = .selected, epochs: Int = 2
  ) throws -> (losses: [Float], values: [[Float]]) {
    var trainer = try Trainer(
      ClassifierJob(settings: settings), engine: Engine(kernels: kernels, threads: threads))
    var losses: [Float] = []
    for epoch in 1...epochs {
      trainer.start(epoch: epoch)
      while let step = trainer.step() { losses.append(step.loss) }
    }
    trainer.settle()
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
      #expect(other.values.map { $0.map(\.bitPattern) } == reference.values.map { $0.map(\.bitPattern) })
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
    settings.optimizer.schedule = .linear(steps: 1_000)
    settings.epochs = 8
    let losses = try train(settings, threads: 2, kernels: kernels, epochs: 8).losses
    let last = losses.suffix(5).reduce(0, +) / 5
    #expect(abs(losses[0] - 2.3026) < 0.25, "first \(losses[0])")
    #expect(last < 1.5, "last \(last)")
  }

  @Test(
    "A thousand steady steps over batches of changing lengths and their lines of the log allocate nothing",
    .enabled(if: sluice_thread_allocation_count() >= 0))
  func allocations() throws {
    try SteadySteps.expectNone(ClassifierJob(settings: Self.settings()), atLeast: 1_000)
  }

  @Test(
    "Steady steps allocate nothing with any pooling, and with the loss of neighbors",
    .enabled(if: sluice_thread_allocation_count() >= 0), arguments: Pooling.allCases)
  func allocations(pooling: Pooling) throws {
    var settings = Self.settings()
    settings.model.pooling = pooling
    settings.softNearestNeighbor = pooling == .mean ? -0.1 : nil
    try SteadySteps.expectNone(ClassifierJob(settings: settings), atLeast: 100)
  }

  @Test(
    "Nor does any of several threads allocate anything in a steady step",
    .enabled(if: sluice_allocation_count() >= 0))
  func allocationsOfThreads() async {
    // In a process of its own, where nothing else runs.
    await #expect(processExitsWith: .exitCode(7)) {
      let job = try ClassifierJob(settings: Self.settings())
      let steps = try SteadySteps.repeated(job, threads: 3, atLeast: 100) { sluice_allocation_count() }
      guard steps.allocating.isEmpty else { fatalError("\(steps.allocating.prefix(5))") }
      exit(7)
    }
  }

  @Test(
    "One allocation in one of the steps is counted, and so is one on another thread",
    .enabled(if: sluice_allocation_count() >= 0))
  func counterCounts() throws {
    let job = try ClassifierJob(settings: Self.settings())
    _ = try SteadySteps(job, atLeast: 20) { sluice_thread_allocation_count() }
    // The counter is asked four times a step, the first of them before it.
    var asked = 0
    let steps = try SteadySteps(job, atLeast: 20) {
      asked += 1
      if asked == 4 * 75 + 2 { withExtendedLifetime([Float](repeating: Float(asked), count: 100)) {} }
      return sluice_thread_allocation_count()
    }
    #expect(steps.allocating.count == 1, "\(steps.allocating)")
    let before = sluice_allocation_count()
    Engine(threads: 2).workers.run(64, 0) { _, part in
      withExtendedLifetime([Float](repeating: Float(part), count: 100)) {}
    }
    #expect(sluice_allocation_count() - before >= 64)
  }

  @Test("A step that is not finite moves nothing and is run again to say where it began")
  func locating() throws {
    var trainer = try Trainer(ClassifierJob(settings: Self.settings()), engine: Engine(threads: 2))
    trainer.start(epoch: 1)
    for _ in 0..<3 { #expect(trainer.step() != nil) }
    let healthy = trainer.monitor.isFinite
    let nothing = trainer.locate()
    #expect(healthy && nothing == nil)

    // The logits, weights of 10^38 times several states, are too large.
    trainer.parameters.values(of: trainer.model.classifier.characters!.output.weight).fill(3e38)
    let gru = trainer.parameters.find("gru.weight_hh")
    let before = trainer.parameters.values(of: try #require(gru)).array
    _ = trainer.step()
    let failed = !trainer.monitor.isFinite
    let place = trainer.locate()
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
      ClassifierJobSettings.self, from: JSONSerialization.data(withJSONObject: members))
    var parameters = Parameters(seed: 1)
    #expect(
      try TextClassifier(symbols: 20, labels: 2, settings.model, in: &parameters).characters?.pooling == .last
    )
  }
}
