import SluiceCore

extension FlowMonitor {
  /// Step and recent loss.
  private var state: String { "step \(stepCount)  loss \(fixed(Double(loss.recent), 4))" }

  /// The causes that hold, or of which something holds.
  private var causes: [Verdict.Cause] { Verdict(of: diagnosis.findings).causes.filter(\.holds) }

  /// How the training stands, in one line: the step, the loss, and the causes that hold, each with how much follows from it.
  public var stateLine: String {
    let names = causes.map { cause in
      let finding = cause.finding
      let count = cause.consequences.count
      return finding.name + (finding.place.isEmpty ? "" : " \(ScreenText.cut(finding.place, to: 80))")
        + (count == 0 ? "" : " (consequences: \(count))")
    }
    return state + "  " + (names.isEmpty ? "nothing wrong" : names.joined(separator: ", "))
  }

  /// How the training stands, on a screen of so many columns and rows: the line, the chart of the gradient's flow, and the
  /// causes that hold, of each as much as there is room for, the cursor's row left free.
  public func watchLines(columns: Int, rows: Int, color: Bool) -> [String] {
    let causes = causes
    let most = min(6, max(rows - 4, 1))
    var told = causes.prefix(most).map { cause in
      // How much follows stands first: the end may be cut off.
      let count = cause.consequences.count
      return ScreenText.cut(
        (count == 0 ? "" : "(consequences: \(count)) ") + "\(cause.finding)", to: columns - 1)
    }
    if causes.count > most { told.append("and \(causes.count - most) more") }
    var chart = gradients.chart().terminal(columns: columns, color: color)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // What has left the screen at its top cannot be drawn over: the state, the findings and the cursor's line have to fit too.
    let room = max(rows - told.count - 2, 1)
    if chart.count > room {
      chart = chart.prefix(room - 1) + ["… \(chart.count - room + 1) more lines"]
    }
    return [state] + chart + told
  }
}
