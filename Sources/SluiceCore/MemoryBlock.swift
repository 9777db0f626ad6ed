#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zeroed memory straight from the operating system, given back when the last reference goes.
///
/// Address space is reserved at once and memory is committed page by page when first written, so a
/// generous capacity costs nothing until it is used. The start is aligned to a page, hence to 64 bytes.
@safe
final class MemoryBlock: @unchecked Sendable {
  let address: UnsafeMutableRawPointer
  let byteCount: Int

  /// - Parameter purpose: what the memory is for, to be named where it is refused.
  init(byteCount: Int, for purpose: @autoclosure () -> String) {
    let rounded = max(byteCount, 1)
    guard let address = unsafe Self.reserve(rounded) else {
      let code = errno
      MemoryRefusal.end(rounded, code, purpose())
    }
    unsafe self.address = address
    self.byteCount = rounded
    #if os(Linux)
      // Large pages spare most of the address translation of a sweep over millions of parameters.
      if rounded >= Self.largePageThreshold { unsafe _ = madvise(address, rounded, MADV_HUGEPAGE) }
    #endif
  }

  deinit { unsafe _ = munmap(address, byteCount) }

  /// Whether the operating system would hand out so much address space now.
  static func canReserve(_ byteCount: Int) -> Bool {
    guard let address = unsafe reserve(byteCount) else { return false }
    unsafe _ = munmap(address, byteCount)
    return true
  }

  private static func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let address = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | anonymousFlags, -1, 0)
    return unsafe address == MAP_FAILED ? nil : address
  }

  #if canImport(Darwin)
    private static let anonymousFlags = MAP_ANON | MAP_NORESERVE
  #else
    private static let anonymousFlags = MAP_ANONYMOUS | Int32(MAP_NORESERVE)
  #endif
  private static let largePageThreshold = 16 << 20
}
