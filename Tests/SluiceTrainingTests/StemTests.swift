import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceCommand

@Suite("An embedding of words", .serialized)
struct StemTests {
  private static var settings: StemSettings {
    var settings = StemSettings()
    settings.units = 24
    settings.embeddingWidth = 12
    settings.width = 16
    settings.batch = 48
    settings.subsetStems = 8
    settings.subsetSteps = 5
    settings.epochs = 1
    return settings
  }

  @Test("The baselines find what they should, and a search that never does scores nothing")
  func recall() {
    let words = WordStems([
      ("run", "run"), ("runs", "run"), ("rust", "rust"), ("rusty", "rust"), ("xyz", "alone"),
    ])
    let prefix = WordSearch.prefixRecall(words)
    #expect(prefix == Recall(queries: 4, at1: 1, at5: 1))
    #expect(WordSearch.trigramRecall(words) == Recall(queries: 4, at1: 1, at5: 1))
    let wrong = WordSearch.recall(words) { i, j in words.areRelated(i, j) ? -1 : 1 }
    #expect(wrong.at1 == 0 && wrong.at5 == 1)
  }

  @Test("The nearest come first, and of equal ones the first")
  func nearest() {
    let scores: [Float] = [0.1, 0.9, 0.9, 0.5]
    let found = WordSearch.nearest(3, count: 4, excluding: nil) { scores[$0] }
    #expect(found.map(\.index) == [1, 2, 3])
    #expect(WordSearch.nearest(3, count: 4, excluding: 1) { scores[$0] }.map(\.index) == [2, 3, 0])
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

  @Test("A steady step allocates nothing, and the same seed gives the same bits for 1, 2 and 3 threads")
  func steps() throws {
    let (words, _) = Inflections.wordStems.split(validationShare: 0.2, seed: 1)
    let alphabet = Alphabet(of: words.words)
    var all: [[Float]] = []
    for threads in [1, 2, 3] {
      var batches = StemBatches(words, alphabet, size: 48, seed: 1)
      var trainer = try StemTrainer(
        symbols: alphabet.count, settings: Self.settings, bound: batches.bound, plannedSteps: 100,
        engine: Engine(threads: threads))
      var batch = StemBatch()
      var losses: [Float] = []
      losses.reserveCapacity(100)
      batches.start(epoch: 1)
      var before = 0
      for number in 0..<12 where batches.next(into: &batch) {
        if number == 6 { before = sluice_thread_allocation_count() }
        losses.append(trainer.step(batch).loss)
      }
      if threads == 1 { #expect(sluice_thread_allocation_count() - before == 0) }
      all.append(losses)
    }
    #expect(all[0].count == 12 && all[0] == all[1] && all[0] == all[2])
  }

  @Test("A training writes a run that can be searched")
  func run() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let training = StemTraining(
      settings: Self.settings, dataPath: nil, directory: try RunDirectory.create(at: path),
      engine: Engine(threads: 2), output: TrainingOutput(isQuiet: true))
    #expect(try training.run() == .finished)
    let saved = try SavedStems(readingRun: path, engine: Engine(threads: 1))
    let result = try #require(saved.description.result)
    #expect(result.recall.queries > 300 && result.recall.at5 > 0.1)
    let lines = try MetricsReader.lines(of: path + "/metrics.jsonl")
    #expect(["step", "flow", "epoch", "summary"].allSatisfy { kind in lines.contains { $0.kind == kind } })
    #expect(lines.last?.double("recall_at_1") == result.recall.at1)
    let known = saved.vectors(["walk", "walking"])
    #expect(abs(known.cosine(0, known, 0) - 1) < 1e-5)
    let words = saved.description.words.count
    #expect(words == Inflections.wordStems.count)
  }

  @Test("A loss that is no number stops the run, is traced, and the last good model stays")
  func nonFinite() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var settings = Self.settings
    settings.optimizer = StemSettings.usualOptimizer(.sgd)
    settings.optimizer.learningRate = 3e38
    settings.optimizer.weightDecay = 1_000
    let training = StemTraining(
      settings: settings, dataPath: nil, directory: try RunDirectory.create(at: path),
      engine: Engine(threads: 2), output: TrainingOutput(isQuiet: true))
    let error = #expect(throws: TrainingError.self) { try training.run() }
    #expect(error?.description.contains("the first number that is not finite: ") == true)
    #expect(error?.origin != nil && error?.kept == "the model as it was at step 0")
    let saved = try SavedStems(readingRun: path, engine: Engine(threads: 1))
    let vectors = saved.vectors(["walk"])
    #expect(vectors.cosine(0, vectors, 0).isFinite && saved.description.result == nil)
  }

  @Test("A word with two stems is found by the words of both and never finds itself")
  func severalStems() {
    let words = WordStems([
      ("saw", "see"), ("saw", "saw"), ("saws", "saw"), ("sees", "see"), ("xyz", "alone"), ("xyz", "other"),
    ])
    var asked: [(Int, Int)] = []
    let right = WordSearch.recall(words) { i, j in
      asked.append((i, j))
      return words.areRelated(i, j) ? 1 : -1
    }
    #expect(right == Recall(queries: 3, at1: 1, at5: 1))
    #expect(asked.allSatisfy { $0.0 != $0.1 })
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
