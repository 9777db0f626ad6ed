/// What a kind of fault is about.
enum Topic: String, CaseIterable, Sendable {
  case data, initialization, architecture, loss, optimizer, time, validation
}

/// The rules of the diagnosis are tuned on the faults of some kinds and measured on those of the others, which were written last, with their
/// answers, before any of them was run. Once the rules have learned from them they count as tuned on.
enum Half: String, CaseIterable, Sendable { case tune, held }

/// A kind of fault, in whichever model it occurs.
struct Kind: Sendable, Hashable {
  let name: String
  let topic: Topic
  let half: Half
  /// Whether faults of this sort were tuned on in other models with other data, under another name.
  let isKnown: Bool

  init(_ name: String, _ topic: Topic, _ half: Half, isKnown: Bool = false) {
    self.name = name
    self.topic = topic
    self.half = half
    self.isKnown = isKnown
  }
}

/// One fault in one model, with the answer that is expected. The answers were written before any fault was run; one that was changed
/// since says why.
struct Fault: Sendable {
  /// What shows that a fault does harm.
  enum Harm: Sendable {
    /// In the end the loss on fresh examples has fallen by less than 90 % of what it falls by without the fault, or is clearly higher
    /// (by 40 %), or it fell clearly later.
    case learnsLess
    /// The training's own validation says less than fresh examples do.
    case deceives
    /// The loss of a batch is three times what it was before.
    case spikes
    /// The loss on fresh examples in the end is above its lowest in the training's own validation.
    case getsWorse
    /// The loss stays above what a simpler method reaches.
    case staysAboveBaseline
  }

  let kind: Kind
  let model: ModelName
  /// What tells it from others of its kind in its model.
  var detail = ""
  /// What the training without the fault has that differs from the model's usual one.
  var twin: @Sendable (inout Setup) -> Void = { _ in }
  let change: @Sendable (inout Setup) -> Void
  /// Any of these names the fault.
  let words: Set<String>
  /// These are true too, and causes in their own right.
  var also: Set<String> = []
  /// The place has to have one of these in its name; any place is right where there are none.
  var places: [String] = []
  /// The step from which on it can be seen.
  var visible = 1
  var harm = Harm.learnsLess
  /// What mends it.
  let mend: String

  var name: String { "\(model.rawValue): \(kind.name)" + (detail.isEmpty ? "" : ", \(detail)") }

  /// The training without the fault.
  func healthySetup(seed: UInt64) -> Setup {
    var setup = Setup(model)
    setup.seed = seed
    twin(&setup)
    setup.vary()
    return setup
  }

  func faultySetup(seed: UInt64) -> Setup {
    var setup = healthySetup(seed: seed)
    change(&setup)
    return setup
  }

  static let all =
    dataFaults + initializationFaults + architectureFaults + lossFaults + optimizerFaults + timeFaults
    + validationFaults + columnFaults + labelFaults + startingValueFaults + structureFaults + objectiveFaults
    + updateFaults + sequenceFaults + holdoutFaults + everydayFaults
    + commonFaults + unseenFaults + unseenTrainingFaults + wholeFaults
    + freshDataFaults + freshModelFaults + freshTrainingFaults + freshSequenceFaults
    + knownFaults + novelFaults
    + laterKnownFaults + laterNovelFaults
}

/// A training by a rule at a rate of its own.
func trained(_ rule: OptimizerSetup.Rule, at rate: Float) -> @Sendable (inout Setup) -> Void {
  {
    $0.optimizer.rule = rule
    $0.optimizer.rate = rate
  }
}
