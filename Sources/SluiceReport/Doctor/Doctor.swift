import SluiceCore
import SluiceFlow
import SluiceStorage

/// Says what is wrong with a training by its log alone: the causes first, what follows from each, since when, what shows it and what to
/// try. Beside the log of a training that went well it says too whether the training is worse, and since which step.
///
/// ```swift
/// let doctor = try Doctor(run: "runs/mine", baseline: "runs/good")
/// if doctor.state != .healthy { print(doctor.text) }
/// ```
///
/// A log of this program holds what was found while it trained. Of event files for TensorBoard, `trainer_state.json`, and JSON lines with
/// the usual names (`loss`, `val_loss`, `learning_rate`, `grad_norm` and their likes, see `FigureName`) the figures are judged by those of
/// the same rules that need no more (`FigureMonitor`).
public struct Doctor: Sendable {
  /// How a training stands.
  public enum State: String, Sendable {
    /// Nothing is wrong that it could see.
    case healthy
    /// The training learns less than it could.
    case warning
    /// It learns nothing, or something else than is wanted.
    case fault
  }

  private let log: TrainingLog
  private let baseline: TrainingLog?
  private let comparison: BaselineComparison?
  /// All that was found, in the order in which it was reported.
  public let findings: [Finding]
  /// The causes and what follows from them.
  public let verdict: Verdict

  /// Reads the log of a run, and that of one to compare with.
  ///
  /// - Parameters:
  ///   - path: the folder of a run, or a file.
  ///   - baseline: the same of a training that went well; nil for none.
  /// - Throws: `StorageError` for a log that cannot be read, is damaged before its last line, or holds no loss.
  public init(run path: String, baseline: String? = nil) throws(StorageError) {
    log = try TrainingLog(reading: path)
    findings = log.findings
    verdict = Verdict(of: findings)
    if let baseline {
      let other = try TrainingLog(reading: baseline)
      self.baseline = other
      comparison = BaselineComparison(log, beside: other)
    } else {
      (self.baseline, comparison) = (nil, nil)
    }
  }

  /// How the training stands: what was found decides, and whether it is worse than the baseline.
  public var state: State {
    switch verdict.severity {
    case .fault: .fault
    case .warning: .warning
    case .note, nil: isWorse ? .warning : .healthy
    }
  }

  /// Whether the training is worse than the baseline; false without one.
  public var isWorse: Bool { worseSince != nil }
  /// The step since which the training is worse than the baseline; nil where it is not, or there is none.
  public var worseSince: Int? { comparison?.worseSince }

  /// The path of the run, as it was given.
  public var run: String { log.name }
  /// What is said of the two logs beside each other; nil without a baseline.
  public var comparisonLines: [String]? { comparison?.lines }
  /// What there is to say of the logs themselves.
  public var notes: [String] { log.notes + (baseline?.notes ?? []) }

  // MARK: Texts

  /// The verdict for people, over several lines.
  public var text: String {
    var lines = ["\(ScreenText.path(log.name)): \(headline)"]
    for cause in verdict.causes { lines += Self.lines(of: cause) }
    if let comparison, let baseline {
      lines.append("beside \(ScreenText.path(baseline.name)):")
      if let step = worseSince {
        lines.append("  worse since step \(step)")
        if verdict.causes.isEmpty {
          lines.append(
            "    Nothing in its own figures says why: compare the data, labels first, and the settings of the two."
          )
        }
      } else {
        lines.append("  no worse")
      }
      lines += comparison.lines.map { "  \(ScreenText.line($0))" }
    }
    for log in [log, baseline].compactMap({ $0 }) {
      lines += log.notes.map { "note: \(ScreenText.path(log.name)): \(ScreenText.line($0))" }
    }
    return lines.joined(separator: "\n")
  }

  private var headline: String {
    switch state {
    case .healthy:
      verdict.causes.isEmpty ? "nothing was found wrong" : "nothing was found wrong but for notes"
    case .warning, .fault: state.rawValue
    }
  }

  /// The most consequences of a cause that are named.
  private static let consequenceLimit = 8

  private static func lines(of cause: Verdict.Cause) -> [String] {
    let finding = cause.finding
    var lines = [
      "\(finding.severity.title): \(finding.headline)", "  \(finding.evidence)", "  \(finding.hint)",
    ]
    let consequences = cause.consequences
    if !consequences.isEmpty {
      lines.append("  consequences: \(consequences.count)")
      lines += consequences.prefix(consequenceLimit).map { "    \($0.headline)" }
      if consequences.count > consequenceLimit {
        lines.append("    and \(consequences.count - consequenceLimit) more")
      }
    }
    return lines.map { line in
      // The text of a log may hold anything; its indentation is ours.
      let spaces = line.prefix { $0 == " " }
      return spaces + ScreenText.line(ScreenText.cut(String(line.dropFirst(spaces.count)), to: 600))
    }
  }
}
