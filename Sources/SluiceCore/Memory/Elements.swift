/// What an arena can hold: a number of which every pattern of bits is a value, so that whatever the memory held before can be
/// read, and whose size divides 64 bytes.
public protocol ArenaElement: BitwiseCopyable, Numeric, Sendable {
  /// What several are called in messages, such as `floats`.
  static var plural: StaticString { get }
}

extension Float: ArenaElement {
  /// `floats`.
  public static var plural: StaticString { "floats" }
}

extension Int32: ArenaElement {
  /// `integers`.
  public static var plural: StaticString { "integers" }
}

extension Int8: ArenaElement {
  /// `bytes`.
  public static var plural: StaticString { "bytes" }
}

/// A view of consecutive floats, such as the values of a parameter or a tensor.
public typealias Floats = Elements<Float>

/// A view of consecutive 32-bit integers, such as the ids of a batch.
public typealias Indices = Elements<Int32>

/// A view of consecutive numbers that live in an arena.
///
/// A view keeps the memory it shows from being given back to the operating system, so it can be used however long after the arena, the
/// parameters or the tape that handed it out are gone. What it shows is another matter: it means what it did until
/// that arena is reset, as a tape's is at every step, and shows what the next step puts there from then on.
///
/// A view is a window, not a container: a copy of it shows the same memory, and elements are written through it though the
/// view itself is a constant. So `nonmutating` setters and methods such as `fill` change what others see who look at the same
/// memory. Two threads must not write the same elements, nor one write what another reads.
///
/// Every access is checked against `count`; the kernels, which are not, are reached through functions that check the
/// counts of all views first.
// Safe over a bare pointer: `base` lies in the block that `owner` keeps, or is vouched for by whoever used the unsafe
// initializer, and every access is checked against `count`.
@safe @frozen
public struct Elements<Element: ArenaElement>: @unchecked Sendable {
  // To copy the reference costs nothing where a view is passed on, and a few nanoseconds where one is stored.
  @usableFromInline let owner: MemoryBlock?
  @usableFromInline let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  public let count: Int

  /// A view of memory that the view keeps alive.
  ///
  /// - Safety: the elements have to lie in the block.
  @inlinable @unsafe
  init(owner: MemoryBlock?, base: UnsafeMutablePointer<Element>, count: Int) {
    self.owner = owner
    unsafe self.base = base
    self.count = count
  }

  /// A view of `count` elements at `base`, which keeps nothing alive.
  ///
  /// - Safety: `base` has to be valid for reading and writing `count` elements as long as the view, or one made of it, is used.
  @inlinable @unsafe
  public init(unsafeBase base: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.init(owner: nil, base: base, count: count)
  }

  // What inner loops call is transparent: a debug build, which specializes no generic code, would otherwise reach each
  // element through the tables of a type it does not know.

  /// The element at `index`, counted from 0. An index outside the view is a trap.
  public subscript(index: Int) -> Element {
    @_transparent
    get {
      precondition(index >= 0 && index < count, "Index out of range of the view.")
      return unsafe base[index]
    }
    @_transparent
    nonmutating set {
      precondition(index >= 0 && index < count, "Index out of range of the view.")
      unsafe base[index] = newValue
    }
  }

  /// The part of this view with the given indices.
  public subscript(range: Range<Int>) -> Elements {
    @_transparent
    get {
      precondition(range.lowerBound >= 0 && range.upperBound <= count, "Range out of the view.")
      return unsafe Elements(owner: owner, base: base + range.lowerBound, count: range.count)
    }
  }

  /// The address of the first element, for a kernel. It is valid while this view, or another one of its memory, is kept; a
  /// parameter is until the call returns.
  @unsafe
  public var pointer: UnsafeMutablePointer<Element> {
    @_transparent
    get { unsafe base }
  }

  /// The address of the first element, for a kernel that reads. It is valid as `pointer` is.
  @unsafe
  public var source: UnsafePointer<Element> {
    @_transparent
    get { unsafe UnsafePointer(base) }
  }

  /// The same elements, kept by whoever keeps this view: for what a call makes of its parameters, or of its tape, and is done with
  /// when it returns. Where threads meet at every step, or make products side by side, they would wait for each other to
  /// count references to one block.
  ///
  /// - Safety: what this view was got from has to be kept for the whole of the call, as a parameter is, and the other has to end
  ///   with the call.
  @unsafe
  package var borrowed: Elements { unsafe Elements(owner: nil, base: base, count: count) }

  /// Sets every element to `value`.
  @inlinable
  public func fill(_ value: Element) {
    unsafe base.update(repeating: value, count: count)
  }

  /// Copies all elements from `other`, which has as many.
  @inlinable
  public func copy(from other: Elements) {
    precondition(other.count == count, "A copy needs views of equal count.")
    unsafe base.update(from: other.base, count: count)
  }

  /// Copies all elements from an array, which has as many.
  @inlinable
  public func copy(from array: [Element]) {
    precondition(array.count == count, "A copy needs an array of as many elements.")
    for i in 0..<count { unsafe base[i] = array[i] }
  }

  /// The elements as an array. Allocates.
  @inlinable
  public var array: [Element] {
    unsafe Array(UnsafeBufferPointer(start: base, count: count))
  }
}
