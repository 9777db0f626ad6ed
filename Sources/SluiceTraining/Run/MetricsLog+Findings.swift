import SluiceFlow
import SluiceStorage

extension MetricsLog {
  /// Writes a line for a change of a finding:
  ///
  /// - `finding` with its place in the list as `id`, and the `cause`, if it follows from another;
  /// - `finding_explained`, if it was found as a cause and another turns out to explain it;
  /// - `finding_ended`.
  func write(_ change: FindingLedger.Change, of findings: [Finding], step: Int) throws(StorageError) {
    switch change {
    case .found(let i): try write(findings[i], id: i)
    case .explained(let i):
      begin("finding_explained")
      add("step", step)
      add("id", i)
      if let cause = findings[i].cause { add("cause", cause) }
      try end()
    case .ended(let i):
      begin("finding_ended")
      add("step", findings[i].endStep ?? step)
      add("id", i)
      try end()
    }
  }

  private func write(_ finding: Finding, id: Int) throws(StorageError) {
    begin("finding")
    add("step", finding.reportedStep)
    add("first_step", finding.firstStep)
    add("id", id)
    if let cause = finding.cause, cause < id { add("cause", cause) }
    add("name", finding.name)
    add("severity", finding.severity.rawValue)
    add("place", finding.place)
    add("evidence", finding.evidence)
    add("hint", finding.hint)
    if let remedy = finding.remedy {
      beginObject("remedy")
      add("name", remedy.name)
      if let number = remedy.number { add("number", number) }
      if !remedy.place.isEmpty { add("place", remedy.place) }
      endObject()
    }
    try end()
  }
}
