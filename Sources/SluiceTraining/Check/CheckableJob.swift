import SluiceCore
import SluiceFlow

/// A job that can be checked before it is trained: besides what a training needs, a tiny batch and what to make of it.
///
/// Needed are `varied`, `blank` and `texts`; a check for which a job has no answer is left out.
public protocol CheckableJob: TrainingJob {
  /// The same data with other settings: more units, another rate, without dropout or a schedule.
  func varied(_ variant: RecipeVariant) -> Self
  /// A few examples, which a model that works learns by heart; not all of one label. By default the first batch of the
  /// first epoch.
  func makeTinyBatch() -> Batches.Batch
  /// The same labels with inputs that say nothing.
  func blank(_ batch: Batches.Batch) -> Batches.Batch
  /// The examples as they are right before the first layer, turned back into what people read.
  func texts(of batch: Batches.Batch) -> [String]

  /// The loss before anything is learned; nil if none can be named. By default that of `expectation`.
  var chance: RecipeChance? { get }
  /// The label of each example; empty if they have none.
  func labels(of batch: Batches.Batch) -> [Int]
  /// How often each class occurs in the training data; empty if there are no classes.
  var classCounts: [Int] { get }
  /// What each class is called, by its number.
  var classNames: [String] { get }
  /// The bias of the layer that gives the logits of the classes.
  func outputBias(of model: Model) -> ParameterHandle?
  /// The share that the model drops in training.
  var dropout: Float { get }
  /// The most updates that learning the tiny batch by heart may take.
  var overfitSteps: Int { get }
  /// What the share of right answers is called.
  var metric: String { get }
  /// What the share of right answers has to beat on the tiny batch, beside the most frequent class.
  func baselines(of batch: Batches.Batch) -> [RecipeBaseline]
  /// Whether two losses can be compared only at the same step, because the step decides what is compared in a batch.
  var comparesSameStep: Bool { get }

  /// What the model makes of each example, without dropout.
  func answers(to batch: Batches.Batch, of model: Model, _ tape: inout Tape) -> RecipeAnswers
  /// What one output of the first example depends on; nil if it cannot be told.
  func reach(of batch: Batches.Batch, by model: Model, _ tape: inout Tape) -> OutputReach?
  /// What only this kind of model can go wrong with, looked at after the tiny batch was learned.
  func ownLines(_ batch: Batches.Batch, by model: Model, _ tape: inout Tape) -> [RecipeLine]
}

extension CheckableJob {
  /// The first batch of the first epoch.
  public func makeTinyBatch() -> Batches.Batch {
    var batches = makeBatches()
    var batch = batches.makeBatch()
    batches.start(epoch: 1, cursor: 0)
    _ = batches.next(into: &batch)
    return batch
  }
  public var chance: RecipeChance? {
    expectation.chance.map { RecipeChance($0, named: "that of a model that knows nothing") }
  }
  /// None.
  public func labels(of batch: Batches.Batch) -> [Int] { [] }
  public var classCounts: [Int] { [] }
  public var classNames: [String] { [] }
  /// None.
  public func outputBias(of model: Model) -> ParameterHandle? { nil }
  public var dropout: Float { 0 }
  public var overfitSteps: Int { 300 }
  public var metric: String { "accuracy" }
  /// The most frequent class alone.
  public func baselines(of batch: Batches.Batch) -> [RecipeBaseline] { [] }
  public var comparesSameStep: Bool { false }
  /// Nothing.
  public func answers(to batch: Batches.Batch, of model: Model, _ tape: inout Tape) -> RecipeAnswers {
    RecipeAnswers()
  }
  /// It cannot be told.
  public func reach(of batch: Batches.Batch, by model: Model, _ tape: inout Tape) -> OutputReach? { nil }
  /// None.
  public func ownLines(_ batch: Batches.Batch, by model: Model, _ tape: inout Tape) -> [RecipeLine] { [] }
}

/// One output of a model and the inputs that it may and may not depend on.
public struct OutputReach: Sendable {
  /// The rows of all examples, before the first layer that mixes them.
  public var inputs: Tensor
  /// What the gradient goes back from.
  public var outputs: Tensor
  /// The weight of each element of the outputs: those of the first example's output alone are not zero.
  public var weights: [Float]
  /// How many of the first rows are the first example's.
  public var first: Int
  /// The first of those rows that the output may not depend on; nil if it may depend on all.
  public var later: Int?

  /// The first row of `outputs`, which is the first example's.
  ///
  /// - Parameters:
  ///   - first: how many of the first rows of `inputs` are the first example's.
  ///   - later: the first of those rows that the output may not depend on; nil if it may depend on all.
  public init(
    from inputs: Tensor, toFirstRowOf outputs: Tensor, first: Int, later: Int? = nil, _ tape: borrowing Tape
  ) {
    self.init(
      inputs: inputs, outputs: outputs, weights: .first(tape.shape(of: outputs).width, of: outputs, tape),
      first: first, later: later)
  }

  /// An output by its parts.
  public init(inputs: Tensor, outputs: Tensor, weights: [Float], first: Int, later: Int? = nil) {
    self.inputs = inputs
    self.outputs = outputs
    self.weights = weights
    self.first = first
    self.later = later
  }
}
