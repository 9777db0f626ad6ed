import KernelInterface

// Reductions over a fixed tree. A vector is cut into parts of a fixed number of whole blocks, each part gives
// one partial result, and the partial results are combined in order. Which thread made which does not matter.

/// A reduction of one or two vectors to a number, cut into parts.
// Safe over a bare pointer: a task lives in the call whose stack holds the partial results, and each part writes its own.
@safe
private struct ReductionTask: @unchecked Sendable {
  /// The elements of a part: whole blocks of the kernels.
  static var partSize: Int { 16 * ReductionKernels.blockSize }
  /// The partial results held at a time; longer vectors take several rounds.
  static let roundParts = 128

  enum Operation { case sum, dot, maximum }

  let kernels: ReductionKernels
  let operation: Operation
  let a: Floats
  let b: Floats
  /// The element the round starts at.
  var start = 0
  /// One number for each part of the round, on the stack of the caller.
  let partials: UnsafeMutablePointer<Double>

  func run(_ part: Int) {
    let first = start + part * Self.partSize
    let count = min(Self.partSize, a.count - first)
    let a = unsafe a.source + first
    switch operation {
    case .sum: unsafe partials[part] = kernels.sum(a, count)
    case .dot: unsafe partials[part] = kernels.dot(a, b.source + first, count)
    case .maximum: unsafe partials[part] = Double(kernels.maximum(a, count))
    }
  }
}

extension Engine {
  /// The sum of all elements, 0 if there is none.
  ///
  /// **Numerics.** Blocks of at most 4,096 elements in single precision by several lanes, then in double
  /// precision in order, and all in double precision where a block overflows; the same bits for every number of threads.
  ///
  /// - Complexity: O(count); allocates nothing.
  public func sum(_ x: Floats) -> Float { Float(reduce(.sum, x, x)) }

  /// The sum of all elements times 1 / count, which is finite where the quotient is, if not the sum: a mean of large numbers.
  ///
  /// - Complexity: O(elements); allocates nothing.
  public func sum(_ x: Floats, dividedBy count: Float) -> Float {
    let total = reduce(.sum, x, x)
    let sum = Float(total)
    return sum.isFinite ? sum * (1 / count) : Float(total / Double(count))
  }

  /// The sum of a[i] b[i], 0 if there is none. Added as in `sum`.
  ///
  /// - Precondition: both have the same count.
  /// - Complexity: O(count); allocates nothing.
  public func dot(_ a: Floats, _ b: Floats) -> Float {
    expect(
      a.count == b.count, "Engine.dot", expected: "vectors of equal count", got: "\(a.count) and \(b.count)")
    return Float(reduce(.dot, a, b))
  }

  /// The largest element, NaN left out; -inf if there is none.
  ///
  /// - Complexity: O(count); allocates nothing.
  public func maximum(_ x: Floats) -> Float { Float(reduce(.maximum, x, x)) }

  private func reduce(_ operation: ReductionTask.Operation, _ a: Floats, _ b: Floats) -> Double {
    var storage = InlineArray<128, Double>(repeating: 0)
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let partials = unsafe bytes.baseAddress!.assumingMemoryBound(to: Double.self)
      var task = unsafe ReductionTask(
        kernels: kernels.reduction, operation: operation, a: a.borrowed, b: b.borrowed, partials: partials)
      var result = operation == .maximum ? -Double.infinity : 0
      while task.start < a.count {
        let size = ReductionTask.partSize
        let parts = min((a.count - task.start + size - 1) / size, ReductionTask.roundParts)
        if parts == 1 { task.run(0) } else { workers.run(parts, task) { $0.run($1) } }
        for part in 0..<parts {
          let partial = unsafe partials[part]
          result = operation == .maximum ? max(result, partial) : result + partial
        }
        task.start += parts * size
      }
      return result
    }
  }
}
