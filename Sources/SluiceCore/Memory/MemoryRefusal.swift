import Synchronization

import CLibrary

/// What is done when the operating system refuses memory. Without it nothing can go on, so the program ends: by a
/// trap, or in the program's own way.
public enum MemoryRefusal {
  private static let body = Mutex<(@Sendable (Int) -> Never)?>(nil)

  /// Lets `body` end the program. It is given the bytes that were refused, and can say which option asks for so much.
  public static func end(by body: @escaping @Sendable (Int) -> Never) {
    self.body.withLock { $0 = body }
  }

  static func end(_ byteCount: Int, _ code: Int32, _ purpose: String) -> Never {
    if let body = body.withLock({ $0 }) { body(byteCount) }
    fatalError(
      "\(purpose): expected \(MemoryPlan.readable(byteCount)) of address space from the operating system, got a refusal "
        + "(\(unsafe String(cString: strerror(code)))). Ask for a smaller capacity, or raise the limit (ulimit -v)."
    )
  }
}
