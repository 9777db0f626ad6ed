/// Which arithmetic a broadcast applies.
public enum BroadcastArithmetic: Int32, Sendable, BitwiseCopyable {
  case add
  case subtract
  case multiply
  case divide
}

/// Kernels that losses are made of: arithmetic with broadcasting, sums by row, squared distances of points,
/// and the softmax over each row's neighbors.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct LossKernels: Sendable {
  /// y[r, c] = a[r · aRow + c · aStep] ∘ b[r · bRow + c · bStep], with steps of 0 or 1:
  /// `(arithmetic, a, aRow, aStep, b, bRow, bStep, y, rows, width)`, where the rows of y are dense. y may be
  /// a or b where that one has the layout of y.
  public typealias Broadcast =
    @Sendable (
      BroadcastArithmetic, Source, Int, Int, Source, Int, Int, Target, Int, Int
    ) -> Void

  /// y[r, j] = the sum over k of (a[r, k] - p[j, k])^2:
  /// `(a, rows, panels, panelStride, points, depth, y, yRow)`. The rows of `a` are dense; the points p lie as
  /// packed columns, as the second operand of a product does.
  ///
  /// The differences are taken first, so points near each other keep their distance however far they are from
  /// the origin; norms minus twice the product would not.
  public typealias SquaredDistances =
    @Sendable (
      Source, Int, Source, Int, Int, Int, Target, Int
    ) -> Void

  /// y[r] += scale times the sum over j of w[r, j] (x[r] - p[j]), where w[r, j] = weights[r · row + j · step]:
  /// `(weights, row, step, x, rows, panels, panelStride, points, width, scale, y)`.
  /// The rows of x and y are dense; the points lie as packed rows.
  ///
  /// The differences are taken first here too. Partial sums of at most 384 points are added to y in order.
  public typealias WeightedDifferences =
    @Sendable (
      Source, Int, Int, Source, Int, Source, Int, Int, Int, Float, Target
    ) -> Void

  /// Turns rows of distances into the slopes of the soft nearest neighbor loss.
  ///
  /// - `distances` [rows, count]: in, the distances of points `first`, `first + 1`, … to all; out, for each
  ///   the slope of its loss with respect to each distance, divided by `inverseTemperature`.
  /// - `starts`, `ends` [rows]: the points of the row's own class.
  /// - `reports` [rows, 6]: the least distance within the class and outside, the sums of
  ///   e^(-inverseTemperature · (distance - least)) within and outside, and the means of (distance - least)
  ///   under those weights. A sum is 0 where there is no other point.
  public typealias Neighbors =
    @Sendable (
      _ distances: Target, _ rows: Int, _ count: Int, _ first: Int, _ starts: LabelSource,
      _ ends: LabelSource,
      _ inverseTemperature: Float, _ reports: Target
    ) -> Void

  /// y = a ∘ b with repeated rows or columns; see `Broadcast`.
  public let broadcast: Broadcast
  /// y[r] = the sum over c of x[r, c]: `(x, y, rows, width)`.
  public let rowSums: @Sendable (Source, Target, Int, Int) -> Void
  /// y[r] = the sum over c of a[r, c] b[r, c]: `(a, b, y, rows, width)`.
  public let rowDots: @Sendable (Source, Source, Target, Int, Int) -> Void
  /// y[r, j] = |a[r] − p[j]|²; see `SquaredDistances`.
  public let squaredDistances: SquaredDistances
  /// y[r] += scale · Σⱼ w[r, j] (x[r] − p[j]); see `WeightedDifferences`.
  public let weightedDifferences: WeightedDifferences
  /// Turns rows of distances into slopes of the soft nearest neighbor loss; see `Neighbors`.
  public let neighbors: Neighbors
  /// x[j, i] becomes x[i, j], for i in first..<last and j > i: `(x, count, first, last)`.
  public let mirror: @Sendable (Target, Int, Int, Int) -> Void
  /// x[i, j] and x[j, i] both become their sum, for i in first..<last and j from i on:
  /// `(x, count, first, last)`.
  public let symmetrize: @Sendable (Target, Int, Int, Int) -> Void

  /// Groups the kernels.
  public init(
    broadcast: @escaping Broadcast, rowSums: @escaping @Sendable (Source, Target, Int, Int) -> Void,
    rowDots: @escaping @Sendable (Source, Source, Target, Int, Int) -> Void,
    squaredDistances: @escaping SquaredDistances, weightedDifferences: @escaping WeightedDifferences,
    neighbors: @escaping Neighbors,
    mirror: @escaping @Sendable (Target, Int, Int, Int) -> Void,
    symmetrize: @escaping @Sendable (Target, Int, Int, Int) -> Void
  ) {
    unsafe self.broadcast = broadcast
    unsafe self.rowSums = rowSums
    unsafe self.rowDots = rowDots
    unsafe self.squaredDistances = squaredDistances
    unsafe self.weightedDifferences = weightedDifferences
    unsafe self.neighbors = neighbors
    unsafe self.mirror = mirror
    unsafe self.symmetrize = symmetrize
  }
}
