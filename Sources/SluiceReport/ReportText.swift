import SluiceCore
import SluiceStorage

// Numbers and names as a report shows them, and where its axes have their lines.

/// From three to seven round numbers between two: multiples of 1, 2 or 5 times a power of ten.
func ticks(_ low: Double, _ high: Double) -> [Double] {
  let span = high - low
  guard span > 0, span.isFinite, (max(abs(low), abs(high)) / span) < 1e9 else { return [low] }
  let power = powerOfTen(decimalLogarithm(span / 5).rounded(.down))
  let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6.5 } ?? 10 * power
  let first = (low / step - 1e-9).rounded(.up)
  return (0..<8).map { (first + Double($0)) * step }.filter { $0 <= high + 1e-9 * step }
}

/// The decimal logarithms of round numbers between two logarithms: powers of ten, or with less than two of them between
/// also 2 and 5 times one.
func logarithmicTicks(_ low: Double, _ high: Double) -> [Double] {
  guard high > low, high - low < 700 else { return [low] }
  let first = Int(low.rounded(.up))
  let last = Int(high.rounded(.down))
  if last - first >= 1 {
    let step = (last - first) / 6 + 1
    return stride(from: first, through: last, by: step).map(Double.init)
  }
  let between = (first - 1...last).flatMap { decade in
    [1, 2, 5].map { Double(decade) + decimalLogarithm($0) }
  }.filter { $0 >= low && $0 <= high }
  return between.count > 1
    ? between
    : ticks(powerOfTen(low), powerOfTen(high)).filter { $0 > 0 }.map(decimalLogarithm)
}

/// A coordinate with one decimal.
func number(_ value: Double) -> String { fixed(value, 1) }

/// A number in few letters.
func short(_ value: Double) -> String {
  guard value.isFinite else { return "\(value)" }
  let size = abs(value)
  if value == 0 { return "0" }
  // A power of ten found by way of its logarithm is not quite whole.
  if size >= 0.5, size < 1e6, abs(value - value.rounded()) <= 1e-12 * size {
    return "\(Int(value.rounded()))"
  }
  if size >= 100, size < 1e6 { return fixed(value, 0) }
  if size >= 1, size < 1e6 { return fixed(value, 2) }
  if size >= 0.01, size < 1e6 { return fixed(value, 3) }
  var exponent = Int(decimalLogarithm(size).rounded(.down))
  var digits = value / powerOfTen(Double(exponent))
  if abs(digits) >= 9.95 {
    digits /= 10
    exponent += 1
  }
  let mantissa = fixed(digits, 1)
  return "\(mantissa.hasSuffix(".0") ? String(mantissa.dropLast(2)) : mantissa)e\(exponent)"
}

/// A place in a row: 2nd, 4th, 32nd.
func ordinal(_ value: Int) -> String {
  let isTeen = (11...13).contains(value % 100)
  return "\(value)" + (isTeen ? "th" : [1: "st", 2: "nd", 3: "rd"][value % 10] ?? "th")
}

/// The text for an HTML page: markup made harmless, what nobody sees escaped, and cut where it is too long for any reader.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in ScreenText.cut(text, to: 2_000).unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
