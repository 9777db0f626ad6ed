import Sluice

/// `sluice resume`: goes on with a training that was stopped or killed.
enum Resume {
  static let run = Positional("run", .folder, help: "The folder of the unfinished training.")

  static let command = Command(
    "resume", abstract: "Go on with a training that was stopped or killed, to the bit.",
    discussion: """
      Goes on from the last checkpoint in the folder, with the settings and data of the training: the model, the log but for \
      its times, and the findings are those of a training that was never interrupted.

      \(Shared.interruption)
      """,
    takes: [run, Shared.watch, Shared.threads, Shared.quiet]
  ) { arguments in
    try ProcessGroup.run { try resume(arguments, $0) }
  }

  private static func resume(_ arguments: ParsedArguments, _ processes: Processes) throws {
    let path = arguments[run]
    // The leader alone reads the folder.
    let own = processes.leads ? try CheckpointHeader(in: path).job : ""
    switch try ProcessGroup.leaders(own, processes) {
    case ClassifierJob.name: try TrainCommand.resume(ClassifierJob.self, arguments, path, processes)
    case StemJob.name: try TrainCommand.resume(StemJob.self, arguments, path, processes)
    case LanguageModelJob.name: try TrainCommand.resume(LanguageModelJob.self, arguments, path, processes)
    case let other:
      throw StorageError(
        .unsupported, path: arguments[run], expected: "a training of a job that this program knows",
        found: "one of \(ScreenText.quoted(other))", advice: "Go on with the program that began it.")
    }
  }
}
