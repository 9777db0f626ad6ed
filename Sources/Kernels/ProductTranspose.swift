// Transposition in registers, for operands whose rows lie where the product wants columns. A block of
// `laneCount` rows is read, its 4 x 4 parts are transposed inside each quarter of the vectors, and then
// the quarters change places.

#if AVX512
  /// In each quarter: the first two elements of both, in turn.
  @inline(__always)
  private func interleaveLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5],
      a[8], b[8], a[9], b[9], a[12], b[12], a[13], b[13])
  }

  /// In each quarter: the last two elements of both, in turn.
  @inline(__always)
  private func interleaveHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7],
      a[10], b[10], a[11], b[11], a[14], b[14], a[15], b[15])
  }

  /// In each quarter: the first two elements of `a`, then of `b`.
  @inline(__always)
  private func joinLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5],
      a[8], a[9], b[8], b[9], a[12], a[13], b[12], b[13])
  }

  /// In each quarter: the last two elements of `a`, then of `b`.
  @inline(__always)
  private func joinHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7],
      a[10], a[11], b[10], b[11], a[14], a[15], b[14], b[15])
  }

  /// The even quarters of `a`, then of `b`.
  @inline(__always)
  private func evenQuarters(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      lowHalf: SIMD8(lowHalf: a.lowHalf.lowHalf, highHalf: a.highHalf.lowHalf),
      highHalf: SIMD8(lowHalf: b.lowHalf.lowHalf, highHalf: b.highHalf.lowHalf))
  }

  /// The odd quarters of `a`, then of `b`.
  @inline(__always)
  private func oddQuarters(_ a: Lane, _ b: Lane) -> Lane {
    Lane(
      lowHalf: SIMD8(lowHalf: a.lowHalf.highHalf, highHalf: a.highHalf.highHalf),
      highHalf: SIMD8(lowHalf: b.lowHalf.highHalf, highHalf: b.highHalf.highHalf))
  }
#elseif AVX2
  /// In each quarter: the first two elements of both, in turn.
  @inline(__always)
  private func interleaveLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
  }

  /// In each quarter: the last two elements of both, in turn.
  @inline(__always)
  private func interleaveHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
  }

  /// In each quarter: the first two elements of `a`, then of `b`.
  @inline(__always)
  private func joinLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5])
  }

  /// In each quarter: the last two elements of `a`, then of `b`.
  @inline(__always)
  private func joinHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7])
  }
#else
  /// In each quarter: the first two elements of both, in turn.
  @inline(__always)
  private func interleaveLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[0], b[0], a[1], b[1])
  }

  /// In each quarter: the last two elements of both, in turn.
  @inline(__always)
  private func interleaveHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[2], b[2], a[3], b[3])
  }

  /// In each quarter: the first two elements of `a`, then of `b`.
  @inline(__always)
  private func joinLow(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[0], a[1], b[0], b[1])
  }

  /// In each quarter: the last two elements of `a`, then of `b`.
  @inline(__always)
  private func joinHigh(_ a: Lane, _ b: Lane) -> Lane {
    Lane(a[2], a[3], b[2], b[3])
  }
#endif

/// Reads `count` rows of `laneCount` floats, `stride` apart, and stores them as columns `0..<count` of
/// `laneCount` rows, `targetStride` apart. The other columns, up to `laneCount`, are set to zero.
@inline(__always)
func transposeBlock(
  _ source: UnsafePointer<Float>, stride: Int, count: Int,
  _ target: UnsafeMutablePointer<Float>, targetStride: Int
) {
  let z = Lane(repeating: 0)
  var rows: InlineArray<16, Lane> = [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
  for i in 0..<laneCount where i < count { rows[i] = load(source + i * stride) }
  for g in 0..<laneCount / 4 {
    let first = interleaveLow(rows[4 * g], rows[4 * g + 1])
    let second = interleaveHigh(rows[4 * g], rows[4 * g + 1])
    let third = interleaveLow(rows[4 * g + 2], rows[4 * g + 3])
    let fourth = interleaveHigh(rows[4 * g + 2], rows[4 * g + 3])
    rows[4 * g] = joinLow(first, third)
    rows[4 * g + 1] = joinHigh(first, third)
    rows[4 * g + 2] = joinLow(second, fourth)
    rows[4 * g + 3] = joinHigh(second, fourth)
  }
  // Quarter q of rows[4 * g + c] now holds column 4 * q + c of rows 4 * g ... 4 * g + 3.
  for c in 0..<4 {
    #if AVX512
      let even = evenQuarters(rows[c], rows[4 + c])
      let odd = oddQuarters(rows[c], rows[4 + c])
      let evenAfter = evenQuarters(rows[8 + c], rows[12 + c])
      let oddAfter = oddQuarters(rows[8 + c], rows[12 + c])
      store(evenQuarters(even, evenAfter), target + c * targetStride)
      store(evenQuarters(odd, oddAfter), target + (4 + c) * targetStride)
      store(oddQuarters(even, evenAfter), target + (8 + c) * targetStride)
      store(oddQuarters(odd, oddAfter), target + (12 + c) * targetStride)
    #elseif AVX2
      store(Lane(lowHalf: rows[c].lowHalf, highHalf: rows[4 + c].lowHalf), target + c * targetStride)
      store(Lane(lowHalf: rows[c].highHalf, highHalf: rows[4 + c].highHalf), target + (4 + c) * targetStride)
    #else
      store(rows[c], target + c * targetStride)
    #endif
  }
}
