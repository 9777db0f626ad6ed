/// What the rules remember from one observation to the next.
struct RuleMemory: Sendable {
  var observations = 0
  /// A slow geometric mean of the gradient's norm, and the largest of the first observations.
  var usualNorm: Float = 0
  var earlyNorm: Float = 0
  /// The norm at the first update seen and at the last, and for how many in a row it grew the same way.
  var firstNorm: Float = 0
  var lastNorm: Float = 0
  var addingCount = 0
  /// Whether it began to with the second gradient.
  var addsFromStart = false
  /// By how much the second gradient's norm was larger than the first one's.
  var firstGrowth: Float = 1
  /// The largest factor of the schedule so far.
  var peakFactor: Float = 0
  /// The learning rate that was last noted, the first and the largest one, each before the schedule's factor; 0 for none.
  var rate: Float = 0
  var firstRate: Float = 0
  var peakRate: Float = 0
  /// What a weight's change by its size usually is in a model as large.
  var usualRatio: Float = 0.01
  /// For how many steps the factor has been next to nothing.
  var deadSince = 0
  /// Whether each parameter ever had a gradient.
  var everMoved: [Bool]
  /// How large each weight was at the start by what keeps the scale; 0 where that says nothing.
  var startGains: [Float]
  /// Its root mean square then.
  var startSizes: [Float]
  /// Each weight's update by its size: an exponential mean over about five observations.
  var ratios: [Float]
  /// The share of each table's rows that have occurred, and the step at which it last grew.
  var touchedShares: [Float]
  var touchedSteps: [Int]
  /// The largest of these, of weights that have a gradient.
  var largestRatio: Float = 0
  /// The largest update of a weight by its size that was above half of it, which weight that was, and at which observation; 0 for none.
  var hugeRatio: Float = 0
  var hugePlace = 0
  var hugeAt = 0
  /// How far successive gradients point the same way: a mean of their cosines over about eight observations.
  var agreement: Float = 0
  /// Whether the model knew a good deal already when the training began: then its weights are as they are for good reasons.
  var isWarm = false
  /// The loss of a model that knows nothing, as far as it is known, or the one that the training began with, if that is more.
  var ignorance: Float = 0
  /// The least loss so far.
  var leastLoss = Float.infinity
  /// The longest sequence of the first observation.
  var longest = 0
  /// What was seen first at a place, by the rule that compares with it: the share of dead units of an activation, the spread of an affine
  /// operation's outputs between examples.
  var atStart: [Diagnosis.Key: Float] = [:]

  init(parameters: Int) {
    everMoved = Array(repeating: false, count: parameters)
    startGains = Array(repeating: 0, count: parameters)
    startSizes = startGains
    ratios = startGains
    touchedShares = startGains
    touchedSteps = Array(repeating: 0, count: parameters)
    atStart.reserveCapacity(64)
  }
}
