import Foundation
import Sluice
import Testing

@testable import SluiceTraining

@Suite("The table of n-grams of a saved model, which is solved for on all texts", .serialized)
struct RefitTests {
  /// The parameters that are solved for twice.
  private static let refitted: Set<String> = ["ngrams.weight", "ngrams.rarity", "ngrams.intercept"]

  private static func settings(_ reader: TextReader, refit: Bool) -> ClassifierJobSettings {
    var settings = ClassifierTrainerTests.settings()
    settings.model.reader = reader
    settings.epochs = 2
    settings.embeddedExamples = 300
    settings.refit = refit
    return settings
  }

  private func job(_ reader: TextReader = .both, refit: Bool = true) throws -> ClassifierJob {
    try ClassifierJob(settings: Self.settings(reader, refit: refit))
  }

  /// The tensors of a run's model whose contents are not those of another's.
  private func differing(_ path: String, _ other: String) throws -> Set<String> {
    let files = try [path, other].map { try SafetensorsFile(path: $0 + "/model.safetensors") }
    let names = files.map { Set($0.modelTensors.map(\.name)) }
    #expect(names[0] == names[1])
    return try names[0].filter { name in
      let values = try files.map { try $0.floats(name).map(\.bitPattern) }
      return values[0] != values[1]
    }
  }

  @Test(
    "All that is chosen, measured and told is what a training without it finds; only the saved table is another",
    arguments: [TextReader.ngrams, .both], StoredPrecision.allCases)
  func onlyTheTable(reader: TextReader, precision: StoredPrecision) throws {
    let folder = try RunFolder()
    var results: [RunRecord<ClassifierJob>] = []
    for refit in [true, false] {
      var options = TrainingOptions()
      options.precision = precision
      try Training(
        job(reader, refit: refit), in: folder.file("\(refit)"), options: options, engine: Engine(threads: 1)
      ).run()
      results.append(
        try RunDirectory.open(folder.file("\(refit)")).readDescription(RunRecord<ClassifierJob>.self))
    }
    let (with, without) = (results[0], results[1])
    #expect(with.result != nil && with.result == without.result && with.baselines == without.baselines)
    let own = try job(reader)
    let all = own.training.count + own.validation.count
    #expect(with.description.ngramTexts == all && without.description.ngramTexts == own.training.count)
    #expect(try differing(folder.file("true"), folder.file("false")) == Self.refitted)
    var examinations = try ["true", "false"].map {
      try #require(RunDirectory.open(folder.file($0)).examination())
    }
    #expect(examinations[0].note?.contains("all \(all) texts") == true && examinations[1].note == nil)
    examinations[0].note = nil
    #expect(examinations[0] == examinations[1])
    func log(_ name: String) throws -> [String] {
      // The lines of saved models name their checksums, and the last one the texts of the table.
      try Traces.log(folder.file(name)).filter { !$0.contains("saved") && !$0.contains("ngram_texts") }
    }
    #expect(try log("true") == log("false"))
  }

  @Test("The saved table is that of all texts with the choices that were made without those to validate on")
  func tableOfAll() throws {
    let job = try job()
    let (own, saved) = (try #require(job.grams), try #require(job.refittedGrams))
    #expect(own.textCount == job.training.count)
    #expect(saved.textCount == job.training.count + job.validation.count)
    // A row that only texts to validate on have is rare in the one table and unknown in the other.
    let all = GramSolution(
      LabeledSequences(job.training, and: job.validation), job.alphabet, labelCount: job.labelNames.count,
      seed: 1, isCrossed: false)
    #expect(saved.rarities.count == own.rarities.count)
    #expect(own.rarities.indices.allSatisfy { own.rarities[$0] == 0 || saved.rarities[$0] > 0 })
    #expect(own.rarities.indices.contains { own.rarities[$0] == 0 && saved.rarities[$0] > 0 })
    if all.rarities.count == own.rarities.count {
      #expect(all.rarities.indices.allSatisfy { (all.rarities[$0] > 0) == (saved.rarities[$0] > 0) })
    }
    // Such texts are told better by the one that has seen them.
    func right(_ solution: GramSolution) throws -> Int {
      let report = try #require(
        solution.report(on: job.validation, job.alphabet, labelNames: job.labelNames, while: { true }))
      return Int((report.accuracy * Double(job.validation.count)).rounded())
    }
    #expect(try right(saved) > right(own))
  }

  @Test("In training a model has the table that has not seen the validation part, and so has its checkpoint")
  func trained() throws {
    let folder = try RunFolder()
    let job = try job()
    let parts = try #require(job.refittedParts)
    let trainer = try Trainer(job, engine: Engine(threads: 1))
    for (name, values) in parts.measured {
      let found = trainer.parameters.find(name)
      let handle = try #require(found)
      #expect(trainer.parameters.values(of: handle).array == values.array, "\(name)")
      #expect(parts.saved[name]?.array != values.array, "\(name)")
    }
    var options = TrainingOptions()
    options.checkpoints = .steps(1)
    try Training(job, in: folder.file("stopped"), options: options, engine: Engine(threads: 1)).run {
      if case .step(let step, _) = $0, step.number == 3 { return .stop }
      return .goOn
    }
    let file = try RunDirectory.lastCheckpoint(in: folder.file("stopped"))
    #expect(try file.floats("values/ngrams.weight") == #require(parts.measured["ngrams.weight"]).array)
    let model = try SafetensorsFile(path: folder.file("stopped/model.safetensors"))
    #expect(try model.floats("ngrams.weight") == #require(parts.saved["ngrams.weight"]).array)
  }

