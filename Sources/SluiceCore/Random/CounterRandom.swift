import CLibrary

/// Random numbers by counter: number `i` of a key is a function of both, so numbers can be drawn in any
/// order, by any thread, and again for the backward pass, without state.
///
/// **Source.** The output function of SplitMix64 (Steele, Lea, Flood 2014) over key + (i + 1)·γ.
@frozen
public struct CounterRandom: Sendable, BitwiseCopyable, Equatable {
  /// What tells one stream of numbers from another.
  public let key: UInt64

  /// The stream of `seed`.
  public init(seed: UInt64) { key = Self.mix(seed &+ Self.increment) }

  private init(key: UInt64) { self.key = key }

  /// An independent stream for `purpose`: a layer, a step, an epoch.
  public func stream(_ purpose: UInt64) -> CounterRandom {
    CounterRandom(key: Self.mix(key ^ Self.mix(purpose &* 0xD1B5_4A32_D192_ED03 &+ 1)))
  }

  /// 64 random bits: number `counter` of this key.
  public func bits(_ counter: UInt64) -> UInt64 {
    Self.mix(key &+ (counter &+ 1) &* Self.increment)
  }

  /// A number from [0, 1), in steps of 2^-24.
  public func uniform(_ counter: UInt64) -> Float {
    Float(bits(counter) >> 40) * 0x1p-24
  }

  /// A number from [low, high); `low` where they are equal.
  ///
  /// The largest numbers could be rounded up to `high`: they become the float below it.
  ///
  /// - Precondition: low ≤ high, and high − low is finite.
  public func uniform(_ counter: UInt64, from low: Float, to high: Float) -> Float {
    let number = low + (high - low) * uniform(counter)
    return number < high || low == high ? number : high.nextDown
  }

  /// A number of the standard normal distribution, by the transform of Box and Muller.
  public func normal(_ counter: UInt64) -> Float {
    let word = bits(counter)
    // The logarithm needs a number above zero.
    let radius = (-2 * log((Double(word >> 32) + 1) * 0x1p-32)).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(word & 0xFFFF_FFFF) * 0x1p-32))
  }

  /// A number below `bound`, with a bias of at most `bound` / 2^64.
  public func below(_ bound: Int, _ counter: UInt64) -> Int {
    require(bound > 0, "There is no number below zero or less.")
    return Int(bits(counter).multipliedFullWidth(by: UInt64(bound)).high)
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
