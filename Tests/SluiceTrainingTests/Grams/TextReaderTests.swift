import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Classifiers that read n-grams", .serialized)
struct TextReaderTests {
  private static func settings(_ reader: TextReader, epochs: Int = 2) -> ClassifierJobSettings {
    var settings = ClassifierTrainerTests.settings()
    settings.model.reader = reader
    settings.epochs = epochs
    settings.embeddedExamples = 300
    return settings
  }

  private func job(_ reader: TextReader, epochs: Int = 2) throws -> ClassifierJob {
    try ClassifierJob(settings: Self.settings(reader, epochs: epochs))
  }

  @Test("The same seed gives the same bits for any number of threads", arguments: [TextReader.ngrams, .both])
  func sameBits(reader: TextReader) throws {
    func values(threads: Int) throws -> [[UInt32]] {
      var trainer = try Trainer(job(reader), engine: Engine(threads: threads))
      trainer.start(epoch: 1)
      while trainer.step() != nil {}
      _ = trainer.measure()
      return trainer.parameters.handles.map { trainer.parameters.values(of: $0).array.map(\.bitPattern) }
    }
    let reference = try values(threads: 1)
    #expect(try values(threads: 3) == reference)
  }

  @Test(
    "A steady step allocates nothing", .enabled(if: sluice_thread_allocation_count() >= 0),
    arguments: [TextReader.ngrams, .both])
  func allocations(reader: TextReader) throws {
    try SteadySteps.expectNone(job(reader), atLeast: 200)
  }

  @Test(
    "The flow and the histograms leave out tables that are not trained, and say of frozen weights what they are"
  )
  func untrained() throws {
    let folder = try TestFolder()
    var settings = Self.settings(.both, epochs: 1)
    settings.optimizer.frozen = ["gru.weight_hh"]
    var options = TrainingOptions()
    options.writesEvents = true
    _ = try Training(
      ClassifierJob(settings: settings), in: folder.file("run"), options: options, engine: Engine(threads: 1)
    ).run()
    let flow = try MetricsReader.lines(of: folder.file("run/metrics.jsonl")).filter { $0.kind == "flow" }
    let parameters = try #require(flow.first?.values["parameters"]?.object)
    #expect(!parameters.members.contains { $0.key == "ngrams.weight" || $0.key == "ngrams.rarity" })
    #expect(parameters.members.contains { $0.key == "ngrams.gain" })
    #expect((parameters["gru.weight_hh"]?.object?["weight"]?.object?["rms"]?.double ?? 0) > 0)
    let events = try Data(contentsOf: URL(fileURLWithPath: folder.file("run/events.out.tfevents.sluice")))
    #expect(events.range(of: Data("weights/ngrams.weight".utf8)) == nil)
    #expect(events.range(of: Data("weights/ngrams.gain".utf8)) != nil)
  }

