import SluiceCore

/// A model with a fixed tiny batch, as the checks of the recipe need it.
///
/// A step is `forward`, `backward`, `update`. What a model has no answer for it leaves to the defaults below; the checks
/// about it are then left out.
public protocol RecipeSubject: ~Copyable {
  /// All that is trained, and what is frozen.
  var parameters: Parameters { get }
  /// The memory of a step.
  var tape: Tape { get }
  /// The loss before anything is learned; nil if none can be named.
  var chance: RecipeChance? { get }
  /// The label of each example of the tiny batch; empty if it has none.
  var labels: [Int] { get }
  /// How often each class occurs in the training data; empty if there are no classes.
  var classCounts: [Int] { get }
  /// What each class is called, by its number; one that has no name is called by the number.
  var classNames: [String] { get }
  /// The bias of the layer that gives the logits of the classes.
  var outputBias: ParameterHandle? { get }
  /// The share that the model drops in training; 0 if the two modes are to give the same loss.
  var dropout: Float { get }
  /// The most updates that learning the tiny batch by heart may take.
  var overfitSteps: Int { get }
  /// What the share of right answers is called.
  var metric: String { get }
  /// What the share of right answers has to beat on the tiny batch, beside the most frequent class.
  var baselines: [RecipeBaseline] { get }
  /// The examples of the tiny batch as they are right before the first layer, turned back into what people read.
  var inputs: [String] { get }

  /// The loss over the tiny batch, recorded on the tape. Changes no parameter.
  mutating func forward(_ input: RecipeInput, mode: Tape.Mode) -> Float
  /// The gradients of the last forward pass.
  mutating func backward()
  /// Moves the parameters by the gradients of the last backward pass.
  mutating func update()
  /// Where the gradient of one output gets to; nil if it cannot be told.
  mutating func reach() -> RecipeReach?
  /// What the model makes of each example of the tiny batch, without dropout.
  mutating func answers() -> RecipeAnswers
  /// What only this kind of model can go wrong with, looked at after the tiny batch was learned.
  mutating func ownLines() -> [RecipeLine]
}

extension RecipeSubject where Self: ~Copyable {
  /// None can be named: the check of the first loss is left out.
  public var chance: RecipeChance? { nil }
  /// The examples have none: the most frequent class is then no baseline.
  public var labels: [Int] { [] }
  /// There are no classes: the check of the class frequencies is left out.
  public var classCounts: [Int] { [] }
  /// None: where there are classes they are called by their numbers.
  public var classNames: [String] { [] }
  /// There is none: the bias to set is told but not tried.
  public var outputBias: ParameterHandle? { nil }
  /// Nothing is dropped.
  public var dropout: Float { 0 }
  /// The usual number of updates.
  public var overfitSteps: Int { 300 }
  /// The share of right answers goes by its usual name.
  public var metric: String { "accuracy" }
  /// Only the most frequent class has to be beaten, where it is known.
  public var baselines: [RecipeBaseline] { [] }
  /// None: the check that shows the examples is left out.
  public var inputs: [String] { [] }
  /// It cannot be told.
  public mutating func reach() -> RecipeReach? { nil }
  /// None.
  public mutating func answers() -> RecipeAnswers { RecipeAnswers() }
  /// None.
  public mutating func ownLines() -> [RecipeLine] { [] }

  /// One update on the tiny batch without dropout, so that it can be learned by heart; returns the loss before it.
  mutating func step(_ input: RecipeInput) -> Float {
    let loss = forward(input, mode: .evaluation)
    guard loss.isFinite else { return loss }
    backward()
    update()
    return loss
  }

  /// A copy of the values of all parameters.
  var values: [[Float]] {
    var values: [[Float]] = []
    for i in 0..<parameters.count { values.append(parameters.values(of: parameters.handle(at: i)).array) }
    return values
  }

  /// The names of the parameters for which something holds.
  func names(_ holds: (Int) -> Bool) -> [String] {
    var names: [String] = []
    for i in 0..<parameters.count where holds(i) { names.append(parameters[parameters.handle(at: i)].name) }
    return names
  }

  func isTrained(_ i: Int) -> Bool { parameters.isTrainable(parameters.handle(at: i)) }

  /// The largest gradient of a parameter after a backward pass.
  func largestGradient(_ i: Int) -> Float {
    let handle = parameters.handle(at: i)
    let gradient =
      parameters.updates(of: handle) == .dense
      ? parameters.gradient(of: handle) : parameters.touchedRows(of: handle).rowGradients
    var largest: Float = 0
    for k in 0..<gradient.count where !(gradient[k].magnitude <= largest) { largest = gradient[k].magnitude }
    return largest
  }
}
