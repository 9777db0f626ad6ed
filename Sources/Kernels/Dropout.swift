import KernelInterface

let randomKernels = RandomKernels(dropout: dropout)

#if AVX512
  private typealias Words = SIMD16<UInt32>
#elseif AVX2
  private typealias Words = SIMD8<UInt32>
#else
  private typealias Words = SIMD4<UInt32>
#endif

private let step = Lane.scalarCount

/// 32 random bits for the element with the given number: two rounds of multiply and shift (the constants
/// are those of Wellons' lowbias32), with one half of the key mixed in before each.
@_transparent
private func words(_ element: Words, _ low: Words, _ high: Words) -> Words {
  var x = element &+ low
  x = (x ^ (x &>> 16)) &* 0x21F0_AAAD
  x = (x ^ (x &>> 15)) &* 0xD35A_2D97
  x = (x ^ (x &>> 15)) ^ high
  x = (x ^ (x &>> 16)) &* 0x21F0_AAAD
  x = (x ^ (x &>> 15)) &* 0xD35A_2D97
  return x ^ (x &>> 15)
}

@Sendable
private func dropout(
  _ source: Source, _ target: Target, _ count: Int, _ first: Int, _ key: UInt64, _ threshold: UInt32,
  _ scale: Float, _ accumulate: Bool
) {
  let low = Words(repeating: UInt32(truncatingIfNeeded: key))
  let high = Words(repeating: UInt32(truncatingIfNeeded: key >> 32))
  let limit = Words(repeating: threshold)
  let factor = Lane(repeating: scale)
  var ramp = Words(repeating: UInt32(truncatingIfNeeded: first))
  for lane in 0..<step { ramp[lane] &+= UInt32(lane) }
  var i = 0
  while i + step <= count {
    let kept = words(ramp, low, high) .>= limit
    var value = (load(source + i) * factor)
    value.replace(with: 0, where: .!kept)
    store(accumulate ? load(target + i) + value : value, target + i)
    ramp = ramp &+ Words(repeating: UInt32(step))
    i += step
  }
  if i < count {
    let tail = words(ramp, low, high)
    var lane = 0
    while i < count {
      let value = tail[lane] >= threshold ? source[i] * scale : 0
      target[i] = accumulate ? target[i] + value : value
      i += 1
      lane += 1
    }
  }
}
