/// The memory of a step for one kind of element: an arena, and where a step needs more than that holds, further ones.
///
/// A step is recorded while it runs, and operations hold views of what was handed out, so nothing can be moved. A step that
/// needs more therefore gets a second arena, which stays: the next step of that size finds it there and allocates nothing. Each
/// is as large as all before it together, so there are few. Positions count through all arenas, and no range lies across
/// the end of one.
final class GrowingArena<Element: ArenaElement> {
  private let name: String
  private let first: Arena<Element>
  private let firstCapacity: Int
  private var further: [Arena<Element>] = []
  /// The position at which each of `further` begins.
  private var starts: [Int] = []
  /// The arena that ranges are handed out from: 0 for the first, else one more than its place in `further`.
  private var current = 0

  /// Whether what was handed out may be handed out again within a step, where the contents are of no importance.
  private let reuses: Bool
  /// What was handed out before it was handed out again.
  private var reused = 0

  /// Room for `capacity` elements at first.
  ///
  /// - Parameter reuses: for counting alone: instead of growing, memory is handed out a second time, so that no more
  ///   addresses are needed than the largest range has.
  init(capacity: Int, named name: String, reuses: Bool = false) {
    self.name = name
    self.reuses = reuses
    first = Arena<Element>(capacity: capacity, named: name)
    firstCapacity = first.capacity
  }

  /// The elements handed out since the last reset, gaps of alignment included.
  var used: Int {
    var used = reused + first.used
    for i in 0..<further.count { used += further[i].used }
    return used
  }

  /// The elements there is room for without growing.
  var capacity: Int {
    further.isEmpty ? first.capacity : starts[starts.count - 1] + further[further.count - 1].capacity
  }

  /// Hands out the next `count` elements, with whatever values they had last.
  ///
  /// - Complexity: O(1). Allocates nothing unless no step before needed so much.
  func allocate(_ count: Int) -> Range<Int> {
    if current == 0, let range = first.tryAllocate(count) { return range }
    return allocateFurther(count)
  }

  /// The arena that has room for `count` more elements, for who hands them out from it.
  func arena(with count: Int) -> Arena<Element> {
    while block(current).capacity - block(current).used < count { goOn(count) }
    return block(current)
  }

  /// Makes this as large as another, so that every position of the other is one of this.
  func match(_ other: GrowingArena) {
    while further.count < other.further.count { append(other.further[further.count].capacity) }
  }

  /// Takes back every range.
  func reset() {
    first.reset()
    for i in 0..<further.count { further[i].reset() }
    current = 0
    reused = 0
  }

  /// The elements of `range`, which was handed out as one.
  subscript(range: Range<Int>) -> Elements<Element> {
    if range.upperBound <= firstCapacity { return first[range] }
    var i = starts.count - 1
    while i > 0, starts[i] > range.lowerBound { i -= 1 }
    return further[i][range.lowerBound - starts[i]..<range.upperBound - starts[i]]
  }

  private func allocateFurther(_ count: Int) -> Range<Int> {
    while true {
      if let range = block(current).tryAllocate(count) {
        let start = current == 0 ? 0 : starts[current - 1]
        return start + range.lowerBound..<start + range.upperBound
      }
      goOn(count)
    }
  }

  /// Goes on to the next arena, which is made if there is none and has room for `count` elements then.
  private func goOn(_ count: Int) {
    if reuses, count <= block(current).capacity {
      reused += block(current).used
      return block(current).reset()
    }
    if current == further.count { append(max(count, reuses ? 0 : capacity)) }
    current += 1
  }

  private func append(_ count: Int) {
    starts.append(capacity)
    further.append(Arena<Element>(capacity: count, named: name))
  }

  private func block(_ i: Int) -> Arena<Element> { i == 0 ? first : further[i - 1] }
}
