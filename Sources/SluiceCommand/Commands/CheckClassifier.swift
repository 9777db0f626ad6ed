import Sluice

/// `sluice check classifier`.
enum CheckClassifier {
  static let command = Command(
    "classifier", abstract: "Check a classifier with the options it is to be trained with.",
    discussion: CheckReport.discussion, takes: TrainClassifier.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let engine = try Shared.engine(arguments)
    let settings = try TrainClassifier.settings(arguments)
    let directory = try RunDirectory.create(at: arguments[TrainClassifier.out])
    try directory.refuse(inputs: [arguments[TrainClassifier.data]].compactMap { $0 })
    let data = try ClassifierData(path: arguments[TrainClassifier.data], settings)
    let lines = try Recipe().run { try ClassifierSubject(data, settings, $0, engine: engine) }
    try CheckReport.conclude(lines, of: ClassifierDescription.jobName, in: directory)
  }
}
