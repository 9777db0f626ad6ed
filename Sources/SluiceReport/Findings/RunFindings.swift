import SluiceFlow
import SluiceStorage

/// The findings of a log, with what became of each.
struct RunFindings: Sendable {
  /// In the order of the log, with the causes as places in this list.
  private(set) var findings: [Finding] = []
  /// Those there was no room for.
  private(set) var leftOut = 0
  /// Where the finding of an id is in the list.
  private var places: [Int: Int] = [:]

  private static let limit = 200

  /// Takes note of a line of one of the kinds `finding`, `finding_explained` and `finding_ended`; of another nothing.
  mutating func add(_ line: MetricsLine) {
    switch line.kind {
    case "finding": add(finding: line)
    case "finding_explained":
      guard let place = place(line, "id"),
        let cause = place != self.place(line, "cause") ? self.place(line, "cause") : nil
      else { return }
      findings[place].cause = cause
    case "finding_ended":
      if let place = place(line, "id") { findings[place].endStep = line.integer("step") }
    default: break
    }
  }

  private func place(_ line: MetricsLine, _ key: String) -> Int? { line.integer(key).flatMap { places[$0] } }

  private mutating func add(finding line: MetricsLine) {
    guard let step = line.integer("step") else { return }
    guard findings.count < Self.limit else {
      leftOut += 1
      return
    }
    let cause = place(line, "cause")
    // Logs of earlier versions have no ids.
    places[line.integer("id") ?? findings.count] = findings.count
    let name = line.string("name") ?? "alarm"
    let remedy = line.values["remedy"]?.object
    findings.append(
      Finding(
        ailment: Ailment(rawValue: name) ?? .own, name: name,
        severity: line.string("severity").flatMap { Severity(rawValue: $0) },
        place: line.string("place") ?? "",
        firstStep: line.integer("first_step") ?? step, reportedStep: step,
        evidence: line.string("evidence") ?? "",
        hint: line.string("hint") ?? "",
        remedy: remedy.flatMap {
          Remedy(
            name: $0["name"]?.string ?? "", number: Float($0["number"]?.double ?? 0),
            place: $0["place"]?.string ?? "")
        }, cause: cause))
  }
}
