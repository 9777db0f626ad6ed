import SluiceCore

/// An optimizer's formula, as a plain value with its hyper-parameters.
///
/// A rule works on elements and does not know whether they are dense parameters or rows of a table:
/// `Optimizer` runs the same rule over both, on all threads. Accumulators start at zero. What a rule does to
/// an element may depend on that element's value, gradient and accumulators and on the settings, on nothing
/// else. For a formula of one's own see `ElementRule`.
public protocol UpdateRule: Sendable {
  /// The name in reports and files, such as `adam`.
  static var name: String { get }
  /// The step size, where the optimizer's group names no other.
  var learningRate: Float { get set }
  /// The weight decay, where the optimizer's group names no other. What it does is up to the rule.
  var weightDecay: Float { get set }
  /// The name of each accumulator in saved states, 0 to 4 of them.
  var accumulatorNames: [String] { get }
  /// What is wrong with the rule's own hyper-parameters, or nil if nothing is. The learning rate and the decay
  /// are checked by the optimizer.
  var problem: String? { get }

  /// What a watcher of the training is told of the rule. By default that its steps are the rate times the gradient, with a decay
  /// that goes through the gradient; the optimizer puts the group's rate and decay in. A rule of one's own need not say it, and is
  /// then judged as plain descent.
  var watchedSettings: RuleSettings { get }

  /// Moves the values by their gradients, with the learning rate and decay of `elements.settings`.
  ///
  /// - Complexity: O(elements); may be called from several threads for different elements; allocates nothing.
  func update(_ elements: UpdateElements)

  /// Does to a row what updates with gradient zero would have done to it, one for each of `skipped`.
  ///
  /// A rule need not have it: the default runs `update` that often, with the same result and at that cost.
  func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps)
}

extension UpdateRule {
  /// The settings of plain descent.
  public var watchedSettings: RuleSettings { RuleSettings(rate: learningRate, decay: weightDecay) }

  /// Brings a row of a table to where it would be had it not been skipped.
  public func catchUp(_ row: UpdateElements, _ skipped: SkippedSteps) { replay(row, skipped) }

  /// Runs `update` for the first `limit` of the skipped steps.
  public func replay(_ row: UpdateElements, _ skipped: SkippedSteps, limit: Int = .max) {
    var step = skipped.first
    let end = skipped.first + min(skipped.count, limit)
    var run = skipped.firstRun
    while step < end {
      let last = min(skipped.end(of: run), end)
      let rate = skipped.learningRate(of: run)
      while step < last {
        update(
          row.with(UpdateSettings(step: step, learningRate: rate, weightDecay: skipped.weightDecay)))
        step += 1
      }
      run += 1
    }
  }
}

/// A rule whose formula is written for eight elements at a time.
///
///     struct SignDescent: ElementRule {
///       static let name = "sign"
///       var learningRate: Float = 0.01
///       var weightDecay: Float = 0
///       var accumulatorNames: [String] { [] }
///       var problem: String? { nil }
///       func update(_ lane: inout UpdateLane, _ settings: UpdateSettings) {
///         let zero = SIMD8<Float>.zero
///         lane.value.replace(with: lane.value - settings.learningRate, where: lane.gradient .> zero)
///         lane.value.replace(with: lane.value + settings.learningRate, where: lane.gradient .< zero)
///       }
///     }
public protocol ElementRule: UpdateRule {
  /// Moves eight values by their gradients, which clipping has already scaled.
  func update(_ lane: inout UpdateLane, _ settings: UpdateSettings)
}

extension ElementRule {
  /// Runs the formula over all elements, eight at a time.
  @inlinable
  public func update(_ elements: UpdateElements) {
    let settings = elements.settings
    elements.forEachLane { update(&$0, settings) }
  }
}

/// The first of `problems` that is one.
func firstProblem(_ problems: String?...) -> String? { problems.compactMap { $0 }.first }

func betaProblem(_ name: String, _ beta: Float) -> String? {
  beta >= 0 && beta < 1 ? nil : "\(name) of \(beta), which has to be from 0 up to, not including, 1"
}

func epsilonProblem(_ epsilon: Float) -> String? {
  epsilon > 0 && epsilon.isFinite ? nil : "an epsilon of \(epsilon), which has to be above 0 and finite"
}
