import SluiceCore

/// What one step's gradient of one parameter looked like.
public struct ParameterFlow: Sendable, BitwiseCopyable, Equatable {
  /// The mean of the absolute values.
  public var meanAbsolute: Float = 0
  /// The square root of the mean square.
  public var rootMeanSquare: Float = 0
  /// The largest absolute value.
  public var maximum: Float = 0
  /// The share of elements that are exactly zero.
  public var zeroShare: Float = 0
  /// The number of elements that are infinite or not a number; they are left out of the other figures.
  public var nonFiniteCount: Int32 = 0
  /// The number of elements looked at: for a table those of the rows that occurred.
  public var elementCount: Int32 = 0
}

/// Watches the gradient of every parameter, step by step, in fixed memory.
///
///     var flow = GradientFlow(for: parameters)
///     // after backward, before the update:
///     flow.observe(parameters)
///     print(flow.chart().terminal())
///
/// It is hard to say of a single value whether it is small. But a layer whose mean absolute gradient stays
/// near zero for several steps in a row, next to layers where it does not, blocks what flows through it:
/// its weights hardly move. Such a layer is named by `blockedLayers`.
///
/// For a table the figures are those of the rows that occurred, so they do not depend on how many did not.
public struct GradientFlow: Sendable {
  /// How far below the median of the layers a bar is near zero.
  public static let nearZeroShare: Float = 1e-4
  /// A mean absolute gradient below this is near zero whatever the other layers have.
  public static let nearZero: Float = 1e-12
  /// For how many steps in a row a bar has to be near zero before the layer is named.
  public static let stepsUntilBlocked = 10

  /// The parameters watched, by the order of their table.
  public internal(set) var parameters: [ParameterDescription]
  /// The most steps remembered.
  public let window: Int
  /// The steps observed since the start.
  public internal(set) var stepCount = 0
  /// The norm of the whole gradient, tables included, at the last step at which all of it was looked at.
  public var gradientNorm: Float { whole.norm }
  /// What was found of the whole gradient at the last step, nil where not all of it was looked at: given to `Optimizer.step`, it spares
  /// clipping a pass of its own. Frozen parameters have no gradient.
  public var summary: GradientSummary? { isWhole ? whole : nil }
  /// How many elements of the last step's gradient are not finite, of those that were looked at.
  public internal(set) var nonFiniteCount = 0
  /// What was found of the whole gradient when all of it was last looked at.
  var whole = GradientSummary()
  /// Whether that was at the last step.
  var isWhole = false

  /// That of the parameters it was made for.
  private let generation: UInt32
  /// The figures of the remembered steps: a ring of `window` times one for each parameter.
  var history: [ParameterFlow]
  /// For how many steps in a row each parameter has been near zero, up to the last one.
  var stepsNearZero: [Int]
  private var sorted: [Float]

  /// - Parameter window: how many steps are remembered.
  /// - Precondition: the window holds at least one step.
  public init(for parameters: borrowing Parameters, window: Int = 64) {
    expect(window > 0, "GradientFlow", expected: "a window of at least one step", got: "\(window)")
    parameters.seal()
    self.parameters = parameters.handles.map { handle in parameters[handle] }
    self.window = window
    generation = parameters.generation
    history = Array(repeating: ParameterFlow(), count: window * self.parameters.count)
    stepsNearZero = Array(repeating: 0, count: self.parameters.count)
    sorted = Array(repeating: 0, count: self.parameters.count)
  }

  /// Takes the figures of the gradients as they are now.
  ///
  /// - Precondition: `parameters` are those the observer was made for.
  /// - Complexity: one pass over the gradients; allocates nothing.
  public mutating func observe(_ parameters: borrowing Parameters) {
    expect(
      isFor(parameters), "GradientFlow", expected: "the parameters that the observer was made for",
      got: "others")
    let first = stepCount % window * self.parameters.count
    var summary = GradientSummary()
    for i in 0..<self.parameters.count {
      let handle = parameters.handle(at: i)
      if parameters.isTrainable(handle) != self.parameters[i].isTrainable {
        self.parameters[i] = parameters[handle]
      }
      let gradient: Floats
      switch parameters.updates(of: handle) {
      case .dense: gradient = parameters.gradient(of: handle)
      case .touchedRows: gradient = parameters.touchedRows(of: handle).rowGradients
      }
      let statistics = parameters.engine.statistics(gradient)
      summary.add(statistics)
      history[first + i] = ParameterFlow(statistics)
    }
    take(summary)
    stepCount += 1
    countStepsNearZero(first)
  }

