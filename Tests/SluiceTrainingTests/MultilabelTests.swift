import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@testable import SluiceTraining

/// Texts of words, each of which is a label or none.
enum MultilabelTexts {
  static func make(_ count: Int = 240) -> LabeledTexts {
    let random = CounterRandom(seed: 3)
    let words = ["sport", "music", "news", "film", "and", "the"]
    return LabeledTexts(
      multilabel: (0..<count).map { i in
        let chosen = words.indices.filter { random.uniform(UInt64(i * words.count + $0)) < 0.4 }
        return (
          labels: chosen.filter { $0 < 4 }.map { words[$0] },
          text: chosen.map { words[$0] }.joined(separator: " ") + " \(i % 10)"
        )
      })
  }

  static func job(
    _ reader: TextReader = .both, epochs: Int = 3, _ change: (inout ClassifierJobSettings) -> Void = { _ in }
  ) -> ClassifierJob {
    var settings = ClassifierJobSettings()
    settings.epochs = epochs
    settings.batch = 32
    settings.model.units = 16
    settings.model.embeddingWidth = 8
    settings.model.reader = reader
    settings.optimizer.learningRate = 0.02
    change(&settings)
    return ClassifierJob(make(), settings: settings)
  }
}

@Suite("Classifiers that give any number of labels", .serialized)
struct MultilabelTests {
  @Test("The texts decide, and what is known of the loss is that of every label by itself")
  func expectation() {
    let job = MultilabelTexts.job()
    #expect(job.settings.model.isMultilabel && job.description.settings.isMultilabel)
    let known = job.expectation
    #expect(abs((known.chance ?? 0) - 0.693147) < 1e-4)
    let entropy = job.labelCounts.reduce(0.0) { sum, count in
      let p = Double(count) / Double(job.training.count)
      return sum - (p * log(p) + (1 - p) * log(1 - p)) / 4
    }
    #expect(abs(Double(known.baseline ?? 0) - entropy) < 1e-4)
  }

  @Test(
    "The same seed gives the same bits for any number of threads", arguments: TextReader.allCases)
  func sameBits(reader: TextReader) throws {
    func values(threads: Int) throws -> [[UInt32]] {
      var trainer = try Trainer(MultilabelTexts.job(reader), engine: Engine(threads: threads))
      trainer.start(epoch: 1)
      while trainer.step() != nil {}
      _ = trainer.measure()
      return trainer.parameters.handles.map { trainer.parameters.values(of: $0).array.map(\.bitPattern) }
    }
    #expect(try values(threads: 3) == values(threads: 1))
  }

  @Test(
    "A steady step allocates nothing", .enabled(if: sluice_thread_allocation_count() >= 0),
    arguments: TextReader.allCases, [ClassWeights.none, .balanced])
  func allocations(reader: TextReader, weights: ClassWeights) throws {
    try SteadySteps.expectNone(MultilabelTexts.job(reader) { $0.classWeights = weights }, atLeast: 150)
  }

