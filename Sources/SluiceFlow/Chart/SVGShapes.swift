import SluiceCore

/// The sign that stands for a value without a bar.
enum SVGMark {
  case zero
  case broken

  init(_ bar: FlowBar) { self = bar.value == 0 ? .zero : .broken }

  /// A ring for zero, a cross for what is not finite, around a point.
  func drawn(x: Double, y: Double) -> String {
    switch self {
    case .zero:
      "<circle class=\"flow-zero\" cx=\"\(coordinate(x))\" cy=\"\(coordinate(y))\" r=\"4\"/>"
    case .broken:
      "<path class=\"flow-broken\" d=\"M\(coordinate(x - 4)) \(coordinate(y - 4))l8 8m0 -8l-8 8\"/>"
    }
  }
}

/// What the shapes of one chart mean; empty where there are only plain bars.
struct SVGLegend {
  private var entries: [(shape: Shape, words: String, x: Double, row: Int)] = []
  private static let rowHeight = 18.0

  private enum Shape { case bar, blocked, mark(SVGMark) }

  init(chart: FlowChart, left: Double, right: Double) {
    var wanted: [(Shape, String)] = []
    let bars = chart.bars
    if bars.contains(where: \.isBlocked) {
      wanted.append((.blocked, "blocked: near zero for several steps"))
    }
    if bars.contains(where: { $0.value == 0 }) { wanted.append((.mark(.zero), "exactly zero")) }
    if bars.contains(where: { !$0.value.isFinite }) { wanted.append((.mark(.broken), "not finite")) }
    guard !wanted.isEmpty else { return }
    wanted.insert((.bar, chart.axisLabel), at: 0)
    var x = left
    var row = 0
    for (shape, words) in wanted {
      let width = 18 + SVGText.width(of: ScreenText.escaped(words), size: 11) + 16
      if x > left && x + width - 16 > right { (x, row) = (left, row + 1) }
      entries.append((shape, words, x, row))
      x += width
    }
  }

  /// The height of all rows.
  var height: Double { entries.last.map { Double($0.row + 1) * SVGLegend.rowHeight + 4 } ?? 0 }

  func drawn(top: Double) -> [String] {
    entries.flatMap { entry in
      let y = top + 4 + Double(entry.row) * SVGLegend.rowHeight
      let shape =
        switch entry.shape {
        case .bar: rectangle(entry.x, y, 12, 12, "class=\"flow-bar\"")
        case .blocked: rectangle(entry.x, y, 12, 12, "class=\"flow-blocked\"")
        case .mark(let mark): mark.drawn(x: entry.x + 6, y: y + 6)
        }
      return [shape, text(entry.words, x: entry.x + 18, y: y + 10, "flow-legend flow-ink")]
    }
  }
}

func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) -> String {
  "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" width=\"\(coordinate(width))\" "
    + "height=\"\(coordinate(height))\" \(style)/>"
}

func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double), _ style: String) -> String {
  "<path class=\"\(style)\" d=\"M\(coordinate(start.x)) \(coordinate(start.y))"
    + "L\(coordinate(end.x)) \(coordinate(end.y))\"/>"
}

func text(_ words: String, x: Double, y: Double, _ style: String, anchor: String = "start") -> String {
  "<text class=\"flow-text \(style)\" x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" "
    + "text-anchor=\"\(anchor)\">\(SVGText.escaped(words))</text>"
}
