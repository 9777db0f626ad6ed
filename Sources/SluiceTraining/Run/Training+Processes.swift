import SluiceCore
import SluiceProcesses
import SluiceStorage

// A training of several processes, as one of those that do not lead sees it: it writes nothing and tells nobody.
extension Training {
  /// Takes part in a training that another process leads, to its end.
  static func follow(
    _ job: Job, _ options: TrainingOptions, _ engine: Engine
  ) throws -> TrainingOutcome<Job> {
    var job = job
    try job.prepareAgain(engine: engine, while: { !options.isStopRequested() })
    try options.processes.confirm(job, engine)
    var trainer: Trainer<Job>
    do {
      trainer = try Trainer(job, engine: engine, processes: options.processes)
    } catch {
      throw options.processes.agreed(on: error)
    }
    try options.processes.agree()
    try trainer.awaitShare()
    let end = try trainer.follow(while: { !options.isStopRequested() })
    return TrainingOutcome(
      end: end == TrainingEnd.finished.code ? .finished : .interrupted, path: "", best: nil, test: nil,
      kept: "", canResume: false, flow: trainer.monitor.gradients, diagnosis: trainer.monitor.diagnosis,
      problem: nil,
      epochs: trainer.batches.epoch)
  }

  /// The same for one that goes on from a checkpoint, which the leader alone reads.
  static func follow(
    _ options: TrainingOptions, _ engine: Engine, _ makeJob: (RunRecord<Job>) throws -> Job
  ) throws -> TrainingOutcome<Job> {
    let text = String(decoding: try options.processes.broadcast(bytes: []), as: UTF8.self)
    let record = try JSONFile.decode(RunRecord<Job>.self, text: text, path: "the leader's checkpoint")
    return try follow(makeJob(record), options, engine)
  }
}

extension TrainingEnd {
  /// How the leader tells the others.
  var code: Int {
    switch self {
    case .finished: 0
    case .interrupted: 1
    case .stopped: 2
    }
  }
}

extension Processes {
  /// The error that a process ends by where it has failed and others may have: its own if it is the first.
  func agreed(on failure: any Error) -> any Error {
    do {
      try agree(on: failure)
    } catch {
      return error
    }
    return failure
  }

  /// Throws unless all processes train the same, by the same program, on the same data: else the bits would differ.
  func confirm<Job: TrainingJob>(_ job: Job, _ engine: Engine) throws {
    guard count > 1 else { return }
    try confirm([
      ("version of the program", SluiceVersion.current, "Install the same on all machines."),
      ("program", ProgramCheck.text, "Start the same build on all machines."),
      ("job", Job.name, "Give all processes the same command line."),
      (
        "settings", try JSONFile.text(of: job.settings, for: "the settings"),
        "Give all processes the same command line."
      ),
      (
        "instruction set", engine.kernels.instructionSet.rawValue,
        "Others give other bits: set SLUICE_ISA to one that all have, such as avx2."
      ),
      (
        "data, by their checksum", job.dataFingerprint ?? "none",
        "Give all processes the same files, such as from a file system that all see."
      ),
    ])
  }
}
