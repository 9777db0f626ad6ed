/// How an optimizer updates one parameter: the settings of its rule and group.
public struct RuleSettings: Sendable, Equatable {
  /// The learning rate, before the schedule's factor.
  public var rate: Float
  /// The share of the last direction that is kept, such as momentum or Adam's β₁; 0 for a rule that keeps none.
  public var momentum: Float
  /// The weight decay λ; 0 for none. `isDecoupled` says how it acts.
  public var decay: Float
  /// What keeps the rule's quotients finite; 0 for a rule without quotients.
  public var epsilon: Float
  /// Whether the rule divides by the size of the gradients it has seen, so that the rate, and not the gradient, says how far an
  /// element moves.
  public var isAdaptive: Bool
  /// Whether the decay takes the share rate · λ of the value itself, and not λ times the value through the gradient.
  public var isDecoupled: Bool

  /// Settings of a rule; by default those of plain descent.
  public init(
    rate: Float, momentum: Float = 0, decay: Float = 0, epsilon: Float = 0, isAdaptive: Bool = false,
    isDecoupled: Bool = false
  ) {
    self.rate = rate
    self.momentum = momentum
    self.decay = decay
    self.epsilon = epsilon
    self.isAdaptive = isAdaptive
    self.isDecoupled = isDecoupled
  }
}

/// What was done in the last update of some parameters.
public struct UpdateRecord: Sendable, Equatable {
  /// The updates noted since the parameters were made, by whatever optimizers they had. Those that were skipped are not among
  /// them, nor those of an earlier run.
  public var count = 0
  /// What the schedule multiplied the learning rates by.
  public var scheduleFactor: Float = 1
  /// What clipping by norm multiplied the gradient by; 1 where it was left as it is.
  public var gradientScale: Float = 1
  /// Whether gradients are clipped where they are too large, by norm or by value.
  public var isClipping = false

  /// The record before the first update.
  public init() {}
}

/// What optimizers leave for whoever watches a training: the settings for each parameter, and the last update.
///
/// It belongs to the parameters, so that a watcher need not know the optimizer, nor the optimizer the watcher.
package final class UpdateNotes: @unchecked Sendable {
  /// For each parameter, by its place in the table.
  var settings: [RuleSettings?] = []
  var last = UpdateRecord()

  /// Notes an update that was done. Allocates nothing.
  package func noteUpdate(scheduleFactor: Float, gradientScale: Float, isClipping: Bool) {
    last.count += 1
    last.scheduleFactor = scheduleFactor
    last.gradientScale = gradientScale
    last.isClipping = isClipping
  }

  /// Notes how the parameter at a place of the table is updated; nil for one that no optimizer updates. Allocates the first time.
  package func note(_ settings: RuleSettings?, at place: Int) {
    while self.settings.count <= place { self.settings.append(nil) }
    self.settings[place] = settings
  }
}

extension Parameters {
  /// What the last update did, of whichever optimizer.
  public var lastUpdate: UpdateRecord { store.updateNotes.last }

  /// How a parameter is updated by the last optimizer that was made for it; nil if there was none, or it freezes the parameter.
  public func updateSettings(of parameter: ParameterHandle) -> RuleSettings? {
    let place = store.index(parameter)
    let settings = store.updateNotes.settings
    return place < settings.count ? settings[place] : nil
  }

  /// Where an optimizer leaves its notes.
  package var updateNotes: UpdateNotes { store.updateNotes }
}
