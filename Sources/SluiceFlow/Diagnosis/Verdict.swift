import SluiceCore

/// What findings come to: the causes, the most decisive first, and what follows from each.
///
/// Faults come before warnings, what is earlier in a step before what follows from it, and what showed first before what showed later.
public struct Verdict: Sendable {
  /// What nothing else found explains.
  public struct Cause: Sendable {
    /// Its place among the findings.
    public let id: Int
    /// The finding itself.
    public let finding: Finding
    /// What follows from it, in the order in which it was reported, and the places of that among the findings.
    public let consequences: [Finding]
    /// The places of these among the findings.
    public let consequenceIDs: [Int]

    /// Whether it holds, or something that it left behind does.
    public var holds: Bool { finding.endStep == nil || consequences.contains { $0.endStep == nil } }
  }

  /// The causes, the most decisive first.
  public let causes: [Cause]

  /// The verdict on all findings of a training, in the order they were reported. A cause that is not among them counts as none.
  public init(of findings: [Finding]) {
    var following: [Int: [Int]] = [:]
    var roots: [Int] = []
    for (i, finding) in findings.enumerated() {
      if let cause = finding.cause, cause != i, findings.indices.contains(cause), findings[cause].cause == nil
      {
        following[cause, default: []].append(i)
      } else {
        roots.append(i)
      }
    }
    func rank(_ i: Int) -> (Int, Int, Int, Int) {
      (-findings[i].severity.rank, findings[i].ailment.stage, findings[i].firstStep, i)
    }
    causes = roots.sorted { rank($0) < rank($1) }.map { i in
      let ids = following[i] ?? []
      return Cause(id: i, finding: findings[i], consequences: ids.map { findings[$0] }, consequenceIDs: ids)
    }
  }

  /// The severity of the worst; nil where nothing was found.
  public var severity: Severity? { causes.map(\.finding.severity).max() }

  /// The verdict in a few lines: the first cause with what shows it, what to try and how much follows from it; at most two others; and how
  /// many there are beside them. Empty where nothing was found.
  public var summary: [String] {
    var lines = causes.prefix(3).enumerated().map { i, cause in
      // What is only worth knowing is not to look like something wrong.
      let word = cause.finding.severity == .note ? "Note: " : i == 0 ? "Found: " : "Also: "
      return word + "\(cause.finding)" + cause.countText
    }
    if causes.count > 3 { lines.append("And \(causes.count - 3) more.") }
    return lines
  }
}

extension Verdict.Cause {
  /// How much follows from it, as a sentence behind another; empty for nothing.
  package var countText: String { consequences.isEmpty ? "" : " Consequences: \(consequences.count)." }
}
