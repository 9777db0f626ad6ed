import SluiceFlow
import SluiceProcesses
import SluiceStorage

/// What a training does beside training; nothing here changes the model.
public struct TrainingOptions: Sendable {
  /// Whether the log's figures are written for TensorBoard too.
  public var writesEvents = false
  /// Every how many steps all statistics of the flow are taken and logged; nil for the usual interval.
  public var flowInterval: Int?
  /// Whether a finished run of another job, or with other settings or data, may be replaced.
  public var overwrites = false
  /// The finished model that the training begins from; nil begins from nothing.
  public var start: TrainingStart?
  /// Vectors of words that a table of the model begins with; nil begins with random ones.
  public var vectors: PretrainedVectors?
  /// How often the folder gets what the training could go on from after a kill.
  public var checkpoints = CheckpointSchedule.seconds(60)
  /// How many checkpoints stay.
  public var keepsCheckpoints = 1
  /// What is done about a step that would spoil the training.
  public var onSpike = SpikePolicy.ignore
  /// How the numbers of the saved model are stored. What the training goes on from, in a checkpoint, stays exact.
  public var precision = StoredPrecision.float32
  /// After how many epochs without a better measure the training ends; nil for none, so that all epochs are made. A schedule that runs over
  /// the whole training does not know of it.
  public var patience: Int?
  /// On which findings the training stops as if it were interrupted; nil for none.
  public var stopOn: StopCondition?
  /// Rules of one's own, which are asked at each step at which all statistics are taken. A training that is resumed has to be given the same.
  public var detectors: [any FlowDetector] = []
  /// The processes that train together, of which this is one. The first leads: it alone writes into the folder and is told anything.
  /// Where a training throws, the other processes wait until `Processes.abort` ends them.
  public var processes = Processes.alone
  /// Whether steps are given fewer threads than there are where that is faster, which is tried now and then (see `Workers.activeCount`). The bits do not
  /// depend on it.
  public var choosesThreads = true
  /// Asked between steps and between the batches of a validation: whether the training is to save and stop, as Ctrl-C asks for.
  public var isStopRequested: @Sendable () -> Bool = { false }
  /// After which epoch the training pauses: it saves what it goes on from, as if it were interrupted. Nil for none.
  package var lastEpoch: Int?
  /// Whether what comes before the first step is done, such as figures of other methods: a tuning does it once for all its trainings.
  package var preparesJob = true

  /// The usual options.
  public init() {}
}
