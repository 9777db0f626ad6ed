import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Training a classifier on texts that stay in their file", .serialized)
struct StreamedClassifierTests {
  private static func settings(
    _ reader: TextReader = .both, shards: Int? = nil,
    _ change: (inout ClassifierJobSettings) -> Void = { _ in }
  ) -> ClassifierJobSettings {
    var settings = ClassifierTrainerTests.settings()
    settings.model.reader = reader
    settings.epochs = 2
    settings.shards = shards
    change(&settings)
    return settings
  }

  /// Several windows of a file of some hundred texts, and a sample of a part of it.
  private static var limits: StreamLimits {
    var limits = StreamLimits()
    (limits.blockSize, limits.windowSize, limits.windowBlocks) = (500, 3_000, 2)
    limits.sampleCharacters = 8_000
    return limits
  }

  private static func job(
    _ path: String, _ settings: ClassifierJobSettings = settings()
  ) throws -> ClassifierJob {
    try ClassifierJob(streamingFile: path, settings: settings, limits: limits)
  }

  private static func lines(_ range: Range<Int>) -> String {
    let guide = ProgramGuide(seed: 3)
    return range.map { i in
      let example = guide.example(i)
      return "\(example.label)\t\(example.text)"
    }.joined(separator: "\n")
  }

  private static func options(_ checkpoints: CheckpointSchedule = .never) -> TrainingOptions {
    var options = TrainingOptions()
    options.flowInterval = 5
    options.checkpoints = checkpoints
    return options
  }

