/// A view of consecutive 32-bit integers that live in an arena.
///
/// The view does not own its memory. It is valid while the arena that handed it out exists, and its
/// contents mean what they did until that arena is reset. Every access is checked against `count`; the
/// kernels, which are not, are reached through functions that check the counts of all views first.
@safe @frozen
public struct Indices: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Int32>
  /// The number of integers.
  public let count: Int

  /// A view of `count` integers at `base`.
  ///
  /// - Safety: `base` has to be valid for reading and writing `count` integers as long as the view is used.
  @inlinable @unsafe
  public init(unsafeBase base: UnsafeMutablePointer<Int32>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// The element at `index`, counted from 0. An index outside the view is a trap.
  @inlinable
  public subscript(index: Int) -> Int32 {
    get {
      precondition(index >= 0 && index < count, "Index out of range of the view.")
      return unsafe base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "Index out of range of the view.")
      unsafe base[index] = newValue
    }
  }

  /// The part of this view with the given indices.
  @inlinable
  public subscript(range: Range<Int>) -> Indices {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "Range out of the view.")
    return unsafe Indices(unsafeBase: base + range.lowerBound, count: range.count)
  }

  /// The address of the first integer, for a kernel.
  @inlinable @unsafe
  public var pointer: UnsafeMutablePointer<Int32> { unsafe base }

  /// The address of the first integer, for a kernel that reads.
  @inlinable @unsafe
  public var source: UnsafePointer<Int32> { unsafe UnsafePointer(base) }

  /// Sets every element to `value`.
  @inlinable
  public func fill(_ value: Int32) {
    unsafe base.update(repeating: value, count: count)
  }

  /// Copies all elements from `other`, which has as many.
  @inlinable
  public func copy(from other: Indices) {
    precondition(other.count == count, "A copy needs views of equal count.")
    unsafe base.update(from: other.base, count: count)
  }

  /// The elements as an array. Allocates.
  @inlinable
  public var array: [Int32] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}
