import Sluice

/// What `run.json` holds: all that is needed to load a model and to train it again.
protocol RunDescription: Codable, Equatable, Sendable {
  /// The name of the job, as `sluice train` takes it.
  static var jobName: String { get }

  /// The settings that can make numbers overflow.
  var suspects: Suspects { get }

  /// Throws for the first field that no training can have written.
  func check(_ fields: FieldCheck) throws(StorageError)
}

/// What every run says of itself, whatever its job.
struct RunHeader: Codable, Equatable, Sendable {
  /// The version of the form that descriptions have now.
  static let currentFormat = "sluice run 1"

  var format: String
  var job: String
}

/// What a training ran on. None of it changes the model, but for the instruction set its last bits.
struct MachineDescription: Codable, Equatable, Sendable {
  var instructionSet: String
  var threads: Int

  /// What `engine` runs on.
  init(_ engine: Engine) {
    instructionSet = engine.kernels.instructionSet.rawValue
    threads = engine.workers.count
  }
}

extension RunDirectory {
  /// Reads the description of a run of one job.
  ///
  /// - Throws: `StorageError` if it cannot be read, is that of another job, or has a field that no training can have written.
  func description<Description: RunDescription>(_: Description.Type) throws(StorageError) -> Description {
    let header = try header()
    guard header.format == RunHeader.currentFormat, header.job == Description.jobName else {
      throw StorageError(
        .damaged, path: configuration,
        expected: "a run of 'sluice train \(Description.jobName)' in the form '\(RunHeader.currentFormat)'",
        found: "one of \(ScreenText.quoted(header.job)) in the form \(ScreenText.quoted(header.format))",
        advice: header.job == Description.jobName
          ? "Use the version of the program that wrote it." : "Give the folder of another run.")
    }
    let description = try read(Description.self)
    try description.check(FieldCheck(path: configuration))
    return description
  }

  /// What the run says of itself whatever its job.
  func header() throws(StorageError) -> RunHeader { try read(RunHeader.self) }

  /// What `run.json` holds, with advice for one that is no description of a run.
  private func read<Value: Decodable>(_ type: Value.Type) throws(StorageError) -> Value {
    do {
      return try JSONFile.read(type, from: configuration)
    } catch {
      var error = error
      if [.damaged, .mismatch].contains(error.reason) { error.advice = FieldCheck.advice }
      throw error
    }
  }
}
