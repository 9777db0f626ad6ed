import SluiceCore

/// Judges what a monitor sees: gathers what shows, and says what it comes from.
///
/// A rule looks at one kind of figure and says whether something shows there: not at all, suspected, or alarming. What alarms for
/// several observations in a row becomes a finding. Before that it is asked where it comes from (`Ailment.explains`): if something that
/// explains it is known already, the new finding is a consequence of that; if it is only suspected, that is reported first, and is the
/// cause. A suspicion that nothing needs is never reported, so a state that trains well is none. What turns out later to explain
/// earlier findings takes them over.
///
/// `verdict` has the causes. Thresholds come from the run itself, from chance, or from what a layer declares:
///
/// | finding | alarms when |
/// | --- | --- |
/// | unscaled input | a column's root mean square is above 10, or above 3 and 30 times the median column's; or none varies by 0.02, or one by a hundredth of what half of them do |
/// | constant input | all rows seen are equal, or one column of dense others, for 8 observations; or all rows of a batch, for 4 |
/// | input not finite | an input holds what is not finite |
/// | input shifted | a column's mean is eight deviations away from what it was, or its deviation eight times as large, or all columns stand still, or one that never did for three observations, or most vary three times as much; or the loss leapt up and from then on that of the validation part rises while the training's falls again; or in the validation part a column is three deviations away, or varies four times as much or as little; or the validation's loss is 2.5 times that of the start from the first on |
/// | unscaled target | the targets' mean or deviation is above 10, or next to nothing |
/// | unshuffled data | labels of a batch agree far more often than those of all batches, or means of targets differ twelve times as much as chance has them |
/// | unbalanced classes | more than nine tenths of the labels are one, in a text half; a note below nineteen twentieths |
/// | unknown symbols | more than nine tenths of the ids looked up are one, or 65 % of many; declared padding and what stands together as padding does are left out; or so it is in an evaluation alone |
/// | rows never seen | fewer than half of a table's rows occurred, and for two thirds of the training no new one, after 100 steps or a hundred ids for each row |
/// | duplicate rows | all rows of a weight or table begin alike |
/// | leakage | more of the validation's examples are in the training part, or next to a row of it, than its own repetitions account for; or in each of five batches 97 % of a column's variance is between labels, or goes with the targets |
/// | no gradient | a trained parameter's gradient has been zero since the start, though there is a loss |
/// | frozen | a parameter is not trained and nobody said so, or does not change by a gradient that is large enough; or updates leave four fifths of a weight as they are and move the rest far |
/// | no nonlinearity | an affine map follows another, and what is between them is no narrower than both |
/// | weights too small, too large | at the start their size by that which keeps the scale, 1/√inputs, is below 0.02 or above 4, or above 2 of recurrent ones over 20 steps; or they are zero and get no gradient; or the loss takes for logits less than a fiftieth of what the last layer gives; or a bias before the last weight is above 6; or in a plain stack four begin below a quarter of it, or three above 2.2; or two weights have the same largest value |
/// | too much dropout | more than seven tenths are dropped; or all dropouts on the way leave less than 3.5 %, or less than 13 % and the loss stands at its start |
/// | normalization without gain | its gain is below 0.01 after 8 observations |
/// | normalization of nothing | half of the rows vary by three epsilons or less |
/// | state not carried | a step's text goes on where the last one's ended, and begins from zeros |
/// | state never reset | the rows of a step go on where other rows of the last one ended; a suspicion only where sequences with labels of their own begin from states that are not zero |
/// | softmax twice | what a loss takes for logits are probabilities, or what a sigmoid gives |
/// | loss below its least value | it is |
/// | loss not averaged | a suspicion only: the loss is a sum over rows; a note: a plain rule's update takes the gradients of several passes that nobody divides |
/// | masked away | more than 95 % of the rows do not count |
/// | temperature too small | it is below a thousandth of what it divides |
/// | margin unreachable | it is at least the largest difference there can be |
/// | steps uphill | the updates of all weights go along their gradients, and the loss rises; or it rises from the first step on, while gradients still point the same way |
/// | gradients add up | successive gradients point the same way, and a whole one is added each time from the start, or they grow evenly for long, and the loss neither falls by them nor rises from the first step on |
/// | clipped away | the gradient is cut to less than a fiftieth and weights hardly move, or to less than a thousandth; or a plain rule's to less than a tenth while little is learned |
/// | rate too high | an update is ten times the weights, or 1.5 times and the loss is no lower in the steps after it, or 0.4 or 0.1 of them while the loss is above its start; or the loss has grown fourfold, or stands above that of knowing nothing, or its batches scatter by most of that and nothing is learned; or rate and loss have grown together |
/// | rate too low | all weights, or a group of another rate, change by less than 3·10⁻⁵ of their size; or by less than 10⁻³, or less than 4·10⁻³ of gradients that still point the same way, and the loss has hardly fallen in 64 updates; or by less than a sixteenth of what is usual, after 96 updates still the same way; or it creeps down and is still above that of knowing nothing |
/// | momentum too high | it is 0.975 or more, and the loss rises; or 0.995 or more in a plain rule |
/// | decay too strong | it takes 0.1 % of the weights at each step, or is more than the gradients of an adaptive rule, or adds more than half of it to the loss; or most weights shrink to half before anything is learned |
/// | epsilon too large | it is above three times the gradients of all weights, or ten times those of half of them, in an adaptive rule |
/// | schedule died | its factor, or the rate that a program sets, is below a thousandth of what it was for 12 steps, and for a twenty-fifth of those before |
/// | non-finite | the loss or a gradient is not finite; reported at once |
/// | saturated | more than nine tenths of an activation's or a gate's values have lost their slope, before most is learned, or are cut off; or a tanh or sigmoid stands between the last layer and a loss whose logits or targets are beyond it |
/// | dead units | a ReLU before the loss keeps it from a tenth of the targets; or more than nine tenths of a ReLU's units are 0 for every row, or 65 % and 30 % more than at the start |
/// | attention collapsed, uniform | in the first 24 steps the entropy of the weights is below 0.3 of the largest; or later it is the largest |
/// | exploding, vanishing over time | in the farthest quarter of sequences the gradient is 1,000 times that of the nearer half, or below 10⁻⁵ of its largest; a suspicion below 3·10⁻³ over 10 steps or 10⁻² over 16 |
/// | vanishing over depth | the first third of four or more weights has less than a thousandth of the gradient of the last third, and it falls steadily; or over six or more less than a thirtieth from the start on, and nothing is learned |
/// | blocked | a weight's gradient is below 10⁻⁴ of the lower quartile of those behind it |
/// | exploding | the gradient's norm is 100 times its usual and 10 times that of the start; or at the first weights 1,000 times the last's |
/// | collapse | what follows from data is the same for all rows; or the last layer's outputs come together to a quarter of their spread while a loss without labels stands still |
/// | loss high at the start | the first losses are above 1.5 times that of a model that knows nothing, of mean squares five times that of zeros |
/// | spike | a loss stands far above those before it, by their scatter and by the largest of them; a note below three tenths of that of knowing nothing |
/// | loss rising | the recent loss is above 1.5 times that of the start and above 1.2 times the best; or it leapt back to about that of the start and stayed there |
/// | not learning from the inputs | after 96 updates (240 for texts, 300 for triplets, 140 where the validation part says the same) the loss is that of the best model without inputs, which is known of classes, triplets and mean squares, and no longer falls, nor do gradients point the same way; that of a text has had no clear low for a third of all steps |
/// | loss flat | after as many the loss is not below that of the start, and no longer falls; a note: it stands above seven tenths of that of the best model without inputs, and so does the validation's |
/// | label noise suspected | rows divide into those that are learned and some that cost more than chance, and none between; or the validation part costs less than 0.6 of what the training part does, where the loss is the same function of both, or six times in a row less than 0.86; a note where it costs less than three tenths of what a model costs that knows nothing |
/// | overfitting | the validation's loss has risen for three measurements by 15 % and by 0.3 of what there was to learn, or stands far apart from a training loss of next to nothing |
/// | validation plateau | six measurements in a row were not better |
/// | worse than the baseline | after six measurements the validation's loss stands above that of a simpler method, and would for as many again |
public struct Diagnosis: Sendable {
  /// All findings in the order they were reported, also those that have ended.
  public internal(set) var findings: [Finding] = []

