import SluiceCore

extension FlowMonitor {
  /// Step and recent loss.
  private var state: String { "step \(stepCount)  loss \(fixed(Double(loss.recent), 4))" }

  /// How the training stands, in one line: the step, the loss, and the findings that hold.
  public var stateLine: String {
    let names = diagnosis.current.map {
      $0.place.isEmpty
        ? $0.ailment.rawValue : "\($0.ailment.rawValue) \(ScreenText.cut($0.place, to: 80))"
    }
    return state + "  " + (names.isEmpty ? "nothing wrong" : names.joined(separator: ", "))
  }

  /// How the training stands, on a screen of so many columns and rows: the line, the chart of the gradient's flow, and the
  /// findings that hold, of each as much as there is room for, the cursor's row left free.
  public func watchLines(columns: Int, rows: Int, color: Bool) -> [String] {
    let findings = diagnosis.current
    let most = min(6, max(rows - 4, 1))
    var told = findings.prefix(most).map { ScreenText.cut("\($0)", to: columns - 1) }
    if findings.count > most { told.append("and \(findings.count - most) more") }
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
