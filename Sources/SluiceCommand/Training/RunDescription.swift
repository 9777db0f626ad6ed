import Sluice

/// What `run.json` holds: all that is needed to load a model and to train it again.
protocol RunDescription: Codable, Equatable, Sendable {
  /// The name of the job, as `sluice train` takes it.
  static var jobName: String { get }
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
  /// - Throws: `StorageError` if it cannot be read or is that of another job.
  func description<Description: RunDescription>(_: Description.Type) throws -> Description {
    let header = try JSONFile.read(RunHeader.self, from: configuration)
    guard header.format == RunHeader.currentFormat, header.job == Description.jobName else {
      throw StorageError(
        .damaged, path: configuration,
        expected: "a run of 'sluice train \(Description.jobName)' in the form '\(RunHeader.currentFormat)'",
        found: "one of '\(header.job)' in the form '\(header.format)'",
        advice: header.job == Description.jobName
          ? "Use the version of the program that wrote it." : "Give the folder of another run.")
    }
    return try JSONFile.read(Description.self, from: configuration)
  }

  /// The error for settings that make no model.
  func unusable(_ error: ModelError) -> StorageError {
    StorageError(
      .damaged, path: configuration, expected: "settings of a model", found: "\(error)",
      advice: "The file was changed; train the model again.")
  }
}
