import AllocationCounter
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Training a language model")
struct LanguageModelTests {
  @Test("Counts are compared with those of the Penn Treebank where two are close, one by one")
  func treebank() {
    // As many lines as it has, but each with two words only.
    let corpus = WordCorpus(
      training: Array(repeating: "a b", count: 42_068), validation: Array(repeating: "a b", count: 3_371))
    let counts = TreebankCounts(corpus)
    #expect(counts.looksLikeTreebank)
    let rows = counts.table(parameters: (4_653_200, 4_652_799)).split(separator: "\n")
    #expect(rows.count == 6)
    #expect(rows[0].hasSuffix("  42,068  matches"))
    #expect(rows[1].hasSuffix(" 126,204  differs from 929,589"))
    #expect(rows[2].hasSuffix("   3,371  differs from 3,370"))
    #expect(rows[5].hasSuffix("4,652,799  differs from 4,653,200"))
    #expect(!TreebankCounts(WordCorpus(training: RegularText.lines)).looksLikeTreebank)
    #expect(TreebankCounts.parameterCount(of: .charSmall, characters: 50) == 5_312_500)
    #expect(TreebankCounts.parameterCount(of: .charSmall, characters: 51) == 5_312_515)
  }

  @Test("A training has room for the longest words of a batch")
  func longWords() throws {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.layers, settings.model.embeddingWidth) = (8, 1, 2)
    settings.model.filters = [CharacterFilters(width: 1, maps: 8)]
    (settings.streams, settings.model.steps, settings.model.longestWord) = (2, 4, 300_000)
    let words = (0..<8).map { String(repeating: "a", count: 299_000 + $0) }
    let text = [words.joined(separator: " ")]
    var trainer = try Trainer(
      LanguageModelJob(WordCorpus(training: text, validation: text), settings: settings),
      engine: Engine(threads: 1))
    let step = trainer.step()
    #expect(try #require(step).loss.isFinite)
  }

  @Test("A text at hand that is too short to train or validate on is refused with what it has")
  func shortText() {
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.streams, settings.model.steps) = (4, 9)
    let training = #expect(throws: DataError.self) {
      try LanguageModelJob(
        WordCorpus(training: ["a b"], validation: RegularText.lines), settings: settings)
    }
    #expect(training?.description.contains("36 words, got 3") == true)
    let validation = #expect(throws: DataError.self) {
      try LanguageModelJob(WordCorpus(training: RegularText.lines), settings: settings)
    }
    #expect(validation?.description.contains("the part to validate on") == true)
  }
}

/// A text of few words in a few forms, which small models learn soon.
enum RegularText: String, CaseIterable, Sendable {
  case characters, table, transformer, tied, adaptive, adaptiveTransformer

  static let lines = (0..<60).map { i in
    "the \(["cat", "dog", "bird"][i % 3]) \(["sees", "hears"][i % 2]) a \(["tree", "house", "river", "stone"][i % 4])"
  }

  var settings: LanguageModelJobSettings {
    var settings = LanguageModelConfiguration.tiny.settings
    settings.streams = 4
    settings.model.steps = 9
    settings.model.units = 32
    settings.model.layers = 2
    settings.model.dropout = 0.1
    settings.model.initialRange = 0.3
    if self == .transformer || self == .adaptiveTransformer {
      settings.model.body = .transformer
      settings.model.initialRange = 0.1
      settings.optimizer = LanguageModelJobSettings.usualOptimizer(.adam)
      settings.optimizer.schedule = .constant
    }
    if self == .adaptive || self == .adaptiveTransformer { settings.model.adaptiveCutoffs = [4, 8] }
    if self == .tied || self == .table {
      settings.model.reading = .table
      settings.model.highways = 0
    }
    if self == .tied {
      settings.model.embeddingWidth = 32
      settings.model.tiesWeights = true
    }
    return settings
  }

  /// A training of a model of this kind, which is validated on what it is trained on.
  func job(dropout: Float? = nil) throws -> LanguageModelJob {
    var settings = settings
    if let dropout { settings.model.dropout = dropout }
    let corpus = WordCorpus(
      training: Self.lines, validation: Self.lines,
      order: settings.model.adaptiveCutoffs.isEmpty ? .firstSight : .frequency)
    return try LanguageModelJob(corpus, settings: settings)
  }
}
