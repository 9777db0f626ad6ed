import Sluice

/// `sluice doctor`: what is wrong with a training, by its log.
enum DoctorCommand {
  static let run = Positional(
    "run", .path,
    help: "The folder of a run, an event file for TensorBoard, a trainer_state.json or a file of JSON lines.")
  static let baseline: Positional<[String]> = Positional(
    repeated: "baseline", .path, help: "The same of a training that went well, to compare with.")

  static let command = Command(
    "doctor", abstract: "Say what is wrong with a training: the cause first, and what follows from it.",
    discussion: """
      Reads the log of a run of this program, or the figures that another framework has logged: loss, validation loss, learning rate, \
      norm of the gradient. With a baseline it says whether the training is worse, and since which step.

      The exit status is 0 for a healthy training, 1 for a warning, 2 for a fault, 64 for wrong usage and 66 for a log that cannot be \
      read.
      """, takes: [run, baseline, JSONOutput.flag]
  ) { arguments in
    guard arguments[baseline].count <= 1 else {
      throw UsageError("a run is compared with one baseline, not with \(arguments[baseline].count): give one")
    }
    let doctor: Doctor
    do throws(StorageError) {
      doctor = try Doctor(run: arguments[run], baseline: arguments[baseline].first)
    } catch {
      Terminal.standardError.writeLine("error: " + ScreenText.line("\(error)"))
      throw ExitStatus.unreadable
    }
    Terminal.standardOutput.writeLine(arguments[JSONOutput.flag] ? doctor.json : doctor.text)
    switch doctor.state {
    case .healthy: break
    case .warning: throw ExitStatus.failure
    case .fault: throw ExitStatus.fault
    }
  }
}