  /// The names of the parameters as findings show them, and as programs ask for them.
  let names: [String]
  let parameterNames: [String]
  /// Whether each parameter is left untrained on purpose.
  let isMeantFrozen: [Bool]
  let roles: [ParameterRole]
  let shapes: [Shape]
  let layers: [LayerHandle]
  let isTable: [Bool]
  /// Whether a layer steps through sequences with it, as operations told.
  var isRecurrent: [Bool]
  /// Whether its name says that it is multiplied with the state again and again.
  let isRepeatedWeight: [Bool]
  let settings: FlowSettings
  /// The rules of one's own.
  var detectors: [any FlowDetector] = []
  var states: [Key: Hysteresis] = [:]
  /// What would be said of a suspicion, if something turns out to come from it.
  var claims: [Key: Claim] = [:]
  /// How many states of each ailment there are, by its stage.
  var stateCounts: [Int]
  var memory: RuleMemory
  var sorted: [Float]

  /// One rule at one place.
  struct Key: Hashable {
    let ailment: Ailment
    let place: Int
    let part: Int

    static func == (a: Self, b: Self) -> Bool {
      a.ailment.stage == b.ailment.stage && a.place == b.place && a.part == b.part
    }

    /// By numbers: the text of a case would be hashed by its letters.
    func hash(into hasher: inout Hasher) {
      hasher.combine(ailment.stage)
      hasher.combine(place)
      hasher.combine(part)
    }
  }