  @Test(
    "Killed after any step it goes on to the same bits, on any number of processes too",
    arguments: [TextReader.both, .characters])
  func bits(reader: TextReader) throws {
    let folder = try RunFolder()
    let path = folder.file("texts.tsv")
    try write(Array(Self.lines(0..<400).utf8), to: path)
    let settings = Self.settings(reader, shards: 3)
    let job: @Sendable () throws -> ClassifierJob = { try Self.job(path, settings) }
    let steps = try job().makeBatches().count
    #expect(try job().streamed != nil && steps > 8)
    try train(job, in: folder.file("never"), Self.options())
    let never = try Traces(folder.file("never"), ClassifierJob.self)
    for (schedule, kills) in [
      (CheckpointSchedule.steps(3), [2, steps - 1, steps + 5]), (.steps(1), [1, steps]),
    ] {
      try train(job, in: folder.file("killed"), kills: kills, Self.options(schedule))
      #expect(try Traces(folder.file("killed"), ClassifierJob.self) == never)
      try FileManager.default.removeItem(atPath: folder.file("killed"))
    }
    let ends = trainTogether(3, Self.options(), in: folder.file("three")) { _ in try job() }
    for end in ends { #expect(try end.get() == .finished) }
    #expect(try Traces(folder.file("three"), ClassifierJob.self) == never)
  }

  @Test("Any number of threads gives the same bits, and another seed another order of the same texts")
  func threads() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<300), to: "texts.tsv")
    func losses(_ threads: Int, seed: UInt64) throws -> [Float] {
      let settings = Self.settings(.characters) { ($0.dataSeed, $0.seed) = (1, seed) }
      var trainer = try Trainer(Self.job(path, settings), engine: Engine(threads: threads))
      trainer.start(epoch: 1)
      var losses: [Float] = []
      while let step = trainer.step() { losses.append(step.loss) }
      return losses
    }
    let one = try losses(1, seed: 4)
    #expect(try losses(3, seed: 4) == one)
    #expect(try losses(1, seed: 5) != one)
  }

  @Test("The plan has room for every batch, with a line for reading")
  func plan() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<900), to: "texts.tsv")
    let job = try Self.job(path)
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    let planned = trainer.plan.bytes
    #expect(
      trainer.plan.entries.contains { $0.purpose.hasPrefix("reading the data") && $0.bytes > 300_000 })
    trainer.start(epoch: 1)
    while trainer.step() != nil { #expect(trainer.raisePlan() == nil) }
    #expect(trainer.plan.bytes == planned)
  }

  @Test(
    "Steady steps between two windows allocate nothing", .enabled(if: sluice_thread_allocation_count() >= 0))
  func allocations() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<900), to: "texts.tsv")
    var limits = Self.limits
    limits.windowSize = 12_000
    let job = try ClassifierJob(streamingFile: path, settings: Self.settings(), limits: limits)
    let texts = try #require(job.streamed)
    let steps = try SteadySteps.repeated(job, atLeast: 100) { sluice_thread_allocation_count() }
    // A window is read in a step; how many there are follows from the most texts that one has.
    let windows = texts.trainingCount / texts.windowCount + 2
    let epochs = steps.count / job.makeBatches().count + 1
    #expect(windows * 3 < job.makeBatches().count)
    #expect(
      steps.allocating.count <= windows * epochs,
      "\(steps.allocating.count) of \(steps.count): \(steps.allocating)")
    #expect(steps.observed >= steps.count / 4)
  }

  @Test("It learns as from texts that are held")
  func learns() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<1_500), to: "texts.tsv")
    let settings = Self.settings(.characters) { $0.epochs = 4 }
    func result(_ job: ClassifierJob, _ name: String) throws -> ClassifierMeasure {
      let outcome = try Training(
        job, in: folder.file(name), options: Self.options(), engine: Engine(threads: 2)
      ).run()
      return try #require(outcome.best?.measure)
    }
    let held = try result(ClassifierJob(readingFile: path, settings: settings), "held")
    let streamed = try result(Self.job(path, settings), "streamed")
    #expect(streamed.accuracy > held.accuracy - 0.15, "\(streamed.summary), held \(held.summary)")
  }

  @Test(
    "A file that is cut or goes on meanwhile ends the training, and no model of it is kept",
    arguments: [true, false])
  func changed(isCut: Bool) throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<400), to: "texts.tsv")
    let job = try Self.job(path)
    let run = folder.file("run")
    let error = #expect(throws: DataError.self) {
      try Training(job, in: run, options: Self.options(), engine: Engine(threads: 1)).run { event in
        if case .step(let step, _) = event, step.number == 2 {
          let file = try #require(FileHandle(forWritingAtPath: path))
          if isCut {
            try file.truncate(atOffset: 100)
          } else {
            _ = try file.seekToEnd()
            try file.write(contentsOf: Data("\nmore\ttext".utf8))
          }
        }
        return .goOn
      }
    }
    #expect(error?.path == path && error?.got == "one that was written to since")
    #expect(!FileManager.default.fileExists(atPath: run + "/model.safetensors"))
  }

  @Test("Where one of several processes cannot read its file any more, all of them end", arguments: [0, 1])
  func changedForOne(rank: Int) throws {
    let folder = try TestFolder()
    let paths = try (0..<2).map { try folder.write(Self.lines(0..<400), to: "texts\($0).tsv") }
    let run = folder.file("run")
    let results = InThreads.attempt(2) { processes in
      var options = Self.options()
      options.processes = processes
      let job = try Self.job(paths[processes.rank], Self.settings(.characters, shards: 2))
      return try Training(job, in: run, options: options, engine: Engine(threads: 1)).run { event in
        if case .step(let step, _) = event, step.number == 2 {
          try #require(FileHandle(forWritingAtPath: paths[rank])).truncate(atOffset: 100)
        }
        return .goOn
      }.end
    }
    #expect(results.count == 2)
    for result in results { #expect(throws: (any Error).self) { try result.get() } }
    #expect(throws: DataError.self) { try results[rank].get() }
    #expect(!FileManager.default.fileExists(atPath: run + "/model.safetensors"))
  }

  @Test("A training does not go on with texts that were changed in between")
  func otherData() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<400), to: "texts.tsv")
    let run = folder.file("run")
    let stopped = try Training(
      Self.job(path), in: run, options: Self.options(), engine: Engine(threads: 1)
    ).run { event in
      if case .step(let step, _) = event, step.number == 3 { return .stop }
      return .goOn
    }
    #expect(stopped.canResume)
    _ = try folder.write(Self.lines(0..<399) + "\n" + Self.lines(400..<401), to: "texts.tsv")
    #expect(throws: StorageError.self) {
      try Training<ClassifierJob>.resume(in: run, engine: Engine(threads: 1), { _ in try Self.job(path) })
    }
  }

  @Test("Weights of labels, chance and steps are those of the whole file, and files of their own are held")
  func counts() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<400), to: "texts.tsv")
    let other = try folder.write(Self.lines(400..<460), to: "other.tsv")
    let settings = Self.settings(.characters) {
      $0.classWeights = .balanced
      ($0.validationFile, $0.testFile) = (other, other)
    }
    let held = try ClassifierJob(readingFile: path, settings: settings)
    let streamed = try Self.job(path, settings)
    #expect(streamed.training.count < 400 && streamed.trainingCount == 400)
    #expect(streamed.labelCounts == held.labelCounts && streamed.weights == held.weights)
    #expect(streamed.plannedSteps == held.plannedSteps)
    #expect(streamed.expectation.baseline == held.expectation.baseline)
    #expect(streamed.validation == held.validation && streamed.test == held.test)
    #expect(streamed.statistics == held.statistics && streamed.alphabet == held.alphabet)
    #expect(streamed.inputs == [path, other, other])
  }

  @Test("Of n-grams alone a table is solved for on the sample, which is all that is read")
  func ngrams() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.lines(0..<600), to: "texts.tsv")
    var job = try Self.job(path, Self.settings(.ngrams))
    var told = ""
    job.prepare(engine: Engine(threads: 1), while: { true }) { told += $0 }
    #expect(told.contains("n-grams are learned on \(job.training.count) of those to train on"))
    #expect(job.makeBatches().count == job.training.batchCount(of: job.settings.batch))
    let other = job.with(Self.settings(.both))
    #expect(other.makeBatches().count == (other.trainingCount + 31) / 32)
    told = ""
    job = other
    job.prepare(engine: Engine(threads: 1), while: { true }) { told += $0 }
    #expect(told.contains("reads in another order") && told.contains("made of \(job.training.count) texts"))
  }
}
