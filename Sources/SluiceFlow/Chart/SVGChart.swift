import SluiceCore

extension FlowChart {
  /// The chart as an SVG file of its own: vertical bars in the order of the layers over a logarithmic axis.
  ///
  /// Every name is shown in full, upright where all of them fit under their bars and turned by 90° otherwise;
  /// the picture grows with the number of layers and with the longest name. Zero and non-finite values are
  /// marks on the axis, blocked layers are striped. Hovering over a layer shows its value. The colors
  /// follow the reader's preference for light or dark.
  ///
  /// - Parameter room: the width that the bars of few layers share; many layers take more.
  /// - Returns: a well-formed XML document that refers to nothing outside itself, whatever the names hold.
  public func svg(room: Double = 640) -> String { SVGChart(chart: self, room: room).document }
}

/// The layout of one chart as an SVG.
private struct SVGChart {
  let chart: FlowChart
  let scale: DecadeScale?
  /// The width of a layer's slot and the left edge of the first one.
  let slot: Double
  let firstSlot: Double
  let plot: (left: Double, top: Double, width: Double, height: Double)
  let size: (width: Double, height: Double)
  let titleLines: [String]
  let legend: SVGLegend
  let namesAreTurned: Bool

  private static let nameSize = 11.0
  private static let titleSize = 15.0
  private static let pad = 16.0

  init(chart: FlowChart, room: Double) {
    self.chart = chart
    scale = chart.scale
    let count = Double(max(chart.bars.count, 1))
    let nameWidths = chart.bars.map {
      SVGText.width(of: ScreenText.escaped($0.name), size: SVGChart.nameSize)
    }
    let longestName = nameWidths.max() ?? 0
    let slot = min(max(room / count, 22), 96)
    let plotWidth = max(slot * count, min(room, 360))
    let pad = SVGChart.pad
    let decades = [scale?.lowest, scale?.highest].compactMap { $0 }
    let left = pad + 20 + (decades.map { SVGText.width(of: powerOfTen($0), size: 10) }.max() ?? 0)
    let width = left + plotWidth + pad

    let titleSize = SVGChart.titleSize
    titleLines = wrapped(ScreenText.escaped(chart.title), to: width - 2 * pad) {
      SVGText.width(of: String($0), size: titleSize, bold: true)
    }
    legend = SVGLegend(chart: chart, left: left, right: width - pad)
    namesAreTurned = longestName > slot - 8
    let top = pad + Double(titleLines.count) * 20 + legend.height + 14
    let height = max(240, SVGText.width(of: ScreenText.escaped(chart.axisLabel), size: 10))
    plot = (left, top, plotWidth, height)
    self.slot = slot
    firstSlot = left + (plotWidth - slot * count) / 2
    size = (width, top + height + 10 + (namesAreTurned ? longestName : 14) + pad)
  }

  private var floor: Double { plot.top + plot.height }

  var document: String {
    let label = SVGText.escaped(chart.title)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(coordinate(size.width))\" "
        + "height=\"\(coordinate(size.height))\" "
        + "viewBox=\"0 0 \(coordinate(size.width)) \(coordinate(size.height))\" role=\"img\" "
        + "aria-label=\"\(label)\">",
      SVGStyle.sheet, SVGStyle.patterns,
      "<rect class=\"flow-ground\" width=\"100%\" height=\"100%\"/>",
    ]
    for (index, line) in titleLines.enumerated() {
      lines.append(
        text(line, x: SVGChart.pad, y: SVGChart.pad + 13 + 20 * Double(index), "flow-title flow-ink"))
    }
    lines += legend.drawn(top: SVGChart.pad + Double(titleLines.count) * 20)
    lines += axis
    for (index, bar) in chart.bars.enumerated() { lines += layer(bar, at: index) }
    lines.append(line(from: (plot.left, floor), to: (plot.left + plot.width, floor), "flow-base"))
    if chart.bars.isEmpty {
      lines.append(text("no layers", x: plot.left + 8, y: floor - 8, "flow-name flow-quiet"))
    }
    lines.append("</svg>")
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: Axis

  private var axis: [String] {
    var lines: [String] = []
    if let scale {
      let labeled = scale.ticks(atMost: Int(plot.height / 22))
      for exponent in scale.ticks(atMost: 60) {
        let y = floor - scale.position(ofDecade: exponent) * plot.height
        lines.append(line(from: (plot.left, y), to: (plot.left + plot.width, y), "flow-grid"))
        guard labeled.contains(exponent) else { continue }
        lines.append(
          text(powerOfTen(exponent), x: plot.left - 6, y: y + 3.5, "flow-small flow-quiet", anchor: "end"))
      }
    }
    let middle = "\(coordinate(SVGChart.pad + 4)) \(coordinate(plot.top + plot.height / 2))"
    lines.append(
      "<text class=\"flow-text flow-small flow-quiet\" text-anchor=\"middle\" "
        + "transform=\"translate(\(middle)) rotate(-90)\">\(SVGText.escaped(chart.axisLabel))</text>")
    return lines
  }

  // MARK: Layers

  private func layer(_ bar: FlowBar, at index: Int) -> [String] {
    let left = firstSlot + Double(index) * slot
    let middle = left + slot / 2
    var lines = ["<g class=\"flow-layer\"><title>\(SVGText.escaped(spoken(bar)))</title>"]
    // Something to hover over where the bar itself is too small.
    let backdrop = bar.isBlocked ? "class=\"flow-band\"" : "fill=\"none\" pointer-events=\"all\""
    lines.append(rectangle(left, plot.top, slot, plot.height, backdrop))
    if case .bar(let value) = bar.kind, let scale {
      let height = max(scale.position(of: value) * plot.height, 1)
      let width = min(slot * 0.7, 44)
      let style = "class=\"\(bar.isBlocked ? "flow-blocked" : "flow-bar")\""
      lines.append(rectangle(middle - width / 2, floor - height, width, height, style))
      let figure = scientific(value, fractionDigits: 1)
      if SVGText.width(of: figure, size: 10) < slot - 2 {
        lines.append(
          text(figure, x: middle, y: floor - height - 4, "flow-small flow-quiet flow-value", anchor: "middle")
        )
      }
    } else {
      lines.append(SVGMark(bar).drawn(x: middle, y: floor - 7))
      lines.append(
        text(bar.shortWord, x: middle, y: floor - 16, "flow-word flow-quiet flow-value", anchor: "middle"))
    }
    lines.append(name(bar, x: middle))
    lines.append("</g>")
    return lines
  }

  private func name(_ bar: FlowBar, x: Double) -> String {
    let ink = bar.isBlocked ? "flow-name flow-warn" : "flow-name flow-ink"
    guard namesAreTurned else { return text(bar.name, x: x, y: floor + 18, ink, anchor: "middle") }
    return "<text class=\"flow-text \(ink)\" text-anchor=\"end\" "
      + "transform=\"translate(\(coordinate(x + 4)) \(coordinate(floor + 10))) rotate(-90)\">"
      + "\(SVGText.escaped(bar.name))</text>"
  }

  private func spoken(_ bar: FlowBar) -> String {
    let value = bar.word ?? bar.figure
    return "\(bar.name): "
      + [value, bar.isBlocked ? "blocked" : nil, bar.note].compactMap { $0 }.joined(separator: ", ")
  }
}

extension FlowBar {
  /// The word for a value without a bar, short enough for the narrowest slot.
  fileprivate var shortWord: String { value == 0 ? "zero" : figure }
}
