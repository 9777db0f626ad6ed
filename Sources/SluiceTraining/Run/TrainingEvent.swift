import SluiceCore
import SluiceFlow

/// What a training tells whoever runs it, as it happens.
public enum TrainingEvent<Job: TrainingJob>: Sendable {
  /// Something about the data, what other methods find, or the epoch: a line or several.
  case note(String)
  /// The training begins from a finished model.
  case tookOver(TakenOver, text: String)
  /// The model and its memory are made; steps follow.
  case began(TrainingOverview)
  /// A step was made.
  case step(StepReport<Job.Figures>, EpochProgress<Job.Figures>)
  /// A step at which all statistics of the flow were taken.
  case flow(FlowMonitor)
  /// Something was found to be wrong. Its `cause` is nil for a cause; what follows from one is told too.
  case finding(Finding)
  /// What was told as a cause turns out to follow from another, which was told already.
  case findingExplained(Finding, by: Finding)
  /// A finding has not held for some time.
  case findingEnded(Finding)
  /// An epoch was measured.
  case epoch(EpochReport<Job>)
  /// The training stops before its end, and what was trained is being saved.
  case stopping
  /// The training is over and its folder is complete.
  case ended(TrainingOutcome<Job>)
}

/// What whoever runs a training wants after an event.
public enum TrainingDecision: Sendable {
  /// The training goes on.
  case goOn
  /// Save, and end as if interrupted.
  case stop
}

/// How a training ended.
public enum TrainingEnd: Equatable, Sendable {
  /// All epochs were made.
  case finished
  /// It was asked to stop.
  case interrupted
  /// A cause was found on which it was to stop; see `TrainingOptions.stopOn`.
  case stopped(on: Finding)
}

/// What is known before the first step.
public struct TrainingOverview: Sendable {
  /// One line for each parameter: its name, shape and number of elements, and how it is updated.
  public let parameterTable: String
  /// The number of elements of all parameters.
  public let parameterCount: Int
  /// The memory by purpose.
  public let plan: MemoryPlan
  /// The optimizer's settings in one line.
  public let optimizer: String
  /// What computes.
  public let machine: MachineDescription
  /// The seed.
  public let seed: UInt64
}

/// How far an epoch and the whole training are.
public struct EpochProgress<Figures: StepFigures>: Sendable {
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// The epochs of the whole training.
  public let epochs: Int
  /// The mean loss of an example or word since the epoch began.
  public let loss: Double
  /// The figures since the epoch began.
  public let figures: Figures
  /// Examples or words a second of the last steps, those of up to a minute; validation is left out.
  public let rate: Double
  /// About how many seconds the steps that are left will take, at the pace of the last ones.
  public let secondsLeft: Double
}

/// What is said of an epoch.
public struct EpochReport<Job: TrainingJob>: Sendable {
  /// How far the training is.
  public let progress: EpochProgress<Job.Figures>
  /// The figures of the validation part.
  public let measure: Job.Measure
  /// Whether it is the best so far, which was saved.
  public let isBest: Bool
}

/// What a training leaves.
public struct TrainingOutcome<Job: TrainingJob>: Sendable {
  /// Whether all epochs were made.
  public let end: TrainingEnd
  /// The folder of the run.
  public let path: String
  /// The saved model's figures; nil where none was measured.
  public let best: SavedResult<Job.Measure>?
  /// Its figures on the test part, if there is one.
  public let test: SavedResult<Job.Measure>?
  /// What the folder keeps, in words, such as "the model after epoch 7".
  public let kept: String
  /// Whether the folder holds a checkpoint to go on from.
  public let canResume: Bool
  /// The gradient's flow over all steps.
  public let flow: GradientFlow
  /// What was found, what has ended included: causes and what follows from them.
  public let diagnosis: Diagnosis
  /// Why the log could not be written to its end; nil if it was.
  public let problem: String?
  /// The whole epochs that were made.
  package let epochs: Int

  /// All that was found, in the order in which it was reported.
  public var findings: [Finding] { diagnosis.findings }
}
