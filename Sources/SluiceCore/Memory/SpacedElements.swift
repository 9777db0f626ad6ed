/// A fixed number of elements that threads write, each on cache lines of its own: who writes one does not hold up who
/// reads another.
// Safe over a bare pointer: the memory is its own, it cannot be copied, and elements are reached by `unsafe` only.
@safe
struct SpacedElements<Element: ~Copyable>: ~Copyable, @unchecked Sendable {
  /// Two lines: processors fetch them in pairs.
  private static var spacing: Int { 128 }

  let count: Int
  private let memory: UnsafeMutableRawPointer

  /// `count` elements, each made by `make`.
  init(count: Int, _ make: () -> Element) {
    require(MemoryLayout<Element>.size <= Self.spacing, "An element is larger than its place.")
    self.count = count
    unsafe memory = UnsafeMutableRawPointer.allocate(
      byteCount: count * Self.spacing, alignment: Self.spacing)
    for i in 0..<count { unsafe self[i].initialize(to: make()) }
  }

  deinit {
    for i in 0..<count { unsafe self[i].deinitialize(count: 1) }
    unsafe memory.deallocate()
  }

  /// The address of an element.
  @unsafe
  subscript(_ index: Int) -> UnsafeMutablePointer<Element> {
    unsafe (memory + index * Self.spacing).assumingMemoryBound(to: Element.self)
  }
}
