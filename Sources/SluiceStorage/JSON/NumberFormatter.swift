/// Writes floating-point numbers in the fewest decimal digits that read back as the same number.
///
/// The digits are those of Steele and White's exact algorithm in the form of R. G. Burger and R. K. Dybvig,
/// "Printing Floating-Point Numbers Quickly and Accurately" (PLDI 1996), figures 1 and 3, for readers that
/// round to nearest, ties to even. Written here because `description` allocates for a `Double` of more than
/// some 12 digits, and this runs inside training loops.
///
/// - Complexity: O(digits) operations on numbers whose size grows with the magnitude of the exponent; one to two
///   microseconds for everyday values in a release build. Allocates only when it is created.
struct NumberFormatter {
  private var remainder = Natural()
  private var divisor = Natural()
  private var marginAbove = Natural()
  private var marginBelow = Natural()
  private var sum = Natural()
  /// The digits, 0 to 9.
  private var digits = [UInt8](repeating: 0, count: 20)
  private var digitCount = 0

  /// Appends a finite `value` to `bytes`, with a point or an exponent, as JSON has it: `0.25`, `3.0`, `1e-7`.
  /// Allocates nothing while `bytes` has room for 26 more.
  mutating func append(_ value: Float, to bytes: inout [UInt8]) {
    append(
      isNegative: value.sign == .minus, fraction: UInt64(value.significandBitPattern),
      exponent: Int(value.exponentBitPattern), fractionBits: 23, bias: 127, to: &bytes)
  }

  /// Appends a finite `value` to `bytes`, with a point or an exponent, as JSON has it: `0.25`, `3.0`, `1e-7`.
  /// Allocates nothing while `bytes` has room for 26 more.
  mutating func append(_ value: Double, to bytes: inout [UInt8]) {
    append(
      isNegative: value.sign == .minus, fraction: value.significandBitPattern,
      exponent: Int(value.exponentBitPattern), fractionBits: 52, bias: 1023, to: &bytes)
  }

  private mutating func append(
    isNegative: Bool, fraction: UInt64, exponent: Int, fractionBits: Int, bias: Int, to bytes: inout [UInt8]
  ) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    guard fraction != 0 || exponent != 0 else {
      appendText("0.0", to: &bytes)
      return
    }
    let isNormal = exponent > 0
    let power = findDigits(
      significand: isNormal ? fraction | 1 << UInt64(fractionBits) : fraction,
      exponent: max(exponent, 1) - bias - fractionBits,
      gapBelowIsHalf: fraction == 0 && exponent > 1)
    appendDigits(power: power, to: &bytes)
  }

  /// Fills `digits` with those of significand · 2^exponent = 0.d₁d₂d₃… · 10^power and returns the power.
  ///
  /// `gapBelowIsHalf` says that the next smaller number is half as far away as the next larger one.
  private mutating func findDigits(significand: UInt64, exponent: Int, gapBelowIsHalf: Bool) -> Int {
    // value = remainder / divisor; the margins, over the same divisor, are half the gaps to the neighbors.
    let extra = gapBelowIsHalf ? 2 : 1
    remainder.set(significand)
    remainder.multiply(byPowerOfTwo: max(exponent, 0) + extra)
    divisor.set(1)
    divisor.multiply(byPowerOfTwo: max(-exponent, 0) + extra)
    marginBelow.set(1)
    marginBelow.multiply(byPowerOfTwo: max(exponent, 0))
    marginAbove.set(gapBelowIsHalf ? 2 : 1)
    marginAbove.multiply(byPowerOfTwo: max(exponent, 0))
    // A number half-way to a neighbor reads back as this one when this significand is even.
    let limitsCount = significand % 2 == 0

    var power = estimatedPower(significand: significand, exponent: exponent)
    if power >= 0 {
      divisor.multiply(byPowerOfTen: power)
    } else {
      remainder.multiply(byPowerOfTen: -power)
      marginAbove.multiply(byPowerOfTen: -power)
      marginBelow.multiply(byPowerOfTen: -power)
    }
    // The estimate is the power or one less.
    if reachesDivisor(limitsCount) { power += 1 } else { multiplyByTen() }

    digitCount = 0
    while true {
      var digit: UInt8 = 0
      while remainder.compare(divisor) >= 0 {
        remainder.subtract(divisor)
        digit += 1
      }
      let below = remainder.compare(marginBelow)
      let canStop = below < 0 || (below == 0 && limitsCount)
      let canRoundUp = reachesDivisor(limitsCount)
      if canRoundUp, !canStop || roundsUp(digit) { digit += 1 }
      digits[digitCount] = digit
      digitCount += 1
      if canStop || canRoundUp { return power }
      multiplyByTen()
    }
  }

  /// ⌈log₁₀ value⌉ or one less.
  private func estimatedPower(significand: UInt64, exponent: Int) -> Int {
    let highestBit = exponent + 63 - significand.leadingZeroBitCount
    return Int((Double(highestBit) * 0.301029995663981 - 1e-10).rounded(.up))
  }

  private mutating func reachesDivisor(_ limitsCount: Bool) -> Bool {
    sum.set(sumOf: remainder, marginAbove)
    let order = sum.compare(divisor)
    return order > 0 || (order == 0 && limitsCount)
  }

  /// Whether what is left is more than half a digit, or just half behind an odd one.
  private mutating func roundsUp(_ digit: UInt8) -> Bool {
    sum.set(sumOf: remainder, remainder)
    let order = sum.compare(divisor)
    return order > 0 || (order == 0 && digit % 2 == 1)
  }

  private mutating func multiplyByTen() {
    remainder.multiply(by: 10)
    marginAbove.multiply(by: 10)
    marginBelow.multiply(by: 10)
  }

  // MARK: Layout

  private func appendDigits(power: Int, to bytes: inout [UInt8]) {
    switch power {
    case -4...0:
      appendText("0.", to: &bytes)
      for _ in 0..<(-power) { bytes.append(UInt8(ascii: "0")) }
      appendDigits(0..<digitCount, to: &bytes)
    case 1...16:
      appendDigits(0..<min(power, digitCount), to: &bytes)
      for _ in 0..<max(power - digitCount, 0) { bytes.append(UInt8(ascii: "0")) }
      bytes.append(UInt8(ascii: "."))
      if digitCount > power {
        appendDigits(power..<digitCount, to: &bytes)
      } else {
        bytes.append(UInt8(ascii: "0"))
      }
    default:
      appendDigits(0..<1, to: &bytes)
      if digitCount > 1 {
        bytes.append(UInt8(ascii: "."))
        appendDigits(1..<digitCount, to: &bytes)
      }
      bytes.append(UInt8(ascii: "e"))
      appendInteger(power - 1, to: &bytes)
    }
  }

  private func appendDigits(_ range: Range<Int>, to bytes: inout [UInt8]) {
    for index in range { bytes.append(UInt8(ascii: "0") + digits[index]) }
  }

  private func appendText(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 { bytes.append(byte) }
  }
}
