import Foundation
import Sluice
import Synchronization
import TestSupport
import Testing

@testable import SluiceTraining

@Suite("Tuning", .serialized)
struct TuningTests {
  private static let texts = ProgramGuide(seed: 1).texts(160)

  private static func job(epochs: Int = 3) -> ClassifierJob {
    var settings = ClassifierJobSettings()
    (settings.epochs, settings.model.units, settings.model.embeddingWidth) = (epochs, 16, 8)
    return ClassifierJob(texts, settings: settings)
  }

  private static func options(trials: Int = 4, threads: Int = 2) -> TuningOptions {
    var options = TuningOptions()
    (options.minutes, options.trials, options.threads) = (nil, trials, threads)
    return options
  }

  private func model(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path + "/model.safetensors"))
  }

  /// A record without what differs from run to run.
  private func timeless(_ record: TuningRecord) -> TuningRecord {
    var record = record
    record.seconds = 0
    record.asked = .init()
    record.kept?.result.seconds = 0
    for i in record.trials.indices {
      for k in record.trials[i].results.indices { record.trials[i].results[k].seconds = 0 }
      for k in record.trials[i].repetitions.indices { record.trials[i].repetitions[k].seconds = 0 }
    }
    return record
  }

  @Test("The best of all trials and seeds is kept as an ordinary run, never worse than the default")
  func result() throws {
    let folder = try TestFolder()
    let path = folder.file("run")
    let outcome = try Tuning(of: Self.job(), in: path, options: Self.options()).run()
    let record = outcome.record
    #expect(outcome.end == .finished && record.isComplete && record.trials.count == 4)
    let kept = try #require(record.kept)
    let all = record.trials.flatMap { $0.results + $0.repetitions }
    #expect(all.allSatisfy { $0.figure <= kept.result.figure })
    #expect(record.trials[0].results.count == 3)
    #expect(kept.result.figure >= (record.trials[0].results.last?.figure ?? 1))
    let winner = try #require(record.spread)
    #expect(winner.count == 3 && record.trials[winner.trial].repetitions.map(\.seed) == [2, 3])
    var classifier = try SavedClassifier(run: path)
    #expect(!classifier.label("Teil 2 von 4").label.isEmpty)
    // Nothing is left of the trials, and the record reads back.
    #expect(try !folder.names(in: "run").contains("trials"))
    #expect(try TuningRecord(readingTuning: path) == record)
  }

  @Test(
    "A trial to its end has the bits of the training with its settings; what is cut short is not trained twice"
  )
  func sameAsTraining() throws {
    let folder = try TestFolder()
    var options = Self.options(trials: 1)
    options.keepsTrials = true
    let outcome = try Tuning(of: Self.job(epochs: 9), in: folder.file("tuned"), options: options).run()
    try Training(Self.job(epochs: 9), in: folder.file("plain"), engine: Engine(threads: 1)).run()
    #expect(try model(folder.file("tuned/trials/0000")) == model(folder.file("plain")))
    #expect(outcome.record.trials[0].results.map(\.epochs) == [1, 3, 9])
    let steps = try MetricsReader.lines(of: folder.file("tuned/trials/0000/metrics.jsonl")).filter {
      $0.kind == "step"
    }
    let plain = try MetricsReader.lines(of: folder.file("plain/metrics.jsonl")).filter { $0.kind == "step" }
    #expect(steps.count == plain.count)
  }

  @Test("The same winner to the bit on one thread and on two, again and again")
  func determinism() throws {
    let folder = try TestFolder()
    var records: [TuningRecord] = []
    for (name, threads) in [("a", 1), ("b", 2), ("c", 2)] {
      let options = Self.options(trials: 5, threads: threads)
      records.append(
        timeless(try Tuning(of: Self.job(), in: folder.file(name), options: options).run().record))
    }
    #expect(records[0] == records[1] && records[1] == records[2])
    #expect(try model(folder.file("a")) == model(folder.file("b")))
    #expect(try model(folder.file("b")) == model(folder.file("c")))
  }

  @Test("Stopped at any step and gone on with, it comes to the same end")
  func interruption() throws {
    let folder = try TestFolder()
    let whole = try Tuning(of: Self.job(), in: folder.file("whole"), options: Self.options()).run()
    let path = folder.file("parts")
    var stops = 0
    while stops < 40 {
      let steps = Atomic<Int>(0)
      var options = Self.options()
      options.isStopRequested = { steps.load(ordering: .relaxed) >= 2 }
      let outcome = try Tuning(of: Self.job(), in: path, options: options).run { event in
        if case .stepped = event { steps.wrappingAdd(1, ordering: .relaxed) }
      }
      if outcome.end == .finished { break }
      #expect(outcome.end == .interrupted)
      // What there is can be used already.
      #expect(throws: Never.self) { _ = try SavedClassifier(run: path) }
      stops += 1
    }
    #expect(stops > 2 && stops < 40)
    #expect(try timeless(TuningRecord(readingTuning: path)) == timeless(whole.record))
    #expect(try model(path) == model(folder.file("whole")))
  }

  @Test("Minutes decide how many trials begin; that number gives the same")
  func minutes() throws {
    let folder = try TestFolder()
    var options = Self.options()
    (options.trials, options.minutes) = (nil, 0.02)
    let timed = try Tuning(of: Self.job(), in: folder.file("timed"), options: options).run()
    #expect(timed.record.trials.count >= 2)
    var again = Self.options(trials: timed.record.trials.count)
    // Where the time was over before all was done.
    if timed.end == .outOfTime { again.rounds = timed.record.rounds }
    let repeated = try Tuning(of: Self.job(), in: folder.file("again"), options: again).run()
    #expect(timeless(repeated.record).trials == timeless(timed.record).trials)
    #expect(try model(folder.file("timed")) == model(folder.file("again")))
  }

  @Test("A limit of the size is kept by the file")
  func sizeLimit() throws {
    let folder = try TestFolder()
    var options = Self.options()
    options.sizeLimit = 12_000
    let outcome = try Tuning(of: Self.job(), in: folder.file("run"), options: options).run()
    let size = try SafetensorsFile(path: folder.file("run/model.safetensors")).byteCount
    #expect(size <= 12_000 && outcome.record.kept?.result.bytes == size)
    #expect(outcome.record.trials.allSatisfy { $0.results.allSatisfy { $0.bytes <= 12_000 } })
  }

  @Test("The F1 of a label can decide; a label that is not there is refused")
  func metrics() throws {
    let folder = try TestFolder()
    var options = Self.options(trials: 2)
    options.metric = .f1("news")
    let outcome = try Tuning(of: Self.job(), in: folder.file("run"), options: options).run()
    #expect(outcome.record.metric == "f1:news" && outcome.record.kept != nil)
    options.metric = .f1("mews")
    #expect(throws: TuningError.self) {
      _ = try Tuning(of: Self.job(), in: folder.file("other"), options: options)
    }
    options.metric = .perplexity
    #expect(throws: TuningError.self) {
      _ = try Tuning(of: Self.job(), in: folder.file("other"), options: options)
    }
  }

  @Test("A folder with a run, a finished tuning or another one is refused, and taken to be overwritten")
  func folders() throws {
    let folder = try TestFolder()
    let path = folder.file("run")
    try Training(Self.job(epochs: 1), in: path).run()
    #expect(throws: StorageError.self) {
      _ = try Tuning(of: Self.job(), in: path, options: Self.options(trials: 1))
    }
    var options = Self.options(trials: 1)
    options.overwrites = true
    try Tuning(of: Self.job(), in: path, options: options).run()
    // Complete.
    #expect(throws: StorageError.self) {
      _ = try Tuning(of: Self.job(), in: path, options: Self.options(trials: 1))
    }
    options.isStopRequested = { true }
    try Tuning(of: Self.job(), in: path, options: options).run()
    // Unfinished, with other settings.
    #expect(throws: StorageError.self) {
      _ = try Tuning(of: Self.job(epochs: 4), in: path, options: Self.options(trials: 1))
    }
    #expect(throws: Never.self) {
      _ = try Tuning(of: Self.job(), in: path, options: Self.options(trials: 1)).run()
    }
  }

  @Test("Stems and a language model are tuned in the same way")
  func otherJobs() throws {
    let folder = try TestFolder()
    var stems = StemJobSettings()
    (stems.epochs, stems.model.units, stems.model.width, stems.model.embeddingWidth) = (1, 8, 8, 8)
    let words = WordStems(
      Inflections.wordStems.words.prefix(120).map { (word: $0, stem: String($0.prefix(3))) })
    let first = try Tuning(
      of: StemJob(words, settings: stems), in: folder.file("stems"), options: Self.options(trials: 2)
    ).run()
    #expect(first.end == .finished && first.record.metric == "recall")
    var model = LanguageModelConfiguration.tiny.settings
    (model.epochs, model.streams, model.model.steps, model.model.units) = (1, 4, 10, 8)
    let lines = SmallTales(seed: 1).lines(60)
    let second = try Tuning(
      of: LanguageModelJob(lines, settings: model), in: folder.file("model"), options: Self.options(trials: 2)
    ).run()
    #expect(second.end == .finished && second.record.isLowerBetter)
    let best = second.record.trials.flatMap { $0.results + $0.repetitions }.map(\.figure).min()
    #expect(second.record.kept?.result.figure == best)
  }

  @Test("Models in less precision are compared as they are stored")
  func stored() throws {
    let folder = try TestFolder()
    var options = Self.options(trials: 2)
    options.precision = .int8
    let outcome = try Tuning(of: Self.job(), in: folder.file("run"), options: options).run()
    let report = try Self.job().measure(
      savedIn: RunDirectory.open(folder.file("run")), engine: Engine(threads: 1), while: { true })
    #expect(report?.macroF1 == outcome.record.kept?.result.figure)
  }
}
