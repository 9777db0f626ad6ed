import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Training on a text that stays in its file")
struct StreamedTrainingTests {
  private static var settings: LanguageModelJobSettings {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.embeddingWidth, settings.epochs) = (8, 4, 2)
    settings.model.filters = [CharacterFilters(width: 1, maps: 8)]
    (settings.streams, settings.model.steps) = (3, 5)
    return settings
  }

  private static func streamed(_ path: String) throws -> LanguageModelJob {
    try LanguageModelJob(WordCorpus(streaming: path), settings: settings)
  }

  private static func weights(_ run: String) throws -> [[Float]] {
    let file = try SafetensorsFile(path: run + "/model.safetensors")
    return try file.tensors.map { try file.floats($0.name) }
  }

  @Test(
    "It gives the bits of the same text in memory, and goes on to them after a stop in the middle of an epoch"
  )
  func bits() throws {
    let folder = try TestFolder()
    let text = try folder.write(SmallTales(seed: 4).lines(60).joined(separator: "\n"), to: "text")
    var options = TrainingOptions()
    options.checkpoints = .never
    let engine = Engine(threads: 1)
    let held = try LanguageModelJob(
      WordCorpus(readingFile: text, validationShare: 0.1), settings: Self.settings)
    try Training(held, in: folder.file("held"), options: options, engine: engine).run()

    let job = try Self.streamed(text)
    #expect(job.corpus.streamed != nil && job.charactersPerWord == held.charactersPerWord)
    #expect(job.training.count > 8)
    let stopped = try Training(job, in: folder.file("streamed"), options: options, engine: engine).run {
      event in
      if case .step(let step, _) = event, step.number == job.training.count + 5 { return .stop }
      return .goOn
    }
    #expect(stopped.end == .interrupted && stopped.canResume)
    let resumed = try Training<LanguageModelJob>.resume(
      in: folder.file("streamed"), engine: engine, { _ in try Self.streamed(text) })
    #expect(resumed.end == .finished)
    #expect(try Self.weights(folder.file("streamed")) == Self.weights(folder.file("held")))
    let (figures, others) = (
      try SavedRunResult(folder.file("streamed")).result.figures,
      try SavedRunResult(folder.file("held")).result.figures
    )
    // The words of the validation part are the same, in batches that begin elsewhere.
    #expect(abs(figures.loss - others.loss) < 1e-6)
  }

  @Test(
    "A text that is cut or goes on meanwhile ends the training, and no model of it is kept",
    arguments: [true, false])
  func changed(isCut: Bool) throws {
    let folder = try TestFolder()
    let text = try folder.write(SmallTales(seed: 4).lines(60).joined(separator: "\n"), to: "text")
    var options = TrainingOptions()
    options.checkpoints = .never
    let job = try Self.streamed(text)
    let (engine, run) = (Engine(threads: 1), folder.file("run"))
    let error = #expect(throws: DataError.self) {
      try Training(job, in: run, options: options, engine: engine).run { event in
        if case .step(let step, _) = event, step.number == 2 {
          let file = try #require(FileHandle(forWritingAtPath: text))
          if isCut {
            try file.truncate(atOffset: 100)
          } else {
            _ = try file.seekToEnd()
            try file.write(contentsOf: Data("\nand more".utf8))
          }
        }
        return .goOn
      }
    }
    #expect(error?.path == text && error?.got == "one that was written to since")
    #expect(!FileManager.default.fileExists(atPath: run + "/model.safetensors"))
  }

  @Test("The plan has room for every batch, and a line for reading")
  func plan() throws {
    let folder = try TestFolder()
    let text = try folder.write(SmallTales(seed: 4).lines(300).joined(separator: "\n"), to: "text")
    var trainer = try Trainer(Self.streamed(text), engine: Engine(threads: 1))
    let planned = trainer.plan.bytes
    #expect(
      trainer.plan.entries.contains { $0.purpose.hasPrefix("reading the data") && $0.bytes > 1_000_000 })
    trainer.start(epoch: 1)
    while trainer.step() != nil { #expect(trainer.raisePlan() == nil) }
    #expect(trainer.plan.bytes == planned)
  }

  private struct SavedRunResult: Decodable {
    let result: LanguageModelMeasure
    init(_ run: String) throws { self = try RunDirectory.open(run).readDescription(Self.self) }
    private enum CodingKeys: String, CodingKey { case result }
    init(from decoder: any Decoder) throws {
      result = try decoder.container(keyedBy: CodingKeys.self).decode(
        LanguageModelMeasure.self, forKey: .result)
    }
  }
}
