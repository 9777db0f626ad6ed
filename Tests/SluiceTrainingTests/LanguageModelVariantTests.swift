import AllocationCounter
import Foundation
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Language models with a transformer, tied weights or clusters of words", .serialized)
final class LanguageModelVariantTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  enum Variant: CaseIterable {
    case transformer, tied, adaptive, adaptiveTransformer

    var settings: LanguageModelSettings {
      var settings = LanguageModelConfiguration.tiny.settings
      settings.streams = 4
      settings.steps = 9
      settings.units = 32
      settings.layers = 2
      settings.initialRange = 0.3
      if self == .transformer || self == .adaptiveTransformer {
        settings.body = .transformer
        settings.initialRange = 0.1
        settings.optimizer = LanguageModelSettings.usualOptimizer(.adam)
        settings.optimizer.schedule = .constant
      }
      if self == .adaptive || self == .adaptiveTransformer { settings.adaptiveCutoffs = [4, 8] }
      if self == .tied {
        settings.reading = .table
        settings.embeddingWidth = 32
        settings.highways = 0
        settings.tiesWeights = true
      }
      return settings
    }
  }

  private static let lines = (0..<60).map { i in
    "the \(["cat", "dog", "bird"][i % 3]) \(["sees", "hears"][i % 2]) a \(["tree", "house", "river", "stone"][i % 4])"
  }

  private static func corpus(_ settings: LanguageModelSettings) -> WordCorpus {
    WordCorpus(training: lines, order: settings.adaptiveCutoffs.isEmpty ? .firstSight : .frequency)
  }

  private static func trainer(_ variant: Variant, threads: Int = 1) throws -> LanguageModelTrainer {
    let corpus = corpus(variant.settings)
    let spelling = Spelling(alphabet: Alphabet(of: Array(corpus.vocabulary)))
    return try LanguageModelTrainer(
      corpus: corpus, spelling: spelling, settings: variant.settings, engine: Engine(threads: threads))
  }

  private static func streams(_ variant: Variant) throws -> WordStreams {
    try WordStreams(corpus(variant.settings).training, streams: 4, steps: 9, of: "text")
  }

  @Test("Training lowers the loss of a regular text", arguments: Variant.allCases)
  func learns(variant: Variant) throws {
    var trainer = try Self.trainer(variant)
    let streams = try Self.streams(variant)
    let before = trainer.evaluate(streams)
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    for step in 0..<300 {
      streams.batch(step % streams.count, inputs: &inputs, targets: &targets)
      let loss = trainer.step(inputs: inputs, targets: targets)
      #expect(loss.isFinite)
    }
    let after = trainer.evaluate(streams)
    #expect(after < before / 2)
  }

  @Test("Steps have the same bits for 1, 2 and 3 threads", arguments: [Variant.adaptiveTransformer, .tied])
  func sameBits(variant: Variant) throws {
    let one = try losses(variant, threads: 1)
    #expect(try losses(variant, threads: 2) == one)
    #expect(try losses(variant, threads: 3) == one)
  }

  private func losses(_ variant: Variant, threads: Int) throws -> [Float] {
    var trainer = try Self.trainer(variant, threads: threads)
    let streams = try Self.streams(variant)
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    return (0..<12).map { step in
      streams.batch(step % streams.count, inputs: &inputs, targets: &targets)
      return trainer.step(inputs: inputs, targets: targets)
    }
  }

  @Test("Steps after the first epochs allocate nothing", arguments: Variant.allCases)
  func noAllocations(variant: Variant) throws {
    var trainer = try Self.trainer(variant)
    let streams = try Self.streams(variant)
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    for step in 0..<2 * streams.count {
      streams.batch(step % streams.count, inputs: &inputs, targets: &targets)
      _ = trainer.step(inputs: inputs, targets: targets)
    }
    let before = sluice_thread_allocation_count()
    for step in 0..<streams.count {
      streams.batch(step, inputs: &inputs, targets: &targets)
      _ = trainer.step(inputs: inputs, targets: targets)
    }
    let count = sluice_thread_allocation_count() - before
    #expect(count == 0)
  }

  @Test("The words before a window do not change what a transformer predicts in it, later ones neither")
  func windows() throws {
    var parameters = Parameters(seed: 1)
    let settings = Variant.transformer.settings
    let model = try LanguageModel(characters: 9, vocabulary: 20, settings, in: &parameters)
    var state = model.body.zeroState(sequences: 2)
    #expect(state == nil && model.body.window == 9)
    var tape = Tape(for: parameters, capacity: 1 << 20)
    tape.mode = .evaluation
    func states(_ first: Float, _ last: Float) -> [Float] {
      tape.reset()
      var values = (0..<2 * 9 * model.width).map { Float($0 % 11) / 11 }
      for i in 0..<9 * model.width { values[i] = first }
      for i in 17 * model.width..<18 * model.width { values[i] = last }
      let x = tape.input(values, Shape(18, model.width))
      let sequences = tape.makeSequences(offsets: [0, 9, 18])
      return tape.array(model.body(x, sequences, from: state, to: &state, &tape))
    }
    let (one, other) = (states(0, 0), states(0.7, 1))
    #expect(one[..<(9 * 32)] != other[..<(9 * 32)] && one[(17 * 32)...] != other[(17 * 32)...])
    #expect(one[9 * 32..<17 * 32] == other[9 * 32..<17 * 32])
  }

  @Test("The parameters of a tied model lack one table of words")
  func tiedParameters() throws {
    func count(_ change: (inout LanguageModelSettings) -> Void) throws -> Int {
      var settings = LanguageModelConfiguration.wordSmall.settings
      change(&settings)
      var parameters = Parameters(seed: 1)
      _ = try LanguageModel(characters: 1, vocabulary: 10_000, settings, in: &parameters)
      return parameters.elementCount
    }
    #expect(try count { _ in } - count { $0.tiesWeights = true } == 200 * 10_000)
    #expect(throws: ModelError.self) {
      try count {
        $0.tiesWeights = true
        $0.units = 300
      }
    }
    #expect(throws: ModelError.self) { try count { $0.adaptiveCutoffs = [2_000, 10_000] } }
  }

  private func sluiceRun(_ arguments: [String]) -> (status: Int32, error: String) {
    var errors: [String] = []
    let status = sluice.run(arguments, output: { _ in }, error: { errors.append($0) })
    return (status, errors.joined(separator: "\n"))
  }

  @Test(
    "Every variant can be trained, measured, sampled from, and asked for neighbours and vectors",
    arguments: [
      ["--config", "char-transformer", "--steps", "30"],
      ["--config", "tiny", "--adaptive-softmax", "20,60"],
      ["--config", "word-small", "--tie-weights"],
    ])
  func commands(options: [String]) throws {
    let text = folder + "/text"
    let lines = SmallTales(seed: 2).lines(800)
    try lines.joined(separator: "\n").write(toFile: text, atomically: true, encoding: .utf8)
    let words = folder + "/words"
    try "house houses\nseahouse".write(toFile: words, atomically: true, encoding: .utf8)
    let out = folder + "/run"
    let trained = sluiceRun(
      ["train", "language-model", "--text", text, "--out", out, "--epochs", "1", "--quiet"] + options)
    #expect(trained.status == 0, "\(trained.error)")
    #expect(sluiceRun(["evaluate", out, "--data", text]).status == 0)
    #expect(sluiceRun(["sample", out, "--words", "40", "--prompt", "the unheardof"]).status == 0)
    #expect(sluiceRun(["nearest", out, "house"]).status == 0)
    #expect(sluiceRun(["vectors", out, "--words", words, "--out", folder + "/vectors"]).status == 0)
    var model = try SavedLanguageModel(readingRun: out, engine: Engine(threads: 2))
    let parts = WordCorpus.split(lines, validationShare: 0.1)
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: parts.validation)
    let reported = try #require(model.description.result).loss
    let loss = model.loss(corpus, corpus.test)
    #expect(abs(loss - reported) < 0.2)
  }

  @Test("Options that do not go together are refused with what to do")
  func usage() {
    for options in [
      ["--tie-weights"], ["--tie-weights", "--config", "char-transformer"],
      ["--tie-weights", "--config", "word-small", "--adaptive-softmax", "10"],
      ["--adaptive-softmax", "20,10"], ["--adaptive-softmax", "a"],
    ] {
      let run = sluiceRun(["train", "language-model", "--out", folder + "/run"] + options)
      #expect(run.status == 64, "\(options)")
    }
    let late = sluiceRun(
      ["train", "language-model", "--out", folder + "/run", "--adaptive-softmax", "10,100000", "--quiet"])
    #expect(late.status == 1)
    #expect(late.error.contains("more than 100000 words in the vocabulary"), "\(late.error)")
    #expect(late.error.contains("--adaptive-softmax") && late.error.contains("Give it smaller numbers"))
  }
}