  init(parameters: [ParameterDescription], settings: FlowSettings) {
    names = parameters.map { GradientFlow.barName($0.name) }
    parameterNames = parameters.map(\.name)
    isMeantFrozen = parameters.map { settings.freezes($0.name) }
    roles = parameters.map(\.role)
    shapes = parameters.map(\.shape)
    layers = parameters.map(\.layer)
    isTable = parameters.map { $0.updates == .touchedRows }
    isRepeatedWeight = parameters.map { $0.name.contains("weight_hh") }
    isRecurrent = Array(repeating: false, count: parameters.count)
    self.settings = settings
    stateCounts = Array(repeating: 0, count: Ailment.allCases.count)
    memory = RuleMemory(parameters: parameters.count)
    sorted = Array(repeating: 0, count: max(names.count, InputFigures.columnLimit))
    states.reserveCapacity(1024)
    claims.reserveCapacity(256)
    for detector in settings.detectors { add(detector) }
  }

  /// The findings that hold now.
  public var current: [Finding] { findings.filter { $0.endStep == nil } }

  /// The causes, the most decisive first; see `Verdict`.
  public var verdict: [Finding] { Verdict(of: findings).causes.map(\.finding) }

  /// What follows from a finding, by its place in `findings`.
  public func consequences(of cause: Int) -> [Finding] { findings.filter { $0.cause == cause } }

  mutating func judge(_ seen: Observation) {
    memory.observations += 1
    if memory.observations == 1 {
      noteRecurrent(seen)
      // What is divided later is no measure.
      let chance = seen.labels.chance ?? 0
      memory.isWarm = seen.loss.first > 0 && seen.loss.first < 0.6 * chance
    }
    judgeInputs(seen)
    // Of numbers that are not finite nothing else can be said.
    if seen.nonFiniteCount > 0 || !seen.loss.last.isFinite { return judgeNumbers(seen) }
    judgeLabels(seen)
    judgeRows(seen)
    judgeLookups(seen)
    judgeTables(seen)
    judgeStart(seen)
    judgeStack(seen)
    judgeLimits(seen)
    judgeMaking(seen)
    judgeOptimizer(seen)
    judgeRate(seen)
    judgeNumbers(seen)
    judgeDepth(seen)
    judgeOperations(seen)
    judgeTime(seen)
    judgeOwn(seen)
  }

  /// Up to this step suspicions are written down, for what turns out to come from them.
  private static let unsettled = 64

  /// Takes note of what a rule sees at a place; texts are made only when it is first suspected or becomes a finding.
  mutating func note(
    _ ailment: Ailment, _ place: Int, _ level: Level, part: Int = 0, step: Int, patience: Int? = nil,
    since: Int? = nil, _ claim: (borrowing Diagnosis) -> Claim
  ) {
    if level == .none, !isShown(ailment) { return }
    let key = Key(ailment: ailment, place: place, part: part)
    guard var state = states[key] ?? (level > .none ? Hysteresis() : nil) else { return }
    if state.held == 0, level > .none, states[key] == nil { stateCounts[ailment.stage] += 1 }
    let change = state.add(level, step: step, patience: patience ?? settings.patience)
    if let since, state.finding == nil { state.since = min(state.since, since) }
    switch change {
    case .none:
      // Later on nothing is written down, so that a steady step allocates nothing.
      if level > .none, claims[key] == nil, step <= Self.unsettled { claims[key] = claim(self) }
    case .begins:
      let cause = explanation(of: ailment, since: state.since, key, step: step)
      begin(ailment, &state, step, claim(self), cause: cause)
    case .ends:
      if let finding = state.finding { findings[finding].endStep = step }
      state.finding = nil
    }
    // What shows no more is forgotten, so that nothing is looked up at a steady step.
    if state.held == 0, state.finding == nil {
      if states.removeValue(forKey: key) != nil { stateCounts[ailment.stage] -= 1 }
    } else {
      states[key] = state
    }
  }

  /// Whether an ailment shows somewhere, reported or not yet.
  func isShown(_ ailment: Ailment) -> Bool { stateCounts[ailment.stage] > 0 }

  /// Reports a finding.
  mutating func begin(_ ailment: Ailment, _ state: inout Hysteresis, _ step: Int, _ claim: Claim, cause: Int?)
  {
    state.finding = findings.count
    findings.append(
      Finding(
        ailment: ailment, name: claim.name, severity: claim.severity, place: claim.place,
        firstStep: state.since, reportedStep: step, endStep: nil,
        evidence: claim.evidence, hint: claim.hint ?? ailment.hint, remedy: claim.remedy, cause: cause))
    if cause == nil { takeOver(findings.count - 1) }
  }
}
