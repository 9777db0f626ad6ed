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

  init(byteCount: Int) {
    let rounded = max(byteCount, 1)
    let anonymous = unsafe mmap(
      nil, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | Self.anonymousFlags, -1, 0)
    guard let address = unsafe anonymous, unsafe address != MAP_FAILED else {
      MemoryRefusal.end(rounded, errno)
    }
    unsafe self.address = address
    self.byteCount = rounded
    #if os(Linux)
      // Large pages spare most of the address translation of a sweep over millions of parameters.
      if rounded >= Self.largePageThreshold { unsafe _ = madvise(address, rounded, MADV_HUGEPAGE) }
    #endif
  }

  deinit { unsafe _ = munmap(address, byteCount) }

  #if canImport(Darwin)
    private static let anonymousFlags = MAP_ANON | MAP_NORESERVE
  #else
    private static let anonymousFlags = MAP_ANONYMOUS | Int32(MAP_NORESERVE)
  #endif
  private static let largePageThreshold = 16 << 20
}
