import SluiceCore
import SluiceFlow
import SluiceStorage

/// What was found in a run, on its page: the verdict first, what follows from each cause folded below it, then all of it on a line of time.
struct FindingsPart {
  let run: RunHistory
  /// Whether the page shows another run too.
  let hasCompany: Bool

  var html: String {
    let name = hasCompany ? "<h3>\(escaped(run.name))</h3>" : ""
    let verdict = Verdict(of: run.findings)
    if verdict.causes.isEmpty { return name + "<p class=\"quiet\">Nothing was found wrong.</p>" }
    let timeline = FindingTimeline(verdict, lastStep: run.steps.last?.step ?? 0)
    return name + "<ul class=\"alarms\">" + verdict.causes.map(item).joined() + "</ul>"
      + "<figure class=\"wide\"><figcaption>since when and until when</figcaption><div class=\"scroll\">\(timeline.svg)</div></figure>"
  }

  private func item(_ cause: Verdict.Cause) -> String {
    let finding = cause.finding
    let severity = finding.severity == .fault ? "" : " (\(finding.severity.rawValue))"
    var text =
      "<li>\(Self.title(of: finding))\(severity): \(escaped(finding.evidence)).<br>"
      + "<span class=\"quiet\">\(escaped(finding.hint))</span>"
    if !cause.consequences.isEmpty {
      let list = cause.consequences.map { "<li>\(Self.title(of: $0)): \(escaped($0.evidence)).</li>" }
        .joined()
      text +=
        "<details><summary>Consequences: \(cause.consequences.count)</summary><ul>\(list)</ul></details>"
    }
    return text + "</li>"
  }

  private static func title(of finding: Finding) -> String {
    let place = finding.place.isEmpty ? "" : " at <code>\(escaped(finding.place))</code>"
    let end = finding.endStep.map { ", until step \($0)" } ?? ""
    return "<b>\(escaped(finding.name))</b>\(place) since step \(finding.firstStep)\(end)"
  }
}
