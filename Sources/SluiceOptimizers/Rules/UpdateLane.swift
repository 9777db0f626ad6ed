import SluiceCore

/// Eight elements of an update, for a formula of one's own.
public struct UpdateLane {
  /// The values to be moved; where a lane has fewer than eight elements the rest is zero and is not kept.
  public var value: SIMD8<Float>
  /// The gradient, scaled and limited as clipping asks.
  public let gradient: SIMD8<Float>
  /// The accumulators; those that were not asked for are zero and are not kept.
  public var accumulators: InlineArray<4, SIMD8<Float>>

  @inlinable
  init(value: SIMD8<Float>, gradient: SIMD8<Float>, accumulators: InlineArray<4, SIMD8<Float>>) {
    self.value = value
    self.gradient = gradient
    self.accumulators = accumulators
  }
}

extension UpdateElements {
  /// Calls `body` for every eight elements and keeps what it makes of the value and the accumulators.
  ///
  /// The last lane of a range or row may have fewer elements: the rest is filled with zeros and not kept.
  ///
  /// - Complexity: O(elements); allocates nothing.
  @inlinable
  public func forEachLane(_ body: (inout UpdateLane) -> Void) {
    for stretch in 0..<stretches {
      let start = start(stretch)
      var i = 0
      while i < width {
        let place = start + i
        let left = min(width - i, 8)
        var lane = UpdateLane(
          value: values.lane(place, left),
          gradient: prepared(gradients.lane(stretch * width + i, left)),
          accumulators: [
            accumulatorCount > 0 ? columns.0.lane(place, left) : .zero,
            accumulatorCount > 1 ? columns.1.lane(place, left) : .zero,
            accumulatorCount > 2 ? columns.2.lane(place, left) : .zero,
            accumulatorCount > 3 ? columns.3.lane(place, left) : .zero,
          ])
        body(&lane)
        values.setLane(place, left, lane.value)
        if accumulatorCount > 0 { columns.0.setLane(place, left, lane.accumulators[0]) }
        if accumulatorCount > 1 { columns.1.setLane(place, left, lane.accumulators[1]) }
        if accumulatorCount > 2 { columns.2.setLane(place, left, lane.accumulators[2]) }
        if accumulatorCount > 3 { columns.3.setLane(place, left, lane.accumulators[3]) }
        i += 8
      }
    }
  }

  @inlinable
  func prepared(_ gradient: SIMD8<Float>) -> SIMD8<Float> {
    let limit = SIMD8(repeating: settings.gradientLimit)
    // Not `clamped`, which would turn not-a-number into a number.
    var g = gradient * settings.gradientScale
    g.replace(with: limit, where: g .> limit)
    g.replace(with: -limit, where: g .< -limit)
    return g
  }
}
