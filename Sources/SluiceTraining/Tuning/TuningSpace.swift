import SluiceCore
import SluiceModels
import SluiceStorage

/// One choice of settings.
struct TuningChoice<Settings: JobSettings>: Equatable, Sendable {
  var settings: Settings
  var precision: StoredPrecision
}

/// All choices of settings of a tuning, by number: choice 0 is the default, and the others are drawn from the seed and their number. A drawn one
/// is drawn again where an earlier one is the same, its model's file would be larger than the limit, or it would take much longer than the default.
struct TuningSpace<Job: TunableJob>: Sendable {
  /// How much more than the default a trial may compute.
  static var mostWork: Double { 4 }
  /// After so many draws in a row that cannot be used there is nothing left.
  private static var mostDraws: Int { 400 }

  let job: Job
  let jobs: PreparedJobs<Job>
  let sizeLimit: Int?
  /// How models may be stored.
  let precisions: [StoredPrecision]
  private let random: CounterRandom
  private(set) var choices: [TuningChoice<Job.Settings>]

  /// - Parameters:
  ///   - sizeLimit: the most bytes of a model's file.
  ///   - precision: how models are stored; nil leaves it open where there is a limit.
  /// - Throws: `TuningError` where no model is small enough.
  init(
    _ job: Job, sizeLimit: Int?, precision: StoredPrecision?, threads: Int = 1,
    isStopRequested: @escaping @Sendable () -> Bool = { false }
  ) throws {
    self.job = job
    jobs = PreparedJobs(job, threads: threads, isStopRequested: isStopRequested)
    self.sizeLimit = sizeLimit
    precisions = precision.map { [$0] } ?? (sizeLimit == nil ? [.float32] : [.float32, .bfloat16, .int8])
    random = CounterRandom(seed: job.settings.seed).stream(0x7_0E5)
    choices = []
    choices = [try fitted(TuningChoice(settings: job.settings, precision: precisions[0]))]
  }

  /// The choice of a number; nil where nothing is left to be drawn.
  mutating func choice(_ number: Int) throws -> TuningChoice<Job.Settings>? {
    while choices.count <= number {
      guard let next = try draw(choices.count) else { return nil }
      choices.append(next)
    }
    return choices[number]
  }

  private func draw(_ number: Int) throws -> TuningChoice<Job.Settings>? {
    let bound = Self.mostWork * Job.work(of: choices[0].settings)
    for attempt in 0..<Self.mostDraws {
      let random = random.stream(UInt64(number)).stream(UInt64(attempt))
      var choice = choices[0]
      for dimension in Job.dimensions { dimension.draw(random, into: &choice.settings) }
      if precisions.count > 1, random.bits(0) & 1 == 1 {
        choice.precision = precisions[random.below(precisions.count, 1)]
      }
      guard !choices.contains(choice), Job.work(of: choice.settings) <= bound,
        (try? choice.settings.check(SettingCheck())) != nil
      else { continue }
      if let sizeLimit, try size(of: choice) > sizeLimit { continue }
      return choice
    }
    return nil
  }

  // MARK: Sizes

  /// The most bytes that the file of such a model can have.
  func size(of choice: TuningChoice<Job.Settings>) throws -> Int {
    let job = try jobs.job(choice.settings)
    let engine = Engine(threads: 1)
    // Values are made when the parameters get memory, which these do not.
    var parameters = Parameters(seed: 0, engine: engine)
    _ = try job.makeModel(in: &parameters)
    let shapes = parameters.handles.map { (name: parameters[$0].name, shape: parameters[$0].shape.array) }
    return job.resultRoom
      + (try RunDirectory.modelSize(
        ofShapes: shapes, description: RunRecord(of: job, on: engine), omitting: RunRecord<Job>.machineKeys,
        metadata: TrainingRun<Job>.metadata, dataFingerprint: job.dataFingerprint, precision: choice.precision
      ))
  }

