import SluiceCore
import SluiceStorage

/// A line over the steps of a training.
struct Curve {
  let name: String
  let points: [(x: Double, y: Double)]
  /// Which of the colors and of the dashes of `ReportStyle` it has.
  var color = 0
  var dash = 0
}

/// Curves over one axis as an SVG, 360 wide so that its letters are readable on a phone.
struct CurvePicture {
  let title: String
  let curves: [Curve]
  /// Where something began, with what is said on hovering.
  var alarms: [(step: Double, text: String)] = []
  var isLogarithmic = false
  var horizontal = "step"

  /// Whether there is anything to see.
  var isEmpty: Bool { !curves.contains { curve in curve.points.contains { isShown($0.y) } } }

  var svg: String {
    let points = curves.flatMap(\.points).filter { isShown($0.y) }
    guard let first = points.first else { return "<p class=\"quiet\">no figures</p>" }
    var (x0, x1, y0, y1) = (first.x, first.x, value(first.y), value(first.y))
    for point in points {
      (x0, x1) = (min(x0, point.x), max(x1, point.x))
      (y0, y1) = (min(y0, value(point.y)), max(y1, value(point.y)))
    }
    if x1 == x0 { x1 = x0 + 1 }
    if !(y1 - y0 > 1e-12 * max(abs(y0), abs(y1), 1e-30)) {
      let half = max(abs(y0), isLogarithmic ? 1 : 1e-30) / 2
      (y0, y1) = (y0 - half, y1 + half)
    }
    let frame = Frame(x0: x0, x1: x1, y0: y0, y1: y1)
    var lines = [
      "<svg viewBox=\"0 0 360 200\" role=\"img\" aria-label=\"\(escaped(title))\">", axes(frame),
    ]
    for curve in curves { lines.append(line(curve, frame)) }
    for alarm in alarms {
      let x = number(frame.x(min(max(alarm.step, x0), x1)))
      lines.append(
        "<g class=\"alarm\"><title>\(escaped(alarm.text))</title><path d=\"M\(x) 10V170\"/>"
          + "<path class=\"flag\" d=\"M\(x) 10l7 4l-7 4z\"/><path class=\"hold\" d=\"M\(x) 8V170\"/></g>")
    }
    return lines.joined(separator: "\n") + "</svg>" + legend
  }

  /// Which line is which, where there is more than one.
  private var legend: String {
    let shown = curves.filter { curve in curve.points.contains { isShown($0.y) } }
    guard shown.count > 1 else { return "" }
    return "<p class=\"legend\">"
      + shown.map {
        "<span class=\"item\"><span class=\"key c\($0.color % ReportStyle.colors) d\($0.dash % 3)\"></span> \(escaped($0.name))</span>"
      }.joined(separator: " ") + "</p>"
  }

  private func isShown(_ y: Double) -> Bool { y.isFinite && (!isLogarithmic || y > 0) }
  private func value(_ y: Double) -> Double { isLogarithmic ? decimalLogarithm(y) : y }

  private func axes(_ frame: Frame) -> String {
    var text = ""
    for level in isLogarithmic ? logarithmicTicks(frame.y0, frame.y1) : ticks(frame.y0, frame.y1) {
      let y = number(frame.y(level))
      let label = short(isLogarithmic ? powerOfTen(level) : level)
      text +=
        "<path class=\"grid\" d=\"M52 \(y)H352\"/><text x=\"47\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">"
      text += "\(label)</text>"
    }
    text += "<text x=\"52\" y=\"186\">\(short(frame.x0))</text>"
    text += "<text x=\"352\" y=\"186\" text-anchor=\"end\">\(short(frame.x1))</text>"
    text += "<text x=\"202\" y=\"186\" text-anchor=\"middle\">\(escaped(horizontal))</text>"
    return text
  }

  private func line(_ curve: Curve, _ frame: Frame) -> String {
    let usable = curve.points.filter { isShown($0.y) }
    guard let first = usable.first else { return "" }
    let path = usable.enumerated().map { k, point in
      (k == 0 ? "M" : "L") + number(frame.x(point.x)) + " " + number(frame.y(value(point.y)))
    }
    let look = "c\(curve.color % ReportStyle.colors) d\(curve.dash % 3)"
    var text = "<path class=\"curve \(look)\" d=\"\(path.joined())\"/>"
    if usable.count == 1 {
      text +=
        "<circle class=\"dot \(look)\" cx=\"\(number(frame.x(first.x)))\" cy=\"\(number(frame.y(value(first.y))))\" r=\"3\"/>"
    }
    // Places to hover over, few enough that the page stays small.
    let spots = min(usable.count, 90)
    for k in 0..<spots {
      let point = usable[k * usable.count / spots]
      let (x, y) = (number(frame.x(point.x)), number(frame.y(value(point.y))))
      text += "<circle class=\"spot \(look)\" cx=\"\(x)\" cy=\"\(y)\" r=\"4\"><title>"
      text +=
        "\(escaped(curve.name)), \(escaped(horizontal)) \(short(point.x)): \(short(point.y))</title></circle>"
    }
    return text
  }

  private struct Frame {
    let (x0, x1, y0, y1): (Double, Double, Double, Double)

    init(x0: Double, x1: Double, y0: Double, y1: Double) {
      (self.x0, self.x1, self.y0, self.y1) = (x0, x1, y0, y1)
    }

    func x(_ x: Double) -> Double { 52 + share(x, x0, x1) * 300 }
    func y(_ y: Double) -> Double { 170 - share(y, y0, y1) * 160 }

    /// Halved first: the difference of two numbers may be too large for one.
    private func share(_ value: Double, _ low: Double, _ high: Double) -> Double {
      (value / 2 - low / 2) / (high / 2 - low / 2)
    }
  }
}
