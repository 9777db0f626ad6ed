import SluiceCore
import SluiceStorage

/// What every run says of itself, whatever its job.
public struct RunHeader: Codable, Equatable, Sendable {
  /// The version of the form.
  public var format = RunDirectory.format
  /// The name of the job, as `sluice train` takes it.
  public var job: String

  /// The header of a run of `job` in the form of now.
  public init(job: String) { self.job = job }

  /// Whether this version reads runs of the form.
  var isKnown: Bool { [RunDirectory.format, RunDirectory.smallFormat].contains(format) }

  /// A known form becomes that of what is written.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let written = StoredPrecision.beside(encoder) == .int8 ? RunDirectory.smallFormat : RunDirectory.format
    try values.encode(isKnown ? written : format, forKey: .format)
    try values.encode(job, forKey: .job)
  }
}

extension RunDirectory {
  /// What to do about a file that no training has written.
  package static let advice = "The file was changed; train the model again."

  private static let headerKeys: Set<String> = ["format", "job"]

  /// What the run says of itself whatever its job.
  public func header() throws(StorageError) -> RunHeader {
    try read(RunHeader.self, from: storedDescription(), keys: Self.headerKeys)
  }

  /// Reads the description of the model that is in place, of a run of one job.
  ///
  /// - Throws: `StorageError` if it cannot be read, is that of another job, or has a field that no training can have written.
  public func description<Description: ModelDescription>(
    _: Description.Type
  ) throws(StorageError) -> Description {
    try description(
      Description.self, ofJob: Description.jobName, called: "sluice train \(Description.jobName)"
    ) { (description) throws(SettingProblem) in try description.check(SettingCheck()) }
  }

  /// The same for any value that the description of a job's runs holds.
  ///
  /// - Parameters:
  ///   - called: what makes such runs; nil for the job's name.
  ///   - check: throws for the first field that no training can have written.
  package func description<Value: Decodable>(
    _: Value.Type, ofJob name: String, called: String? = nil, _ check: (Value) throws(SettingProblem) -> Void
  ) throws(StorageError) -> Value {
    let stored = try storedDescription()
    let header = try read(RunHeader.self, from: stored, keys: Self.headerKeys)
    guard header.isKnown, header.job == name else {
      throw StorageError(
        .damaged, path: stored.path,
        expected:
          "a run of '\(called ?? name)' in the form '\(RunDirectory.format)' or '\(RunDirectory.smallFormat)'",
        found: "one of \(ScreenText.quoted(header.job)) in the form \(ScreenText.quoted(header.format))",
        advice: header.job == name
          ? "Use the version of the program that wrote it." : "Give the folder of another run.")
    }
    let value = try read(Value.self, from: stored)
    do {
      try check(value)
    } catch {
      throw StorageError(error, in: stored.path)
    }
    return value
  }

  /// What a description holds, with advice for one that no training has written.
  private func read<Value: Decodable>(
    _ type: Value.Type, from stored: StoredDescription, keys: Set<String>? = nil
  ) throws(StorageError) -> Value {
    do {
      return try stored.read(type, keys: keys)
    } catch {
      var error = error
      if [.damaged, .mismatch].contains(error.reason) { error.advice = Self.advice }
      throw error
    }
  }
}

extension StorageError {
  /// A field of a file that no training can have written.
  package init(_ problem: SettingProblem, in path: String) {
    self.init(
      .mismatch, path: path, expected: "\(problem.expected) for '\(problem.field)'", found: problem.found,
      advice: RunDirectory.advice)
  }
}
