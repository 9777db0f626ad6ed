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
    switch try CheckpointHeader(in: arguments[run]).job {
    case ClassifierJob.name: try TrainCommand.resume(ClassifierJob.self, arguments, arguments[run])
    case StemJob.name: try TrainCommand.resume(StemJob.self, arguments, arguments[run])
    case LanguageModelJob.name: try TrainCommand.resume(LanguageModelJob.self, arguments, arguments[run])
    case let other:
      throw StorageError(
        .unsupported, path: arguments[run], expected: "a training of a job that this program knows",
        found: "one of \(ScreenText.quoted(other))", advice: "Go on with the program that began it.")
    }
  }
}