  /// Takes only the summary of the gradients as they are now, and no figures: parameter by parameter, as `observe` adds them up, so that
  /// a training has the same bits however often it is looked at.
  ///
  /// - Complexity: one pass over the gradients; allocates nothing.
  mutating func summarize(_ parameters: borrowing Parameters) { take(parameters.summarizeGradients()) }

  /// Looks at the gradients of biases and other vectors alone: what is not finite comes to them, and they are a small part of a model. Where there
  /// are none all is looked at.
  ///
  /// - Complexity: one pass over those gradients; allocates nothing.
  mutating func glance(_ parameters: borrowing Parameters) {
    guard let count = parameters.nonFiniteVectorCount() else { return summarize(parameters) }
    (isWhole, nonFiniteCount) = (false, count)
  }

  private mutating func take(_ summary: GradientSummary) {
    (whole, isWhole, nonFiniteCount) = (summary, true, summary.nonFiniteCount)
  }

  /// The elements of all parameters.
  var elementCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }

  /// Whether the observer was made for these parameters.
  public func isFor(_ parameters: borrowing Parameters) -> Bool {
    parameters.generation == generation
  }

  /// The figures of a parameter at one of the last steps: `age` 0 is the last.
  ///
  /// - Precondition: the step is remembered.
  public func figures(_ parameter: Int, age: Int = 0) -> ParameterFlow {
    expect(
      age >= 0 && age < rememberedCount, "GradientFlow",
      expected: "one of the last \(rememberedCount) steps, counted back from 0", got: "\(age)")
    return history[(stepCount - 1 - age) % window * parameters.count + parameter]
  }

  /// How many steps are remembered.
  public var rememberedCount: Int { min(stepCount, window) }

  /// The mean over the remembered steps of a parameter's mean absolute gradient.
  public func meanAbsolute(_ parameter: Int) -> Float {
    var sum = 0.0
    for age in 0..<rememberedCount { sum += Double(figures(parameter, age: age).meanAbsolute) }
    return Float(sum / Double(max(rememberedCount, 1)))
  }

  /// For how many steps in a row, up to the last, the parameter's bar was near zero.
  public func stepsNearZero(_ parameter: Int) -> Int { stepsNearZero[parameter] }

  private mutating func countStepsNearZero(_ first: Int) {
    var watched = 0
    for i in 0..<parameters.count where isBar(i) {
      sorted.insertInOrder(history[first + i].meanAbsolute, among: &watched)
    }
    let median = watched == 0 ? 0 : sorted[watched / 2]
    let limit = max(Self.nearZero, Self.nearZeroShare * median)
    for i in 0..<parameters.count {
      stepsNearZero[i] = history[first + i].meanAbsolute < limit ? stepsNearZero[i] + 1 : 0
    }
  }

  /// Whether a parameter has a bar: trained weights do, biases do not.
  func isBar(_ i: Int) -> Bool { parameters[i].role == .weight && parameters[i].isTrainable }
}

extension ParameterFlow {
  init(_ statistics: Statistics) {
    let finite = max(statistics.count - statistics.nonFinite, 1)
    meanAbsolute = Float(statistics.meanMagnitude)
    rootMeanSquare = Float((statistics.sumOfSquares / Double(finite)).squareRoot())
    maximum = statistics.largestMagnitude
    zeroShare = Float(statistics.zeros) / Float(max(statistics.count, 1))
    nonFiniteCount = Int32(clamping: statistics.nonFinite)
    elementCount = Int32(clamping: statistics.count)
  }
}
