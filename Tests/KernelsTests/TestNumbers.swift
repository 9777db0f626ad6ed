/// The lengths every kernel is tried at: around the widths of all lanes, and a long one.
let trickyCounts = [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 1000]
/// Starts of vectors in floats after a 64-byte boundary.
let trickyOffsets = [0, 1, 5]

/// Repeatable numbers for tests.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next(_ range: ClosedRange<Float> = -2...2) -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let fraction = Float(state >> 40) / Float(1 << 24)
    return range.lowerBound + (range.upperBound - range.lowerBound) * fraction
  }

  mutating func array(_ count: Int, _ range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in next(range) }
  }
}
