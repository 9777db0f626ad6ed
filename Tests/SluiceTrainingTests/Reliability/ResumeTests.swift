import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("Trainings that are killed and go on")
struct ResumeTests {
  private static func options(_ checkpoints: CheckpointSchedule) -> TrainingOptions {
    var options = TrainingOptions()
    options.writesEvents = true
    options.flowInterval = 5
    options.checkpoints = checkpoints
    return options
  }

  private func compare<Job: TrainingJob>(
    _ job: () throws -> Job, _ folder: RunFolder, _ cases: [(CheckpointSchedule, kills: [Int])]
  ) throws {
    try train(job, in: folder.file("never"), Self.options(.never))
    let never = try Traces(folder.file("never"), Job.self)
    #expect(never.events.count > 5 && never.log.count > 10)
    for (i, (schedule, kills)) in cases.enumerated() {
      let path = folder.file("\(i)")
      try train(job, in: path, kills: kills, Self.options(schedule))
      let traces = try Traces(path, Job.self)
      #expect(traces.model == never.model, "\(schedule.text) \(kills)")
      #expect(traces.log == never.log, "\(schedule.text) \(kills)")
      #expect(traces == never, "\(schedule.text) \(kills)")
    }
  }

  @Test(
    "A classifier killed after any step has the bits of one that never was, log, events and picture included",
    arguments: TouchedRowsMode.allCases)
  func classifier(_ rows: TouchedRowsMode) throws {
    let folder = try RunFolder()
    try compare(
      { try SmallJobs.classifier(rows: rows) }, folder,
      [(.steps(3), [2, 3, 4, 5, 11]), (.epoch, [4, 8]), (.steps(1), [1, 9])])
  }

  @Test("So has a language model, whose states go on from batch to batch")
  func languageModel() throws {
    let folder = try RunFolder()
    try compare({ try SmallJobs.languageModel(folder) }, folder, [(.steps(3), [5, 9]), (.steps(1), [13])])
  }

  @Test("So has an encoder of words, whatever it reads", arguments: TextReader.allCases)
  func stems(reader: TextReader) throws {
    let folder = try RunFolder()
    try compare({ try SmallJobs.stems(folder, reader) }, folder, [(.steps(2), [2, 6])])
  }

  @Test("Beside an earlier run the earlier model stays until the first save, whatever is killed")
  func besideEarlier() throws {
    let folder = try RunFolder()
    let job = { try SmallJobs.classifier() }
    try train(job, in: folder.file("never"), Self.options(.steps(2)))
    try folder.copy("never", to: "run")
    let before = try contents(folder.file("run/model.safetensors"))
    do {
      try Training(job(), in: folder.file("run"), options: Self.options(.steps(2))).run { event in
        if case .step(let step, _) = event, step.number == 3 { throw Kill() }
        return .goOn
      }
    } catch is Kill {}
    #expect(try contents(folder.file("run/model.safetensors")) == before)
    #expect(try names(folder.file("run")).contains("metrics.next.jsonl"))
    try Training<ClassifierJob>.resume(in: folder.file("run"))
    #expect(
      try Traces(folder.file("run"), ClassifierJob.self) == Traces(folder.file("never"), ClassifierJob.self))
  }

  @Test("Stopping in an epoch, between two, or in the validation leaves a run that goes on to the same bits")
  func stops() throws {
    let folder = try RunFolder()
    let job = { try SmallJobs.classifier() }
    try train(job, in: folder.file("never"), Self.options(.never))
    let never = try Traces(folder.file("never"), ClassifierJob.self)
    func stop(_ name: String, _ when: @escaping (TrainingEvent<ClassifierJob>) -> Bool) throws {
      let path = folder.file(name)
      let outcome = try Training(job(), in: path, options: Self.options(.never)).run { event in
        when(event) ? .stop : .goOn
      }
      #expect(outcome.end == .interrupted && outcome.canResume, "\(name)")
      try Training<ClassifierJob>.resume(in: path, engine: Engine(threads: 2))
      #expect(try Traces(path, ClassifierJob.self) == never, "\(name)")
    }
    for step in [2, 12] {
      try stop("step \(step)") { event in
        if case .step(let report, _) = event { report.number == step } else { false }
      }
    }
    for epoch in [1, 3] {
      try stop("epoch \(epoch)") { event in
        if case .epoch(let report) = event { report.progress.epoch == epoch } else { false }
      }
    }
  }

  @Test("A stop in an epoch does not replace the best model of whole epochs")
  func stopKeepsBest() throws {
    let folder = try RunFolder()
    let path = folder.file("run")
    var best: [UInt8] = []
    try Training(SmallJobs.classifier(), in: path, options: Self.options(.steps(100))).run { event in
      guard case .step(let step, _) = event else { return .goOn }
      if step.number == 6 { best = try contents(path + "/model.safetensors") }
      return step.number == 7 ? .stop : .goOn
    }
    #expect(try contents(path + "/model.safetensors") == best)
  }

  @Test("So many checkpoints stay as were asked for, and none after the end")
  func keeps() throws {
    let folder = try RunFolder()
    var options = Self.options(.steps(1))
    options.keepsCheckpoints = 3
    let path = folder.file("run")
    do {
      try Training(SmallJobs.classifier(), in: path, options: options).run { event in
        if case .step(let step, _) = event, step.number == 7 { throw Kill() }
        return .goOn
      }
    } catch is Kill {}
    let kept = try names(path).filter { $0.hasPrefix("checkpoint-") }
    #expect(kept == ["checkpoint-4", "checkpoint-5", "checkpoint-6"].map { $0 + ".safetensors" })
    try Training<ClassifierJob>.resume(in: path)
    #expect(try names(path).allSatisfy { !$0.hasPrefix("checkpoint-") && !$0.hasPrefix(".") })
  }

  @Test("Numbers that are not finite end a training without a checkpoint, for it would lead there again")
  func nonFinite() throws {
    let folder = try RunFolder()
    var job = try SmallJobs.classifier()
    var settings = job.settings
    settings.optimizer = OptimizerSettings(.sgd)
    settings.optimizer.learningRate = 3e38
    job = job.with(settings)
    #expect(throws: TrainingError.self) { try Training(job, in: folder.file("run")).run() }
    #expect(try names(folder.file("run")).allSatisfy { !$0.hasPrefix("checkpoint-") })
  }

  @Test("The clock of checkpoints counts steps from the last one")
  func clock() {
    var clock = CheckpointClock(.steps(5), step: 7)
    #expect(!clock.isDue(afterStep: 11) && clock.isDue(afterStep: 12))
    clock.note(step: 12)
    #expect(!clock.isDue(afterStep: 16) && clock.isDue(afterStep: 17) && !clock.isDueAfterEpoch)
    #expect(CheckpointClock(.seconds(1e-9)).isDue(afterStep: 0))
    #expect(!CheckpointClock(.never).isDue(afterStep: 100) && CheckpointClock(.epoch).isDueAfterEpoch)
    for text in ["60s", "0.5s", "500steps", "epoch", "never"] {
      #expect(CheckpointSchedule(text)?.text == text)
    }
    for text in ["", "s", "0s", "-1s", "nans", "0steps", "1.5steps", "steps", "5", "never "] {
      #expect(CheckpointSchedule(text) == nil, "\(text)")
    }
  }
}