  /// A choice as it is if its file is within the limit, else the nearest that is: step by step the largest of those that fit, or if none does the
  /// smallest, of those that differ in one dimension.
  private func fitted(_ choice: TuningChoice<Job.Settings>) throws -> TuningChoice<Job.Settings> {
    guard let sizeLimit else { return choice }
    var (choice, size) = (choice, try size(of: choice))
    while size > sizeLimit {
      var best: (choice: TuningChoice<Job.Settings>, size: Int)?
      for other in neighbors(of: choice) {
        let otherSize = try self.size(of: other)
        guard otherSize < size else { continue }
        guard let found = best else {
          best = (other, otherSize)
          continue
        }
        let isBetter =
          otherSize <= sizeLimit
          ? found.size > sizeLimit || otherSize > found.size : otherSize < found.size
        if isBetter { best = (other, otherSize) }
      }
      guard let best else { throw TuningError.size(limit: sizeLimit, least: size) }
      (choice, size) = best
    }
    return choice
  }

  /// All that differ in one dimension.
  private func neighbors(of choice: TuningChoice<Job.Settings>) -> [TuningChoice<Job.Settings>] {
    var others = precisions.map { TuningChoice(settings: choice.settings, precision: $0) }
    for dimension in Job.dimensions where dimension.matters(choice.settings) {
      for change in dimension.choices {
        var other = choice
        change(&other.settings)
        others.append(other)
      }
    }
    return others
  }

  // MARK: In words

  /// The names of what varies.
  var dimensions: [String] { Job.dimensions.map(\.name) + (precisions.count > 1 ? ["precision"] : []) }

  /// What a choice has of each.
  func values(of choice: TuningChoice<Job.Settings>) -> [String] {
    Job.dimensions.map { $0.text(choice.settings) }
      + (precisions.count > 1 ? [choice.precision.rawValue] : [])
  }

  /// The command that trains the same model; empty where the command line has no options for it.
  ///
  /// - Parameter repetition: which training of the choice, 0 for the first.
  func command(of choice: TuningChoice<Job.Settings>, repetition: Int = 0) -> String {
    let usual = job.settings
    var words = ["sluice", "train", Job.name] + job.dataArguments
    // All that matter, so that the command says the same whatever its defaults are; the others stand in the model's file.
    for dimension in Job.dimensions {
      let differs = dimension.text(choice.settings) != dimension.text(usual)
      guard differs || dimension.matters(choice.settings) else { continue }
      if let arguments = dimension.arguments(choice.settings) {
        words += arguments
      } else if differs {
        return ""
      }
    }
    let seed = choice.settings.seed
    words += ["--seed", "\(seed &+ UInt64(repetition))"]
    if repetition > 0 { words += ["--data-seed", "\(seed)"] }
    if choice.precision != .float32 { words += ["--precision", choice.precision.rawValue] }
    return words.map(Self.shellWord).joined(separator: " ")
  }

  /// A word as a shell reads it.
  private static func shellWord(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B...0x2F, 0x3A, 0x3D, 0x40, 0x5F: true
      default: false
      }
    }
    return plain && !word.isEmpty
      ? word
      : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// Why a tuning cannot begin or go on.
public enum TuningError: Error, Equatable, CustomStringConvertible {
  /// No model is as small as was asked for; `least` bytes are possible.
  case size(limit: Int, least: Int)
  /// A metric that the data do not have.
  case metric(String)
  /// No training has come to a result: why the first did not.
  case noResult(String)

  /// What was expected, what came, and what to do.
  public var description: String {
    switch self {
    case .size(let limit, let least):
      "expected at least \(grouped(least)) bytes for the file of a model, as the smallest for these data may take, found a limit of "
        + "\(grouped(limit)). Give a larger --size."
    case .metric(let problem): problem
    case .noResult(let problem):
      "expected a training that comes to a result, found none in all trials. The first: \(problem)"
    }
  }
}
