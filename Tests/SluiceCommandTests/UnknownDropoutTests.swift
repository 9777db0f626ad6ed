import Foundation
import Sluice
import Testing

@testable import SluiceCommand

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
    let texts = ProgrammeGuide(seed: 1).texts(200)
    let alphabet = Alphabet(of: texts)
    let examples = LabelledSequences(texts, alphabet: alphabet)
    for share in [0, 0.05] as [Float] {
      var settings = ClassifierSettings()
      (settings.units, settings.embeddingWidth, settings.unknownShare) = (8, 4, share)
      var trainer = try ClassifierTrainer(
        symbols: alphabet.count, labels: texts.labelNames.count, settings: settings,
        bound: examples.largestBatch(of: 50), plannedSteps: 4, engine: Engine(threads: 1))
      let table = trainer.parameters.values(of: trainer.model.embedding.table)
      let before = (0..<4).map { table[$0] }
      var batches = examples.batches(of: 50, shuffledBy: 1)
      var batch = LabelledBatch()
      while batches.next(into: &batch) { _ = trainer.step(batch) }
      trainer.settle()
      #expect(((0..<4).map { table[$0] } != before) == (share > 0))
    }
  }

  @Test("A description of before the choice is read, and a share of 1 is refused")
  func description() throws {
    for (job, command) in [(ChangedRunTests.Job.classifier, "classify"), (.stems, "nearest")] {
      let folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try job.save(in: folder)
      let path = folder + "/run.json"
      var text = try String(contentsOfFile: path, encoding: .utf8)
      let line = try #require(text.split(separator: "\n").first { $0.contains("unknownShare") })
      #expect(line.contains("0.01"))
      text.replace(line, with: line.replacing("0.01", with: "1.5"))
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      var error = ""
      #expect(sluice.run([command, folder, "ab"], output: { _ in }, error: { error += $0 }) == 1)
      #expect(error.contains("for 'settings.unknownShare', found 1.5"))
      text.replace(line.replacing("0.01", with: "1.5"), with: "")
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(sluice.run([command, folder, "ab"], output: { _ in }, error: { _ in }) == 0)
    }
  }
}
