import SluiceCore

/// Judges what a monitor sees, by rules that need to hold for several observations in a row.
///
/// | finding | holds when |
/// | --- | --- |
/// | non-finite | the loss or an element of a gradient is not finite; reported at once |
/// | no gradient | a trained parameter's gradient has been zero everywhere since the training began |
/// | blocked | a weight's mean absolute gradient is below 10⁻⁴ of the median of all weights, or below 10⁻¹² |
/// | vanishing over depth | from a weight on, at least four more in a row have twice the mean absolute gradient of the one before, a thousandfold in all |
/// | vanishing over time | far from the end of sequences of 12 steps or more the gradient is below 10⁻⁵ of its largest |
/// | exploding | the gradient's norm is above 100 times its own usual size in this run |
/// | exploding over time | far from the end of sequences of 12 steps or more the gradient is 1,000 times that at the end |
/// | weights too small, too large | at the start the values' size is below 0.01 or above 10 by 1/√inputs; a table alone in its layer may be larger, and zeros are left alone |
/// | dead units | more than nine tenths of a ReLU's units are 0 for every example, or more than half and a quarter more than at the start |
/// | saturated | more than nine tenths of an activation's or a gate's values have lost their slope |
/// | frozen | a parameter is not trained, or its values do not change by a gradient that is large enough |
/// | rate too high | an update changes a weight by three times its size, or by half of it while the loss is not below that of the start |
/// | rate too low | no weight ever changed by more than 3·10⁻⁵ of its size in one step |
/// | gradients add up | successive gradients of dense weights point the same way (cosine above 0.9) and their norm grows threefold |
/// | loss high at the start | the first losses are above 1.5 times that of a model that knows nothing |
/// | loss below its least value | it is |
/// | loss flat | after 15 observations and 100 steps the loss is less than 2 % below that of the start |
/// | loss flat | after 200 steps it is not below that of a model without inputs (`baselineLoss`) and no longer falls |
/// | loss rising | the recent loss is above 1.5 times that of the start and above 1.2 times the best |
/// | collapse | after 100 steps an output differs between examples by less than 10⁻⁴ of its size |
///
/// The thresholds that look at sizes are relative to the other layers or to the run's own start, because absolute sizes say
/// little. They were set so that none of the rules speaks on healthy trainings with ten seeds.
public struct Diagnosis: Sendable {
  /// All findings in the order they were reported, also those that have ended.
  public internal(set) var findings: [Finding] = []

  let names: [String]
  /// Whether each parameter is left untrained on purpose.
  let isMeantFrozen: [Bool]
  let roles: [ParameterRole]
  /// The root of a weight's inputs; 0 for what is no weight of several rows.
  let roots: [Float]
  /// Whether a parameter is the only one of its layer, as a table of vectors is.
  let isAlone: [Bool]
  let settings: FlowSettings
  var states: [Key: Hysteresis] = [:]
  var usualNorm: Float = 0
  var observations = 0
  var everMoved: [Bool]
  var largestRatio: Float = 0
  var firstNorm: Float = 0
  /// How large the weights were at the first observation.
  var beganAtScale: [WeightScale]
  /// The share of dead units when an activation was first seen.
  var deadAtStart: [Key: Float] = [:]
  /// The lowest loss when the number of steps last doubled, and the time before.
  var lowest: (count: Int, last: Float, before: Float) = (1, .infinity, .infinity)
  var sorted: [Float]

  /// One rule at one place.
  struct Key: Hashable {
    let ailment: Ailment
    let place: Int
    let part: Int
  }

  init(parameters: [ParameterDescription], settings: FlowSettings) {
    names = parameters.map { GradientFlow.barName($0.name) }
    isMeantFrozen = parameters.map { settings.freezes($0.name) }
    roles = parameters.map(\.role)
    roots = parameters.map {
      $0.role == .weight && $0.shape.rank > 1 ? Float($0.shape.width).squareRoot() : 0
    }
    isAlone = parameters.map { one in parameters.count { $0.layer == one.layer } == 1 }
    beganAtScale = Array(repeating: .usual, count: parameters.count)
    self.settings = settings
    everMoved = Array(repeating: false, count: names.count)
    sorted = Array(repeating: 0, count: names.count)
    states.reserveCapacity(1024)
    deadAtStart.reserveCapacity(64)
  }

  /// The causes, the most decisive first: what is wrong, with what follows from it left out.
  public var verdict: [Finding] { findings.filter { $0.cause == nil } }
  /// The findings that hold now.
  public var current: [Finding] { findings.filter { $0.endStep == nil } }

  /// Notes that the loss was not finite and where that began.
  mutating func report(nonFinite origin: NonFinite?, step: Int) {
    note(
      .nonFinite, 0, 0, true, step: step, patience: 1, place: { _ in origin?.layer ?? origin?.source ?? "" },
      evidence: { _ in origin.map { "\($0)" } ?? "the loss is not finite" })
  }

  mutating func judge(_ seen: Observation) {
    observations += 1
    judgeNumbers(seen)
    judgeWeights(seen)
    judgeOperations(seen)
    judgeTime(seen)
    judgeRate(seen)
    judgeLoss(seen)
  }

  /// Notes whether a rule holds at a place; the texts are made only when a finding begins.
  mutating func note(
    _ ailment: Ailment, _ place: Int, _ part: Int, _ holds: Bool, step: Int, patience: Int,
    place name: (borrowing Diagnosis) -> String, evidence: (borrowing Diagnosis) -> String
  ) {
    let key = Key(ailment: ailment, place: place, part: part)
    var state = states[key] ?? Hysteresis()
    if !holds && state.held == 0 { return }
    switch state.add(holds, step: step, patience: patience) {
    case .none: break
    case .begins:
      state.finding = findings.count
      findings.append(
        Finding(
          ailment: ailment, place: name(self), firstStep: state.since, reportedStep: step, endStep: nil,
          evidence: evidence(self), hint: ailment.hint, remedy: nil, cause: nil))
    case .ends:
      if let finding = state.finding { findings[finding].endStep = step }
      state.finding = nil
    }
    states[key] = state
  }
}
