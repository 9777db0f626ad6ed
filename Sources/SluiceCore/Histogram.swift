/// How often numbers of each size occur, over the whole range of `Float`, in fixed memory.
///
/// Four bins to each power of two and sign, and one for zero: a bin's limits are within a factor of 1.25, so
/// what is 10⁻³⁰ and what is 10⁺³⁰ both have their place. A bin holds its lower limit and not its upper one. Numbers that are not
/// finite are in no bin and in no other figure; they are counted apart.
public struct Histogram: Sendable, Equatable {
  /// The bits below those that tell bins apart.
  private static let shift: UInt32 = 21
  /// The bins of one sign.
  private static let side = Int(Float.greatestFiniteMagnitude.bitPattern >> shift) + 1

  /// The count of each bin, the most negative first.
  public private(set) var counts = [UInt32](repeating: 0, count: 2 * side + 1)
  /// How many finite numbers came.
  public private(set) var count = 0
  /// How many numbers came that are infinite or none.
  public private(set) var nonFiniteCount = 0
  /// The smallest finite number; infinity before the first.
  public private(set) var minimum = Float.infinity
  /// The largest finite number; −infinity before the first.
  public private(set) var maximum = -Float.infinity
  /// The sum of the finite numbers.
  public private(set) var sum = 0.0
  /// The sum of the squares of the finite numbers.
  public private(set) var sumOfSquares = 0.0

  /// No number yet.
  public init() {}

  /// Forgets all numbers.
  public mutating func removeAll() {
    for i in counts.indices { counts[i] = 0 }
    (count, nonFiniteCount, minimum, maximum) = (0, 0, .infinity, -.infinity)
    (sum, sumOfSquares) = (0, 0)
  }

  /// Adds all of `values`.
  ///
  /// - Complexity: O(count); allocates nothing.
  public mutating func add(_ values: Floats) {
    for i in 0..<values.count { add(values[i]) }
  }

  /// Adds one number.
  @inline(__always)
  public mutating func add(_ value: Float) {
    guard value.isFinite else {
      nonFiniteCount += 1
      return
    }
    counts[Self.bin(of: value)] += 1
    count += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    sum += Double(value)
    sumOfSquares += Double(value) * Double(value)
  }

  /// The upper limit of a bin.
  public static func limit(of bin: Int) -> Double {
    if bin < side { return -Double(Float(bitPattern: UInt32(side - 1 - bin) << shift)) }
    if bin == side { return Double(Float.leastNonzeroMagnitude) }
    // Above the largest number there is none of this type.
    return bin == 2 * side ? 0x1p128 : Double(Float(bitPattern: UInt32(bin - side) << shift))
  }

  /// The bin of a finite number.
  public static func bin(of value: Float) -> Int {
    let magnitude = value.magnitude.bitPattern
    if magnitude == 0 { return side }
    return value < 0
      ? side - 1 - Int((magnitude - 1) >> shift) : side + 1 + Int(magnitude >> shift)
  }
}
