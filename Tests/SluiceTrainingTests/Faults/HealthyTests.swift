import Sluice
import Testing

@testable import SluiceCommand

/// Nothing is said of trainings in which nothing is wrong.
@Suite("Healthy trainings")
struct HealthyTests {
  private static let steps = 240

  @Test("No alarm while a classifier trains", arguments: 1...10)
  func classifier(seed: Int) throws {
    let settings = BrokenClassifier.settings(.none, seed: UInt64(seed))
    let data = try ClassifierData(path: nil, settings)
    var trainer = try ClassifierTrainer(
      symbols: data.alphabet.count, labels: data.labelNames.count, labelCounts: data.labelCounts,
      settings: settings, bound: data.bound(of: settings.batch), plannedSteps: Self.steps,
      engine: Engine(threads: 1))
    var batches = data.training.batches(of: settings.batch, shuffledBy: settings.seed)
    var batch = LabelledBatch()
    for step in 0..<Self.steps {
      if !batches.next(into: &batch) {
        batches.start(epoch: step)
        _ = batches.next(into: &batch)
      }
      _ = trainer.step(batch)
    }
    #expect(trainer.flowMonitor.diagnosis.findings.map(\.description) == [])
    #expect(try BrokenClassifier.watch(.none, seed: UInt64(seed), steps: 100).diagnosis.findings.isEmpty)
  }

  @Test("No alarm while an embedding of words trains", arguments: 1...10)
  func stems(seed: Int) throws {
    let settings = BrokenStems.settings(.none, seed: UInt64(seed))
    let words = Inflections.wordStems.split(validationShare: 0.2, seed: settings.seed).training
    let alphabet = Alphabet(of: words.words)
    var batches = StemBatches(words, alphabet, size: settings.batch, seed: settings.seed)
    var trainer = try StemTrainer(
      symbols: alphabet.count, settings: settings, bound: batches.bound, plannedSteps: Self.steps,
      engine: Engine(threads: 1))
    var batch = StemBatch()
    batches.start(epoch: 1)
    for step in 0..<Self.steps {
      if !batches.next(into: &batch) {
        batches.start(epoch: step)
        _ = batches.next(into: &batch)
      }
      _ = trainer.step(batch)
    }
    #expect(trainer.flowMonitor.diagnosis.findings.map(\.description) == [])
    #expect(try BrokenStems.watch(.none, seed: UInt64(seed), steps: 100).diagnosis.findings.isEmpty)
  }

  @Test("No alarm while a language model trains", arguments: 1...10)
  func languageModel(seed: Int) throws {
    let settings = BrokenLanguageModel.settings(.none, seed: UInt64(seed))
    let corpus = WordCorpus(training: SmallTales(seed: settings.seed).lines(1_000))
    let spelling = Spelling(alphabet: Alphabet(of: Array(corpus.vocabulary)))
    var trainer = try LanguageModelTrainer(
      corpus: corpus, spelling: spelling, settings: settings, engine: Engine(threads: 1))
    let text = try WordStreams(
      corpus.training, streams: settings.streams, steps: settings.steps, of: "tales")
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    for step in 0..<Self.steps {
      text.batch(step % text.count, inputs: &inputs, targets: &targets)
      _ = trainer.step(inputs: inputs, targets: targets)
    }
    #expect(trainer.flowMonitor.diagnosis.findings.map(\.description) == [])
    #expect(try BrokenLanguageModel.watch(.none, seed: UInt64(seed), steps: 100).diagnosis.findings.isEmpty)
  }
}
