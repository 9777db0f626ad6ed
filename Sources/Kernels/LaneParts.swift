// The last elements of a vector: fewer than a lane holds. They are moved in pieces of 8, 4, 2 and 1, so no
// byte beyond them is touched, and computed as a full lane, so they get the bits of any other element.

import KernelInterface

/// How many floats a `Lane` holds.
let laneWidth = MemoryLayout<Lane>.size / MemoryLayout<Float>.size

@_transparent
private func piece2(_ p: Source) -> SIMD2<Float> {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: SIMD2<Float>.self)
}

@_transparent
private func piece4(_ p: Source) -> SIMD4<Float> {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
}

@_transparent
private func piece8(_ p: Source) -> SIMD8<Float> {
  unsafe UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
}

/// The `count` elements at `p`, from 1 to one less than a lane holds, followed by `padding`.
@_transparent
func loadPart(_ p: Source, _ count: Int, padding: Float = 0) -> Lane {
  var end = unsafe p + count
  var tail2 = SIMD2<Float>(repeating: padding)
  if count & 1 != 0 {
    unsafe end -= 1
    tail2[0] = unsafe end[0]
  }
  var tail4 = SIMD4<Float>(lowHalf: tail2, highHalf: SIMD2(repeating: padding))
  if count & 2 != 0 {
    unsafe end -= 2
    tail4 = unsafe SIMD4(lowHalf: piece2(end), highHalf: tail2)
  }
  #if AVX512 || AVX2
    var tail8 = SIMD8<Float>(lowHalf: tail4, highHalf: SIMD4(repeating: padding))
    if count & 4 != 0 {
      unsafe end -= 4
      tail8 = unsafe SIMD8(lowHalf: piece4(end), highHalf: tail4)
    }
  #endif
  #if AVX512
    var tail16 = SIMD16<Float>(lowHalf: tail8, highHalf: SIMD8(repeating: padding))
    if count & 8 != 0 {
      unsafe end -= 8
      tail16 = unsafe SIMD16(lowHalf: piece8(end), highHalf: tail8)
    }
    return tail16
  #elseif AVX2
    return tail8
  #else
    return tail4
  #endif
}

/// Writes the first `count` elements of `value`, from 1 to one less than a lane holds.
@_transparent
func storePart(_ value: Lane, _ p: Target, _ count: Int) {
  var next = UnsafeMutableRawPointer(p)
  #if AVX512
    var rest8 = value.lowHalf
    if count & 8 != 0 {
      unsafe next.storeBytes(of: rest8, as: SIMD8<Float>.self)
      unsafe next += 32
      rest8 = value.highHalf
    }
  #elseif AVX2
    let rest8 = value
  #endif
  #if AVX512 || AVX2
    var rest4 = rest8.lowHalf
    if count & 4 != 0 {
      unsafe next.storeBytes(of: rest4, as: SIMD4<Float>.self)
      unsafe next += 16
      rest4 = rest8.highHalf
    }
  #else
    let rest4 = value
  #endif
  var rest2 = rest4.lowHalf
  if count & 2 != 0 {
    unsafe next.storeBytes(of: rest2, as: SIMD2<Float>.self)
    unsafe next += 8
    rest2 = rest4.highHalf
  }
  if count & 1 != 0 { unsafe next.storeBytes(of: rest2[0], as: Float.self) }
}
