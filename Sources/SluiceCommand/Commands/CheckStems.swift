import Sluice

/// `sluice check stems`.
enum CheckStems {
  static let command = Command(
    "stems", abstract: "Check an embedding of words with the options it is to be trained with.",
    discussion: CheckReport.discussion, takes: TrainStems.options
  ) { arguments in
    if arguments[OptimizerOptions.optimizer] == .help { return OptimizerOptions.printHelp() }
    let engine = try Shared.engine(arguments)
    let settings = try TrainStems.settings(arguments)
    let directory = try RunDirectory.create(at: arguments[TrainStems.out])
    try directory.refuse(inputs: [arguments[TrainStems.data]].compactMap { $0 })
    let all =
      if let path = arguments[TrainStems.data] {
        try WordStems(readingFile: path, lineLimit: settings.lineLimit)
      } else {
        Inflections.wordStems
      }
    let words = all.split(validationShare: settings.validationShare, seed: settings.seed).training
    let alphabet = Alphabet(of: words.words)
    let lines = try Recipe().run { try StemSubject(words, alphabet, settings, $0, engine: engine) }
    try CheckReport.conclude(lines, of: StemDescription.jobName, in: directory)
  }
}
