import AllocationCounter
import Foundation
import Sluice
import TestSupport
import Testing

@Suite("A job of one's own: the tagger of the guide", .serialized)
struct TaggerTests {
  @Test("It learns, stops when its callback says so, and leaves a whole run that can be loaded and used")
  func training() throws {
    let temporary = try TemporaryRun()
    let path = temporary.path("tagger")
    let outcome = try trainTagger(in: path)

    let best = try #require(outcome.best)
    #expect(best.measure.accuracy == 1 && best.measure.loss < 0.3)
    #expect(outcome.end == .interrupted && best.epoch < TaggerSettings().epochs)
    #expect(outcome.findings.isEmpty, "\(outcome.findings)")
    #expect(outcome.flow.chart().terminal().contains("lstm_ih_l0_reverse"))
    for file in ["model.safetensors", "run.json", "metrics.jsonl", "flow.svg", "events.out.tfevents.sluice"] {
      #expect(temporary.holds("tagger/" + file), "\(file)")
    }

    let lines = try MetricsReader.lines(of: path + "/metrics.jsonl")
    let epochs = lines.filter { $0.kind == "epoch" }
    #expect(epochs.count == best.epoch)
    #expect(epochs.last?.double("validation_accuracy") == 1)
    #expect(epochs.last?.double("validation_loss") == best.measure.loss)
    let steps = lines.filter { $0.kind == "step" }
    #expect(steps.count == 20 * best.epoch && steps.allSatisfy { ($0.integer("words") ?? 0) > 16 })
    let first = try #require(steps.first?.double("loss"))
    let last = try #require(steps.last?.double("loss"))
    #expect(abs(first - log(5)) < 0.3 && last < first / 5)
    #expect(!lines.filter { $0.kind == "flow" }.isEmpty)
    #expect(lines.last?.kind == "summary" && lines.last?.double("validation_accuracy") == 1)

    let page = try String(contentsOfFile: path + "/report.html", encoding: .utf8)
    #expect(
      ["validation loss", "validation accuracy", "lstm.weight_hh_l0_reverse"].allSatisfy { page.contains($0) }
    )

    let run = try SavedRun<TaggerJob>(path)
    #expect(run.settings == TaggerSettings())
    #expect(run.record.result == best)
    #expect(run.description.tags == ["adjective", "determiner", "noun", "pronoun", "verb"])
    // What `her` and `watches` are depends on what is after and before them.
    #expect(
      tags(of: "she watches her old watches", by: run) == [
        "pronoun", "verb", "determiner", "adjective", "noun",
      ])
    #expect(tags(of: "the sailor watches her", by: run) == ["determiner", "noun", "verb", "pronoun"])
  }

  @Test("A steady step of it allocates nothing, its batch included")
  func allocations() throws {
    var job = TaggerJob(makeSentences())
    job.settings.epochs = 1_000
    var trainer = try Trainer(job, engine: Engine(threads: 1))
    // All statistics of the flow are taken at the first steps of an epoch, too, and allocate nothing either.
    for epoch in 1...2 {
      trainer.start(epoch: epoch)
      while trainer.step() != nil {}
    }
    // Other tests of the process allocate at the same time, but not in every window.
    var fewest = Int.max
    for window in 0..<400 where fewest > 0 {
      trainer.start(epoch: 3 + window)
      if window >= 20 { usleep(10_000) }
      let before = sluice_allocation_count()
      for _ in 0..<10 { _ = trainer.step() }
      fewest = min(fewest, sluice_allocation_count() - before)
    }
    #expect(fewest == 0 || sluice_allocation_count() < 0, "\(fewest) allocations in 10 steps")
  }

  @Test("Its checks pass, each with a line of its own")
  func checks() throws {
    let result = try checkTagger()
    #expect(result.job == "tagger" && !result.hasFailed, "\(result.texts)")
    let names = result.lines.map(\.name)
    for name in [
      "seen before the first layer", "same seed, same result", "loss at the start", "plain logits",
      "examples apart", "training and evaluation", "overfits a tiny batch", "the gradient flows",
    ] {
      #expect(result.lines.first { $0.name == name }?.outcome == .pass, "\(name) of \(names)")
    }
  }

  @Test("A tagger whose sentences see each other fails the check that looks for it")
  func faults() throws {
    let job = TaggerJob(Array(makeSentences().prefix(100)))
    let lines = try MixingTagger(job: job).check().lines
    #expect(lines.first { $0.name == "examples apart" }?.outcome == .fail, "\(lines)")
  }

  @Test("A run of another job, and one whose settings were changed, are refused with what was expected")
  func refused() throws {
    let temporary = try TemporaryRun()
    let path = temporary.path("tagger")
    var job = TaggerJob(Array(makeSentences().prefix(60)))
    job.settings.epochs = 1
    try Training(job, in: path).run()
    #expect(throws: StorageError.self) { _ = try SavedClassifier(run: path) }
    #expect(throws: StorageError.self) { _ = try SavedRun<OtherTagger>(path) }
    let text = try String(contentsOfFile: path + "/run.json", encoding: .utf8)
    for (from, to) in [("\"units\" : 16", "\"units\" : 17"), ("\"epochs\" : 1", "\"epochs\" : 0")] {
      try #require(text.contains(from))
      try text.replacingOccurrences(of: from, with: to)
        .write(toFile: path + "/run.json", atomically: true, encoding: .utf8)
      #expect(throws: StorageError.self, "\(to)") { _ = try SavedRun<TaggerJob>(path) }
    }
  }

  @Test("A training that was stopped goes on to the bits of one that was not")
  func resumed() throws {
    let temporary = try TemporaryRun()
    var job = TaggerJob(makeSentences())
    job.settings.epochs = 2
    let (whole, stopped) = (temporary.path("whole"), temporary.path("stopped"))
    try Training(job, in: whole).run()
    let outcome = try Training(job, in: stopped).run { event in
      if case .step(let step, _) = event, step.number == 7 { return .stop }
      return .goOn
    }
    #expect(outcome.end == .interrupted)
    #expect(try resumeTagger(in: stopped).end == .finished)
    let models = try [whole, stopped].map {
      try Data(contentsOf: URL(fileURLWithPath: $0 + "/model.safetensors"))
    }
    #expect(models[0] == models[1] && !models[0].isEmpty)
  }

  @Test("A description with a member of the run's own is refused before anything is trained")
  func descriptionNames() throws {
    let temporary = try TemporaryRun()
    let job = TaggerJob(Array(makeSentences().prefix(20)))
    let error = #expect(throws: SettingProblem.self) {
      _ = try Training(OtherTagger(job: job), in: temporary.path("other"))
    }
    #expect(error?.field == "description.data")
  }

  @Test("The guide shows this code, all of it")
  func guide() throws {
    let guide = try DocumentExample.document("Documentation/TrainingAModelOfYourOwn.md")
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let pieces = [
      "TaggerJob.swift": ["sentences", "settings", "model", "batch", "measure", "job", "check"],
      "TaggerProgram.swift": ["train", "resume", "checks", "use"],
    ]
    for (file, names) in pieces {
      for name in names {
        let source = try DocumentExample.source(name, file: folder.appendingPathComponent(file).path)
        let isShown = guide.contains("```swift\n" + source + "\n```")
        #expect(isShown, "\(name)")
      }
    }
  }
}

