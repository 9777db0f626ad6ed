import KernelInterface

/// Sizes and counts of a set of floats, found in one pass.
public typealias Statistics = KernelInterface.Statistics

/// Statistics of a vector, cut into parts as a reduction is.
// Safe over a bare pointer: a task lives in the call whose stack holds the partial results, and each part writes its own.
@safe
private struct StatisticsTask: @unchecked Sendable {
  static let partSize = 16 * ReductionKernels.blockSize
  static let roundParts = 64

  let kernels: ReductionKernels
  let x: Floats
  /// Whether the squares and what is not finite are all that is asked for.
  let isOfSquares: Bool
  var start = 0
  let partials: UnsafeMutablePointer<Statistics>

  func run(_ part: Int) {
    let first = start + part * Self.partSize
    let count = min(Self.partSize, x.count - first)
    guard isOfSquares else {
      unsafe partials[part] = kernels.statistics(x.source + first, count)
      return
    }
    let squares = unsafe kernels.squares(x.source + first, count)
    var partial = Statistics()
    (partial.sumOfSquares, partial.nonFinite) = (squares.sumOfSquares, squares.nonFinite)
    unsafe partials[part] = partial
  }
}

extension Engine {
  /// The sum of |x|, of x^2, the largest |x|, and how many elements are zero or not finite.
  ///
  /// **Numerics.** Added as in `sum`, the same bits for every number of threads. Elements that are not finite
  /// are counted and left out; squares neither overflow nor underflow.
  ///
  /// - Complexity: O(count), one pass at the speed of memory; allocates nothing.
  package func statistics(_ x: Floats) -> Statistics {
    // Room for many partial results would cost a short vector more than its pass.
    if x.count <= StatisticsTask.partSize { return unsafe kernels.reduction.statistics(x.source, x.count) }
    return statisticsInParts(x, isOfSquares: false)
  }

  /// The same in parts that threads share, of all or of the squares alone.
  private func statisticsInParts(_ x: Floats, isOfSquares: Bool) -> Statistics {
    var storage = InlineArray<64, Statistics>(repeating: Statistics())
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      let partials = unsafe bytes.baseAddress!.assumingMemoryBound(to: Statistics.self)
      var task = unsafe StatisticsTask(
        kernels: kernels.reduction, x: x.borrowed, isOfSquares: isOfSquares, partials: partials)
      var result = Statistics()
      while task.start < x.count {
        let size = StatisticsTask.partSize
        let parts = min((x.count - task.start + size - 1) / size, StatisticsTask.roundParts)
        if parts == 1 { task.run(0) } else { workers.run(parts, task) { $0.run($1) } }
        for part in 0..<parts { unsafe result.add(partials[part]) }
        task.start += parts * size
      }
      return result
    }
  }

  /// The sum of squares and the count of what is not finite alone: those of `statistics`, bit for bit.
  package func squares(_ x: Floats) -> SquareSum { squares(x, 0..<x.count) }

  /// The same of a part of a vector, for which no view of its own is made.
  ///
  /// - Complexity: O(count); allocates nothing.
  func squares(_ x: Floats, _ range: Range<Int>) -> SquareSum {
    precondition(range.lowerBound >= 0 && range.upperBound <= x.count, "Range out of the view.")
    if range.count <= StatisticsTask.partSize {
      return unsafe kernels.reduction.squares(x.source + range.lowerBound, range.count)
    }
    let statistics = statisticsInParts(x[range], isOfSquares: true)
    return SquareSum(sumOfSquares: statistics.sumOfSquares, nonFinite: statistics.nonFinite)
  }

  /// The same of floats that lie in no arena.
  package func statistics(_ x: Span<Float>) -> Statistics {
    unsafe x.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return Statistics() }
      return unsafe statistics(
        Floats(unsafeBase: UnsafeMutablePointer(mutating: base), count: buffer.count))
    }
  }
}
