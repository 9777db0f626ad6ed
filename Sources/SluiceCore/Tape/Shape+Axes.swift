extension Shape {
  /// The shape with `rank` of the given extents. Unlike `init(_:[Int])`, allocates nothing.
  public init(rank: Int, _ extents: SIMD4<Int32>) {
    switch rank {
    case 0: self.init()
    case 1: self.init(Int(extents[0]))
    case 2: self.init(Int(extents[0]), Int(extents[1]))
    case 3: self.init(Int(extents[0]), Int(extents[1]), Int(extents[2]))
    default: self.init(Int(extents[0]), Int(extents[1]), Int(extents[2]), Int(extents[3]))
    }
  }

  /// The extents, followed by ones.
  public var vector: SIMD4<Int32> {
    var result = SIMD4<Int32>(repeating: 1)
    for axis in 0..<rank { result[axis] = Int32(self[axis]) }
    return result
  }

  /// The shape with dimension `axis` of another extent.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    checkAxis(axis)
    var extents = vector
    extents[axis] = Int32(extent)
    return Shape(rank: rank, extents)
  }

  /// The shape without dimension `axis`.
  public func removing(axis: Int) -> Shape {
    checkAxis(axis)
    var extents = SIMD4<Int32>(repeating: 1)
    var kept = 0
    for other in 0..<rank where other != axis {
      extents[kept] = Int32(self[other])
      kept += 1
    }
    return Shape(rank: rank - 1, extents)
  }

  /// The elements before, along and behind a dimension: the tensor as `[outer, extent, inner]`.
  public func around(axis: Int) -> (outer: Int, extent: Int, inner: Int) {
    checkAxis(axis)
    var outer = 1
    var inner = 1
    for other in 0..<axis { outer *= self[other] }
    for other in axis + 1..<max(rank, axis + 1) { inner *= self[other] }
    return (outer, self[axis], inner)
  }
}
