import CLibrary

/// Zeroed memory straight from the operating system, given back when the last reference goes.
///
/// Address space is reserved at once and memory is committed page by page when first written, so a
/// generous capacity costs nothing until it is used. The start is aligned to a page, hence to 64 bytes.
// Safe over a bare pointer: its users reach the memory by `unsafe` only, and each keeps a reference while it does.
@safe
@usableFromInline
final class MemoryBlock: @unchecked Sendable {
  /// What the processor moves at once, and what ranges of an arena start at.
  static let lineBytes = 64

  let address: UnsafeMutableRawPointer
  private(set) var byteCount: Int

  /// - Parameters:
  ///   - mayGrow: whether most of the block is kept for later and may be cut off by `cut`.
  ///   - isSparse: whether few places of it, far apart, are written: each is to take a small page and no large one.
  ///   - purpose: what the memory is for, to be named where it is refused.
  init(
    byteCount: Int, mayGrow: Bool = false, isSparse: Bool = false, for purpose: @autoclosure () -> String
  ) {
    let rounded = max(byteCount, 1)
    guard let address = unsafe Self.reserve(rounded) else {
      let code = errno
      MemoryRefusal.end(rounded, code, purpose())
    }
    unsafe self.address = address
    self.byteCount = rounded
    if isSparse {
      askForSmallPages()
    } else if !mayGrow {
      askForLargePages()
    }
  }

  /// The contents of a file, of which what is written is nobody else's; nil where the system does not show them.
  init?(mapping descriptor: Int32, byteCount: Int) {
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0)
    guard unsafe address != MAP_FAILED, let address = unsafe address else { return nil }
    unsafe self.address = address
    self.byteCount = byteCount
  }

  deinit { unsafe _ = munmap(address, byteCount) }

  /// Gives back the whole pages beyond the first `count` bytes, of which nobody may have kept an address.
  func cut(to count: Int) {
    let kept = (max(count, 1) + Self.pageSize - 1) / Self.pageSize * Self.pageSize
    if kept < byteCount {
      unsafe _ = munmap(address + kept, byteCount - kept)
      byteCount = kept
    }
    askForLargePages()
  }

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

  /// Large pages spare most of the address translation of a sweep over millions of parameters.
  private func askForLargePages() {
    #if os(Linux)
      if byteCount >= Self.largePageThreshold { unsafe _ = madvise(address, byteCount, MADV_HUGEPAGE) }
    #endif
  }

  /// Some systems hand out large pages unless they are asked not to.
  private func askForSmallPages() {
    #if os(Linux)
      unsafe _ = madvise(address, byteCount, MADV_NOHUGEPAGE)
    #endif
  }

  #if canImport(Darwin)
    private static let anonymousFlags = MAP_ANON | MAP_NORESERVE
  #else
    private static let anonymousFlags = MAP_ANONYMOUS | Int32(MAP_NORESERVE)
  #endif
  private static let largePageThreshold = 16 << 20
  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
}
