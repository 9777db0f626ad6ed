import SluiceCore
import SluiceFlow
import SluiceModels
import SluiceOptimizers
import SluiceProcesses
import SluiceStorage
import SluiceText

/// A training as a plain value: what is trained, on what, by which loss, and what is measured. A `Trainer` does the rest.
///
/// A job of one's own needs a name, settings, a model, batches, a loss and a measure; everything else has a default. As a
/// `LoadableJob` what it trained can be loaded, and as a `CheckableJob` it can be checked.
/// The guide "Training a model of your own" shows one whole.
///
/// ```swift
/// struct TaggerJob: TrainingJob {
///   static let name = "tagger"
///   var settings = TaggerSettings()
///   let sentences: TaggedSentences
///
///   func makeModel(in parameters: inout Parameters) throws(ModelError) -> Tagger { … }
///   func makeBatches() -> ExampleBatches<TaggedBatch> { … }
///   func loss(of batch: TaggedBatch, by model: Tagger, from before: NoState, to after: inout NoState, _ tape: inout Tape)
///     -> StepLoss<NoFigures> { … }
///   func measure(
///     _ model: Tagger, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
///   ) -> TaggerMeasure? { … }
/// }
/// ```
public protocol TrainingJob: Sendable {
  /// Everything that decides what is trained and how.
  associatedtype Settings: JobSettings
  /// What is trained: layers, which hold handles.
  associatedtype Model: Sendable
  /// Where batches come from.
  associatedtype Batches: BatchSource
  /// What goes on from one step to the next beside the parameters, such as the states of a recurrent net.
  associatedtype State: Sendable & Checkpointed = NoState
  /// What a step says of itself beside the loss.
  associatedtype Figures: StepFigures = NoFigures
  /// What is measured on the validation part.
  associatedtype Measure: JobMeasure = LossMeasure
  /// What it takes to build the model again, beside the settings: alphabets, labels, vocabularies. Its members stand in `run.json`
  /// beside the run's own, so it is a keyed type and has none of `RunRecord.memberNames`.
  associatedtype Description: Codable & Equatable & Sendable = NoDescription
  /// Where the data came from, for the run's description.
  associatedtype Source: Codable & Equatable & Sendable = String?

  /// The name of the job, which its runs carry.
  static var name: String { get }
  /// What a batch holds several of, as the log and the terminal call it: `examples`, `words`.
  static var unit: String { get }

  /// Everything that decides what is trained and how. Stored with the run.
  var settings: Settings { get }
  /// What it takes to build the model again.
  var description: Description { get }
  /// Where the data came from.
  var source: Source { get }
  /// The files that were read: a run's folder may not replace them.
  var inputs: [String] { get }
  /// A fingerprint of the data's contents, by which another training on other data is told; nil where there is none.
  var dataFingerprint: String? { get }
  /// What the loss of a model that knows nothing is, for the diagnosis.
  var expectation: LossExpectation { get }
  /// What simple methods reach on the validation and the test part, for the run's description and its report; none where none is known.
  /// Asked once `prepare` or `prepareAgain` is done.
  var knownBaselines: [Baseline] { get }
  /// How much of the validation part is in the training part already; nil where that is not looked at. Asked once, before the first step.
  var splitOverlap: SplitOverlap? { get }
  /// The steps of the whole training, over which schedules run.
  var plannedSteps: Int { get }

  /// Builds the model: adds its parameters.
  func makeModel(in parameters: inout Parameters) throws(ModelError) -> Model
  /// The names of parameters that are computed from the data before the first step and not trained, such as the table of a linear classifier. They
  /// get no gradient and no update, and are not taken over from an earlier model.
  var solvedParts: [String] { get }
  /// Sets their values, and may set those that other parameters begin with, where the data say better ones than chance does. Called once the model
  /// is built; what an earlier model has comes after it.
  func setSolvedParts(of model: Model, in parameters: inout Parameters)
  /// The solved parts that the model is saved with other values of than it is trained with; nil where there are none, as by default.
  var refittedParts: RefittedParts? { get }
  /// The batches of the training part, at the start of no epoch.
  func makeBatches() -> Batches
  /// What the first step goes on from.
  func makeState(for model: Model) -> State
  /// What the first step of a shard goes on from, where batches are cut into shards: by default the same.
  func makeState(for model: Model, part: Int, of parts: Int) -> State
  /// The batches that take the most memory, which is planned by recording their losses without computing. By default those of the
  /// first epoch that `BatchSource.size(of:)` is largest of. Where the settings cut batches into shards, these are shards. A step that takes more than the plan gets more, and the log
  /// tells.
  func largestBatches() -> LargestBatches<Batches.Batch>

