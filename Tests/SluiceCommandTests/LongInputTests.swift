import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Words and windows longer than the usual ones", .serialized)
final class LongInputTests {
  private let folder: String

  init() throws { folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))" }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A model as a training saves it before its first step.
  private func save(_ change: (inout LanguageModelSettings) -> Void) throws -> SavedLanguageModel {
    let directory = try RunDirectory.create(at: folder)
    let engine = Engine(threads: 1)
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.units, settings.layers, settings.embeddingWidth) = (8, 1, 2)
    settings.filters = [CharacterFilters(width: 1, maps: 8)]
    change(&settings)
    let spelling = Spelling(alphabet: Alphabet(of: ["abc"]), longest: settings.longestWord)
    var parameters = Parameters(seed: 1, engine: engine)
    _ = try LanguageModel(characters: spelling.count, vocabulary: 4, settings, in: &parameters)
    try directory.save(
      parameters,
      LanguageModelDescription(
        configuration: .tiny, data: LanguageModelFiles(), settings: settings,
        vocabulary: ["a", "b", WordCorpus.end, WordCorpus.unknown], spelling: spelling,
        machine: MachineDescription(engine)))
    return try SavedLanguageModel(readingRun: folder, engine: engine)
  }

  @Test("Words as long as the settings allow have vectors, and those they have alone")
  func longWords() throws {
    var model = try save { $0.longestWord = 300_000 }
    let words = (0..<12).map { String(repeating: "a", count: 299_998) + ($0 < 6 ? "" : "b") } + ["ab", "ba"]
    let vectors = model.vectors(of: words)
    #expect(vectors.count == words.count * model.width)
    // What is beyond the longest is cut, so all long ones are alike; the short ones are not disturbed by them.
    #expect(Set((0..<12).map { Array(vectors[$0 * model.width..<($0 + 1) * model.width]) }).count == 1)
    #expect(Array(vectors.suffix(2 * model.width)) == model.vectors(of: ["ab", "ba"]))
  }

  @Test("A transformer is measured in windows of any length")
  func longWindow() throws {
    var model = try save {
      $0.body = .transformer
      $0.steps = 1_200
    }
    let lines = [(0..<2_000).map { ["a", "b", "c"][$0 % 3] }.joined(separator: " ")]
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: lines)
    #expect(model.loss(corpus, corpus.test).isFinite)
    let prompt = (0..<1_500).map { ["a", "b"][$0 % 2] }
    var count = 0
    model.sample(prompt: prompt, temperature: 1, most: 4, seed: 1) { _ in
      count += 1
      return count < 2
    }
    #expect(count == 2)
  }

  @Test("A training has room for the longest words of a batch")
  func training() throws {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.units, settings.layers, settings.embeddingWidth) = (8, 1, 2)
    settings.filters = [CharacterFilters(width: 1, maps: 8)]
    (settings.streams, settings.steps, settings.longestWord) = (2, 4, 300_000)
    let words = (0..<8).map { String(repeating: "a", count: 299_000 + $0) }
    let corpus = WordCorpus(training: [words.joined(separator: " ")])
    let spelling = Spelling(alphabet: Alphabet(of: ["a"]), longest: settings.longestWord)
    var trainer = try LanguageModelTrainer(
      corpus: corpus, spelling: spelling, settings: settings, engine: Engine(threads: 1))
    let streams = try WordStreams(corpus.training, streams: 2, steps: 4, of: "text")
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    streams.batch(0, inputs: &inputs, targets: &targets)
    #expect(trainer.step(inputs: inputs, targets: targets).isFinite)
  }
}
