/// Sums and statistics of contiguous vectors, each over a fixed tree.
///
/// A vector is cut into blocks from its start, of a size that divides `blockSize`. Within a block several
/// lanes add in single precision, 64 terms each; the sums of the blocks are added in order, in double
/// precision. A caller who cuts a vector at multiples of `blockSize` and adds the results in order so gets
/// bits that do not depend on who computed which part.
// Safe to hold: to call a kernel is `unsafe`.
@safe
public struct ReductionKernels: Sendable {
  /// Where a vector may be cut: at multiples of this many elements.
  public static var blockSize: Int { 4096 }

  /// `target[j]` becomes the largest element of column j over some rows, or the smallest, and `places[j]` where it is, counted in
  /// elements from `first` on: `(source, rows, width, isSmallest, first, target, places)`. The first of equal ones counts, and NaN is
  /// beyond any number. There is at least one row.
  public typealias ColumnExtremes =
    @Sendable (Source, Int, Int, Bool, Int32, Target, UnsafeMutablePointer<Int32>) -> Void

  /// The sum of the elements.
  public let sum: @Sendable (Source, Int) -> Double
  /// The sum of the products of two vectors' elements.
  public let dot: @Sendable (Source, Source, Int) -> Double
  /// The largest element, NaN left out; -inf if there is none.
  public let maximum: @Sendable (Source, Int) -> Float
  /// What `Statistics` holds, in one pass.
  public let statistics: @Sendable (Source, Int) -> Statistics
  /// The sum of the squares alone and what is not finite: the same bits as those of `statistics`, in a fraction of the time.
  public let squares: @Sendable (Source, Int) -> SquareSum
  /// The largest or smallest element of each column, and where it is; see `ColumnExtremes`.
  public let columnExtremes: ColumnExtremes

  /// Groups the kernels.
  public init(
    sum: @escaping @Sendable (Source, Int) -> Double,
    dot: @escaping @Sendable (Source, Source, Int) -> Double,
    maximum: @escaping @Sendable (Source, Int) -> Float,
    statistics: @escaping @Sendable (Source, Int) -> Statistics,
    squares: @escaping @Sendable (Source, Int) -> SquareSum, columnExtremes: @escaping ColumnExtremes
  ) {
    unsafe self.sum = sum
    unsafe self.dot = dot
    unsafe self.maximum = maximum
    unsafe self.statistics = statistics
    unsafe self.squares = squares
    unsafe self.columnExtremes = columnExtremes
  }
}

/// What the norm of a set of floats needs: `sumOfSquares` and `nonFinite` of its `Statistics`.
public struct SquareSum: Sendable, Equatable {
  /// The sum of x^2 over the elements that are finite.
  public var sumOfSquares: Double
  /// How many elements are infinite or NaN.
  public var nonFinite: Int

  /// A sum with the given figures; by default that of no elements.
  public init(sumOfSquares: Double = 0, nonFinite: Int = 0) {
    self.sumOfSquares = sumOfSquares
    self.nonFinite = nonFinite
  }
}

/// Sizes and counts of a set of floats. Infinities and NaN are counted and left out of everything else.
public struct Statistics: Sendable, Equatable {
  /// All elements, those that are not finite included.
  public var count: Int
  /// The sum of |x|.
  public var sumOfMagnitudes: Double
  /// The sum of x^2. Squares neither overflow nor underflow: a block of very large or very small numbers
  /// is scaled by a power of two first.
  public var sumOfSquares: Double
  /// The largest |x|, 0 if there is none.
  public var largestMagnitude: Float
  /// How many elements are +0 or -0.
  public var zeros: Int
  /// How many elements are infinite or NaN.
  public var nonFinite: Int

  /// Statistics of no elements.
  public init() {
    count = 0
    sumOfMagnitudes = 0
    sumOfSquares = 0
    largestMagnitude = 0
    zeros = 0
    nonFinite = 0
  }

  /// Adds the elements that `other` stands for. The order of additions decides the last bits of the sums.
  public mutating func add(_ other: Statistics) {
    count += other.count
    sumOfMagnitudes += other.sumOfMagnitudes
    sumOfSquares += other.sumOfSquares
    if other.largestMagnitude > largestMagnitude { largestMagnitude = other.largestMagnitude }
    zeros += other.zeros
    nonFinite += other.nonFinite
  }

  /// The mean of |x| over the finite elements, 0 if there is none.
  public var meanMagnitude: Double {
    count > nonFinite ? sumOfMagnitudes / Double(count - nonFinite) : 0
  }

  /// The Euclidean norm of the finite elements.
  public var norm: Double { sumOfSquares.squareRoot() }
}
