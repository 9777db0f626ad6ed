/// What it takes to build a model again and to use it, without what trained it. `run.json` holds it, and the model's file
/// carries a copy.
public protocol ModelDescription: Codable, Equatable, Sendable {
  /// The name of the job that trains such models, as `sluice train` takes it.
  static var jobName: String { get }

  /// Throws for the first field that no training can have written.
  func check(_ fields: SettingCheck) throws(SettingProblem)
}
