// The vector this module computes with, by instruction set. Everything in this folder is concrete: a
// generic or `@inlinable` function would be emitted under one name by all three kernel modules, and the
// linker would keep one copy for all of them, an illegal instruction on an older processor.
//
// Functions of lanes are `@_transparent`, not `@inline(__always)`: the latter yields to a budget of the
// caller, and a lane passed to a call that was left travels in pieces of four.

#if AVX512
  typealias Lane = SIMD16<Float>
  typealias LaneMask = SIMDMask<SIMD16<Int32>>
  typealias IntLane = SIMD16<Int32>
#elseif AVX2
  typealias Lane = SIMD8<Float>
  typealias LaneMask = SIMDMask<SIMD8<Int32>>
  typealias IntLane = SIMD8<Int32>
#else
  typealias Lane = SIMD4<Float>
  typealias LaneMask = SIMDMask<SIMD4<Int32>>
  typealias IntLane = SIMD4<Int32>
#endif

/// `a * b + c`, fused where the instruction set has it. Without FMA `addProduct` would become a call
/// of `fmaf` for each element.
@_transparent
func multiplyAdd(_ a: Lane, _ b: Lane, _ c: Lane) -> Lane {
  #if AVX512 || AVX2 || arch(arm64)
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

@_transparent
func load(_ p: UnsafePointer<Float>) -> Lane {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: Lane.self)
}

@_transparent
func load(_ p: UnsafeMutablePointer<Float>) -> Lane {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: Lane.self)
}

@_transparent
func store(_ value: Lane, _ p: UnsafeMutablePointer<Float>) {
  unsafe UnsafeMutableRawPointer(p).storeBytes(of: value, as: Lane.self)
}

/// The first `count` floats at `p`, the rest of the lane zero; `count` may be the whole lane.
@_transparent
func load(_ p: UnsafePointer<Float>, _ count: Int) -> Lane {
  if count == Lane.scalarCount { return load(p) }
  var lane = Lane()
  for i in 0..<count { lane[i] = p[i] }
  return lane
}

@_transparent
func load(_ p: UnsafeMutablePointer<Float>, _ count: Int) -> Lane {
  load(UnsafePointer(p), count)
}

/// Writes the first `count` elements of `value`; `count` may be the whole lane.
@_transparent
func store(_ value: Lane, _ p: UnsafeMutablePointer<Float>, _ count: Int) {
  if count == Lane.scalarCount {
    store(value, p)
  } else {
    for i in 0..<count { p[i] = value[i] }
  }
}
