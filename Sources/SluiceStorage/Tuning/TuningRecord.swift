import SluiceCore

/// All that is known of a tuning, as `tune.json` in its folder holds it: what was asked for, every trial, and what was kept.
public struct TuningRecord: Codable, Equatable, Sendable {
  /// The form of `tune.json`, as this version writes it.
  public static let currentFormat = "sluice tuning 1"

  /// The form.
  public var format = Self.currentFormat
  /// The version of the program.
  public var sluice: String
  /// The name of the job.
  public var job: String
  /// The files that were read.
  public var data: [String]
  /// A fingerprint of the data's contents.
  public var dataFingerprint: String?
  /// The kernels that computed: others give other last bits.
  public var instructionSet: String
  /// What the trials are drawn from, and what each of them is trained with.
  public var seed: UInt64
  /// The figure by which trials are compared.
  public var metric: String
  /// Whether a lower figure is a better one.
  public var isLowerBetter: Bool
  /// The most bytes of a model's file; nil for no limit.
  public var sizeLimit: Int?
  /// The precision that was asked for; nil where it is one of the dimensions, or as trained.
  public var precision: StoredPrecision?
  /// The minutes, trials and rounds that were asked for.
  public var asked: Asked
  /// The names of what varies.
  public var dimensions: [String]
  /// The shares of a training after which trials are compared.
  public var rungs: [Double]
  /// The trials that have begun, by number.
  public var trials: [Trial] = []
  /// Whether no more trials begin.
  public var isClosed = false
  /// The rounds that are done.
  public var rounds = 0
  /// The steps of the round that is under way.
  public var round: [TuningStep] = []
  /// What is kept in the folder; nil before the first result.
  public var kept: Kept?
  /// The winner over its seeds; nil before it was trained with them.
  public var spread: Spread?
  /// Whether all of it was done.
  public var isComplete = false
  /// The seconds that it has taken so far.
  public var seconds = 0.0

  /// How much was asked for.
  public struct Asked: Codable, Equatable, Sendable {
    /// Minutes; nil where trials were asked for.
    public var minutes: Double?
    /// Trials; nil where minutes were asked for.
    public var trials: Int?
    /// The most rounds; nil for all that it takes.
    public var rounds: Int?

    /// What was asked for.
    public init(minutes: Double? = nil, trials: Int? = nil, rounds: Int? = nil) {
      self.minutes = minutes
      self.trials = trials
      self.rounds = rounds
    }
  }

  /// One choice of settings, and how far it came.
  public struct Trial: Codable, Equatable, Sendable {
    /// Its number, from 0, which is the default.
    public var number: Int
    /// What it has of each dimension, in the order of `dimensions`.
    public var values: [String]
    /// The command that trains the same model to the bit; empty where the command line has no options for it.
    public var command: String
    /// What it reached, rung by rung.
    public var results: [Result] = []
    /// The same with other seeds, for the winner.
    public var repetitions: [Result] = []
    /// Why it ended before its time; nil if it did not.
    public var failure: String?

    /// A trial that has not begun.
    public init(number: Int, values: [String], command: String) {
      self.number = number
      self.values = values
      self.command = command
    }
  }

  /// What a trial has reached.
  public struct Result: Codable, Equatable, Sendable {
    /// The seed of the training.
    public var seed: UInt64
    /// The epochs that it was trained for.
    public var epochs: Int
    /// The epoch after which its best model was saved.
    public var bestEpoch: Int
    /// The figure of that model on the validation part.
    public var figure: Double
    /// The loss of it; nil for a job without one.
    public var loss: Double?
    /// The figures in words.
    public var text: String
    /// The bytes of the model's file.
    public var bytes: Int
    /// The seconds of this step.
    public var seconds: Double

    /// A result by its parts.
    public init(
      seed: UInt64, epochs: Int, bestEpoch: Int, figure: Double, loss: Double?, text: String, bytes: Int,
      seconds: Double
    ) {
      self.seed = seed
      self.epochs = epochs
      self.bestEpoch = bestEpoch
      self.figure = figure
      self.loss = loss
      self.text = text
      self.bytes = bytes
      self.seconds = seconds
    }
  }

  /// Which model the folder holds.
  public struct Kept: Codable, Equatable, Sendable {
    /// The trial.
    public var trial: Int
    /// Which training of it: 0 for the first, 1 and 2 for those with other seeds.
    public var repetition: Int
    /// What it has reached.
    public var result: Result
    /// The command that trains the same model to the bit; empty where the command line has no options for it.
    public var command: String

    /// A kept model.
    public init(trial: Int, repetition: Int, result: Result, command: String = "") {
      self.trial = trial
      self.repetition = repetition
      self.result = result
      self.command = command
    }
  }

  /// The figures of one trial over its seeds.
  public struct Spread: Codable, Equatable, Sendable {
    /// The trial.
    public var trial: Int
    /// The mean of the figures.
    public var mean: Double
    /// Their standard deviation, with n − 1.
    public var deviation: Double
    /// The seeds.
    public var count: Int

    /// The spread of figures, of which there is at least one.
    public init(trial: Int, figures: [Double]) {
      self.trial = trial
      count = figures.count
      let n = Double(max(figures.count, 1))
      let mean = figures.reduce(0, +) / n
      let squares = figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      self.mean = mean
      deviation = figures.count > 1 ? (squares / (n - 1)).squareRoot() : 0
    }
  }

  /// A tuning that has not begun.
  public init(
    job: String, data: [String], dataFingerprint: String?, instructionSet: String, seed: UInt64,
    metric: String,
    isLowerBetter: Bool, sizeLimit: Int?, precision: StoredPrecision?, asked: Asked, dimensions: [String],
    rungs: [Double]
  ) {
    sluice = SluiceVersion.current
    self.job = job
    self.data = data
    self.dataFingerprint = dataFingerprint
    self.instructionSet = instructionSet
    self.seed = seed
    self.metric = metric
    self.isLowerBetter = isLowerBetter
    self.sizeLimit = sizeLimit
    self.precision = precision
    self.asked = asked
    self.dimensions = dimensions
    self.rungs = rungs
  }
}

/// A piece of a tuning: a trial trained from one rung to the next, or the winner with another seed.
public struct TuningStep: Codable, Hashable, Sendable {
  /// The number of the trial.
  public var trial: Int
  /// The rung that it is trained to, from 0.
  public var rung: Int
  /// Which training of it: 0 for the first, which goes from rung to rung, 1 and above for those with other seeds.
  public var repetition = 0

  /// A step by its parts.
  public init(trial: Int, rung: Int, repetition: Int = 0) {
    self.trial = trial
    self.rung = rung
    self.repetition = repetition
  }
}
