import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Trainings of several processes")
struct SharedTrainingTests {
  private static func options(_ checkpoints: CheckpointSchedule = .never) -> TrainingOptions {
    var options = TrainingOptions()
    options.flowInterval = 5
    options.checkpoints = checkpoints
    return options
  }

  /// Trains alone and as several processes, and expects the same model, log, findings and picture.
  private func expectSame<Job: TrainingJob>(
    _ folder: RunFolder, _ counts: [Int], _ job: @escaping @Sendable () throws -> Job
  ) throws {
    try train(job, in: folder.file("alone"), Self.options())
    let alone = try Traces(folder.file("alone"), Job.self)
    #expect(alone.log.count > 8)
    for count in counts {
      let ends = trainTogether(count, Self.options(), in: folder.file("\(count)")) { _ in try job() }
      for end in ends { #expect(try end.get() == .finished) }
      let traces = try Traces(folder.file("\(count)"), Job.self)
      #expect(traces.model == alone.model, "\(count) processes")
      #expect(traces.log == alone.log, "\(count) processes")
      #expect(traces == alone, "\(count) processes")
    }
  }

  @Test(
    "A classifier has the same bits from one to nine processes, with rows of either kind and every cell",
    arguments: TouchedRowsMode.allCases, [CellName.gru, .lstm, .elman])
  func classifier(_ rows: TouchedRowsMode, _ cell: CellName) throws {
    try expectSame(try RunFolder(), cell == .gru ? [2, 3, 4, 8, 9] : [3]) {
      try SharedJobs.classifier(shards: 8, rows: rows, cell: cell)
    }
  }

  @Test(
    "So has a language model, whose states belong to streams, with more shards than streams too",
    arguments: [2, 3, 7])
  func languageModel(shards: Int) throws {
    let folder = try RunFolder()
    // The text is written before several read it.
    _ = try SharedJobs.languageModel(shards: shards, folder)
    let path = folder.path
    try expectSame(folder, [2, 4]) { try SharedJobs.languageModel(shards: shards, RunFolder(lent: path)) }
  }

  @Test(
    "So has an encoder of words, whose stems stay whole, and their n-grams with them",
    arguments: [TextReader.characters, .both])
  func stems(reader: TextReader) throws {
    let folder = try RunFolder()
    _ = try SharedJobs.stems(shards: 4, folder)
    let path = folder.path
    try expectSame(folder, [2, 3]) { try SharedJobs.stems(shards: 4, RunFolder(lent: path), reader) }
  }

  @Test("Where batches are not cut, several processes have the bits of the training that there always was")
  func notCut() throws {
    try expectSame(try RunFolder(), [3]) { try SharedJobs.classifier(shards: nil) }
  }

  @Test("Killed on four processes after any step, it goes on to the same bits on two, or alone")
  func resume() throws {
    let folder = try RunFolder()
    let job: @Sendable () throws -> ClassifierJob = { try SharedJobs.classifier(shards: 4, rows: .exact) }
    try train(job, in: folder.file("never"), Self.options())
    let never = try Traces(folder.file("never"), ClassifierJob.self)
    for (kill, next) in [(1, 2), (3, 1), (4, 3), (7, 2)] {
      let path = folder.file("\(kill)")
      let ends = trainTogether(4, Self.options(.steps(2)), in: path, killedAfter: kill) { _ in try job() }
      for (rank, end) in ends.enumerated() {
        #expect(throws: (any Error).self, "process \(rank)") { try end.get() }
      }
      let resumed = trainTogether(next, in: path, resuming: true) { _ in try job() }
      for end in resumed { #expect(try end.get() == .finished) }
      #expect(try Traces(path, ClassifierJob.self) == never, "killed after \(kill)")
    }
  }

  @Test("So does a language model, whose shards then carry on elsewhere")
  func resumeStreams() throws {
    let folder = try RunFolder()
    _ = try SharedJobs.languageModel(shards: 3, folder)
    let path = folder.path
    let job: @Sendable () throws -> LanguageModelJob = {
      try SharedJobs.languageModel(shards: 3, RunFolder(lent: path))
    }
    try train(job, in: folder.file("never"), Self.options())
    let never = try Traces(folder.file("never"), LanguageModelJob.self)
    trainTogether(3, Self.options(.steps(2)), in: folder.file("run"), killedAfter: 5) { _ in try job() }
    trainTogether(2, in: folder.file("run"), resuming: true) { _ in try job() }
    #expect(try Traces(folder.file("run"), LanguageModelJob.self) == never)
  }

  @Test("Where batches are not cut, several go on with what one began, and one with what several began")
  func resumeNotCut() throws {
    let folder = try RunFolder()
    _ = try SharedJobs.languageModel(shards: nil, folder)
    let path = folder.path
    let job: @Sendable () throws -> LanguageModelJob = {
      try SharedJobs.languageModel(shards: nil, RunFolder(lent: path))
    }
    try train(job, in: folder.file("never"), Self.options())
    let never = try Traces(folder.file("never"), LanguageModelJob.self)
    for (count, next) in [(1, 3), (3, 1)] {
      let run = folder.file("\(count)-\(next)")
      trainTogether(count, Self.options(.steps(2)), in: run, killedAfter: 5) { _ in try job() }
      for end in trainTogether(next, in: run, resuming: true, { _ in try job() }) {
        #expect(try end.get() == .finished)
      }
      #expect(try Traces(run, LanguageModelJob.self) == never, "\(count) and then \(next)")
    }
  }

  @Test("Numbers that are not finite end all, and the leader says where, as one process would")
  func notFinite() throws {
    let folder = try RunFolder()
    let job: @Sendable () throws -> ClassifierJob = {
      try SharedJobs.classifier(shards: 4) {
        $0.optimizer = OptimizerSettings(.sgd)
        $0.optimizer.learningRate = 1e38
      }
    }
    var alone = ""
    do {
      try train(job, in: folder.file("alone"), Self.options())
    } catch {
      alone = "\(error)".replacingOccurrences(of: "/alone", with: "")
    }
    #expect(alone.contains("not finite") || alone.contains("not a finite"))
    let ends = trainTogether(3, Self.options(), in: folder.file("run")) { _ in try job() }
    var said: [String] = []
    for end in ends {
      if case .failure(let error) = end { said.append("\(error)".replacingOccurrences(of: "/run", with: "")) }
    }
    #expect(said.count == 3)
    #expect(said.first == alone)
  }

  @Test(
    "Other data, settings or another job of one process are refused before the first step, and named once")
  func refusal() throws {
    let folder = try RunFolder()
    let ends = trainTogether(3, Self.options(), in: folder.file("run")) { rank in
      try SharedJobs.classifier(shards: 4) { if rank == 2 { $0.epochs = 3 } }
    }
    let errors = ends.compactMap { end -> ProcessError? in
      if case .failure(let error) = end { error as? ProcessError } else { nil }
    }
    #expect(errors.count == 3)
    #expect(errors.first?.rank == 2)
    #expect(errors.first?.description.contains("expected the same settings as process 0") == true)
    #expect(errors.map(\.isToldElsewhere) == [false, true, true])
  }

  @Test(
    "What spoils a shard of one process is passed over by all: a loss and a gradient that are not finite, and a spike",
    arguments: [SpikePolicy.skip, .rollback])
  func spikes(_ policy: SpikePolicy) throws {
    let folder = try RunFolder()
    var options = Self.options(.steps(4))
    options.onSpike = policy
    let job: @Sendable () throws -> SpoiledJob = {
      try SpoiledJob(shards: 3, [3: .notANumber, 50: .infiniteGradient, 90: .spike])
    }
    try train(job, in: folder.file("alone"), options)
    let alone = try Traces(folder.file("alone"), SpoiledJob.self)
    // Each of the three was met, the spike later than what spoils every epoch.
    let spoiled = try MetricsReader.lines(of: folder.file("alone/metrics.jsonl"))
      .filter { $0.kind == (policy == .skip ? "skipped" : "rollback") }
    #expect(spoiled.count > 10)
    #expect(spoiled.contains { $0.values.members.contains { "\($0)".contains("spike") } })
    for count in [2, 3] {
      let path = folder.file("\(count)")
      for end in trainTogether(count, options, in: path, { _ in try job() }) {
        #expect(try end.get() == .finished)
      }
      let traces = try Traces(path, SpoiledJob.self)
      // What a fault adds to the tape is beyond the plan, and each process sees that of its own shards.
      func log(_ traces: Traces) -> [String] { traces.log.filter { !$0.contains("string(\"plan\")") } }
      #expect(log(traces) == log(alone), "\(count) processes")
      #expect(traces.model == alone.model, "\(count) processes")
    }
  }

  @Test(
    "Where no interval of the flow is said, it is that of the training by one process, and the bits stay the same"
  )
  func reckonedInterval() throws {
    let folder = try RunFolder()
    let job: @Sendable () throws -> ClassifierJob = {
      try SharedJobs.classifier(shards: 4) {
        $0.epochs = 15
        $0.model.units = 128
        $0.optimizer.clipNorm = 0.05
      }
    }
    let options = TrainingOptions()
    #expect(options.flowInterval == nil)
    try train(job, in: folder.file("alone"), options)
    let alone = try Traces(folder.file("alone"), ClassifierJob.self)
    let looked = try MetricsReader.lines(of: folder.file("alone/metrics.jsonl"))
      .filter { $0.kind == "flow" }.compactMap { $0.integer("step") }
    // Steps after the first sixteen were looked at, and others were not.
    #expect(looked.count { $0 > 16 } >= 2)
    #expect(try #require(looked.last) > looked.count, "looked at \(looked)")
    for count in [2, 3] {
      let path = folder.file("\(count)")
      for end in trainTogether(count, options, in: path, { _ in try job() }) {
        #expect(try end.get() == .finished)
      }
      let traces = try Traces(path, ClassifierJob.self)
      #expect(traces.log == alone.log, "\(count) processes")
      #expect(traces == alone, "\(count) processes")
    }
  }

  @Test("Asked to stop, the leader ends all in order, and the run can be resumed")
  func stopped() throws {
    let folder = try RunFolder()
    let path = folder.file("run")
    let results = InThreads.attempt(3) { processes in
      var options = Self.options(.steps(100))
      options.processes = processes
      return try Training(
        SharedJobs.classifier(shards: 4), in: path, options: options, engine: Engine(threads: 1)
      ).run { event in
        if case .step(let step, _) = event, step.number == 5 { return .stop }
        return .goOn
      }.end
    }
    for result in results { #expect(try result.get() == .interrupted) }
    trainTogether(2, in: folder.file("run"), resuming: true) { _ in try SharedJobs.classifier(shards: 4) }
    try train({ try SharedJobs.classifier(shards: 4) }, in: folder.file("never"), Self.options())
    #expect(
      try Traces(folder.file("run"), ClassifierJob.self).model
        == Traces(folder.file("never"), ClassifierJob.self).model)
  }
}
