import SluiceCore
import SluiceFlow
import SluiceStorage

/// What a check of a job has found, as `check.json` holds it.
public struct CheckResult: Codable, Equatable, Sendable {
  /// The version of the form.
  public var format = RunDirectory.checkFormat
  /// The job that was checked, as `sluice check` takes it.
  public var job: String
  /// One line for each check, in the order in which they were made.
  public var lines: [RecipeLine]

  /// Whether a check has failed.
  public var hasFailed: Bool { lines.contains { $0.outcome == .fail } }

  /// The lines as they are printed.
  public var texts: [String] {
    var texts: [String] = []
    for line in lines {
      texts.append(ScreenText.line("\(line.outcome.rawValue)  \(line.name): \(line.detail)"))
      if !line.hint.isEmpty { texts.append("      " + ScreenText.line(line.hint)) }
    }
    let failed = lines.count { $0.outcome == .fail }
    let warned = lines.count { $0.outcome == .warn }
    texts.append("\n\(lines.count) checks, \(failed) failed, \(warned) with a warning")
    return texts
  }
}

extension CheckableJob {
  /// Goes through the recipe: what no curve shows, found before a long training.
  ///
  /// - Throws: `ModelError` if the model cannot be built.
  public func check(engine: Engine = Engine(), recipe: Recipe = Recipe()) throws -> CheckResult {
    let lines = try recipe.run { try JobSubject(self, $0, engine: engine) }
    return CheckResult(job: Self.name, lines: lines)
  }
}
