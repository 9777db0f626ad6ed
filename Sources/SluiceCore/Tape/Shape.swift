/// The extents of a tensor, outermost first: up to four dimensions, row-major.
@frozen
public struct Shape: Equatable, Sendable, BitwiseCopyable {
  /// The number of dimensions, 0 for a scalar.
  public let rank: Int
  // Unused extents are 1, so the count is always the product of all four.
  let extents: (Int32, Int32, Int32, Int32)

  /// A scalar.
  public init() { self.init(rank: 0, 1, 1, 1, 1) }
  /// A vector of `count` elements.
  public init(_ count: Int) { self.init(rank: 1, count, 1, 1, 1) }
  /// A matrix.
  public init(_ rows: Int, _ columns: Int) { self.init(rank: 2, rows, columns, 1, 1) }
  /// A block of three dimensions.
  public init(_ first: Int, _ second: Int, _ third: Int) { self.init(rank: 3, first, second, third, 1) }
  /// A block of four dimensions.
  public init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
    self.init(rank: 4, first, second, third, fourth)
  }

  /// The shape with the given extents.
  ///
  /// - Precondition: there are at most four.
  public init(_ extents: [Int]) {
    expect(
      extents.count <= 4, "Shape", expected: "at most four dimensions", got: "\(extents.count), \(extents)")
    let all = extents + Array(repeating: 1, count: 4 - extents.count)
    self.init(rank: extents.count, all[0], all[1], all[2], all[3])
  }

  private init(rank: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    expect(
      min(min(a, b), min(c, d)) >= 0, "Shape", expected: "extents of at least 0",
      got: "\(Array([a, b, c, d].prefix(rank)))")
    self.rank = rank
    extents = (Int32(a), Int32(b), Int32(c), Int32(d))
  }

  /// The extent of dimension `axis`.
  public subscript(axis: Int) -> Int {
    checkAxis(axis)
    switch axis {
    case 0: return Int(extents.0)
    case 1: return Int(extents.1)
    case 2: return Int(extents.2)
    default: return Int(extents.3)
    }
  }

  @inline(__always)
  func checkAxis(_ axis: Int) {
    expect(
      axis >= 0 && axis < rank, "Shape", expected: "an axis of \(self), counted from 0", got: "axis \(axis)")
  }

  /// The number of elements: the product of the extents, 1 for a scalar.
  public var count: Int { Int(extents.0) * Int(extents.1) * Int(extents.2) * Int(extents.3) }

  /// The extent of the last dimension, 1 for a scalar.
  public var width: Int { rank == 0 ? 1 : self[rank - 1] }

  /// The number of vectors of length `width`: the product of all extents but the last.
  public var rows: Int {
    switch rank {
    case 0, 1: return 1
    case 2: return Int(extents.0)
    case 3: return Int(extents.0) * Int(extents.1)
    default: return Int(extents.0) * Int(extents.1) * Int(extents.2)
    }
  }

  /// The extents as an array. Allocates.
  public var array: [Int] { (0..<rank).map { self[$0] } }

  /// Whether ranks and extents are equal.
  public static func == (a: Shape, b: Shape) -> Bool { a.rank == b.rank && a.extents == b.extents }
}

extension Shape: CustomStringConvertible {
  /// The extents in brackets, such as `[64, 128]`.
  public var description: String { "[" + array.map(String.init).joined(separator: ", ") + "]" }
}
