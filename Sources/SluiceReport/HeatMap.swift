import SluiceCore
import SluiceStorage

/// How one figure of several rows changed over the steps: color by the decimal logarithm.
struct HeatMap {
  let title: String
  let rows: [(name: String, values: [Double?])]
  let steps: [Int]

  private static let columnLimit = 100

  /// What is not shown, to be said beside the title; nothing where all is.
  var remark: String {
    steps.count > Self.columnLimit ? ", \(Self.columnLimit) of \(steps.count) observations" : ""
  }

  var svg: String {
    let known = rows.flatMap(\.values).compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
    guard let least = known.min(), let most = known.max(), !steps.isEmpty else {
      return "<p class=\"quiet\">no figures</p>"
    }
    let low = decimalLogarithm(least)
    let span = max(decimalLogarithm(most) - low, 1)
    let columns = min(steps.count, Self.columnLimit)
    let cell = 344 / Double(columns)
    let rowHeight = 30.0
    let height = Double(rows.count) * rowHeight + 34
    var text = "<svg viewBox=\"0 0 360 \(number(height))\" role=\"img\" aria-label=\"\(escaped(title))\">"
    for (r, row) in rows.enumerated() {
      let top = Double(r) * rowHeight
      text += "<text x=\"8\" y=\"\(number(top + 11))\">\(escaped(shortened(row.name)))</text>"
      for c in 0..<columns {
        let k = c * steps.count / columns
        let value = k < row.values.count ? row.values[k] : nil
        let shade: String
        if let value, value > 0, value.isFinite {
          let share = (decimalLogarithm(value) - low) / span
          shade = "class=\"heat\" style=\"--h:\(Int((share * 100).rounded()))%\""
        } else {
          shade = "class=\"none\""
        }
        text += "<rect \(shade) x=\"\(fixed(8 + Double(c) * cell, 2))\" y=\"\(number(top + 14))\" "
        text +=
          "width=\"\(fixed(cell + 0.3, 2))\" height=\"14\"><title>\(escaped(row.name)), step \(steps[k]): "
        text += "\(value.map(short) ?? "none")</title></rect>"
      }
    }
    let bottom = number(height - 18)
    text += "<text x=\"8\" y=\"\(bottom)\">step \(steps[0])</text>"
    text += "<text x=\"352\" y=\"\(bottom)\" text-anchor=\"end\">\(steps[steps.count - 1])</text>"
    text +=
      "<text x=\"180\" y=\"\(bottom)\" text-anchor=\"middle\">pale \(short(least)), strong \(short(most))</text>"
    return text + "</svg>"
  }

  private func shortened(_ name: String) -> String { ScreenText.cutInTheMiddle(name, to: 48) }
}
