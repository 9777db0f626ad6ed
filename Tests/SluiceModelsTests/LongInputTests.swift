import Sluice
import TestSupport
import Testing

@Suite("Words and windows longer than the usual ones")
struct LongInputTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// A model as a training saves it.
  private func save(_ change: (inout LanguageModelSettings) -> Void) throws -> SavedLanguageModel {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.layers, settings.model.embeddingWidth) = (8, 1, 2)
    settings.model.filters = [CharacterFilters(width: 1, maps: 8)]
    change(&settings.model)
    try SavedExample.save(settings, in: folder.path)
    return try SavedLanguageModel(run: folder.path, threads: 1)
  }

  @Test("Words as long as the settings allow have vectors, and those they have alone")
  func longWords() throws {
    let model = try save { $0.longestWord = 300_000 }
    let words = (0..<12).map { String(repeating: "a", count: 299_998) + ($0 < 6 ? "" : "b") } + ["ab", "ba"]
    let vectors = model.vectors(of: words)
    #expect(vectors.count == words.count * model.width)
    // What is beyond the longest is cut, so all long ones are alike; the short ones are not disturbed by them.
    #expect(Set((0..<12).map { Array(vectors[$0 * model.width..<($0 + 1) * model.width]) }).count == 1)
    #expect(Array(vectors.suffix(2 * model.width)) == model.vectors(of: ["ab", "ba"]))
  }

  @Test("A transformer is measured in windows of any length")
  func longWindow() throws {
    let model = try save {
      $0.body = .transformer
      $0.steps = 1_200
    }
    let lines = [(0..<2_000).map { ["a", "b", "c"][$0 % 3] }.joined(separator: " ")]
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: lines)
    let loss = model.loss(corpus, corpus.test)
    #expect(try #require(loss).isFinite)
    let prompt = (0..<1_500).map { ["a", "b"][$0 % 2] }
    var count = 0
    model.sample(prompt: prompt, temperature: 1, most: 4, seed: 1) { _ in
      count += 1
      return count < 2
    }
    #expect(count == 2)
  }
}
