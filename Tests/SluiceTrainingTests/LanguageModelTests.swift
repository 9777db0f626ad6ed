import AllocationCounter
import Sluice
import Testing

@testable import SluiceCommand

@Suite("Language model")
struct LanguageModelTests {
  @Test("The small models have as many parameters as those of the paper")
  func parameterCounts() throws {
    var characters = Parameters(seed: 1)
    _ = try LanguageModel(
      characters: 51, vocabulary: 10_000, LanguageModelConfiguration.charSmall.settings, in: &characters)
    let charactersCount = characters.elementCount
    #expect(charactersCount == 5_312_515)
    var words = Parameters(seed: 1)
    _ = try LanguageModel(
      characters: 51, vocabulary: 10_000, LanguageModelConfiguration.wordSmall.settings, in: &words)
    let wordsCount = words.elementCount
    #expect(wordsCount == 4_653_200)
  }

  @Test("All parameters begin within the range, but for the gate's bias two below")
  func initialValues() throws {
    var parameters = Parameters(seed: 1)
    _ = try LanguageModel(
      characters: 20, vocabulary: 30, LanguageModelConfiguration.tiny.settings, in: &parameters)
    for handle in parameters.handles {
      let name = parameters[handle].name
      let offset: Float = name == "highway_0.gate.bias" ? -2 : 0
      let values = parameters.values(of: handle).array
      #expect(values.allSatisfy { abs($0 - offset) <= 0.0501 } && Set(values).count > 1, "\(name)")
    }
  }

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
    #expect(!TreebankCounts(WordCorpus(training: Self.lines)).looksLikeTreebank)
    #expect(TreebankCounts.parameterCount(of: .charSmall, characters: 50) == 5_312_500)
    #expect(TreebankCounts.parameterCount(of: .charSmall, characters: 51) == 5_312_515)
  }

  private static let lines = (0..<60).map { i in
    "the \(["cat", "dog", "bird"][i % 3]) \(["sees", "hears"][i % 2]) a \(["tree", "house", "river", "stone"][i % 4])"
  }

  private static func trainer(
    _ reading: LanguageModelSettings.Reading, threads: Int = 1, dropout: Float = 0.1
  ) throws -> LanguageModelTrainer {
    let corpus = WordCorpus(training: lines)
    var settings = LanguageModelConfiguration.tiny.settings
    settings.reading = reading
    settings.highways = reading == .characters ? 1 : 0
    settings.streams = 4
    settings.steps = 9
    settings.units = 32
    settings.layers = 2
    settings.dropout = dropout
    settings.initialRange = 0.3
    let spelling = Spelling(alphabet: Alphabet(of: Array(corpus.vocabulary)))
    return try LanguageModelTrainer(
      corpus: corpus, spelling: spelling, settings: settings, engine: Engine(threads: threads))
  }

  private static func streams() throws -> WordStreams {
    try WordStreams(WordCorpus(training: lines).training, streams: 4, steps: 9, of: "text")
  }

  @Test(
    "Training lowers the loss of a regular text",
    arguments: [LanguageModelSettings.Reading.characters, .table])
  func learns(reading: LanguageModelSettings.Reading) throws {
    var trainer = try Self.trainer(reading)
    let streams = try Self.streams()
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

  @Test("Steps have the same bits for 1, 2 and 3 threads")
  func sameBits() throws {
    let one = try losses(threads: 1)
    #expect(try losses(threads: 2) == one)
    #expect(try losses(threads: 3) == one)
  }

  private func losses(threads: Int) throws -> [Float] {
    var trainer = try Self.trainer(.characters, threads: threads, dropout: 0.5)
    let streams = try Self.streams()
    var (inputs, targets): ([Int32], [Int32]) = ([], [])
    return (0..<12).map { step in
      streams.batch(step % streams.count, inputs: &inputs, targets: &targets)
      return trainer.step(inputs: inputs, targets: targets)
    }
  }

  @Test(
    "Steps after the first epoch allocate nothing",
    arguments: [LanguageModelSettings.Reading.characters, .table])
  func noAllocations(reading: LanguageModelSettings.Reading) throws {
    var trainer = try Self.trainer(reading, dropout: 0.5)
    let streams = try Self.streams()
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
}
