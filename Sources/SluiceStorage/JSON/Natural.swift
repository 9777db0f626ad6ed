/// A whole number at least 0 of up to 1,280 bits, in memory that is allocated once.
///
/// That is what exact arithmetic on the digits of any `Double` needs: its largest and smallest values, doubled
/// and brought to a common denominator, have fewer than 1,100 bits.
struct Natural {
  /// 32 bits each, the lowest first; those from `count` on are zero.
  private var limbs = [UInt32](repeating: 0, count: 40)
  /// The limbs up to the highest that is not zero.
  private var count = 0

  /// Becomes `value`.
  mutating func set(_ value: UInt64) {
    for index in 0..<count { limbs[index] = 0 }
    limbs[0] = UInt32(truncatingIfNeeded: value)
    limbs[1] = UInt32(truncatingIfNeeded: value >> 32)
    count = 2
    trim()
  }

  /// Becomes `a + b`.
  mutating func set(sumOf a: Natural, _ b: Natural) {
    for index in 0..<count { limbs[index] = 0 }
    count = max(a.count, b.count) + 1
    var carry: UInt64 = 0
    for index in 0..<count {
      carry += UInt64(a.limbs[index]) + UInt64(b.limbs[index])
      limbs[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    trim()
  }

  /// Multiplies by `factor`.
  mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in 0..<count {
      carry += UInt64(limbs[index]) * UInt64(factor)
      limbs[index] = UInt32(truncatingIfNeeded: carry)
      carry >>= 32
    }
    if carry > 0 {
      limbs[count] = UInt32(carry)
      count += 1
    }
    trim()
  }

  /// Multiplies by 10 to the power of `exponent`.
  mutating func multiply(byPowerOfTen exponent: Int) {
    for _ in 0..<exponent / 9 { multiply(by: 1_000_000_000) }
    for _ in 0..<exponent % 9 { multiply(by: 10) }
  }

  /// Multiplies by 2 to the power of `exponent`.
  mutating func multiply(byPowerOfTwo exponent: Int) {
    guard count > 0 else { return }
    let whole = exponent / 32
    let part = UInt64(exponent % 32)
    var index = count - 1
    let top = UInt64(limbs[index]) << part
    limbs[index + whole + 1] = UInt32(truncatingIfNeeded: top >> 32)
    while true {
      let low = index > 0 ? (UInt64(limbs[index - 1]) << part) >> 32 : 0
      limbs[index + whole] = UInt32(truncatingIfNeeded: UInt64(limbs[index]) << part | low)
      if index == 0 { break }
      index -= 1
    }
    for index in 0..<whole { limbs[index] = 0 }
    count += whole + 1
    trim()
  }

  /// Takes `other`, which is not larger, away.
  mutating func subtract(_ other: Natural) {
    var borrow: Int64 = 0
    for index in 0..<count {
      borrow += Int64(limbs[index]) - Int64(other.limbs[index])
      limbs[index] = UInt32(truncatingIfNeeded: borrow)
      borrow >>= 32
    }
    trim()
  }

  /// -1, 0 or 1 as this number is smaller than, equal to or larger than `other`.
  func compare(_ other: Natural) -> Int {
    if count != other.count { return count < other.count ? -1 : 1 }
    var index = count - 1
    while index >= 0 {
      if limbs[index] != other.limbs[index] { return limbs[index] < other.limbs[index] ? -1 : 1 }
      index -= 1
    }
    return 0
  }

  private mutating func trim() {
    while count > 0, limbs[count - 1] == 0 { count -= 1 }
  }
}
