import Foundation
import Sluice
import TestSupport
import Testing

/// A scaled-down `char-small` without dropout beside the same in PyTorch: `Fixtures/make_language_training.py`.
@Suite("Language model beside PyTorch")
struct LanguageTrainingTests {
  private struct Reference: Decodable {
    let lines: [String]
    let vocabulary: Int
    /// Initial values lie within ± this.
    let initialRange: Float
    /// The mean loss of a word in each step.
    let losses: [Double]
    /// The same of trainings that differ in one thing.
    let otherLosses: [String: [Double]]

    init() throws {
      let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/language_training.json")
      self = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }
  }

  private static var settings: LanguageModelJobSettings {
    var settings = LanguageModelConfiguration.charSmall.settings
    settings.streams = 4
    settings.model.steps = 12
    settings.model.embeddingWidth = 7
    settings.model.filters = [4, 6, 8, 10, 12, 14].enumerated().map {
      CharacterFilters(width: $0.offset + 1, maps: $0.element)
    }
    settings.model.units = 24
    settings.model.dropout = 0
    settings.optimizer.clipNorm = 2
    return settings
  }

  @Test("The losses of the first 100 steps are those of PyTorch in double precision", arguments: [1, 2])
  func losses(threads: Int) throws {
    let reference = try Reference()
    let losses = try train(reference, Self.settings, threads: threads)
    let furthest = largestDifference(losses, reference.losses)
    #expect(losses.count == 100 && furthest <= 1e-4, "\(furthest)")
  }

  @Test("Another scale of the gradient, another limit, state or rate would be seen")
  func otherRecipes() throws {
    let reference = try Reference()
    #expect(reference.otherLosses.count == 4)
    for (name, others) in reference.otherLosses {
      let furthest = largestDifference(others, reference.losses)
      #expect(furthest > 1e-2 && furthest.isFinite, "\(name): \(furthest)")
    }
    var slower = Self.settings
    slower.optimizer.learningRate = 0.5
    let losses = try train(reference, slower, threads: 2)
    let expected = try #require(reference.otherLosses["half the learning rate"])
    let furthest = largestDifference(losses, expected)
    #expect(furthest <= 1e-4, "\(furthest)")
  }

  private func train(
    _ reference: Reference, _ settings: LanguageModelJobSettings, threads: Int
  ) throws -> [Float] {
    let corpus = WordCorpus(training: reference.lines, validation: reference.lines)
    #expect(corpus.vocabularyCount == reference.vocabulary)
    var trainer = try Trainer(
      LanguageModelJob(corpus, configuration: .charSmall, settings: settings),
      engine: Engine(threads: threads))
    setInitialValues(trainer.parameters, within: reference.initialRange, settings)
    // The reference goes on from the end of the text to its beginning with its states, as an epoch does.
    var losses: [Float] = []
    var epoch = 0
    while losses.count < reference.losses.count {
      epoch += 1
      trainer.start(epoch: epoch)
      while losses.count < reference.losses.count, let step = trainer.step() { losses.append(step.loss) }
    }
    return losses
  }

  /// Values without a pattern, the same as in the script: those of a permutation of the 32-bit numbers (the finishing step
  /// of MurmurHash3).
  private func setInitialValues(
    _ parameters: borrowing Parameters, within range: Float, _ settings: LanguageModelJobSettings
  ) {
    for (number, handle) in parameters.handles.enumerated() {
      let values = parameters.values(of: handle)
      let offset = parameters[handle].name.hasSuffix("gate.bias") ? settings.model.gateBias : 0
      for i in 0..<values.count {
        var h = UInt32(i) &+ UInt32(truncatingIfNeeded: number) &* 0x9E37_79B9
        h = (h ^ h >> 16) &* 0x85EB_CA6B
        h = (h ^ h >> 13) &* 0xC2B2_AE35
        h ^= h >> 16
        values[i] = (Float(h >> 8) * 0x1p-23 - 1) * range + offset
      }
    }
  }
}
