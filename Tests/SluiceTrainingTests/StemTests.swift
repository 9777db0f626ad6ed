import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("An embedding of words", .serialized)
struct StemTests {
  private static var settings: StemJobSettings { settings(.characters) }

  private static func settings(_ reader: TextReader) -> StemJobSettings {
    var settings = StemJobSettings()
    settings.model.reader = reader
    settings.model.ngramRows = 2_048
    settings.model.units = 24
    settings.model.embeddingWidth = 12
    settings.model.width = 16
    settings.batch = 48
    settings.subsetStems = 8
    settings.subsetSteps = 5
    settings.epochs = 1
    return settings
  }

  @Test("A stem of very many words is dealt out in parts, so that no batch grows with it")
  func largeStem() {
    let words = WordStems(
      (0..<3_000).map { ("a\($0)", "a") }
        + (0..<40).flatMap { [("b\($0)", "b\($0)"), ("bb\($0)", "b\($0)")] })
    var batches = StemBatches(words, Alphabet(of: words.words), size: 64, seed: 1)
    #expect(batches.bound.sequences <= 64 + 6 * 16)
    var batch = StemBatch()
    var seen = 0
    batches.start(epoch: 1)
    while batches.next(into: &batch) {
      #expect(batch.count <= batches.bound.sequences && batch.symbols.values.count <= batches.bound.symbols)
      seen += batch.count
    }
    #expect(seen == words.count)
    #expect(words.stemsOfSeveralWords.count == 40)
  }

  @Test("Each epoch deals out every word once, in whole stems")
  func batches() {
    let (words, _) = Inflections.wordStems.split(validationShare: 0.2, seed: 1)
    let alphabet = Alphabet(of: words.words)
    var batches = StemBatches(words, alphabet, size: 48, seed: 1)
    var batch = StemBatch()
    for epoch in 1...3 {
      var counts: [Int32: Int] = [:]
      var seen = 0
      batches.start(epoch: epoch)
      while batches.next(into: &batch) {
        #expect(batch.count <= batches.bound.sequences && batch.symbols.values.count <= batches.bound.symbols)
        #expect(Set(batch.stems.values).allSatisfy { counts[$0] == nil })
        for stem in batch.stems.values { counts[stem, default: 0] += 1 }
        seen += batch.count
      }
      #expect(seen == words.count)
    }
  }

  @Test("The same seed gives the same bits for 1, 2 and 3 threads", arguments: TextReader.allCases)
  func sameBits(reader: TextReader) throws {
    var all: [[UInt32]] = []
    for threads in [1, 2, 3] {
      var trainer = try Trainer(StemJob(settings: Self.settings(reader)), engine: Engine(threads: threads))
      var losses: [UInt32] = []
      trainer.start(epoch: 1)
      while losses.count < 12, let step = trainer.step() { losses.append(step.loss.bitPattern) }
      all.append(losses)
    }
    #expect(all[0].count == 12 && all[0] == all[1] && all[0] == all[2])
  }

  @Test(
    "Steady steps and their lines of the log allocate nothing, with any choice of triplets",
    .enabled(if: sluice_thread_allocation_count() >= 0), arguments: TripletSampling.allCases,
    TextReader.allCases)
  func allocations(sampling: TripletSampling, reader: TextReader) throws {
    var settings = Self.settings(reader)
    settings.sampling = sampling
    try SteadySteps.expectNone(StemJob(settings: settings), atLeast: 60)
  }

  @Test("A training writes a run that can be searched", arguments: TextReader.allCases)
  func run(reader: TextReader) throws {
    let folder = try TestFolder()
    let training = try Training(
      StemJob(settings: Self.settings(reader)), in: folder.file("run"), engine: Engine(threads: 2))
    let outcome = try training.run()
    #expect(outcome.end == .finished && outcome.kept == "the model after epoch 1")
    let record = try RunRecord<StemJob>.read(outcome.path)
    #expect(record.settings == Self.settings(reader) && record.result == outcome.best)
    let result = try #require(record.result)
    #expect(result.epoch == 1 && result.measure.recall.queries > 300 && result.measure.recall.at5 > 0.1)
    #expect(try #require(result.measure.prefixBaseline).at1 > 0.3)
    let lines = try MetricsReader.lines(of: outcome.path + "/metrics.jsonl")
    #expect(["step", "flow", "epoch", "summary"].allSatisfy { kind in lines.contains { $0.kind == kind } })
    #expect(lines.last?.double("recall_at_1") == result.measure.recall.at1)
    let saved = try SavedStems(run: outcome.path, threads: 1)
    let known = saved.vectors(of: ["walk", "walking"])
    #expect(abs(known.cosine(0, known, 0) - 1) < 1e-5)
    #expect(saved.words.count == Inflections.wordStems.count)
  }

  @Test(
    "A loss that is no number before anything was learned ends the training, is traced, and leaves only its log"
  )
  func nonFinite() throws {
    let folder = try TestFolder()
    var settings = Self.settings
    settings.optimizer = StemJobSettings.usualOptimizer(.sgd)
    settings.optimizer.learningRate = 3e38
    settings.optimizer.weightDecay = 1_000
    // Learning by heart would come to the same end before.
    settings.subsetSteps = 1
    let error = #expect(throws: TrainingError.self) {
      let training = try Training(
        StemJob(settings: settings), in: folder.file("run"), engine: Engine(threads: 2))
      try training.run()
    }
    #expect(error?.description.contains("the first number that is not finite: ") == true)
    #expect(error?.origin != nil && error?.kept == "no model, for nothing was learned yet")
    #expect(try folder.names(in: "run") == ["metrics.jsonl"])
  }

  @Test("Batches of words with several stems hold each word once, with all related words of a stem")
  func sharedWords() {
    var pairs: [(word: String, stem: String)] = []
    for i in 0..<60 { pairs += [("w\(i)", "s\(i)"), ("x\(i)", "s\(i)"), ("x\(i)", "s\((i + 1) % 60)")] }
    let words = WordStems(pairs)
    let alphabet = Alphabet(of: words.words)
    var batches = StemBatches(words, alphabet, size: 24, seed: 1)
    #expect(batches.wordsOfEpoch == 180)
    var batch = StemBatch()
    for epoch in 1...3 {
      batches.start(epoch: epoch)
      var complete: Set<Int32> = []
      while batches.next(into: &batch) {
        #expect(batch.count <= batches.bound.sequences && batch.symbols.values.count <= batches.bound.symbols)
        #expect(Set((0..<batch.count).map { Array(batch.symbols[$0]) }).count == batch.count)
        let counts = Dictionary(batch.stems.values.map { ($0, 1) }, uniquingKeysWith: +)
        complete.formUnion(counts.filter { $0.value == 3 }.map(\.key))
      }
      #expect(complete.count == 60)
    }
  }
}
