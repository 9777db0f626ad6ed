import CLibrary
import Sluice

/// A training by several processes, which a launcher of MPI has started: how they begin, and how they end when one fails.
enum ProcessGroup {
  /// Runs the work of one of several processes, or of the only one.
  ///
  /// A process that fails says why and ends all others: none of them could go on.
  static func run(_ work: (Processes) throws -> Void) throws {
    let processes = try Processes.launched()
    guard processes.count > 1 else { return try work(processes) }
    do {
      try work(processes)
    } catch let status as ExitStatus {
      // Work that has come to an end, if not to the one that was planned.
      processes.finish()
      throw status
    } catch {
      end(processes, by: error)
    }
    processes.finish()
  }

  /// Ends all processes.
  private static func end(_ processes: Processes, by error: any Error) -> Never {
    let isTold = (error as? ProcessError)?.isToldElsewhere ?? false
    if !isTold {
      let place = processes.leads ? "" : "process \(processes.rank) of \(processes.count): "
      Terminal.standardError.writeLine("error: \(place)\(ScreenText.line("\(error)"))")
    } else {
      // Whoever says why has time to do so.
      sleep(2)
    }
    let status = error is UsageError ? ExitStatus.usage : ExitStatus.failure
    processes.abort(status: status.code)
    exit(status.code)
  }

  /// Does what all processes do for themselves before they work together. Where it fails on some, the first of them says why.
  static func together<Result>(_ processes: Processes, _ body: () throws -> Result) throws -> Result {
    let result: Result
    do {
      result = try body()
    } catch {
      try processes.agree(on: error)
      throw error
    }
    try processes.agree()
    return result
  }

  /// Refuses data from standard input where there are several processes: a launcher gives it to one of them, and the others would wait for it.
  static func refuseStandardInput(_ inputs: [String], _ processes: Processes) throws(UsageError) {
    guard processes.count > 1, inputs.contains(where: TextLines.isStandardInput) else { return }
    throw UsageError(
      "standard input comes to one of \(processes.count) processes, and each reads the data: give a file that all can read"
    )
  }

  /// A text of the leader's.
  static func leaders(_ text: String, _ processes: Processes) throws -> String {
    String(decoding: try processes.broadcast(bytes: Array(text.utf8)), as: UTF8.self)
  }

  /// Says which processes there are.
  static func tell(_ processes: Processes, shards: Int, _ arguments: ParsedArguments) {
    guard processes.count > 1, processes.leads else { return }
    let idle = processes.count - shards
    if !arguments[Shared.quiet] {
      Terminal.standardOutput.writeLine(
        "\(processes.count) processes share \(shards) shard\(shards == 1 ? "" : "s") of each batch")
      for place in processes.places.prefix(16) { Terminal.standardOutput.writeLine("  \(place)") }
    }
    if idle > 0 {
      Terminal.standardError.writeLine(
        "note: \(idle) of \(processes.count) processes have nothing to do but validation: give --shards \(processes.count) or more, "
          + "which is another training in its last bits")
    }
  }

  /// Says how much the processes have sent to each other in a step, in the mean, with what validations and checkpoints took. All call it.
  ///
  /// - Parameter traffic: what the leader has seen of the training; of no importance elsewhere.
  static func tell(_ processes: Processes, _ traffic: Traffic, _ arguments: ParsedArguments) throws {
    guard processes.count > 1 else { return }
    let sent = try processes.gather(text: "\(processes.sentBytes)").compactMap { Int($0) }
    guard processes.leads, traffic.steps > 0, !arguments[Shared.quiet] else { return }
    let bytes = (sent.reduce(0, +) - traffic.sentBefore) / traffic.steps
    Terminal.standardOutput.writeLine("\(processes.count) processes sent \(grouped(bytes)) bytes in a step")
  }

  /// What the leader notes of a training.
  struct Traffic {
    /// What it had sent before the first step: all values.
    var sentBefore = 0
    var steps = 0

    mutating func note<Job>(_ event: TrainingEvent<Job>, _ processes: Processes) {
      switch event {
      case .began: sentBefore = processes.sentBytes
      case .step: steps += 1
      default: break
      }
    }
  }
}
