import SluiceCore

/// How two shapes are broadcast, and how to walk the elements.
///
/// Shapes are compared from their last dimension; extents have to be equal, or one of them 1, and a missing
/// dimension counts as 1, as in NumPy. Dimensions that both operands run through in the same way are taken
/// together, so most broadcasts are one matrix and one of its rows, columns or a number.
struct Broadcasting: BitwiseCopyable, Sendable {
  /// The shape of the result.
  let shape: Shape
  /// The extents walked, innermost first.
  private(set) var extents = SIMD4<Int32>(repeating: 1)
  /// The floats from one element to the next in each dimension walked, 0 where the operand repeats.
  private(set) var aStrides = SIMD4<Int32>(repeating: 0)
  private(set) var bStrides = SIMD4<Int32>(repeating: 0)

  /// - Parameter place: the operation, to be named where the shapes cannot be broadcast.
  init(_ a: Shape, _ b: Shape, _ place: @autoclosure () -> String) {
    let rank = max(a.rank, b.rank)
    var result = SIMD4<Int32>(repeating: 1)
    var aStride: Int32 = 1
    var bStride: Int32 = 1
    var last = -1
    for fromEnd in 0..<rank {
      let aExtent = fromEnd < a.rank ? Int32(a[a.rank - 1 - fromEnd]) : 1
      let bExtent = fromEnd < b.rank ? Int32(b[b.rank - 1 - fromEnd]) : 1
      expect(
        aExtent == bExtent || aExtent == 1 || bExtent == 1, place(),
        expected: "shapes whose extents, from the last on, are equal or 1", got: "\(a) and \(b)")
      let extent = aExtent == 1 ? bExtent : aExtent
      result[rank - 1 - fromEnd] = extent
      let aStep = aExtent == 1 ? 0 : aStride
      let bStep = bExtent == 1 ? 0 : bStride
      aStride *= aExtent
      bStride *= bExtent
      if extent == 1 { continue }
      if last >= 0, aStep == aStrides[last] * extents[last], bStep == bStrides[last] * extents[last] {
        extents[last] *= extent
      } else {
        last += 1
        extents[last] = extent
        aStrides[last] = aStep
        bStrides[last] = bStep
      }
    }
    shape = Shape(rank: rank, result)
  }

  /// The strides of a tensor of the result's shape.
  var fullStrides: SIMD4<Int32> {
    var strides = SIMD4<Int32>(repeating: 1)
    for i in 1..<4 { strides[i] = strides[i - 1] * extents[i - 1] }
    return strides
  }

  /// y = a ∘ b for operands with the given strides.
  func apply(
    _ arithmetic: BroadcastArithmetic, _ a: Floats, _ aStrides: SIMD4<Int32>, _ b: Floats,
    _ bStrides: SIMD4<Int32>, into y: Floats, _ engine: Engine
  ) {
    let width = Int(extents[0])
    let rows = Int(extents[1])
    if y.count == 0 { return }
    for outer in 0..<Int(extents[3]) {
      for middle in 0..<Int(extents[2]) {
        let aStart = outer * Int(aStrides[3]) + middle * Int(aStrides[2])
        let bStart = outer * Int(bStrides[3]) + middle * Int(bStrides[2])
        let yStart = (outer * Int(extents[2]) + middle) * rows * width
        engine.broadcast(
          arithmetic,
          BroadcastOperand(a[aStart..<a.count], rowStride: Int(aStrides[1]), columnStep: Int(aStrides[0])),
          BroadcastOperand(b[bStart..<b.count], rowStride: Int(bStrides[1]), columnStep: Int(bStrides[0])),
          rows: rows, width: width, into: y[yStart..<yStart + rows * width])
      }
    }
  }

  /// Repeats an operand with the given strides.
  func expand(_ a: Floats, _ strides: SIMD4<Int32>, into y: Floats) {
    let (width, rows) = (Int(extents[0]), Int(extents[1]))
    var next = 0
    if y.count == 0 { return }
    for outer in 0..<Int(extents[3]) {
      for middle in 0..<Int(extents[2]) {
        for row in 0..<rows {
          let start = outer * Int(strides[3]) + middle * Int(strides[2]) + row * Int(strides[1])
          for i in 0..<width { y[next + i] = a[start + i * Int(strides[0])] }
          next += width
        }
      }
    }
  }

  /// Adds up `full`, of the result's shape, over the dimensions in which an operand repeats.
  ///
  /// - Parameter scratch: one float for each row walked.
  func reduce(
    _ full: Floats, strides: SIMD4<Int32>, into target: Floats, scratch: Floats, _ engine: Engine
  ) {
    let width = Int(extents[0])
    let rows = Int(extents[1])
    engine.fill(target, with: 0)
    if full.count == 0 { return }
    for outer in 0..<Int(extents[3]) {
      for middle in 0..<Int(extents[2]) {
        let start = outer * Int(strides[3]) + middle * Int(strides[2])
        let fullStart = (outer * Int(extents[2]) + middle) * rows * width
        let block = full[fullStart..<fullStart + rows * width]
        if strides[0] == 0, strides[1] == 0 {
          target[start] += engine.sum(block)
        } else if strides[0] == 0 {
          engine.rowSums(block, width: width, into: scratch)
          engine.accumulate(scratch, onto: target[start..<start + rows])
        } else if strides[1] == 0 {
          engine.columnSums(block, into: target[start..<start + width], accumulate: true)
        } else {
          engine.accumulate(block, onto: target[start..<start + rows * width])
        }
      }
    }
  }

  /// Floats that `reduce` needs as scratch.
  var scratchCount: Int { Int(extents[1]) }
}

extension Tape {
  /// Adds `scale` times `floats` to the adjoint of a tensor of as many elements, if it needs one.
  mutating func contribute(_ floats: Floats, scaledBy scale: Float = 1, to tensor: Tensor) {
    guard let target = contribution(to: tensor) else { return }
    if target.accumulate {
      engine.accumulate(floats, scaledBy: scale, onto: target.floats)
    } else if scale == 1 {
      engine.copy(floats, into: target.floats)
    } else {
      engine.scale(floats, by: scale, into: target.floats)
    }
  }
}
