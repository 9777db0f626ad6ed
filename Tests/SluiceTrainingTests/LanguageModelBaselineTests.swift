import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("What counting alone reaches")
struct LanguageModelBaselineTests {
  private struct Reference: Decodable {
    let vocabulary: Int
    let training, text: [Int32]
    let discounts: [[Double]]
    let loss: Double
  }

  @Test(
    "A trigram has the discounts and the loss of the formulas in Python (Fixtures/make_trigrams.py)",
    arguments: [0, 1])
  func reference(place: Int) throws {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/trigrams.json")
    let reference = try JSONDecoder().decode([Reference].self, from: Data(contentsOf: url))[place]
    let trigram = KneserNeyTrigram(reference.training, vocabulary: reference.vocabulary)
    for (found, expected) in zip(trigram.discounts.joined(), reference.discounts.joined()) {
      #expect(abs(found - expected) < 1e-12)
    }
    #expect(abs(trigram.loss(of: reference.text, after: reference.training) - reference.loss) < 1e-12)
    // Contexts that were seen, that were not, and words that were never counted.
    for context: (Int32?, Int32?) in [
      (reference.training[7], reference.training[8]), (0, nil), (nil, nil), (1, 0),
    ] {
      let sum = (0..<Int32(reference.vocabulary)).reduce(0.0) {
        $0 + trigram.probability(of: $1, after: context.0, context.1)
      }
      #expect(abs(sum - 1) < 1e-12)
    }
  }

  @Test("A text of one word, and of none, can be counted", arguments: [[], [0], [0, 0, 0]] as [[Int32]])
  func few(text: [Int32]) {
    let trigram = KneserNeyTrigram(text, vocabulary: 2)
    #expect(
      abs(trigram.probability(of: 0, after: 0, 0) + trigram.probability(of: 1, after: 0, 0) - 1) < 1e-12)
  }

  @Test("A training tells its baselines, stores them, and says where it ends above them")
  func told() throws {
    let folder = try TestFolder()
    let run = folder.file("run")
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.model.units, settings.model.embeddingWidth, settings.epochs) = (4, 2, 1)
    settings.model.filters = [CharacterFilters(width: 1, maps: 4)]
    (settings.streams, settings.model.steps) = (2, 5)
    settings.optimizer.learningRate = 0.001
    let lines = Array(repeating: RegularText.lines, count: 3).flatMap { $0 }
    let corpus = WordCorpus(
      training: lines, validation: Array(lines.prefix(40)), test: Array(lines.prefix(20)))
    var told: [String] = []
    let outcome = try Training(
      LanguageModelJob(corpus, settings: settings), in: run, options: TrainingOptions(),
      engine: Engine(threads: 1)
    ).run { event in
      if case .note(let text) = event { told.append(text) }
      return .goOn
    }
    let best = try #require(outcome.best?.measure)
    let stored = try RunDirectory.open(run).readDescription(RunBaselines.self).baselines
    #expect(stored.map(\.part) == [.validation, .test])
    #expect(stored.allSatisfy { $0.value > 1 && $0.value < 20 && $0.figure == "perplexity" })
    #expect(
      told.contains {
        $0.hasPrefix("to beat: Kneser-Ney trigram: validation perplexity \(stored[0].valueText)")
      })
    var job = try LanguageModelJob(corpus, settings: settings)
    try job.prepareAgain(engine: Engine(threads: 1)) { true }
    #expect(job.knownBaselines == stored)
    #expect(best.figures.perplexity > stored[0].value)
    #expect(job.shortfall(of: best)?.contains("is not below that of the Kneser-Ney trigram") == true)
    let page = try RunReport(ofRuns: [run]).html
    #expect(page.contains("the model is not better"))
    #expect(page.components(separatedBy: "Beside simple methods").count == 2)
  }
}