  @Test("With too many labels for a table, characters are read alone, and n-grams alone are refused")
  func manyLabels() throws {
    let folder = try TestFolder()
    let lines = (0..<4_000).map { "label\($0)\titem \($0)\nlabel\($0)\tthing \($0)" }
    let path = try folder.write(lines.joined(separator: "\n"), to: "many.tsv")
    var settings = Self.settings(.both)
    var job = try ClassifierJob(readingFile: path, settings: settings)
    #expect(job.leavesOutGrams && job.solvedParts.isEmpty)
    var told = ""
    job.prepare(engine: Engine(threads: 1), while: { true }) { told += $0 }
    #expect(told.contains("n-grams are left out") && job.knownBaselines.count == 2)
    settings.model.reader = .ngrams
    #expect(throws: ModelError.self) {
      _ = try Trainer(ClassifierJob(readingFile: path, settings: settings), engine: Engine(threads: 1)).tape
    }
  }

  @Test("With few texts of each label, characters are read alone, unless n-grams alone are asked for")
  func fewTexts() throws {
    let folder = try TestFolder()
    let lines = (0..<30).map { "label\($0)\titem \($0)\nlabel\($0)\tthing \($0)\nlabel\($0)\ta \($0)" }
    let path = try folder.write(lines.joined(separator: "\n"), to: "few.tsv")
    var job = try ClassifierJob(readingFile: path, settings: Self.settings(.both))
    job.prepare(engine: Engine(threads: 1), while: { true }) { _ in }
    #expect(job.leavesOutGrams && job.knownBaselines.count == 4)
    // A training that is asked for once more is the same one, and what it saves is read.
    let engine = Engine(threads: 1)
    for _ in 0..<2 { _ = try Training(job, in: folder.file("run"), engine: engine).run() }
    let saved = try SavedClassifier(run: folder.file("run"))
    #expect(saved.description.settings.reader == .both && saved.description.ngramRows == nil)
    let alone = try ClassifierJob(readingFile: path, settings: Self.settings(.ngrams))
    #expect(alone.settings.model.reader == .ngrams && alone.grams != nil)
    // A tuning makes one from the other.
    #expect(job.with(Self.settings(.ngrams)).grams != nil)
    #expect(alone.with(Self.settings(.both)).leavesOutGrams)
  }

  @Test("Nothing is found wrong with parameters that are solved for and not trained")
  func solvedParts() throws {
    var trainer = try Trainer(job(.both), engine: Engine(threads: 1))
    var epoch = 0
    while trainer.monitor.stepCount < 130 {
      epoch += 1
      trainer.start(epoch: epoch)
      while trainer.step() != nil {}
    }
    let solved = Set(trainer.job.solvedParts)
    #expect(trainer.monitor.diagnosis.findings.allSatisfy { !solved.contains($0.place) })
  }

  @Test(
    "A saved model says what was measured, stored in whatever precision, and of one text what it says among others",
    arguments: [TextReader.ngrams, .both], [StoredPrecision.float32, .int8])
  func saved(reader: TextReader, precision: StoredPrecision) throws {
    let folder = try TestFolder()
    var settings = Self.settings(reader)
    // What is saved has not seen the validation part either.
    settings.refit = false
    let job = try ClassifierJob(settings: settings)
    var options = TrainingOptions()
    options.precision = precision
    let outcome = try Training(job, in: folder.file("run"), options: options, engine: Engine(threads: 2))
      .run()
    let best = try #require(outcome.best?.measure)
    #expect(best.accuracy > 0.5)
    let baselines = try RunDirectory.open(folder.file("run")).readDescription(RunBaselines.self).baselines
    #expect(baselines.count == 4)
    #expect((best.ngramShare != nil) == (reader == .both))
    var classifier = try SavedClassifier(run: folder.file("run"))
    let accuracy = classifier.evaluate(job.validation).accuracy
    if precision == .float32 {
      #expect(accuracy == best.accuracy)
    } else {
      #expect(abs(accuracy - best.accuracy) < 0.05)
    }
    let texts = (0..<20).map { job.validationTexts.text($0) }
    let together = classifier.labels(of: texts)
    for (text, answer) in zip(texts, together) {
      let alone = classifier.label(text)
      #expect(alone.index == answer.index && abs(alone.probability - answer.probability) < 1e-4)
    }
    var other = classifier.shared()
    #expect(other.label(texts[0]) == classifier.label(texts[0]))
  }

  @Test(
    "A steady stream of texts allocates nothing", .enabled(if: sluice_thread_allocation_count() >= 0),
    arguments: [TextReader.ngrams, .both])
  func stream(reader: TextReader) throws {
    let folder = try TestFolder()
    var settings = ClassifierSettings()
    settings.reader = reader
    settings.units = 4
    try SavedExample.save(settings, in: folder.file("run"))
    var classifier = try SavedClassifier(run: folder.file("run"))
    let texts = ["abc cab bac", "a", "", "abcabcabc"]
    // By index, for an iterator may allocate in debug builds.
    for i in 0..<12 { _ = classifier.label(texts[i % texts.count]) }
    let before = sluice_thread_allocation_count()
    for i in 0..<40 { _ = classifier.label(texts[i % texts.count]) }
    #expect(sluice_thread_allocation_count() == before)
  }

  @Test("A training that is killed goes on to the same bits", arguments: [TextReader.ngrams, .both])
  func resumes(reader: TextReader) throws {
    let folder = try RunFolder()
    func options() -> TrainingOptions {
      var options = TrainingOptions()
      options.checkpoints = .steps(3)
      return options
    }
    try train({ try job(reader) }, in: folder.file("never"), options())
    try train({ try job(reader) }, in: folder.file("killed"), kills: [2, 5, 9], options())
    let never = try Traces(folder.file("never"), ClassifierJob.self)
    let killed = try Traces(folder.file("killed"), ClassifierJob.self)
    #expect(never.model == killed.model)
    #expect(never.log == killed.log)
  }

  @Test("A training from a finished model solves for the table anew, with labels that are new to it")
  func continues() throws {
    let folder = try TestFolder()
    let texts = ProgramGuide(seed: 4).texts(200)
    try Training(
      ClassifierJob(texts, settings: Self.settings(.both, epochs: 1)), in: folder.file("first"),
      engine: Engine(threads: 1)
    ).run()
    let earlier = try RunDirectory.open(folder.file("first")).description(ClassifierDescription.self)
    let more = LabeledTexts(
      (0..<texts.count).map { (texts.labelName($0), texts.text($0)) }
        + (0..<20).map { ("zzz", "something else \($0)") })
    var options = TrainingOptions()
    options.start = try TrainingStart(run: folder.file("first"))
    let job = ClassifierJob(more, settings: Self.settings(.both, epochs: 1), continuing: earlier)
    let outcome = try Training(job, in: folder.file("second"), options: options, engine: Engine(threads: 1))
      .run()
    #expect(outcome.best != nil)
    var classifier = try SavedClassifier(run: folder.file("second"))
    #expect(classifier.description.labels.last == "zzz")
    #expect(classifier.label("something else 7").label == "zzz")
  }

  @Test("A model below the linear classifier of n-grams is told to be so, with what to try")
  func shortfall() throws {
    var job = try job(.characters, epochs: 1)
    job.prepare(engine: Engine(threads: 1), while: { true }) { _ in }
    func value(_ name: String, _ figure: String) throws -> Double {
      try #require(job.knownBaselines.first { $0.name == name && $0.figure == figure }).value
    }
    let linear = try value("linear classifier of n-grams", "accuracy")
    let constant = try value("most frequent label", "accuracy")
    #expect(linear > constant)
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    let found = trainer.measure()
    let measure = try #require(found)
    #expect(job.shortfall(of: measure)?.contains("--reader both") == true)
    // As good as the baseline is not below it.
    var good = measure
    (good.accuracy, good.macroF1) = (linear, try value("linear classifier of n-grams", "macro F1"))
    #expect(job.shortfall(of: good) == nil)
  }
}
