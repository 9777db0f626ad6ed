import Sluice

/// All commands of the program.
let sluice = Program(
  root: Command(
    "sluice", abstract: "Train small neural networks on a CPU, and see where the gradient flows.",
    subcommands: [
      Command(
        "train", abstract: "Train a model.",
        subcommands: [TrainClassifier.command, TrainStems.command, TrainLanguageModel.command]),
      Command(
        "check", abstract: "Check a model and its data before a long training.",
        subcommands: [TrainClassifier.checkCommand, TrainStems.checkCommand, TrainLanguageModel.checkCommand]),
      TuneCommand.command, Resume.command, Evaluate.command, Classify.command, Sample.command,
      Nearest.command, Vectors.command,
      Export.command, Report.command, DoctorCommand.command, Inspect.command,
    ]),
  version: SluiceVersion.current)
