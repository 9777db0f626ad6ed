import SluiceCore

extension FlowChart {
  /// The chart as text, one horizontal bar a layer.
  ///
  /// Names are shown in full: where they leave too little room for the bars they get lines of their own, and
  /// only a name wider than the terminal itself loses its middle. Zero and non-finite values have a
  /// word in place of a bar. What is said about a layer follows below the chart, by name.
  ///
  /// - Parameters:
  ///   - columns: the width that no line exceeds; less than 24 counts as 24.
  ///   - unicode: bars in eighths of a block; otherwise plain ASCII throughout.
  ///   - color: ANSI colors. What they say is also said by patterns and words.
  /// - Returns: lines that end in a line feed each.
  public func terminal(columns: Int = 80, unicode: Bool = true, color: Bool = false) -> String {
    TerminalChart(chart: self, columns: max(columns, 24), unicode: unicode, color: color).text
  }
}

/// The layout of one chart in one terminal.
private struct TerminalChart {
  let chart: FlowChart
  let width: Int
  let unicode: Bool
  let color: Bool
  let names: [String]
  let scale: DecadeScale?
  /// Whether a name has a line of its own.
  let stacked: Bool
  let nameWidth: Int
  let figureWidth: Int
  /// Columns left of the bars, the axis line included.
  let margin: Int

  private static let leastBarWidth = 12

  init(chart: FlowChart, columns: Int, unicode: Bool, color: Bool) {
    self.chart = chart
    width = columns
    self.unicode = unicode
    self.color = color
    scale = chart.scale
    names = chart.bars.map { ScreenText.escaped($0.name, ascii: !unicode) }
    figureWidth = chart.bars.map(\.figure.count).max() ?? 0
    let longest = names.map { ScreenText.columns(of: $0) }.max() ?? 0
    let beside = longest + 2 + figureWidth + 2
    stacked = beside + TerminalChart.leastBarWidth > columns
    nameWidth = stacked ? 0 : longest
    margin = stacked ? 2 + figureWidth + 2 : beside
  }

  var barWidth: Int { width - margin }

  var text: String {
    var lines = wrap(ScreenText.escaped(chart.title, ascii: !unicode), indent: 0).map { paint($0, .title) }
    if chart.bars.isEmpty { lines.append("(no layers)") }
    for (bar, name) in zip(chart.bars, names) { lines += row(bar, name) }
    lines += axis()
    lines += remarks()
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Rows

  private func row(_ bar: FlowBar, _ name: String) -> [String] {
    let figure = bar.figure.paddedLeft(to: figureWidth)
    let body = "  " + figure + " " + (unicode ? "│" : "|") + drawn(bar)
    if stacked { return [shortened(name, to: width, ascii: !unicode), body] }
    return [name.padded(to: nameWidth) + body]
  }

  private func drawn(_ bar: FlowBar) -> String {
    guard case .bar(let value) = bar.kind, let scale else {
      let word = " " + (bar.word ?? "") + (bar.isBlocked ? ", blocked" : "")
      return paint(String(word.prefix(barWidth)), bar.value == 0 ? .blocked : .broken)
    }
    let eighths = max(1, Int((scale.position(of: value) * Double(barWidth * 8)).rounded()))
    let drawing = bar.isBlocked ? patterned(eighths) : solid(eighths)
    let word = bar.isBlocked && drawing.count + 8 <= barWidth ? " blocked" : ""
    return paint(drawing + word, bar.isBlocked ? .blocked : .bar)
  }

  private func solid(_ eighths: Int) -> String {
    guard unicode else { return String(repeating: "#", count: max(1, (eighths + 4) / 8)) }
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + partial
  }

  private func patterned(_ eighths: Int) -> String {
    String(repeating: unicode ? "░" : "-", count: max(1, (eighths + 4) / 8))
  }

  // MARK: Axis

  private func axis() -> [String] {
    guard let scale else { return [] }
    // The column of an exponent; the first is that of the line on the left of the bars.
    func column(_ exponent: Int) -> Int {
      Int((scale.position(ofDecade: exponent) * Double(barWidth)).rounded())
    }
    let labelWidth = max("1e\(scale.lowest)".count, "1e\(scale.highest)".count)
    let labeled = scale.ticks(atMost: barWidth / (labelWidth + 2))
    let marked = scale.ticks(atMost: barWidth / 2)
    var line = [Character](repeating: unicode ? "─" : "-", count: barWidth + 1)
    for exponent in marked { line[column(exponent)] = unicode ? "┴" : "+" }
    line[0] = unicode ? "└" : "+"
    if marked.last == scale.highest { line[barWidth] = unicode ? "┘" : "+" }

    var labels = ""
    for exponent in labeled {
      let label = "1e\(exponent)"
      let start = min(margin - 1 + column(exponent) - label.count / 2, width - label.count)
      if start > labels.count || labels.isEmpty { labels = labels.padded(to: start) + label }
    }
    let indent = String(repeating: " ", count: margin - 1)
    let caption = wrap(ScreenText.escaped(chart.axisLabel, ascii: !unicode) + ", logarithmic", indent: 0)
    return [indent + paint(String(line), .axis), paint(labels, .axis)]
      + caption.map { paint($0.paddedLeft(to: width), .axis) }
  }

  // MARK: Remarks

  private func remarks() -> [String] {
    var lines: [String] = []
    for (bar, name) in zip(chart.bars, names) where bar.isBlocked || bar.note != nil {
      let note = bar.note.map { ScreenText.escaped($0, ascii: !unicode) }
      let remark = [bar.isBlocked ? "blocked" : nil, note].compactMap { $0 }.joined(separator: ", ")
      lines += wrap("\(name): \(remark)", indent: 2).map { paint($0, bar.isBlocked ? .blocked : .plain) }
    }
    return lines
  }

  /// Lines within the width, the second and later ones indented.
  private func wrap(_ text: String, indent: Int) -> [String] {
    let lines = wrapped(text, to: Double(width - indent)) { Double(ScreenText.columns(of: $0)) }
    let margin = String(repeating: " ", count: indent)
    return lines.enumerated().map { $0.offset == 0 ? $0.element : margin + $0.element }
  }

  // MARK: Color

  private enum Ink: String {
    case plain = ""
    case title = "1"
    case bar = "36"
    case blocked = "33"
    case broken = "31"
    case axis = "2"
  }

  private func paint(_ text: String, _ ink: Ink) -> String {
    guard color, ink != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
  }
}
