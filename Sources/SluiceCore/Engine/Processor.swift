import CPUFeatures
import KernelInterface

/// What is asked of the processor once, at the first use.
enum Processor {
  /// The bytes of the second cache of a core; 0 where it is not known.
  static let secondCache = Int(sluice_second_cache_bytes())

  /// The floats of the second operand that a product packs at a time: half of the second cache, for the other half is for what
  /// goes by. Where it is not known, what most processors of the last years have room for.
  static let slabFloats = slab(ofSecondCache: secondCache)

  static func slab(ofSecondCache bytes: Int) -> Int {
    guard bytes > 0 else { return ProductKernels.usualSlabFloats }
    let half = bytes / 2 / MemoryLayout<Float>.stride
    return min(max(half, ProductKernels.leastSlabFloats), ProductKernels.mostSlabFloats)
  }
}
