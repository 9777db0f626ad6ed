import Sluice

/// Where a benchmark runs: the engine, and memory that stays until the last step.
///
/// A view does not own its memory, and a step that captures only views would outlive their arena.
public final class Setting {
  public let engine: Engine
  private var kept: [AnyObject] = []

  init(engine: Engine) { self.engine = engine }

  /// A view of zeros, aligned to a cache line.
  public func floats(_ count: Int) -> Floats {
    let arena = Arena<Float>(capacity: count, named: "benchmark")
    kept.append(arena)
    return arena[arena.allocate(count)]
  }

  /// A view of numbers between -`scale` and `scale` without a pattern; other numbers for another seed. If they are
  /// dropped, about half of them is zero, as after dropout.
  public func floats(_ count: Int, seed: Int, scale: Float = 1, areDropped: Bool = false) -> Floats {
    let view = floats(count)
    for i in 0..<count {
      view[i] = areDropped && number(i, seed: seed + 9) < 0 ? 0 : number(i, seed: seed) * scale
    }
    return view
  }

  /// Number `i` of those of a seed, between -1 and 1.
  private func number(_ i: Int, seed: Int) -> Float {
    let bits = scattered(UInt32(truncatingIfNeeded: i) &+ UInt32(truncatingIfNeeded: seed) &* 0x9E37_79B9)
    return Float(bits >> 8) * 0x1p-23 - 1
  }

  /// Keeps something alive that the step uses through a view only.
  public func keep(_ object: AnyObject) { kept.append(object) }
}

/// A permutation of the 32-bit numbers that scatters neighbors (the finishing step of MurmurHash3).
public func scattered(_ number: UInt32) -> UInt32 {
  var h = number
  h = (h ^ h >> 16) &* 0x85EB_CA6B
  h = (h ^ h >> 13) &* 0xC2B2_AE35
  return h ^ h >> 16
}
