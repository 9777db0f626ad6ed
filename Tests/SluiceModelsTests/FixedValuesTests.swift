import Dispatch
import Sluice
import TestSupport
import Testing

/// A model in use has its weights where they lie in the file and makes what it can once; it has to answer as one that does neither.
@Suite("Models in use")
struct FixedValuesTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private static let labels = ["one", "two", "three"]
  private static let texts = (0..<70).map { i in
    String(
      String.UnicodeScalarView((0..<(i * 5) % 23).map { Unicode.Scalar(UInt8(97 + (i * 7 + $0 * $0) % 9)) }))
  }

  private struct Saved: Encodable {
    let description: ClassifierDescription
    let settings: ClassifierJobSettings
    private enum CodingKeys: String, CodingKey { case settings }
    func encode(to encoder: any Encoder) throws {
      try RunHeader(job: ClassifierDescription.jobName).encode(to: encoder)
      try description.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(settings, forKey: .settings)
    }
  }

  /// An untrained classifier in a folder.
  private func save(_ model: ClassifierSettings, precision: StoredPrecision = .float32) throws -> String {
    let path = folder.path + "/\(precision.rawValue)"
    var settings = ClassifierJobSettings()
    settings.model = model
    let alphabet = Alphabet(of: ["abcdefgh"])
    var parameters = Parameters(seed: 3, engine: Engine(threads: 1))
    _ = try TextClassifier(symbols: alphabet.count, labels: Self.labels.count, model, in: &parameters)
    try RunDirectory.create(at: path).save(
      parameters.namedTensors,
      description: Saved(
        description: ClassifierDescription(settings: model, labels: Self.labels, alphabet: alphabet),
        settings: settings), precision: precision)
    return path
  }

  /// The probabilities of all texts by a tape over parameters that were read and may change.
  private func expected(_ model: ClassifierSettings, _ path: String, threads: Int) throws -> [[Float]] {
    let alphabet = Alphabet(of: ["abcdefgh"])
    let engine = Engine(threads: threads)
    var parameters = Parameters(seed: 0, engine: engine)
    let classifier = try TextClassifier(
      symbols: alphabet.count, labels: Self.labels.count, model, in: &parameters)
    try parameters.read(from: path + "/model.safetensors")
    var tape = Tape(for: parameters, mode: .evaluation)
    return Self.texts.map { text in
      var ids: [Int32] = []
      alphabet.encode(text, into: &ids)
      var symbols = RaggedIndices()
      symbols.append(ids)
      tape.reset()
      return tape.array(softmax(classifier.logits(symbols, &tape), &tape))
    }
  }

  private static let models: [ClassifierSettings] = CellName.allCases.flatMap { cell in
    [(1, ReadingDirection.leftToRight, Pooling.max), (2, .bidirectional, .mean), (1, .rightToLeft, .last)].map
    {
      var settings = ClassifierSettings()
      (settings.cell, settings.layers, settings.direction, settings.pooling) = (cell, $0.0, $0.1, $0.2)
      (settings.units, settings.embeddingWidth) = (20, 12)
      return settings
    }
  }

  @Test(
    "Answers have the bits of a tape whose values may change, for every cell, alone and among others",
    arguments: models)
  func sameBits(settings: ClassifierSettings) throws {
    let path = try save(settings)
    for threads in [1, 2] {
      let expected = try expected(settings, path, threads: threads)
      var classifier = try SavedClassifier(run: path, threads: threads)
      for (text, values) in zip(Self.texts, expected) {
        #expect(classifier.probabilities(of: text) == values, "\(text.debugDescription), \(threads) threads")
      }
      var seen = 0
      classifier.probabilities(of: Self.texts) { place, values in
        #expect(values.array == expected[place])
        seen += 1
      }
      #expect(seen == Self.texts.count)
    }
  }

  @Test(
    "Bytes give nearly what the floats that they stand for do, the same bits for any threads and neighbors",
    arguments: models)
  func bytes(settings: ClassifierSettings) throws {
    let path = try save(settings, precision: .int8)
    // A model that may change gets the floats that the bytes stand for.
    let expected = try expected(settings, path, threads: 1)
    var alone = try SavedClassifier(run: path, threads: 1)
    var shared = try SavedClassifier(run: path, threads: 2)
    for (text, values) in zip(Self.texts, expected) {
      let found = alone.probabilities(of: text)
      for (a, b) in zip(found, values) { #expect(abs(a - b) < 1e-5) }
      #expect(found == shared.probabilities(of: text))
    }
    shared.probabilities(of: Self.texts) { place, values in
      #expect(values.array == alone.probabilities(of: Self.texts[place]))
    }
  }

  @Test(
    "Threads that share the units of one text give the bits of one thread, with floats and with bytes",
    arguments: [CellName.gru, .lstm, .elman], [StoredPrecision.float32, .int8])
  func sharedUnits(cell: CellName, precision: StoredPrecision) throws {
    var settings = ClassifierSettings()
    (settings.cell, settings.units, settings.embeddingWidth) = (cell, 160, 12)
    let path = try save(settings, precision: precision)
    var alone = try SavedClassifier(run: path, threads: 1)
    var shared = try SavedClassifier(run: path, threads: 2)
    for text in Self.texts { #expect(alone.probabilities(of: text) == shared.probabilities(of: text)) }
  }

  private final class Shared: @unchecked Sendable {
    let classifier: SavedClassifier
    let expected: [SavedClassifier.Answer]
    init(_ classifier: consuming SavedClassifier, _ expected: [SavedClassifier.Answer]) {
      self.classifier = classifier
      self.expected = expected
    }
  }

  @Test("Threads with classifiers of their own on the same weights answer the same")
  func threads() throws {
    let path = try save(ClassifierSettings())
    var first = try SavedClassifier(run: path)
    let all = Shared(try SavedClassifier(run: path), first.labels(of: Self.texts))
    // Nothing was made yet of the weights that they share.
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      var mine = all.classifier.shared()
      for (text, answer) in zip(Self.texts, all.expected) { check(mine.label(text) == answer) }
    }
  }

  private func check(_ holds: Bool) { #expect(holds) }

  @Test("A scale that is not finite is damage, and one of zero a row of zeros")
  func spoiledScales() throws {
    for scale: Float in [.infinity, .nan, 0] {
      let path = try save(ClassifierSettings(), precision: .int8)
      let file = try SafetensorsFile(path: path + "/model.safetensors")
      let name = "output.weight.scale"
      guard let entry = file[name] else { throw Missing() }
      try SpoiledFile.write(scale.bitPattern, at: entry.bytes.lowerBound, in: path + "/model.safetensors")
      if scale == 0 {
        var classifier = try SavedClassifier(run: path)
        #expect(classifier.probabilities(of: "abc").allSatisfy { $0.isFinite })
      } else {
        let error = #expect(throws: StorageError.self) { _ = try SavedClassifier(run: path) }
        #expect(error?.reason == .damaged && error?.found.contains("output.weight") == true)
      }
    }
  }

  private struct Missing: Error {}

  @Test(
    "A language model stored as bytes predicts nearly as well, whatever its body and reading",
    arguments: [SavedExample.lstm, .table, .transformer])
  func languageModels(example: SavedExample) throws {
    let path = folder.path + "/run"
    try example.save(in: path)
    let before = try SavedLanguageModel(run: path, threads: 1)
    let words = WordCorpus(vocabulary: before.description.vocabulary, test: ["ab ba ab ab", "ba ba ab"])
    let expected = before.loss(words, words.test) ?? .nan
    try example.save(in: path, precision: .int8)
    let after = try SavedLanguageModel(run: path, threads: 1)
    let found = after.loss(words, words.test) ?? .nan
    #expect(abs(found - expected) < 0.05 && found != expected)
    #expect(after.sample(prompt: "ab", words: 5).hasPrefix("ab"))
    // What was opened before keeps the file that it was opened with.
    #expect(before.loss(words, words.test) == expected)
  }
}