/// The tagger with a description that gets in the run's way.
struct OtherTagger: LoadableJob {
  struct Mine: Codable, Equatable, Sendable { var data = "mine" }
  static let name = "other"
  let job: TaggerJob
  var settings: TaggerSettings { job.settings }
  var description: Mine { Mine() }

  static func makeModel(_ settings: TaggerSettings, _: Mine, in parameters: inout Parameters)
    throws(ModelError) -> Tagger
  {
    try TaggerJob.makeModel(settings, TaggerDescription(words: ["a"], tags: ["b"]), in: &parameters)
  }
  func makeBatches() -> ExampleBatches<TaggedBatch> { job.makeBatches() }
  func loss(
    of batch: TaggedBatch, by model: Tagger, from before: NoState, to after: inout NoState, _ tape: inout Tape
  ) -> StepLoss<NoFigures> { job.loss(of: batch, by: model, from: before, to: &after, &tape) }
  func measure(
    _ model: Tagger, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> LossMeasure? { LossMeasure(loss: 0) }
}

/// The tagger, with the mean of all words of a batch added to each: sentences see each other.
struct MixingTagger: CheckableJob {
  static let name = "mixing"
  var job: TaggerJob
  var settings: TaggerSettings { job.settings }
  func makeModel(in parameters: inout Parameters) throws(ModelError) -> Tagger {
    try job.makeModel(in: &parameters)
  }
  func makeBatches() -> ExampleBatches<TaggedBatch> { job.makeBatches() }
  func loss(
    of batch: TaggedBatch, by model: Tagger, from before: NoState, to after: inout NoState, _ tape: inout Tape
  ) -> StepLoss<NoFigures> {
    let loss = crossEntropy(mixed(model, model.embedding(batch.words, &tape), &tape), batch.tags, &tape)
    return StepLoss(loss, mean: tape.scalar(loss), count: batch.tags.count)
  }
  private func mixed(_ model: Tagger, _ vectors: RaggedTensor, _ tape: inout Tape) -> Tensor {
    let mean = mean(vectors.steps, axis: 0, &tape)
    return model.logits(
      RaggedTensor(steps: add(vectors.steps, mean, &tape), sequences: vectors.sequences), &tape)
  }
  func measure(
    _ model: Tagger, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> LossMeasure? { LossMeasure(loss: 0) }
  func varied(_ variant: RecipeVariant) -> MixingTagger { MixingTagger(job: job.varied(variant)) }
  func blank(_ batch: TaggedBatch) -> TaggedBatch { job.blank(batch) }
  func texts(of batch: TaggedBatch) -> [String] { job.texts(of: batch) }
  func reach(of batch: TaggedBatch, by model: Tagger, _ tape: inout Tape) -> OutputReach? {
    let vectors = model.embedding(batch.words, &tape)
    return OutputReach(
      from: vectors.steps, toFirstRowOf: mixed(model, vectors, &tape), first: batch.words.length(0), tape)
  }
}
