import Sluice
import Testing

@Suite("Training the unknown character")
struct UnknownDropoutTests {
  private var batch: RaggedIndices {
    var batch = RaggedIndices()
    for length in [0, 1, 700, 300] { batch.append(repeatElement(7, count: length)) }
    return batch
  }
  private let bound = BatchBound(sequences: 4, symbols: 1_001, longest: 700)

  @Test("About the share asked for is dropped, in each step others, and in a step run again the same")
  func share() {
    var tape = Tape(for: Parameters(seed: 3), capacity: 64)
    tape.mode = .training
    var dropout = UnknownDropout(share: 0.1, bound)
    var dropped = 0
    var before = RaggedIndices()
    for _ in 0..<10 {
      tape.reset()
      dropout.read(batch, in: tape)
      #expect(dropout.symbols.offsets == batch.offsets && dropout.symbols != before)
      dropped += dropout.symbols.values.count { $0 == Alphabet.unknown }
      before = dropout.symbols
      dropout.read(batch, in: tape)
      #expect(dropout.symbols == before)
    }
    #expect((800...1_200).contains(dropped))
  }

  @Test("Without a share nothing changes", arguments: [nil, 0] as [Float?])
  func none(share: Float?) {
    var dropout = UnknownDropout(share: share, bound)
    dropout.read(batch, in: Tape(for: Parameters(seed: 3), capacity: 64))
    #expect(dropout.symbols == batch)
  }

  @Test("A short training moves the vector of the unknown character, and without a share it does not")
  func moves() throws {
    for share in [0, 0.05] as [Float] {
      var settings = ClassifierJobSettings()
      (settings.model.units, settings.model.embeddingWidth, settings.model.unknownShare) = (8, 4, share)
      settings.embeddedExamples = 200
      var trainer = try Trainer(ClassifierJob(settings: settings), engine: Engine(threads: 1))
      let table = trainer.parameters.values(of: trainer.model.classifier.characters!.embedding.table)
      let before = (0..<4).map { table[$0] }
      trainer.start(epoch: 1)
      while trainer.step() != nil {}
      trainer.settle()
      #expect(((0..<4).map { table[$0] } != before) == (share > 0))
    }
  }
}
