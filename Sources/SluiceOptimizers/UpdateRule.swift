import SluiceCore

/// An optimizer's formula, as a plain value with its hyper-parameters.
///
/// A rule works on consecutive elements and does not know whether they are dense parameters or a row of a
/// table: `Optimizer` runs the same rule over both. Accumulators start at zero.
public protocol UpdateRule: Sendable {
  /// The name in reports, such as `adam`.
  static var name: String { get }
  /// The step size, which a schedule may change between steps.
  var learningRate: Float { get set }
  /// How many numbers the rule keeps for each parameter element: 0 to 4.
  var accumulatorCount: Int { get }
  /// What is wrong with the hyper-parameters, or nil if nothing is.
  var problem: String? { get }
  /// Moves the values by their gradients.
  ///
  /// - Complexity: O(elements); may be called from several threads for different elements; allocates nothing.
  func update(_ elements: UpdateElements)
}

/// Consecutive elements to be updated: their values, gradients and accumulators.
public struct UpdateElements: Sendable {
  public let engine: Engine
  public let values: Floats
  public let gradients: Floats
  /// The number of this update, from 1.
  public let step: Int
  private let columns: (Floats, Floats, Floats, Floats)
  private let accumulatorCount: Int

  init(
    engine: Engine, values: Floats, gradients: Floats, step: Int, accumulatorCount: Int,
    columns: (Floats, Floats, Floats, Floats)
  ) {
    self.engine = engine
    self.values = values
    self.gradients = gradients
    self.step = step
    self.accumulatorCount = accumulatorCount
    self.columns = columns
  }

  /// The elements of accumulator `i`.
  ///
  /// - Precondition: the rule has asked for more than `i` accumulators.
  public func accumulator(_ i: Int) -> Floats {
    precondition(i >= 0 && i < accumulatorCount, "The rule did not ask for so many accumulators.")
    switch i {
    case 0: return columns.0
    case 1: return columns.1
    case 2: return columns.2
    default: return columns.3
    }
  }
}
