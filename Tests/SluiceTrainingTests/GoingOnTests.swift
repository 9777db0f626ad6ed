import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("A training that begins from a finished model", .serialized)
final class GoingOnTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "sluice-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  // MARK: Small trainings

  private static let old: [(label: String, text: String)] = (0..<40).map {
    $0 % 2 == 0 ? ("low", "abc\($0 % 5) cab") : ("nil", "zyx\($0 % 5) yxz")
  }
  /// Another label, sorted between the two, and other characters.
  private static let more: [(label: String, text: String)] = (0..<20).map { ("mid", "éñ\($0 % 5) ñé") }

  private static func settings(
    epochs: Int = 2, optimizer: OptimizerName = .adam, frozen: [String]? = nil
  ) -> ClassifierJobSettings {
    var settings = ClassifierJobSettings()
    (settings.model.units, settings.model.embeddingWidth, settings.epochs, settings.batch) = (8, 4, epochs, 8)
    settings.optimizer = ClassifierJobSettings.usualOptimizer(optimizer)
    settings.optimizer.frozen = frozen
    return settings
  }

  @discardableResult
  private func train<Job: TrainingJob>(
    _ job: Job, _ name: String, from start: String? = nil, fresh: Bool = false,
    vectors: PretrainedVectors? = nil, stopAt step: Int? = nil
  ) throws -> (taken: TakenOver?, outcome: TrainingOutcome<Job>) {
    var options = TrainingOptions()
    options.start = try start.map { try TrainingStart(run: folder + "/" + $0, freshOptimizer: fresh) }
    options.vectors = vectors
    var taken: TakenOver?
    let outcome = try Training(job, in: folder + "/" + name, options: options, engine: Engine(threads: 2)).run
    { event in
      if case .tookOver(let what, _) = event { taken = what }
      if case .step(let report, _) = event, report.number == step { return .stop }
      return .goOn
    }
    return (taken, outcome)
  }

  private func model(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: folder + "/\(name)/model.safetensors")
  }

  private func description<D: ModelDescription>(_: D.Type, _ name: String) throws -> D {
    try RunDirectory.open(folder + "/" + name).description(D.self)
  }

  private func trainedClassifier(_ optimizer: OptimizerName = .adam) throws -> ClassifierDescription {
    try train(ClassifierJob(LabeledTexts(Self.old), settings: Self.settings(optimizer: optimizer)), "old")
    return try description(ClassifierDescription.self, "old")
  }

  private func continued(
    _ earlier: ClassifierDescription, _ settings: ClassifierJobSettings = GoingOnTests.settings()
  ) -> ClassifierJob {
    ClassifierJob(LabeledTexts(Self.old + Self.more), settings: settings, continuing: earlier)
  }

  // MARK: Values

  @Test("Labels and characters keep their ids, new ones follow, and every old row keeps its bits")
  func rows() throws {
    let earlier = try trainedClassifier()
    let job = continued(earlier)
    #expect(job.labelNames == ["low", "nil", "mid"])
    #expect(
      job.alphabet.scalars.starts(with: earlier.alphabet.scalars)
        && job.alphabet.count == earlier.alphabet.count + 2)
    #expect(job.training.labels.contains(2) && job.novelties.count == 2)
    var trainer = try Trainer(job)
    let plain = try Trainer(job)
    var initial: [String: [Float]] = [:]
    for handle in plain.parameters.handles {
      initial[plain.parameters[handle].name] = plain.parameters.values(of: handle).array
    }
    let taken = try trainer.begin(from: TrainingStart(run: folder + "/old"))
    let file = try model("old")
    for handle in trainer.parameters.handles {
      let name = trainer.parameters[handle].name
      let old = try file.floats(name)
      let values = trainer.parameters.values(of: handle).array
      let same = try #require(initial[name])
      #expect(Array(values.prefix(old.count)) == old, "\(name)")
      #expect(values.dropFirst(old.count).elementsEqual(same.dropFirst(old.count)), "\(name)")
    }
    #expect(taken.partial.map(\.parameter).sorted() == ["embedding.weight", "output.bias", "output.weight"])
    #expect(taken.new.isEmpty && taken.dropped.isEmpty)
  }

  @Test(
    "Accumulators come along row by row, zero for new rows, with the number of updates; the learning rate begins anew"
  )
  func optimizer() throws {
    let earlier = try trainedClassifier()
    var trainer = try Trainer(continued(earlier))
    let taken = try trainer.begin(from: TrainingStart(run: folder + "/old"))
    let file = try SafetensorsFile(path: folder + "/old/optimizer.safetensors")
    var count = 0
    for tensor in trainer.optimizer.accumulatorTensors(trainer.parameters) {
      let old = try file.floats(tensor.name)
      #expect(
        Array(tensor.values.array.prefix(old.count)) == old && old.contains { $0 != 0 }, "\(tensor.name)")
      #expect(tensor.values.array.dropFirst(old.count).allSatisfy { $0 == 0 })
      count += 1
    }
    #expect(count == 2 * trainer.parameters.count)
    let steps = try #require(taken.optimizerSteps)
    #expect(steps > 0 && trainer.optimizer.stepCount == steps)
    trainer.start(epoch: 1)
    let report = trainer.step()
    let step = try #require(report)
    #expect(step.learningRate == 0.004 && trainer.optimizer.stepCount == steps + 1)
  }

  @Test("An optimizer of another rule, one not wanted, and one of another model begin anew and say why")
  func fresh() throws {
    let earlier = try trainedClassifier()
    func taken(_ settings: ClassifierJobSettings = Self.settings(), fresh: Bool = false) throws -> TakenOver {
      var trainer = try Trainer(continued(earlier, settings))
      let taken = try trainer.begin(from: TrainingStart(run: folder + "/old", freshOptimizer: fresh))
      #expect(trainer.optimizer.stepCount == 0)
      #expect(
        trainer.optimizer.accumulatorTensors(trainer.parameters).allSatisfy {
          $0.values.array.allSatisfy { $0 == 0 }
        })
      return taken
    }
    #expect(
      try taken(Self.settings(optimizer: .smorms3)).optimizerProblem == "it was adam and is smorms3 now")
    #expect(try taken(fresh: true).optimizerProblem == "as asked for")
    // The pair is mixed: the optimizer is that of another training.
    try train(ClassifierJob(LabeledTexts(Self.old), settings: Self.settings(epochs: 1)), "other")
    let path = folder + "/old/optimizer.safetensors"
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: folder + "/other/optimizer.safetensors", toPath: path)
    #expect(try taken().optimizerProblem.contains("belongs to another model"))
  }

  @Test("The marks of a word move behind new characters, and words keep their rows")
  func languageModel() throws {
    let text = { (words: String) in (0..<60).map { "\(words) w\($0 % 9) end" }.joined(separator: "\n") + "\n"
    }
    try Data(text("one two").utf8).write(to: URL(fileURLWithPath: folder + "/a.txt"))
    try Data(text("one ñew çount").utf8).write(to: URL(fileURLWithPath: folder + "/b.txt"))
    var settings = LanguageModelConfiguration.tiny.settings
    (settings.epochs, settings.streams, settings.model.steps, settings.model.units) = (1, 2, 5, 8)
    try train(
      LanguageModelJob(reading: LanguageModelFiles(text: folder + "/a.txt"), settings: settings), "old")
    let earlier = try description(LanguageModelDescription.self, "old")
    let job = try LanguageModelJob(
      reading: LanguageModelFiles(text: folder + "/b.txt"), settings: settings, continuing: earlier)
    #expect(Array(job.corpus.vocabulary.prefix(earlier.vocabulary.count)) == earlier.vocabulary)
    #expect(job.spelling.count == earlier.spelling.count + 3)
    var trainer = try Trainer(job)
    _ = try trainer.begin(from: TrainingStart(run: folder + "/old"))
    let old = try model("old").floats("characters.embedding")
    let width = settings.model.embeddingWidth
    let found = trainer.parameters.find("characters.embedding")
    let table = try #require(found)
    let new = trainer.parameters.values(of: table).array
    func row(_ values: [Float], _ id: Int32) -> ArraySlice<Float> {
      values[Int(id) * width..<(Int(id) + 1) * width]
    }
    #expect(row(new, job.spelling.begin) == row(old, earlier.spelling.begin))
    #expect(row(new, job.spelling.end) == row(old, earlier.spelling.end))
    for id in 0..<Int32(earlier.spelling.alphabet.count) { #expect(row(new, id) == row(old, id)) }
    let outcome = try train(job, "new", from: "old")
    #expect(outcome.outcome.end == .finished)
    settings.model.adaptiveCutoffs = [2]
    #expect(throws: DataError.self) {
      _ = try LanguageModelJob(
        reading: LanguageModelFiles(text: self.folder + "/b.txt"), settings: settings, continuing: earlier)
    }
  }

  @Test("An encoder of words goes on with new characters")
  func stems() throws {
    func words(_ letter: String) -> WordStems {
      WordStems(
        (0..<30).flatMap { i in ["s", "ed"].map { (word: "w\(letter)\(i)\($0)", stem: "\(letter)\(i)") } })
    }
    var settings = StemJobSettings()
    (
      settings.epochs, settings.batch, settings.model.units, settings.model.width,
      settings.model.embeddingWidth
    ) = (1, 16, 6, 4, 3)
    (settings.subsetStems, settings.subsetSteps) = (2, 1)
    try train(StemJob(words("a"), settings: settings), "old")
    let job = StemJob(
      words("ß"), settings: settings, continuing: try description(StemDescription.self, "old"))
    let taken = try #require(try train(job, "new", from: "old").taken)
    #expect(
      taken.partial.map(\.parameter) == ["embedding.weight"]
        && taken.partial[0].count == taken.partial[0].taken + 1)
  }

  // MARK: Freezing

  @Test(
    "Frozen parts keep every bit and raise no finding; the others move",
    arguments: [["embedding"], ["gru.weight_hh", "output"]])
  func frozen(names: [String]) throws {
    let earlier = try trainedClassifier()
    let (_, outcome) = try train(
      continued(earlier, Self.settings(epochs: 10, frozen: names)), "new", from: "old")
    let (old, new) = (try model("old"), try model("new"))
    for tensor in old.tensors {
      let isFrozen = names.contains { tensor.name == $0 || tensor.name.hasPrefix($0 + ".") }
      let count = tensor.count
      #expect(
        (try new.floats(tensor.name).prefix(count) == old.floats(tensor.name)[...]) == isFrozen,
        "\(tensor.name)")
    }
    #expect(outcome.findings.filter { $0.ailment == .frozen || $0.ailment == .noGradient }.isEmpty)
  }

  @Test("A part that is none, and freezing all, are refused with the names there are")
  func unknownParts() throws {
    for (names, text) in [
      (["embed"], "embedding, gru, output"), (["embedding", "gru", "output"], "left to train"),
    ] {
      let job = ClassifierJob(LabeledTexts(Self.old), settings: Self.settings(frozen: names))
      #expect {
        _ = try Trainer(job)
      } throws: { "\($0)".contains(text) }
      #expect(try job.frozenProblem(Engine(threads: 1)) != nil)
    }
  }

  // MARK: The run

  @Test("The log and run.json say what was taken over, and the same training again is the same run")
  func record() throws {
    let earlier = try trainedClassifier()
    try train(continued(earlier), "new", from: "old")
    let line = try #require(
      try MetricsReader.lines(of: folder + "/new/metrics.jsonl").first { $0.kind == "from" })
    let checksum = try model("old").checksum
    #expect(line.string("path") == folder + "/old" && line.string("model") == checksum)
    let record = try RunDirectory.open(folder + "/new").readDescription(RunRecord<ClassifierJob>.self)
    #expect(record.from?.model == checksum && record.from?.path == folder + "/old")
    try train(continued(earlier), "new", from: "old")
    // The same settings and data, but from nothing.
    #expect {
      try train(continued(earlier), "new")
    } throws: { "\($0)".contains("began from something else") }
  }

  @Test(
    "Stopped and resumed, with other threads, it has the bits of one that was not, even where its start is gone"
  )
  func resumed() throws {
    let text = (Self.old + Self.more).map { "\($0.label)\t\($0.text)\n" }.joined()
    let data = folder + "/data.tsv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: data))
    let earlier = try trainedClassifier()
    let job = try ClassifierJob(readingFile: data, settings: Self.settings(epochs: 3), continuing: earlier)
    try train(job, "whole", from: "old")
    #expect(try train(job, "parts", from: "old", stopAt: 7).outcome.canResume)
    try FileManager.default.removeItem(atPath: folder + "/old")
    try Training<ClassifierJob>.resume(in: folder + "/parts", engine: Engine(threads: 1))
    for name in ["model.safetensors", "optimizer.safetensors"] {
      let files = try ["whole", "parts"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/\($0)/\(name)"))
      }
      #expect(files[0] == files[1], "\(name)")
    }
  }

  @Test("A run of another job, without a model, or damaged is one line, and nothing is changed")
  func badStart() throws {
    let earlier = try trainedClassifier()
    #expect(throws: StorageError.self) { _ = try self.description(StemDescription.self, "old") }
    #expect(throws: StorageError.self) { _ = try TrainingStart(run: self.folder + "/nothing") }
    let path = folder + "/old/model.safetensors"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 3] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect {
      try train(continued(earlier), "new", from: "old")
    } throws: { error in !"\(error)".contains("\n") && "\(error)".contains("checksum") }
    #expect(!FileManager.default.fileExists(atPath: folder + "/new"))
    try FileManager.default.removeItem(atPath: path)
    #expect {
      _ = try TrainingStart(run: self.folder + "/old")
    } throws: { "\($0)".contains("no model.safetensors") }
  }

  @Test("A model of other sizes is refused before the folder is written")
  func otherSizes() throws {
    let earlier = try trainedClassifier()
    var settings = Self.settings()
    settings.model.units = 9
    #expect {
      try train(continued(earlier, settings), "new", from: "old")
    } throws: { "\($0)".contains("of shape") }
    #expect(!FileManager.default.fileExists(atPath: folder + "/new/model.safetensors"))
  }

  // MARK: Vectors

  @Test("Vectors fill the rows of their words, the others begin as they would; frozen they stay")
  func vectors() throws {
    let text = (0..<60).map { "one two w\($0 % 9) end" }.joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/a.txt"))
    var settings = LanguageModelConfiguration.wordSmall.settings
    (settings.epochs, settings.streams, settings.model.steps, settings.model.units) = (1, 2, 5, 8)
    settings.model.embeddingWidth = 3
    settings.optimizer.frozen = ["words"]
    let job = try LanguageModelJob(
      reading: LanguageModelFiles(text: folder + "/a.txt"), configuration: .wordSmall, settings: settings)
    let path = folder + "/v.txt"
    try Data("two 1 2 3\nelsewhere 4 5 6\nw7 -1 -2 -3.5\n".utf8).write(to: URL(fileURLWithPath: path))
    let vectors = try PretrainedVectors(readingFile: path, for: job)
    let (_, outcome) = try train(job, "run", vectors: vectors)
    #expect(outcome.end == .finished)
    let values = try model("run").floats("words.weight")
    let plain = try Trainer(job)
    let found = plain.parameters.find("words.weight")
    let table = try #require(found)
    let initial = plain.parameters.values(of: table).array
    for (i, word) in job.corpus.vocabulary.enumerated() {
      let expected: [Float] =
        word == "two" ? [1, 2, 3] : word == "w7" ? [-1, -2, -3.5] : Array(initial[3 * i..<3 * i + 3])
      #expect(Array(values[3 * i..<3 * i + 3]) == expected, "\(word)")
    }
    let line = try #require(
      try MetricsReader.lines(of: folder + "/run/metrics.jsonl").first { $0.kind == "vectors" })
    #expect(line.integer("taken") == 2 && line.string("checksum") == vectors.origin.checksum)
    #expect(throws: StorageError.self) {
      _ = try PretrainedVectors(readingFile: path, for: ClassifierJob(LabeledTexts(Self.old)))
    }
  }
}
