import Sluice
import Testing

/// Nothing is said of trainings in which nothing is wrong.
@Suite("Healthy trainings")
struct HealthyTests {
  private func findings<Job: TrainingJob>(of job: Job) throws -> [String] {
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    trainer.train(steps: 240)
    return trainer.monitor.diagnosis.findings.map(\.description)
  }

  @Test("No alarm while a classifier trains", arguments: 1...10)
  func classifier(seed: Int) throws {
    let found = try findings(of: ClassifierJob.small(.none, seed: UInt64(seed)))
    #expect(found.isEmpty, "\(found)")
  }

  @Test("No alarm while an encoder of words trains", arguments: 1...10, TextReader.allCases)
  func stems(seed: Int, reader: TextReader) throws {
    var settings = try StemJob.small(.none, seed: UInt64(seed)).settings
    settings.model.reader = reader
    let found = try findings(of: StemJob(settings: settings))
    #expect(found.isEmpty, "\(found)")
  }

  @Test("No alarm while a language model trains", arguments: 1...10)
  func languageModel(seed: Int) throws {
    let tales = LanguageModelJob.tales(1_250, seed: UInt64(seed))
    let settings = LanguageModelJob.smallSettings(.none, seed: UInt64(seed))
    let found = try findings(of: LanguageModelJob(tales, settings: settings))
    #expect(found.isEmpty, "\(found)")
  }
}

/// A job that is laid open for faults is the job as long as it has none.
@Suite("Jobs without a fault")
struct NoFaultTests {
  private func losses<Job: TrainingJob>(of job: Job) throws -> [Float] {
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    var losses: [Float] = []
    trainer.train(steps: 12) { losses.append($0.monitor.loss.last) }
    return losses
  }

  @Test("The classifier trains to the same bits")
  func classifier() throws {
    let job = try ClassifierJob.small(.none, seed: 1)
    #expect(try losses(of: BrokenJob(job, .none)) == losses(of: job))
  }

  @Test("The encoder of words trains to the same bits")
  func stems() throws {
    let job = try StemJob.small(.none, seed: 1)
    #expect(try losses(of: BrokenJob(job, .none)) == losses(of: job))
  }

  @Test("The language model trains the same, though its softmax is not fused with its loss")
  func languageModel() throws {
    let job = try LanguageModelJob.small(.none, seed: 1)
    let broken = try losses(of: BrokenJob(job, .none))
    let whole = try losses(of: job)
    for (a, b) in zip(broken, whole) { #expect((a - b).magnitude < 1e-4 * b, "\(a), \(b)") }
  }
}
