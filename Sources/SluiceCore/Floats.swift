/// A view of consecutive floats that live in an arena.
///
/// The view does not own its memory. It is valid while the arena that handed it out exists, and its
/// contents mean what they did until that arena is reset. Every access is checked against `count`; the
/// kernels, which are not, are reached through functions that check the counts of all views first.
@safe @frozen
public struct Floats: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutablePointer<Float>
  /// The number of floats.
  public let count: Int

  /// A view of `count` floats at `base`.
  ///
  /// - Safety: `base` has to be valid for reading and writing `count` floats as long as the view is used.
  @inlinable @unsafe
  public init(unsafeBase base: UnsafeMutablePointer<Float>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// The element at `index`, counted from 0. An index outside the view is a trap.
  @inlinable
  public subscript(index: Int) -> Float {
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
  public subscript(range: Range<Int>) -> Floats {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "Range out of the view.")
    return unsafe Floats(unsafeBase: base + range.lowerBound, count: range.count)
  }

  /// The address of the first float, for a kernel.
  @inlinable @unsafe
  public var pointer: UnsafeMutablePointer<Float> { unsafe base }

  /// The address of the first float, for a kernel that reads.
  @inlinable @unsafe
  public var source: UnsafePointer<Float> { unsafe UnsafePointer(base) }

  /// Sets every element to `value`.
  @inlinable
  public func fill(_ value: Float) {
    unsafe base.update(repeating: value, count: count)
  }

  /// Copies all elements from `other`, which has as many.
  @inlinable
  public func copy(from other: Floats) {
    precondition(other.count == count, "A copy needs views of equal count.")
    unsafe base.update(from: other.base, count: count)
  }

  /// The elements as an array. Allocates.
  @inlinable
  public var array: [Float] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}
