#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed pool of threads that runs the parts of a task and is asked without allocating.
///
/// This first form runs every part on the caller.
public final class Workers: Sendable {
  /// The threads that work, the caller included.
  public let count: Int

  public init(count: Int) {
    precondition(count >= 1, "At least one thread has to work.")
    self.count = count
  }

  /// The processors online.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Runs `body(context, part)` for every part in `0..<parts`, and returns when all have ended.
  ///
  /// `body` captures nothing; what it needs is in `context`. A closure with captures would be allocated at
  /// every call.
  public func run<Context: Sendable>(
    _ parts: Int, _ context: Context, _ body: @escaping @Sendable (borrowing Context, Int) -> Void
  ) {
    for part in 0..<parts { body(context, part) }
  }
}
