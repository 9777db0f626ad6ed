/// The version of the command and the library.
let sluiceVersion = "0.1.0"

/// All commands of the program.
let sluice = Program(
  root: Command(
    "sluice", abstract: "Train small neural networks on a CPU, and see where the gradient flows.",
    subcommands: [Inspect.command]),
  version: sluiceVersion)
