/// Kernels of layer normalization, row by row. Rows may lie apart: a stride is the floats from one to the next.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct NormalizationKernels: Sendable {
  /// Each row minus its mean, divided by the root of its variance plus epsilon, in place:
  /// `(x, stride, inverses, rows, width, epsilon)`. `inverses` [rows] gets what was multiplied by.
  ///
  /// Both are taken of differences, from an element and then from the mean so found, which corrects it: equal elements
  /// become 0, and a mean far above the deviation costs no digits. No finite row overflows.
  public typealias Normalize = @Sendable (Target, Int, Target, Int, Int, Float) -> Void
  /// y = gain · x (+ bias), or that added to y:
  /// `(x, stride, gain, bias or null, y, yStride, rows, width, accumulate)`.
  public typealias Scale = @Sendable (Source, Int, Source, Source?, Target, Int, Int, Int, Bool) -> Void
  /// The gradient of what was normalized from that of gain · x:
  /// `(dy, dyStride, normalized, stride, gain, inverses, dx, dxStride, rows, width, accumulate)`.
  /// `dx` may be `normalized`. Where gain · dy is the same for all elements of a row, dx is 0.
  public typealias Backward =
    @Sendable (
      Source, Int, Source, Int, Source, Source, Target, Int, Int, Int, Bool
    ) -> Void
  /// y[c] (+)= the sum over r of a[r, c] · b[r, c]: `(a, aStride, b, bStride, y, rows, width, accumulate)`, summed
  /// in the order of the rows.
  public typealias ColumnDots = @Sendable (Source, Int, Source, Int, Target, Int, Int, Bool) -> Void

  /// x = (x − mean(x)) / √(variance(x) + epsilon), for each row in place; see `Normalize`.
  public let normalize: Normalize
  /// y (+)= gain · x (+ bias), for each row; see `Scale`.
  public let scale: Scale
  /// dx (+)= the way back through `normalize` and gain; see `Backward`.
  public let backward: Backward
  /// y[c] (+)= Σᵣ a[r, c] b[r, c], the gradient of a gain; see `ColumnDots`.
  public let columnDots: ColumnDots

  /// Groups the kernels.
  public init(
    normalize: @escaping Normalize, scale: @escaping Scale, backward: @escaping Backward,
    columnDots: @escaping ColumnDots
  ) {
    unsafe self.normalize = normalize
    unsafe self.scale = scale
    unsafe self.backward = backward
    unsafe self.columnDots = columnDots
  }
}
