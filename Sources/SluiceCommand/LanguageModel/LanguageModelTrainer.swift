import Sluice

/// A language model in training: the model, its parameters, the memory of a step and the states of the streams.
struct LanguageModelTrainer: ~Copyable {
  let settings: LanguageModelSettings
  let model: LanguageModel
  var parameters: Parameters
  var tape: Tape
  var optimizer: Optimizer
  /// What is seen of the training, and what is wrong with it.
  var flowMonitor: FlowMonitor
  var flow: GradientFlow { flowMonitor.gradients }
  let plan: MemoryPlan
  private(set) var lastGood: LastGoodValues
  /// The characters of every form of the corpus.
  private let spelled: RaggedIndices
  /// What to predict for each form.
  private let targetOfForm: [Int32]
  /// What the streams carry; nil for a model that carries nothing.
  private var state: RecurrentState?
  /// The same before the last step.
  private var stateBefore: RecurrentState?
  private var distinct: DistinctIds
  private var words = RaggedIndices()
  private var labels: [Int32] = []
  private let offsets: [Int32]

  init(
    corpus: WordCorpus, spelling: Spelling, settings: LanguageModelSettings, engine: Engine,
    output: TrainingOutput? = nil
  )
    throws(ModelError)
  {
    var parameters = Parameters(seed: settings.seed, engine: engine)
    let model = try LanguageModel(
      characters: spelling.count, vocabulary: corpus.vocabularyCount, settings, in: &parameters)
    let activations = model.activationCount(
      streams: settings.streams, steps: settings.steps, engine: engine)
    let spelled = spelling.encode(corpus.spellings)
    let plan = MemoryPlan(
      for: parameters, accumulators: settings.optimizer.accumulatorCount, activations: activations)
    try plan.check(
      advice: "a smaller --config, --streams or --steps, or a text with fewer different words")
    output?.announceInitialValues(of: parameters)
    let batches = corpus.training.count / (settings.streams * settings.steps)
    let optimizer = try settings.optimizer.makeOptimizer(
      for: parameters, plannedSteps: settings.epochs * batches)
    self.plan = plan
    self.settings = settings
    self.model = model
    // A batch reads each of its words once, so its characters are at most those of the longest words.
    let lengths = (0..<spelled.count).map { spelled.length($0) }.sorted(by: >)
    let characters = lengths.prefix(settings.streams * settings.steps).reduce(0, +)
    tape = Tape(for: parameters, capacity: activations + LanguageModel.room(forCharacters: characters))
    var watching = FlowSettings()
    watching.chanceLoss = logarithm(of: corpus.vocabularyCount)
    watching.baselineLoss = entropy(ofCounts: corpus.counts)
    flowMonitor = FlowMonitor(for: parameters, settings: watching)
    lastGood = LastGoodValues(for: parameters)
    self.spelled = spelled
    targetOfForm = corpus.spellings.indices.map { corpus.target(of: Int32($0)) }
    state = model.body.zeroState(sequences: settings.streams)
    stateBefore = model.body.zeroState(sequences: settings.streams)
    distinct = DistinctIds(below: corpus.spellings.count)
    offsets = (0...settings.streams).map { Int32($0 * settings.steps) }
    self.optimizer = optimizer
    self.parameters = parameters
  }

  /// One training step over a batch of forms and the forms that follow. Allocates nothing. Returns the mean loss of a word, in nats.
  ///
  /// The gradient is that of the loss summed over time and averaged over the streams, as in the authors' program. A loss or
  /// gradient that is not finite changes no parameter.
  mutating func step(inputs: [Int32], targets: [Int32]) -> Float {
    tape.mode = .training
    tape.reset()
    let loss = sumOfLosses(inputs: inputs, targets: targets)
    let mean = tape.scalar(loss) / Float(max(inputs.count, 1))
    flowMonitor.observeForward(tape, loss: mean)
    guard mean.isFinite else { return mean }
    lastGood.keep(parameters, after: optimizer.stepCount)
    let perStream = multiply(loss, 1 / Float(settings.streams), &tape)
    tape.backward(from: perStream, into: &parameters)
    flowMonitor.observeBackward(tape, parameters)
    guard flowMonitor.isFinite else { return mean }
    optimizer.step(&parameters, observed: flowMonitor.gradients.summary)
    flowMonitor.observeUpdate(parameters)
    return mean
  }

  /// Runs the last step again, from the state before it, and names the first number in it that is not finite.
  mutating func locate(inputs: [Int32], targets: [Int32]) -> NonFinite? {
    state = stateBefore
    tape.rewind()
    let loss = sumOfLosses(inputs: inputs, targets: targets)
    let perStream = multiply(loss, 1 / Float(settings.streams), &tape)
    return tape.firstNonFinite(from: perStream, into: &parameters)
  }

  /// The mean loss of a word over whole batches of `streams`, from states of zero, in nats. Those of training are kept.
  mutating func evaluate(_ streams: WordStreams) -> Double {
    tape.mode = .evaluation
    let kept = state
    state = model.body.zeroState(sequences: settings.streams)
    var inputs: [Int32] = []
    var targets: [Int32] = []
    var total = 0.0
    for index in 0..<streams.count {
      streams.batch(index, inputs: &inputs, targets: &targets)
      tape.reset()
      total += Double(tape.scalar(sumOfLosses(inputs: inputs, targets: targets)))
    }
    state = kept
    return total / Double(max(streams.tokenCount, 1))
  }

  /// Tells the schedule the perplexity on the validation part after an epoch, counted from 1.
  mutating func observe(perplexity: Double, after epoch: Int) {
    if epoch + 1 >= settings.firstComparedEpoch { optimizer.schedule.observe(perplexity) }
  }

  private mutating func sumOfLosses(inputs: [Int32], targets: [Int32]) -> Tensor {
    let vectors: Tensor
    switch model.reader {
    case .characters:
      distinct.find(in: inputs)
      words.removeAll()
      for i in 0..<distinct.ids.count { words.append(spelled[Int(distinct.ids[i])]) }
      vectors = rows(model.vectors(words, &tape), distinct.places, &tape)
    case .table(let table):
      setLabels(inputs)
      var x = table(labels, &tape)
      for i in 0..<model.highways.count { x = model.highways[i](x, &tape) }
      vectors = x
    }
    // Both stay in their own memory; the update writes all of it.
    swap(&state, &stateBefore)
    let states = model.body(
      vectors, tape.makeSequences(offsets: offsets), from: stateBefore, to: &state, &tape)
    setLabels(targets)
    return model.output.loss(states, labels: labels, &tape)
  }

  /// The ids in the vocabulary of `forms`.
  private mutating func setLabels(_ forms: [Int32]) {
    labels.removeAll(keepingCapacity: true)
    for i in 0..<forms.count { labels.append(targetOfForm[Int(forms[i])]) }
  }
}
