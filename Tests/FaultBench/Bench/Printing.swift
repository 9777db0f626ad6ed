import Sluice

extension FaultResult {
  /// How good what was said is: the misses first.
  var rank: Int { !isNamed ? 0 : !isNamedFirst ? 1 : !isPlaceRight ? 2 : 3 }

  /// What was said, in one line, with every finding below it if asked for.
  func lines(verbose: Bool) -> [String] {
    let marks = ["missed", "not first", "wrong place", "named"]
    let told = naming.map {
      "\($0.ailment.rawValue)\(at($0)), step \($0.firstStep), reported \($0.reportedStep)"
    }
    var lines = [
      "\(marks[rank].padded(to: 11))  \(fault.name), seed \(seed): \(told ?? (isSilent ? "silent" : "not named"))"
        + (doesHarm ? "" : "  [no harm: learned \(fixed(Double(learned), 2))]")
        + (isTwinHealthy ? "" : "  [twin learns badly]")
    ]
    guard verbose || rank < 3 else { return lines }
    lines.append(
      "             expected \(fault.words.sorted().joined(separator: " or "))"
        + (fault.places.isEmpty ? "" : " at \(fault.places.joined(separator: ", "))")
        + "; learned \(fixed(Double(learned), 2)) of what it should")
    for finding in faulty.verdict { lines.append("             · \(brief(finding))") }
    guard verbose else { return lines }
    for finding in faulty.findings where finding.cause != nil {
      lines.append("               ↳ \(brief(finding))")
    }
    return lines
  }

  /// What the fault does to its training.
  var harmLine: String {
    let figures = [healthy.start, healthy.end, faulty.end].map { fixed(Double($0), 3) }
    return (doesHarm ? "harms    " : "NO HARM  ") + (isTwinHealthy ? "" : "TWIN LEARNS BADLY  ")
      + "\(fault.name), seed \(seed): learned \(fixed(Double(learned), 2)) (on the mean "
      + "\(fixed(Double(meanShare(of: faulty)), 2)) of \(fixed(Double(meanShare(of: healthy)), 2))), from \(figures[0]) to "
      + "\(figures[2]), without the fault to \(figures[1])"
  }

  private func at(_ finding: Finding) -> String { finding.place.isEmpty ? "" : " at \(finding.place)" }

  private func brief(_ finding: Finding) -> String {
    let cause = finding.cause.map {
      ", because of \(faulty.findings[$0].ailment.rawValue)\(at(faulty.findings[$0]))"
    }
    return "\(finding.ailment.rawValue)\(at(finding)), steps \(finding.firstStep) (\(finding.reportedStep))"
      + "–\(finding.endStep.map { "\($0)" } ?? ""): \(finding.evidence)\(cause ?? "")"
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}

extension HealthyResult {
  /// Whether it learns well, without a word of what was said of it.
  var learningLine: String {
    let figures = [outcome.start, outcome.tenths.min() ?? 0, outcome.end].map { fixed(Double($0), 3) }
    return (learnsWell ? "learns well   " : "LEARNS BADLY  ")
      + "\(healthy.name), seed \(seed): from \(figures[0]) by \(figures[1]) to \(figures[2])"
  }

  /// The alarms, and whether the training is one that should have none.
  var lines: [String] {
    var lines: [String] = []
    if !learnsWell {
      lines.append(
        "not healthy  \(healthy.name), seed \(seed): \(fixed(Double(outcome.start), 3)) → \(fixed(Double(outcome.end), 3))"
      )
    }
    for finding in alarms {
      lines.append("alarm        \(healthy.name), seed \(seed): \(finding)")
    }
    return lines
  }
}