  /// Names the rows of tables that the loss of a batch will look up. Exact rows are brought up to date before they are
  /// read; by default all of them are, which is right for every model and takes long where a table is large.
  ///
  /// To name a row too many is no harm. A loss that looks up a row that was not named and waits for updates is a trap that
  /// names the table.
  func addReads(of batch: Batches.Batch, by model: Model, to reads: inout TableReads)

  /// Where a training begins from a finished model: which of its rows of a parameter a row begins with; nil for one that is new.
  /// A row is what one step along the first dimension takes.
  func earlierRow(of row: Int, in parameter: String, rows: Int, earlierRows: Int) -> Int?
  /// Where a training begins from a finished model: what is new to it, such as labels and characters, each in a few words.
  var novelties: [String] { get }
  /// The table that the model looks words up in; nil where it has none.
  var wordTable: WordTable? { get }

  /// About the bytes that the data themselves take, with what it took to prepare them: a line of the plan; 0 leaves it out.
  var dataMemory: Int { get }

  /// About the bytes that measuring the validation part takes beside a step: a line of the plan; 0 leaves it out.
  var measureMemory: Int { get }

  /// Looks whether data that are read again and again are what they were when the job was made: throws where a figure or a model of now
  /// would be of others. Asked before a checkpoint is written and before a measure counts; by default all is well.
  func checkData() throws

  /// What makes the memory smaller, to follow "try".
  var memoryAdvice: String { get }

  /// What to try when numbers are not finite any more: a sentence that names the settings most likely to blame.
  var overflowAdvice: String { get }

  /// Records the loss of a batch, or of a shard of one. The loss, times its scale, is a mean over what was given: the loss of a batch that is cut is the mean
  /// of those of its shards, each weighing as many examples or words as it has. Allocates nothing once the memory of the first steps is made. What goes on from step to step
  /// concerns recurrent nets that read one long text; other jobs take `NoState` and leave it alone.
  ///
  /// It is also called to plan the memory, with all values 0 and nothing computed; see `Tape.plan(for:mode:_:)`.
  ///
  /// - Parameters:
  ///   - before: what the step goes on from.
  ///   - after: gets what the next step goes on from; what it holds before is of no use.
  func loss(
    of batch: Batches.Batch, by model: Model, from before: State, to after: inout State, _ tape: inout Tape
  ) -> StepLoss<Figures>

  /// Measures the model on the validation part, on a tape in evaluation mode.
  ///
  /// - Parameter goesOn: asked between batches; once it says no, the measuring is to end with nil.
  func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, while goesOn: () -> Bool
  ) -> Measure?
  /// The same, shared out among processes, which all call it and all get the measure. By default each measures all of it.
  func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork,
    while goesOn: () -> Bool
  ) -> Measure?
  /// Measures the best model on the test part after the training; nil if there is none.
  func measureTest(
    _ model: Model, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> Measure?

  /// Looks at what the saved model does with the validation part, example by example, for the report; nil for nothing, as by
  /// default. Called once, after the last epoch.
  ///
  /// - Parameters:
  ///   - run: the folder with the saved model, to be loaded from there: the model in training has gone on.
  ///   - goesOn: asked now and then; once it says no, the work is to end with nil.
  func examine(run: String, engine: Engine, while goesOn: () -> Bool) throws -> Examination?

  /// What comes before the first step and may tell something, such as the data's figures and what other methods find.
  mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) throws
  /// What of that is needed again where a training goes on that was stopped or killed.
  mutating func prepareAgain(engine: Engine, while goesOn: () -> Bool) throws
  /// What is to be said once the model is built; nil for nothing.
  func remark(on parameters: borrowing Parameters) -> String?
  /// The figure that a schedule which watches the training is told after an epoch, the lower the better; nil for none.
  func scheduleFigure(of measure: Measure, after epoch: Int) -> Double?
  /// Writes what the last line of the log says of the saved model.
  func writeSummary(best: Measure?, test: Measure?, to log: MetricsLog)

  /// What the progress line says of the epoch so far.
  func progressText(loss: Double, _ figures: Figures) -> String
  /// What is said of an epoch.
  func epochText(loss: Double, _ figures: Figures, _ measure: Measure) -> String
  /// What is wrong with the saved model where a simpler method is better: evidence for a finding; nil for nothing.
  func shortfall(of best: Measure) -> String?
  /// What is said of the saved model in a few words, to follow a colon.
  func resultText(best: Measure) -> String
  /// What is said of the saved model at length; empty for nothing.
  func conclusion(best: Measure) -> String
}

