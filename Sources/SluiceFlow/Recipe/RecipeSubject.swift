import SluiceCore

/// What a model is shown during the checks.
public enum RecipeInput: Sendable {
  /// The fixed tiny batch.
  case real
  /// The same batch with everything that tells its examples apart removed; the labels stay.
  case blank
}

/// A model with a fixed tiny batch, as the checks of the recipe need it.
///
/// It makes no use of regularisation in `step`, so that overfitting is possible.
public protocol RecipeSubject: ~Copyable {
  /// The number of classes; nil if the loss is no cross entropy.
  var classCount: Int? { get }
  /// The labels of the tiny batch; empty if it has none.
  var labels: [Int] { get }
  /// The names of the parameters and whether they are trained.
  var parameterNames: [String] { get }
  var trained: [Bool] { get }
  /// A copy of the values of all parameters.
  var values: [[Float]] { get }
  /// The mean loss over the tiny batch. Changes nothing.
  mutating func loss(_ input: RecipeInput, mode: Tape.Mode) -> Float
  /// One update on the tiny batch; returns the loss before it.
  mutating func step(_ input: RecipeInput) -> Float
  /// The largest gradient of the first example's output at the input of another example; nil if it cannot be told.
  mutating func leakBetweenExamples() -> Float?
  /// The largest gradient of an output at an input of a later time step; nil for a model that may look ahead.
  mutating func leakFromTheFuture() -> Float?
}

/// What the checks ask for when they make a model.
public struct RecipeVariant: Sendable {
  /// What the number of units is multiplied by.
  public var unitsFactor = 1
  /// What the learning rate is multiplied by.
  public var rateFactor: Float = 1

  /// The model as it was asked for.
  public init() {}
}

/// One line of the result.
public struct RecipeLine: Sendable, Codable, Equatable {
  public enum Outcome: String, Sendable, Codable {
    case pass
    case warn
    case fail
  }

  public let name: String
  public let outcome: Outcome
  /// The figures.
  public let detail: String
  /// What to try; empty where it passed.
  public let hint: String
}
