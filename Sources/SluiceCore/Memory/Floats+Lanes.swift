extension Floats {
  /// The `count` elements from `start` on, at most eight, as one vector; the rest of it is zeros.
  @inlinable
  public func lane(_ start: Int, _ count: Int) -> SIMD8<Float> {
    precondition(start >= 0 && start + count <= self.count, "A lane lies outside the view.")
    if count == 8 {
      return unsafe UnsafeRawPointer(base + start).loadUnaligned(as: SIMD8<Float>.self)
    }
    var lane = SIMD8<Float>.zero
    for i in 0..<count { lane[i] = unsafe base[start + i] }
    return lane
  }

  /// Writes the first `count` elements of `lane`, at most eight, from `start` on.
  @inlinable
  public func setLane(_ start: Int, _ count: Int, _ lane: SIMD8<Float>) {
    precondition(start >= 0 && start + count <= self.count, "A lane lies outside the view.")
    if count == 8 {
      unsafe UnsafeMutableRawPointer(base + start).storeBytes(of: lane, as: SIMD8<Float>.self)
    } else {
      for i in 0..<count { unsafe base[start + i] = lane[i] }
    }
  }
}