extension TrainingJob {
  public static var unit: String { "examples" }
  public var solvedParts: [String] { [] }
  public func setSolvedParts(of model: Model, in parameters: inout Parameters) {}
  public var refittedParts: RefittedParts? { nil }
  public func shortfall(of best: Measure) -> String? { nil }
  public var inputs: [String] { [] }
  public var dataFingerprint: String? { nil }
  public var expectation: LossExpectation { LossExpectation() }
  public var knownBaselines: [Baseline] { [] }
  public var splitOverlap: SplitOverlap? { nil }
  public func earlierRow(of row: Int, in parameter: String, rows: Int, earlierRows: Int) -> Int? {
    row < earlierRows ? row : nil
  }
  public var novelties: [String] { [] }
  public var wordTable: WordTable? { nil }
  public var plannedSteps: Int { settings.epochs * makeBatches().count }
  public var overflowAdvice: String { Suspects(optimizer: settings.optimizer).advice }
  public var memoryAdvice: String { "a smaller model or smaller batches" }
  public var dataMemory: Int { 0 }
  public var measureMemory: Int { 0 }
  public func checkData() throws {}
  public func largestBatches() -> LargestBatches<Batches.Batch> {
    LargestBatches(training: makeBatches().largestBatches(shards: settings.shards ?? 1))
  }
  public func makeState(for model: Model, part: Int, of parts: Int) -> State { makeState(for: model) }
  public func addReads(of batch: Batches.Batch, by model: Model, to reads: inout TableReads) {
    reads.addAll()
  }
  public func measure(
    _ model: Model, _ parameters: borrowing Parameters, _ tape: inout Tape, sharing work: SharedWork,
    while goesOn: () -> Bool
  ) -> Measure? { measure(model, parameters, &tape, while: goesOn) }
  public func measureTest(
    _ model: Model, _ parameters: consuming Parameters, while goesOn: () -> Bool
  ) -> Measure? { nil }
  public func examine(run: String, engine: Engine, while goesOn: () -> Bool) throws -> Examination? { nil }
  public mutating func prepare(engine: Engine, while goesOn: () -> Bool, _ say: (String) -> Void) throws {}
  public mutating func prepareAgain(engine: Engine, while goesOn: () -> Bool) throws {
    try prepare(engine: engine, while: goesOn) { _ in }
  }
  public func remark(on parameters: borrowing Parameters) -> String? { nil }
  public func scheduleFigure(of measure: Measure, after epoch: Int) -> Double? { nil }
  public func writeSummary(best: Measure?, test: Measure?, to log: MetricsLog) { best?.write(to: log) }
  public func progressText(loss: Double, _ figures: Figures) -> String { "loss \(fixed(loss, 4))" }
  public func epochText(loss: Double, _ figures: Figures, _ measure: Measure) -> String {
    "loss \(fixed(loss, 4))  \(measure.text)"
  }
  public func resultText(best: Measure) -> String { best.text }
  public func conclusion(best: Measure) -> String { "" }
}

extension TrainingJob where State == NoState {
  /// Nothing goes on from step to step.
  public func makeState(for model: Model) -> NoState { NoState() }
}

extension TrainingJob where Description == NoDescription {
  /// The settings alone decide the model.
  public var description: NoDescription { NoDescription() }
}

extension TrainingJob where Source == String? {
  /// The data come from no file.
  public var source: String? { nil }
}

/// Of a job whose steps go on from nothing.
public struct NoState: Sendable {
  /// The only one.
  public init() {}
}

/// Of a job whose model is decided by its settings alone.
public struct NoDescription: Codable, Equatable, Sendable {
  /// The only one.
  public init() {}
}
