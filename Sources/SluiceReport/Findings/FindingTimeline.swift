import SluiceCore
import SluiceFlow

/// Findings over the steps of a training as an SVG: a bar for each cause from when it first showed to its end, beneath it those of what
/// follows from it, indented and thinner; a dot where each was reported.
struct FindingTimeline {
  private let rows: [Row]
  private let lastStep: Double
  /// What there was no room for.
  private let leftOut: Int

  private struct Row {
    let finding: Finding
    let isConsequence: Bool
  }

  /// The most rows, and the most of a cause's consequences among them.
  private static let rowLimit = 60
  private static let consequenceLimit = 8
  private static let width = 640.0
  private static let margin = 8.0

  init(_ verdict: Verdict, lastStep: Int) {
    var rows: [Row] = []
    var all = 0
    for cause in verdict.causes {
      all += 1 + cause.consequences.count
      rows.append(Row(finding: cause.finding, isConsequence: false))
      rows += cause.consequences.prefix(Self.consequenceLimit).map { Row(finding: $0, isConsequence: true) }
    }
    self.rows = Array(rows.prefix(Self.rowLimit))
    leftOut = all - self.rows.count
    let steps = self.rows.flatMap { [$0.finding.reportedStep, $0.finding.endStep ?? 0] }
    self.lastStep = max(steps.map(Double.init).max() ?? 0, Double(lastStep), 1)
  }

  var svg: String {
    let height = 30 * Double(rows.count) + 30
    var lines = [
      "<svg viewBox=\"0 0 \(number(Self.width)) \(number(height))\" role=\"img\" style=\"min-width:340px;max-width:960px;width:100%\" "
        + "aria-label=\"Findings by step\">"
    ]
    for tick in ticks(0, lastStep) {
      let x = number(self.x(tick))
      lines.append(
        "<path class=\"grid\" style=\"stroke:var(--line)\" d=\"M\(x) 4V\(number(height - 22))\"/>"
          + "<text x=\"\(x)\" y=\"\(number(height - 8))\" text-anchor=\"\(anchor(tick))\">\(short(tick))</text>"
      )
    }
    for (i, row) in rows.enumerated() { lines.append(bar(row, top: 4 + 30 * Double(i))) }
    lines.append("</svg>")
    if leftOut > 0 { lines.append("<p class=\"quiet\">\(leftOut) more are left out of the picture.</p>") }
    return lines.joined(separator: "\n")
  }

  private func x(_ step: Double) -> Double {
    Self.margin + min(max(step / lastStep, 0), 1) * (Self.width - 2 * Self.margin)
  }

  /// A number at either end of the axis stays within the picture.
  private func anchor(_ tick: Double) -> String {
    tick < 0.05 * lastStep ? "start" : tick > 0.95 * lastStep ? "end" : "middle"
  }

  private func bar(_ row: Row, top: Double) -> String {
    let finding = row.finding
    let (from, reported) = (x(Double(finding.firstStep)), x(Double(finding.reportedStep)))
    let until = max(x(finding.endStep.map(Double.init) ?? lastStep), from + 3)
    let thickness = row.isConsequence ? 4.0 : 8.0
    let color =
      row.isConsequence ? "var(--c0)" : finding.severity == .note ? "var(--quiet)" : "var(--alarm)"
    // Beside a bar that begins late there is more room to the left.
    let isRight = from > 0.6 * Self.width
    let indent = row.isConsequence ? 12.0 : 0
    let label = (row.isConsequence ? "↳ " : "") + ScreenText.cut(finding.title, to: 60)
    return "<g><title>\(escaped("\(finding)"))</title>"
      + "<text x=\"\(number(isRight ? until : from + indent))\" y=\"\(number(top + 12))\" "
      + "text-anchor=\"\(isRight ? "end" : "start")\">\(escaped(label))</text>"
      + "<rect x=\"\(number(from))\" y=\"\(number(top + 16))\" width=\"\(number(until - from))\" height=\"\(number(thickness))\" "
      + "rx=\"2\" style=\"fill:\(color);opacity:\(finding.endStep == nil ? "0.9" : "0.55")\"/>"
      + "<circle cx=\"\(number(reported))\" cy=\"\(number(top + 16 + thickness / 2))\" r=\"\(number(thickness / 2 + 1))\" "
      + "style=\"fill:var(--ground);stroke:\(color);stroke-width:1.5\"/></g>"
  }
}