  @Test(
    "A saved model says what was measured and answers with the labels that reach their thresholds",
    arguments: TextReader.allCases, StoredPrecision.allCases)
  func saved(reader: TextReader, precision: StoredPrecision) throws {
    let folder = try TestFolder()
    let job = MultilabelTexts.job(reader, epochs: 12)
    var options = TrainingOptions()
    options.precision = precision
    let outcome = try Training(job, in: folder.file("run"), options: options, engine: Engine(threads: 2))
      .run()
    let best = try #require(outcome.best?.measure)
    let microF1 = try #require(best.microF1)
    #expect(microF1 > 0.9)
    var classifier = try SavedClassifier(run: folder.file("run"))
    let report = classifier.evaluate(job.validation)
    #expect(report.isOfSets)
    if precision == .float32 {
      #expect(report.microF1 == microF1 && report.macroF1 == best.macroF1 && report.accuracy == best.accuracy)
    } else {
      #expect(abs(report.microF1 - microF1) < 0.01)
    }
    #expect(classifier.thresholds.count == 4 && classifier.thresholds.allSatisfy { $0 > 0 && $0 < 1 })
    let texts = ["sport and music", "the", "news", ""]
    let answers = classifier.labelSets(of: texts)
    for (text, answer) in zip(texts, answers) {
      #expect(classifier.labelSet(text).map(\.index) == answer.map(\.index))
      let probabilities = classifier.probabilities(of: text)
      for label in 0..<4 {
        let given = answer.first { $0.index == label }
        #expect((given != nil) == (probabilities[label] >= classifier.thresholds[label]))
        if let given { #expect(abs(given.probability - probabilities[label]) < 1e-4) }
      }
      #expect(answer.map(\.probability) == answer.map(\.probability).sorted(by: >))
    }
    #expect(Set(answers[0].map(\.label)) == ["sport", "music"] && answers[1].isEmpty)
    let baselines = try RunDirectory.open(folder.file("run")).readDescription(RunBaselines.self).baselines
    #expect(
      baselines.map(\.figure) == [
        "micro F1", "macro F1", "subset accuracy", "micro F1", "macro F1", "subset accuracy",
      ])
    let examination = try #require(try RunDirectory.open(folder.file("run")).examination())
    #expect(examination.isOfSets == true && examination.confusions.isEmpty)
    #expect(examination.labels.map(\.count) == report.labels.map(\.count))
    if precision == .float32 {
      #expect(
        examination.labels.map(\.correct)
          == report.labels.map { Int(($0.recall * Double($0.count)).rounded()) })
    }
  }

  @Test("A training that is killed goes on to the same bits", arguments: [TextReader.characters, .both])
  func resumes(reader: TextReader) throws {
    let folder = try RunFolder()
    var options = TrainingOptions()
    options.checkpoints = .steps(3)
    func job() -> ClassifierJob { MultilabelTexts.job(reader) }
    try train(job, in: folder.file("never"), options)
    try train(job, in: folder.file("killed"), kills: [2, 5, 9], options)
    let never = try Traces(folder.file("never"), ClassifierJob.self)
    let killed = try Traces(folder.file("killed"), ClassifierJob.self)
    #expect(never.model == killed.model && never.log == killed.log)
  }

  @Test("Several processes have the bits of one", arguments: [TextReader.characters, .both])
  func processes(reader: TextReader) throws {
    let folder = try RunFolder()
    @Sendable func job() -> ClassifierJob { MultilabelTexts.job(reader, epochs: 2) { $0.shards = 4 } }
    var options = TrainingOptions()
    options.checkpoints = .never
    try train(job, in: folder.file("alone"), options)
    let alone = try Traces(folder.file("alone"), ClassifierJob.self)
    for count in [2, 3] {
      for end in trainTogether(count, options, in: folder.file("\(count)"), { _ in job() }) {
        #expect(try end.get() == .finished)
      }
      let traces = try Traces(folder.file("\(count)"), ClassifierJob.self)
      #expect(traces.model == alone.model && traces.log == alone.log, "\(count) processes")
    }
  }

  @Test(
    "All checks of the recipe pass, and none speaks of classes", arguments: [ClassWeights.none, .balanced])
  func check(weights: ClassWeights) throws {
    let result = try MultilabelTexts.job(.characters) { $0.classWeights = weights }.check(
      engine: Engine(threads: 1))
    #expect(!result.hasFailed, "\(result.texts)")
    #expect(!result.lines.contains { $0.name == "class frequencies" })
  }

  @Test("Nothing is found wrong with a healthy training of many rare labels")
  func healthy() throws {
    let random = CounterRandom(seed: 9)
    let texts = LabeledTexts(
      multilabel: (0..<600).map { i in
        let first = Int(random.uniform(UInt64(i)) * 60)
        return (labels: ["word\(first)", "kind\(first % 3)"], text: "a text of word\(first) and more")
      })
    var settings = ClassifierJobSettings()
    settings.model.units = 32
    settings.model.reader = .characters
    var trainer = try Trainer(ClassifierJob(texts, settings: settings), engine: Engine(threads: 1))
    for epoch in 1...8 {
      trainer.start(epoch: epoch)
      while trainer.step() != nil {}
    }
    #expect(trainer.monitor.diagnosis.findings.isEmpty, "\(trainer.monitor.diagnosis.findings)")
  }

  @Test("Labels that only one part has, that all texts have, or that one text has are no harm")
  func oddLabels() throws {
    let folder = try TestFolder()
    let validation = try folder.write("all\tx\nall\ty\n", to: "validation.tsv")
    let data = try folder.write(
      (0..<30).map { "all\($0 == 3 ? ",once" : "")\($0 % 2 == 0 ? ",even" : "")\ttext \($0 % 2)" }
        .joined(separator: "\n"), to: "data.tsv")
    var settings = ClassifierJobSettings()
    settings.model.units = 8
    settings.epochs = 2
    settings.model.multilabel = true
    settings.classWeights = .balanced
    settings.model.reader = .both
    settings.validationFile = validation
    let job = try ClassifierJob(readingFile: data, settings: settings)
    #expect(job.setText.contains("that all texts to train on have, such as 'all'"))
    #expect(job.setText.contains("2 labels without a text to validate on"))
    let outcome = try Training(job, in: folder.file("run"), engine: Engine(threads: 1)).run()
    #expect(outcome.best?.measure.loss.isFinite == true)
  }

  @Test("Settings that do not go together are refused")
  func refused() {
    var settings = ClassifierJobSettings()
    settings.model.multilabel = true
    settings.softNearestNeighbor = 1
    #expect(throws: SettingProblem.self) { try settings.check(SettingCheck()) }
  }
}