  @Test(
    "A training that is killed goes on to the same bits, on any number of threads",
    arguments: [TextReader.ngrams, .both])
  func resumes(reader: TextReader) throws {
    let folder = try RunFolder()
    var options = TrainingOptions()
    options.checkpoints = .steps(3)
    try train({ try job(reader) }, in: folder.file("never"), options)
    try train({ try job(reader) }, in: folder.file("killed"), kills: [2, 5, 9], options)
    #expect(
      try Traces(folder.file("never"), ClassifierJob.self)
        == Traces(folder.file("killed"), ClassifierJob.self))
    #expect(
      try RunDirectory.open(folder.file("never")).examination()
        == RunDirectory.open(folder.file("killed")).examination())
    let file = try SafetensorsFile(path: folder.file("killed/model.safetensors"))
    let saved = try #require(job(reader).refittedParts?.saved["ngrams.weight"])
    #expect(try file.floats("ngrams.weight") == saved.array)
  }

  @Test("What was given to validate on stays unseen, and so do texts of which only some make the table")
  func leftAlone() throws {
    let texts = ProgramGuide(seed: 4).texts(200)
    let parts = texts.split(validationShare: 0.2, seed: 1)
    let given = ClassifierJob(
      parts.training, validation: parts.validation, settings: Self.settings(.both, refit: true))
    #expect(given.grams != nil && given.refittedParts == nil)
    #expect(given.description.ngramTexts == parts.training.count)
    #expect(try job(.characters).refittedParts == nil)
    #expect(try job(refit: false).refittedParts == nil)
    // Settings of before the choice.
    var settings = Self.settings(.both, refit: true)
    settings.refit = nil
    #expect(ClassifierJob(texts, settings: settings).refittedParts == nil)
    #expect(try job(refit: false).with(Self.settings(.both, refit: true)).refittedParts != nil)
    let folder = try RunFolder()
    let lines = (0..<texts.count).map { "\(texts.labelName($0))\t\(texts.text($0))" }
    try write(Array(lines.joined(separator: "\n").utf8), to: folder.file("texts.tsv"))
    let streamed = try ClassifierJob(
      streamingFile: folder.file("texts.tsv"), settings: Self.settings(.both, refit: true))
    #expect(streamed.grams != nil && streamed.refittedParts == nil)
  }

  @Test("With any number of labels the thresholds stay those that were chosen without the saved table")
  func sets() throws {
    let folder = try RunFolder()
    for refit in [true, false] {
      try Training(
        MultilabelTexts.job { $0.refit = refit }, in: folder.file("\(refit)"), engine: Engine(threads: 1)
      ).run()
    }
    #expect(try differing(folder.file("true"), folder.file("false")) == Self.refitted)
    let results = try ["true", "false"].map {
      try RunDirectory.open(folder.file($0)).readDescription(RunRecord<ClassifierJob>.self).result
    }
    #expect(results[0] != nil && results[0] == results[1])
  }

  @Test("A copy in fewer bits is measured as the run was, and keeps the saved table")
  func copies() throws {
    let folder = try RunFolder()
    try Training(job(), in: folder.file("run"), engine: Engine(threads: 1)).run()
    let copy = try StoredCopy<ClassifierJob>.write(
      run: folder.file("run"), to: folder.file("copy"), precision: .bfloat16, engine: Engine(threads: 1))
    let measures = try #require(copy.measures)
    let result = try RunDirectory.open(folder.file("run")).readDescription(RunRecord<ClassifierJob>.self)
      .result
    #expect(measures.before.accuracy == result?.measure.accuracy)
    #expect(measures.before.loss == result?.measure.loss)
    #expect(measures.after.loss != measures.before.loss)
    #expect(abs(measures.after.loss - measures.before.loss) < 0.01)
    let (run, other) = (
      try SafetensorsFile(path: folder.file("run/model.safetensors")),
      try SafetensorsFile(path: folder.file("copy/model.safetensors"))
    )
    let (exact, rounded) = (try run.floats("ngrams.weight"), try other.floats("ngrams.weight"))
    #expect(zip(exact, rounded).allSatisfy { abs($0 - $1) <= abs($0) / 256 })
  }

  @Test("The winner of a tuning is saved with the table of all texts, and compared without it")
  func tunes() throws {
    let folder = try RunFolder()
    for refit in [true, false] {
      var options = TuningOptions()
      options.trials = 2
      options.threads = 1
      try Tuning(of: job(refit: refit), in: folder.file("\(refit)"), options: options).run()
    }
    let records = try ["true", "false"].map { try TuningRecord(readingTuning: folder.file($0)) }
    #expect(records[0].kept?.trial == records[1].kept?.trial)
    #expect(
      records[0].trials.map { $0.results.map(\.figure) } == records[1].trials.map { $0.results.map(\.figure) }
    )
    #expect(records[0].trials.allSatisfy { !$0.command.contains("--no-refit") })
    #expect(records[1].trials.allSatisfy { $0.command.contains("--no-refit") })
    if try SafetensorsFile(path: folder.file("true/model.safetensors"))["ngrams.weight"] != nil {
      #expect(try differing(folder.file("true"), folder.file("false")) == Self.refitted)
    }
  }
}
