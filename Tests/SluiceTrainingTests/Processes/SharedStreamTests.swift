import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Several processes on a text that stays in its file")
struct SharedStreamTests {
  private static func job(
    _ path: String, steps: Int = 5, reading: LanguageModelSettings.Reading = .characters
  ) throws
    -> LanguageModelJob
  {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.embeddingWidth, settings.epochs) = (8, 4, 2)
    settings.model.filters = [CharacterFilters(width: 1, maps: 8)]
    settings.model.reading = reading
    if reading == .table { settings.model.highways = 0 }
    (settings.streams, settings.model.steps, settings.shards) = (5, steps, 4)
    return try LanguageModelJob(WordCorpus(streaming: path), settings: settings)
  }

  @Test(
    "Each reads its own streams, and the bits are those of one process, of words from characters and from a table",
    arguments: [LanguageModelSettings.Reading.characters, .table])
  func bits(_ reading: LanguageModelSettings.Reading) throws {
    let folder = try RunFolder()
    let text = folder.file("text")
    try write(Array(SmallTales(seed: 4).lines(60).joined(separator: "\n").utf8), to: text)
    var options = TrainingOptions()
    options.checkpoints = .steps(3)
    try train({ try Self.job(text, reading: reading) }, in: folder.file("alone"), options)
    let alone = try Traces(folder.file("alone"), LanguageModelJob.self)
    #expect(alone.log.count > 10)
    for count in [2, 3, 6] {
      let path = folder.file("\(count)")
      for end in trainTogether(count, options, in: path, { _ in try Self.job(text, reading: reading) }) {
        #expect(try end.get() == .finished)
      }
      #expect(try Traces(path, LanguageModelJob.self) == alone, "\(count) processes")
    }
    // Killed in the middle, others go on, each from the places of the streams that are its own now.
    let path = folder.file("killed")
    trainTogether(3, options, in: path, killedAfter: 7) { _ in try Self.job(text, reading: reading) }
    for end in trainTogether(2, in: path, resuming: true, { _ in try Self.job(text, reading: reading) }) {
      #expect(try end.get() == .finished)
    }
    #expect(try Traces(path, LanguageModelJob.self) == alone)
  }

  @Test(
    "Where the text is cut meanwhile, so that some still have batches and others have none, all end and one says why"
  )
  func cut() throws {
    let folder = try RunFolder()
    let text = folder.file("text")
    try write(Array(SmallTales(seed: 4).lines(2_400).joined(separator: "\n").utf8), to: text)
    let job = try Self.job(text, steps: 40)
    // More than a block of the file for each stream.
    #expect(job.training.tokenCount > 20_000)
    let path = folder.file("run")
    let results = InThreads.attempt(3) { processes in
      var options = TrainingOptions()
      options.checkpoints = .never
      options.processes = processes
      let job = try Self.job(text, steps: 40)
      return try Training(job, in: path, options: options, engine: Engine(threads: 1)).run { event in
        if case .step(let step, _) = event, step.number == 2 {
          try #require(FileHandle(forWritingAtPath: text)).truncate(atOffset: 100)
        }
        return .goOn
      }.end
    }
    let errors = results.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    #expect(errors.count == 3)
    #expect(errors.contains { $0 is DataError })
    #expect(errors.allSatisfy { $0 is DataError || $0 is ProcessError })
  }
}
