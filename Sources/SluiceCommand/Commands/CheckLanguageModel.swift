import Sluice

/// `sluice check language-model`.
enum CheckLanguageModel {
  static let command = Command(
    "language-model", abstract: "Check a language model with the options it is to be trained with.",
    discussion: CheckReport.discussion, takes: TrainLanguageModel.options
  ) { arguments in
    if arguments[OptimizerOptions.otherOptimizer] == .help { return OptimizerOptions.printHelp() }
    let files = try TrainLanguageModel.files(arguments)
    let engine = try Shared.engine(arguments)
    let settings = try TrainLanguageModel.settings(arguments)
    let directory = try RunDirectory.create(at: arguments[TrainLanguageModel.out])
    try directory.refuse(inputs: files.paths)
    let data = try LanguageModelData(files, settings)
    let lines = try Recipe().run {
      try LanguageModelSubject(data.corpus, data.spelling, settings, $0, engine: engine)
    }
    try CheckReport.conclude(lines, of: LanguageModelDescription.jobName, in: directory)
  }
}
