import Sluice

/// How the result of a check is shown and kept.
enum CheckReport {
  /// What all checks say of themselves in their help.
  static let discussion = """
    Same seed, same result; the loss at the start; overfitting a tiny batch; whether the input matters; whether \
    examples stay apart; which parameters get a gradient and move; training against evaluation; the learning rate. \
    `check.json` in the run's folder holds the result; the exit status is 1 if a check fails.
    """

  /// Prints the lines, writes them into the run's folder and ends with status 1 if one of them failed.
  static func conclude(
    _ lines: [RecipeLine], in directory: RunDirectory,
    output: (String) -> Void = Terminal.standardOutput.writeLine
  ) throws {
    try JSONFile.write(lines, to: directory.file("check.json"))
    for text in texts(lines) { output(text) }
    if lines.contains(where: { $0.outcome == .fail }) { throw ExitStatus.failure }
  }

  /// The lines as they are printed.
  static func texts(_ lines: [RecipeLine]) -> [String] {
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
