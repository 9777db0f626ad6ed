import CLibrary

// Numbers as people read them, in one place for every module of the package.

/// Seconds as a number.
package func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}

/// A number with a fixed count of digits after the point.
package func fixed(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (abs(value) * scale).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let whole = Int(scaled)
  let sign = value < 0 && whole > 0 ? "-" : ""
  if digits == 0 { return "\(sign)\(whole)" }
  let fraction = String(whole % Int(scale))
  return "\(sign)\(whole / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
}

/// A share as a percentage with one decimal.
package func percent(_ share: Double) -> String { fixed(share * 100, 1) + " %" }

/// A length of time in minutes and seconds.
package func clock(_ seconds: Double) -> String {
  let whole = seconds.isFinite ? Int(min(seconds, 1e9).rounded()) : 0
  let rest = whole % 60
  return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
}

/// A whole number in groups of three digits.
package func grouped(_ value: Int) -> String {
  var digits = String(value.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// The natural logarithm of a count: the cross entropy of guessing among so many classes.
package func logarithm(of count: Int) -> Float { Float(log(Double(max(count, 1)))) }

/// The entropy of classes that occur so often, in nats: the loss of guessing by their frequencies.
package func entropy(ofCounts counts: [Int]) -> Float {
  let total = Double(counts.reduce(0, +))
  return Float(-counts.filter { $0 > 0 }.reduce(0) { $0 + Double($1) / total * log(Double($1) / total) })
}

/// e to a power.
package func exponential(_ x: Double) -> Double { exp(x) }

/// The natural logarithm.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The logarithm to base ten.
package func decimalLogarithm(_ value: Double) -> Double { log10(value) }

/// Ten to a power.
package func powerOfTen(_ exponent: Double) -> Double { pow(10, exponent) }
