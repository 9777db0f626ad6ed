/// One contiguous block of 32-bit integers that hands out ranges and never frees one alone.
///
/// Ranges start at multiples of 16 integers, so every one is aligned to 64 bytes. `reset` gives all of them
/// back by setting one offset.
@safe
public final class IndexArena: @unchecked Sendable {
  /// Integers from one allowed start of a range to the next: 64 bytes.
  public static let alignment = 16

  /// The most integers this arena can hold.
  public let capacity: Int
  /// The integers handed out, gaps of alignment included.
  public private(set) var used = 0
  /// The largest value `used` has had.
  public private(set) var peak = 0

  private let block: MemoryBlock
  let name: String

  /// An arena for `capacity` integers, all zero. `name` appears in the message of a full arena.
  ///
  /// The capacity is address space; memory is committed when a page of it is first written.
  public init(capacity: Int, named name: String) {
    self.capacity = IndexArena.aligned(capacity)
    self.name = name
    block = MemoryBlock(
      byteCount: self.capacity * MemoryLayout<Int32>.stride,
      for: "The \(name) arena for \(capacity) integers")
  }

  /// Hands out the next `count` integers, with whatever values they had last.
  ///
  /// - Precondition: they fit. The message of the trap says what is held and what was asked.
  /// - Complexity: O(1); allocates nothing.
  public func allocate(_ count: Int) -> Range<Int> {
    guard let range = tryAllocate(count) else {
      fatalError(
        "The \(name) arena is full: it holds \(used) of \(capacity) integers and \(count) more were asked "
          + "for. Create it with a larger capacity.")
    }
    return range
  }

  /// Hands out the next `count` integers, or nil if they do not fit.
  public func tryAllocate(_ count: Int) -> Range<Int>? {
    expect(count >= 0, "IndexArena '\(name)'", expected: "a count of at least 0", got: "\(count)")
    guard count <= capacity - used else { return nil }
    let start = used
    used = min(IndexArena.aligned(start + count), capacity)
    peak = max(peak, used)
    return start..<start + count
  }

  /// Takes back every range.
  public func reset() { used = 0 }

  /// The integers of `range`.
  public subscript(range: Range<Int>) -> Indices {
    expect(
      range.lowerBound >= 0 && range.upperBound <= capacity, "IndexArena '\(name)'",
      expected: "a range of its \(capacity) integers",
      got: "\(range)")
    return unsafe Indices(
      unsafeBase: block.address.assumingMemoryBound(to: Int32.self) + range.lowerBound, count: range.count)
  }

  /// `count` rounded up to a multiple of `alignment`.
  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
