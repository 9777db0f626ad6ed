/// A positive, finite number as `3.21e-04`: so many digits after the point, rounded half up in decimal, and
/// at least so many in the exponent.
func scientific(_ value: Double, fractionDigits: Int, exponentDigits: Int = 1) -> String {
  var (digits, exponent) = decimalDigits(of: value)
  let kept = fractionDigits + 1
  let roundsUp = digits.count > kept && digits[kept] >= 5
  digits = Array(digits.prefix(kept))
  digits += Array(repeating: 0, count: kept - digits.count)
  if roundsUp {
    var place = kept - 1
    while place >= 0 && digits[place] == 9 {
      digits[place] = 0
      place -= 1
    }
    if place >= 0 {
      digits[place] += 1
    } else {  // 9.99… became 10.00
      digits = [1] + digits.dropLast()
      exponent += 1
    }
  }
  let fraction = digits.dropFirst().map(String.init).joined()
  let power = String(exponent.magnitude)
  let zeros = String(repeating: "0", count: max(0, exponentDigits - power.count))
  return "\(digits[0])" + (fraction.isEmpty ? "" : "." + fraction) + (exponent < 0 ? "e-" : "e+") + zeros
    + power
}

/// The shortest digits that name the number, and the exponent of the first: 0.00321 is ([3, 2, 1], -3).
///
/// They are read off the description, which is exact for every number down to the smallest subnormal;
/// dividing by a power of ten is not.
private func decimalDigits(of value: Double) -> (digits: [Int], exponent: Int) {
  var digits: [Int] = []
  var exponent = 0
  var pointSeen = false
  let parts = value.description.split(separator: "e")
  for character in parts[0] {
    guard let digit = character.wholeNumberValue else {
      pointSeen = true
      continue
    }
    if !pointSeen && !digits.isEmpty { exponent += 1 }
    if pointSeen && digits.isEmpty { exponent -= 1 }
    if digit != 0 || !digits.isEmpty { digits.append(digit) }
  }
  if parts.count == 2 { exponent += Int(parts[1]) ?? 0 }
  return (digits, exponent)
}
