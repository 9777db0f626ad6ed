/// One contiguous block of numbers that hands out ranges and never frees one alone.
///
/// Ranges start at multiples of 64 bytes, as far as they are handed out. `reset` gives all of them back by setting one
/// offset. The block is given back to the operating system when the arena and all views of it are gone.
///
/// An arena is shared by whoever refers to it, and not by threads at one time: they may use views of disjoint ranges.
public final class Arena<Element: ArenaElement>: @unchecked Sendable {
  /// The most elements this arena can hold.
  public var capacity: Int { fixedCapacity ?? grownCapacity }
  /// The capacity of an arena that does not grow. It is looked at for every view, and of a constant no access is checked.
  private let fixedCapacity: Int?
  private var grownCapacity: Int
  /// The elements handed out, gaps of alignment included.
  public private(set) var used = 0
  /// The largest value `used` has had.
  public private(set) var peak = 0

  private let block: MemoryBlock
  let name: String

  /// An arena for `capacity` elements, all zero. `name` appears in the message of a full arena.
  ///
  /// The capacity is address space; memory is committed when a page of it is first written.
  public convenience init(capacity: Int, named name: String) {
    self.init(capacity: capacity, reserving: 0, named: name)
  }

  /// An arena that can grow, by `grow`, up to `reserving` elements if that is more; or a sparse one, of which few places, far apart,
  /// are written and take memory.
  init(capacity: Int, reserving most: Int, isSparse: Bool = false, named name: String) {
    let rounded = Self.rounded(capacity)
    fixedCapacity = most > capacity ? nil : rounded
    grownCapacity = rounded
    self.name = name
    block = MemoryBlock(
      byteCount: max(rounded, Self.rounded(most)) * MemoryLayout<Element>.stride,
      mayGrow: most > capacity, isSparse: isSparse, for: "The \(name) arena for \(capacity) \(Element.plural)"
    )
  }

  /// Hands out the next `count` elements, with whatever values they had last.
  ///
  /// - Precondition: they fit. The message of the trap says what is held and what was asked.
  /// - Complexity: O(1); allocates nothing.
  @_specialize(exported:true,where Element == Float)
  @_specialize(exported:true,where Element == Int32)
  public func allocate(_ count: Int) -> Range<Int> {
    guard let range = tryAllocate(count) else {
      fatalError(
        "The \(name) arena is full: it holds \(used) of \(capacity) \(Element.plural) and \(count) more were asked "
          + "for. Create it with a larger capacity.")
    }
    return range
  }

  /// Hands out the next `count` elements, or nil if they do not fit.
  @_specialize(exported:true,where Element == Float)
  @_specialize(exported:true,where Element == Int32)
  public func tryAllocate(_ count: Int) -> Range<Int>? {
    expect(count >= 0, "Arena '\(name)'", expected: "a count of at least 0", got: "\(count)")
    guard count <= capacity - used else { return nil }
    let start = used
    used = min(Self.rounded(start + count), capacity)
    peak = max(peak, used)
    return start..<start + count
  }

  /// Takes back every range. Views of them stay usable, and show what the ranges are handed out for next.
  public func reset() { used = 0 }

  /// The elements of `range`, whether handed out or not.
  ///
  /// - Precondition: the range lies inside the capacity.
  public subscript(range: Range<Int>) -> Elements<Element> {
    @_specialize(exported:true,where Element == Float)
    @_specialize(exported:true,where Element == Int32)
    get {
      expect(
        range.lowerBound >= 0 && range.upperBound <= capacity, "Arena '\(name)'",
        expected: "a range of its \(capacity) \(Element.plural)", got: "\(range)")
      return unsafe Elements(
        owner: block, base: block.address.assumingMemoryBound(to: Element.self) + range.lowerBound,
        count: range.count)
    }
  }

  /// Raises the capacity where it lies, or returns false if no address space was kept for so much.
  func grow(to count: Int) -> Bool {
    let wanted = Self.rounded(count)
    guard fixedCapacity == nil else { return wanted <= capacity }
    guard wanted * MemoryLayout<Element>.stride <= block.byteCount else { return false }
    grownCapacity = max(grownCapacity, wanted)
    return true
  }

  /// Ends growing and gives back the address space beyond the capacity, of which there can be no view.
  func endGrowing() { block.cut(to: capacity * MemoryLayout<Element>.stride) }

  /// `count` rounded up to whole lines of 64 bytes.
  private static func rounded(_ count: Int) -> Int {
    let step = MemoryBlock.lineBytes / MemoryLayout<Element>.stride
    return (count + step - 1) / step * step
  }
}

extension Arena where Element == Float {
  /// Floats from one allowed start of a range to the next: 64 bytes.
  public static var alignment: Int { MemoryBlock.lineBytes / MemoryLayout<Float>.stride }

  /// `count` rounded up to a multiple of `alignment`.
  static func aligned(_ count: Int) -> Int { rounded(count) }
}
