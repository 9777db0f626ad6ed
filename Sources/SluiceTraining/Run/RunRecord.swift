import SluiceCore
import SluiceModels
import SluiceStorage

/// What the `run.json` of a job holds: all that is needed to load the model and to train it again.
public struct RunRecord<Job: TrainingJob>: Codable, Equatable, Sendable {
  /// The form and the job.
  public var header: RunHeader
  /// The version of the program.
  public var sluice: String
  /// Where the data came from.
  public var data: Job.Source
  /// Everything that decides what is trained and how.
  public var settings: Job.Settings
  /// What it takes to build the model again, beside the settings.
  public var description: Job.Description
  /// The finished model that the training began from; nil for one from nothing.
  public var from: TrainingStart.Origin?
  /// The vectors of words that it began with.
  public var vectors: PretrainedVectors.Origin?
  /// What the training ran on. None of it changes the model, but for the instruction set its last bits; a model's own copy of
  /// the description leaves it out.
  public var machine: MachineDescription?
  /// What simple methods reach on the same examples (`TrainingJob.knownBaselines`); nil for a job that knows none.
  public var baselines: [Baseline]?
  /// The saved model's figures on the validation part; nil for one that was not measured.
  public var result: SavedResult<Job.Measure>?
  /// Its figures on the test part, if there is one and the training has ended.
  public var testResult: SavedResult<Job.Measure>?

  /// The members that differ between machines.
  static var machineKeys: Set<String> { ["machine"] }

  /// The names that members of a job's description may not have: those of the run's own members beside it. A member `settings` is
  /// read from the settings of the whole.
  public static var memberNames: [String] {
    [
      "format", "job", "sluice", "data", "machine", "baselines", "result", "testResult", "model",
      "dataFingerprint",
    ]
  }

  /// Throws for a description that could not be read back, because it is no object or has a member of the run's own.
  static func check(_ description: Job.Description) throws(SettingProblem) {
    guard let names = JSONFile.memberNames(of: description) else {
      throw SettingProblem(
        "description", expected: "a keyed type, such as a struct with a property for each part",
        found: "\(Job.Description.self)")
    }
    guard let name = names.first(where: { memberNames.contains($0) }) else { return }
    throw SettingProblem(
      "description.\(name)",
      expected: "a name that is none of a run's own: \(memberNames.joined(separator: ", "))",
      found: "'\(name)'")
  }

  private enum CodingKeys: String, CodingKey {
    case sluice, data, settings, from, vectors, machine, baselines, result, testResult
  }

  init(of job: Job, on engine: Engine) {
    header = RunHeader(job: Job.name)
    sluice = SluiceVersion.current
    data = job.source
    settings = job.settings
    description = job.description
    machine = MachineDescription(engine)
    baselines = job.knownBaselines.isEmpty ? nil : job.knownBaselines
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    header = try RunHeader(from: decoder)
    sluice = try values.decode(String.self, forKey: .sluice)
    data = try values.decode(Job.Source.self, forKey: .data)
    settings = try values.decode(Job.Settings.self, forKey: .settings)
    description = try Job.Description(from: decoder)
    from = try values.decodeIfPresent(TrainingStart.Origin.self, forKey: .from)
    vectors = try values.decodeIfPresent(PretrainedVectors.Origin.self, forKey: .vectors)
    machine = try values.decodeIfPresent(MachineDescription.self, forKey: .machine)
    baselines = try values.decodeIfPresent([Baseline].self, forKey: .baselines)
    result = try values.decodeIfPresent(SavedResult<Job.Measure>.self, forKey: .result)
    testResult = try values.decodeIfPresent(SavedResult<Job.Measure>.self, forKey: .testResult)
  }

  /// One object: the members of the header and of the job's description stand beside the others. The settings of the whole
  /// replace those that the description says of the model.
  public func encode(to encoder: any Encoder) throws {
    try header.encode(to: encoder)
    try description.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sluice, forKey: .sluice)
    try values.encode(data, forKey: .data)
    try values.encode(settings, forKey: .settings)
    try values.encodeIfPresent(from, forKey: .from)
    try values.encodeIfPresent(vectors, forKey: .vectors)
    try values.encodeIfPresent(machine, forKey: .machine)
    try values.encodeIfPresent(baselines, forKey: .baselines)
    try values.encodeIfPresent(result, forKey: .result)
    try values.encodeIfPresent(testResult, forKey: .testResult)
  }
}

/// The figures of a saved model and the epoch after which it was saved.
public struct SavedResult<Measure: JobMeasure>: Codable, Equatable, Sendable {
  /// The number of the epoch, from 1.
  public var epoch: Int
  /// The figures.
  public var measure: Measure

  private enum CodingKeys: String, CodingKey { case epoch }

  /// The figures after an epoch.
  public init(epoch: Int, measure: Measure) {
    self.epoch = epoch
    self.measure = measure
  }

  public init(from decoder: any Decoder) throws {
    epoch = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .epoch)
    measure = try Measure(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(epoch, forKey: .epoch)
    try measure.encode(to: encoder)
  }
}

/// What a training ran on.
public struct MachineDescription: Codable, Equatable, Sendable {
  /// The kernels in use.
  public var instructionSet: String
  /// The most threads that computed at a time.
  public var threads: Int

  /// What `engine` runs on.
  public init(_ engine: Engine) {
    instructionSet = engine.kernels.instructionSet.rawValue
    threads = engine.workers.count
  }
}
