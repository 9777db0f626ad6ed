/// Kernels over whole rows of a table, found by index.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct RowKernels: Sendable {
  /// Copies row `ids[i]` of `table` to row `i` of `target`, for `i` below `count`.
  public typealias Gather =
    @Sendable (
      _ table: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target
    ) -> Void

  /// Adds row `i` of `source` to row `ids[i]` of `target`, in the order of `i`.
  public typealias Scatter =
    @Sendable (
      _ source: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target
    ) -> Void

  /// Row `i` of `target` becomes, or with `accumulate` is increased by, the sum of the rows
  /// `positions[starts[i]..<starts[i + 1]]` of `source`, added in that order.
  public typealias SegmentSums =
    @Sendable (
      _ source: Source, _ positions: UnsafePointer<Int32>, _ starts: UnsafePointer<Int32>, _ segments: Int,
      _ width: Int, _ target: Target, _ accumulate: Bool
    ) -> Void

  /// Copies row `i` of `source` to `target + ids[i] * stride`: `(source, ids, count, width, target, stride)`.
  public typealias Place = @Sendable (Source, UnsafePointer<Int32>, Int, Int, Target, Int) -> Void

  /// Adds the row at `table + ids[i] * stride` to row `i` of `target`:
  /// `(table, stride, ids, count, width, target)`.
  public typealias AddFrom = @Sendable (Source, Int, UnsafePointer<Int32>, Int, Int, Target) -> Void

  /// Row `i` of `target` becomes, or with `accumulate` is increased by, row `i` of `source` times row `ids[i]` of
  /// `factors`: `(source, factors, ids, count, width, target, accumulate)`.
  public typealias MultiplyByRows =
    @Sendable (
      Source, Source, UnsafePointer<Int32>, Int, Int, Target, Bool
    ) -> Void

  /// target[i] = table[ids[i]]; see `Gather`.
  public let gather: Gather
  /// target[ids[i]] += source[i]; see `Scatter`.
  public let scatter: Scatter
  /// target[i] (+)= Σ source[positions] over segment i; see `SegmentSums`.
  public let segmentSums: SegmentSums
  /// target[ids[i] · stride] = source[i]; see `Place`.
  public let place: Place
  /// target[i] += table[ids[i] · stride]; see `AddFrom`.
  public let addFrom: AddFrom
  /// target[i] (+)= source[i] · factors[ids[i]]; see `MultiplyByRows`.
  public let multiplyByRows: MultiplyByRows

  /// Groups the kernels.
  public init(
    gather: @escaping Gather, scatter: @escaping Scatter, segmentSums: @escaping SegmentSums,
    place: @escaping Place, addFrom: @escaping AddFrom, multiplyByRows: @escaping MultiplyByRows
  ) {
    unsafe self.gather = gather
    unsafe self.scatter = scatter
    unsafe self.segmentSums = segmentSums
    unsafe self.place = place
    unsafe self.addFrom = addFrom
    unsafe self.multiplyByRows = multiplyByRows
  }
}
