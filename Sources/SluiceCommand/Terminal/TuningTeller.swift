import Sluice
import Synchronization

/// What `sluice tune` shows while it runs, and of its result.
final class TuningTeller: Sendable {
  private let isQuiet: Bool

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Tells an event: a line that stays for each step.
  func tell(_ event: TuningEvent) {
    guard !isQuiet else { return }
    switch event {
    case .began(let record):
      let done = record.trials.reduce(0) { $0 + $1.results.count + $1.repetitions.count }
      if done > 0 { write("goes on after \(grouped(done)) steps of \(grouped(record.trials.count)) trials") }
    case .stepped(let step, let record, let rest): write(Self.text(of: step, record, rest))
    }
  }

  private static func text(of step: TuningStep, _ record: TuningRecord, _ rest: Double?) -> String {
    let trial = record.trials[step.trial]
    var text =
      "trial \(step.trial)" + (step.repetition > 0 ? ", seed \(record.seed &+ UInt64(step.repetition))" : "")
    let results = step.repetition > 0 ? trial.repetitions : trial.results
    let result =
      step.repetition > 0
      ? results.first { $0.seed == record.seed &+ UInt64(step.repetition) }
      : results.indices.contains(step.rung) ? results[step.rung] : nil
    if let result {
      text += ", epoch \(result.epochs): \(record.metric) \(figure(result.figure, record))"
      if record.kept?.trial == step.trial, record.kept?.result == result { text += ", the best so far" }
    } else {
      text += " failed: " + (trial.failure ?? "no result")
    }
    let usual = record.trials[0].values
    let own = zip(record.dimensions, zip(trial.values, usual)).filter { $0.1.0 != $0.1.1 }
      .map { "\($0.0) \($0.1.0)" }
    if step.rung == 0, step.trial > 0 { text += "  (\(own.joined(separator: ", ")))" }
    if let rest { text += "  \(clock(rest)) left" }
    return text
  }

  private static func figure(_ value: Double, _ record: TuningRecord) -> String {
    fixed(value, record.isLowerBetter ? 2 : 4)
  }

  /// Tells the result.
  func conclude(_ outcome: TuningOutcome, page: String) {
    let (record, path) = (outcome.record, ScreenText.path(outcome.path))
    if let kept = record.kept {
      write(
        "\n\(path) keeps trial \(kept.trial)\(kept.repetition > 0 ? " with seed \(kept.result.seed)" : ""), epoch "
          + "\(kept.result.bestEpoch) of \(kept.result.epochs): \(record.metric) \(Self.figure(kept.result.figure, record)) "
          + "(\(kept.result.text)), \(grouped(kept.result.bytes)) bytes.")
      if let spread = record.spread {
        write(
          "Trial \(spread.trial) over \(spread.count) seeds: \(record.metric) \(Self.figure(spread.mean, record)) ± "
            + "\(Self.figure(spread.deviation, record)).")
      }
      if let usual = record.trials.first?.results.last {
        write("The default: \(record.metric) \(Self.figure(usual.figure, record)).")
      }
      if !kept.command.isEmpty { write("The same model by itself: \(kept.command)") }
    }
    write("All trials are in \(ScreenText.path(page)).")
    write(Self.text(of: outcome.end, record, path: path))
  }

  /// What to know of how it ended: why there were no more trials, and how the same comes again.
  static func text(of end: TuningEnd, _ record: TuningRecord, path: String) -> String {
    let again = "--trials \(record.trials.count) --seed \(record.seed)"
    switch end {
    case .finished:
      guard let minutes = record.asked.minutes, record.asked.trials == nil else {
        return "\(again) gives the same, to the bit."
      }
      return "No more trials began: nine more, and what follows from them, would have taken longer than the "
        + (minutes == 1 ? "minute" : "\(Int(exactly: minutes).map { "\($0)" } ?? "\(minutes)") minutes")
        + ". \(again) gives the same, to the bit."
    case .interrupted: return "Interrupted. `sluice tune --resume \(path)` goes on from here."
    case .outOfTime:
      return
        "It has not come to its end: `sluice tune --resume \(path)` with more --minutes goes on from here; \(again) --rounds "
        + "\(record.rounds) gives the same, to the bit."
    }
  }

  private func write(_ line: String) {
    for part in line.split(separator: "\n", omittingEmptySubsequences: false) {
      Terminal.standardOutput.writeLine(ScreenText.line(String(part)))
    }
  }
}
