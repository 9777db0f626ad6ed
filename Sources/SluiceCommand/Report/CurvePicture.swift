import Sluice

/// A line over the steps of a training.
struct Curve {
  let name: String
  let points: [(x: Double, y: Double)]
}

/// Curves over one axis as an SVG, 360 wide so that its letters are readable on a phone.
struct CurvePicture {
  let title: String
  let curves: [Curve]
  /// Where something began, with what is said on hovering.
  var alarms: [(step: Double, text: String)] = []
  var isLogarithmic = false
  var horizontal = "step"

  private static let (width, height) = (360.0, 200.0)
  private static let (left, right, top, bottom) = (52.0, 8.0, 10.0, 30.0)

  var svg: String {
    let points = curves.flatMap(\.points)
      .filter { $0.y.isFinite && (!isLogarithmic || $0.y > 0) }
    guard let first = points.first else { return "<p class=\"quiet\">no figures</p>" }
    var (x0, x1, y0, y1) = (first.x, first.x, value(first.y), value(first.y))
    for point in points {
      (x0, x1) = (min(x0, point.x), max(x1, point.x))
      (y0, y1) = (min(y0, value(point.y)), max(y1, value(point.y)))
    }
    if x1 == x0 { x1 = x0 + 1 }
    if y1 - y0 < 1e-12 { (y0, y1) = (y0 - 0.5, y1 + 0.5) }
    let frame = Frame(x0: x0, x1: x1, y0: y0, y1: y1)
    var lines = [
      "<svg viewBox=\"0 0 360 200\" role=\"img\" aria-label=\"\(escaped(title))\">", axes(frame),
    ]
    for (i, curve) in curves.enumerated() { lines.append(line(curve, i, frame)) }
    for alarm in alarms {
      let x = number(frame.x(min(max(alarm.step, x0), x1)))
      lines.append(
        "<g class=\"alarm\"><title>\(escaped(alarm.text))</title><path d=\"M\(x) 10V170\"/>"
          + "<path class=\"flag\" d=\"M\(x) 10l7 4l-7 4z\"/><rect x=\"\(number(frame.x(alarm.step) - 5))\" y=\"8\" "
          + "width=\"12\" height=\"162\" fill=\"transparent\" stroke=\"none\"/></g>")
    }
    return lines.joined(separator: "\n") + "</svg>"
  }

  private func value(_ y: Double) -> Double { isLogarithmic ? decimalLogarithm(y) : y }

  private func axes(_ frame: Frame) -> String {
    var text = ""
    for k in 0...4 {
      let share = Double(k) / 4
      let y = number(frame.y(frame.y0 + share * (frame.y1 - frame.y0)))
      let level = frame.y0 + share * (frame.y1 - frame.y0)
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

  private func line(_ curve: Curve, _ i: Int, _ frame: Frame) -> String {
    let usable = curve.points.filter { $0.y.isFinite && (!isLogarithmic || $0.y > 0) }
    guard !usable.isEmpty else { return "" }
    let path = usable.enumerated().map { k, point in
      (k == 0 ? "M" : "L") + number(frame.x(point.x)) + " " + number(frame.y(value(point.y)))
    }
    var text = "<path class=\"curve c\(i % 4)\" d=\"\(path.joined())\"/>"
    // Places to hover over, few enough that the page stays small.
    let spots = min(usable.count, 90)
    for k in 0..<spots {
      let point = usable[k * usable.count / spots]
      let (x, y) = (number(frame.x(point.x)), number(frame.y(value(point.y))))
      text += "<circle class=\"spot c\(i % 4)\" cx=\"\(x)\" cy=\"\(y)\" r=\"4\"><title>"
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

    func x(_ x: Double) -> Double { 52 + (x - x0) / (x1 - x0) * 300 }
    func y(_ y: Double) -> Double { 170 - (y - y0) / (y1 - y0) * 160 }
  }
}

/// A coordinate with one decimal.
func number(_ value: Double) -> String { fixed(value, 1) }

/// A number in few letters.
func short(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  let size = abs(value)
  if value == 0 { return "0" }
  if value == value.rounded(), size < 1e6 { return "\(Int(value))" }
  if size >= 100, size < 1e6 { return fixed(value, 0) }
  if size >= 1, size < 1e6 { return fixed(value, 2) }
  if size >= 0.01, size < 1e6 { return fixed(value, 3) }
  var exponent = Int(decimalLogarithm(size).rounded(.down))
  var digits = value / powerOfTen(Double(exponent))
  if abs(digits) >= 9.95 {
    digits /= 10
    exponent += 1
  }
  return "\(fixed(digits, 1))e\(exponent)"
}

/// The text for an HTML page: markup and control characters made harmless.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n": result += "\\n"
    default:
      if scalar.value < 32 || (127..<160).contains(scalar.value) {
        result += "\u{FFFD}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result
}
