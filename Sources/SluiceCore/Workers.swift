#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed pool of threads that runs the parts of a task and is asked without allocating.
///
/// The caller works too, so a pool of one has no threads of its own. After a task the threads look out for
/// the next one for a tenth of a millisecond, and then sleep: an idle pool uses no processor time. They end
/// when the pool is released.
public final class Workers: Sendable {
  /// The threads that work, the caller included.
  public let count: Int

  private let exchange: TaskExchange
  private let threads: WorkerThreads

  /// A pool of `count` threads, of which it starts all but one.
  ///
  /// Where the operating system refuses a thread the pool makes do with those it got; results are the same.
  ///
  /// - Precondition: `count` is at least 1.
  public init(count: Int) {
    require(count >= 1, "At least one thread has to work.")
    self.count = count
    // A thread that spins while another needs its processor only delays it.
    exchange = TaskExchange(
      threads: count, spins: count <= Workers.processorCount ? TaskExchange.usualSpins : 0)
    threads = WorkerThreads(count: count - 1, serving: exchange)
  }

  deinit {
    exchange.close()
    threads.join()
  }

  /// The processors online.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Runs `body(context, part)` for every part in `0..<parts`, and returns when all have ended.
  ///
  /// Threads begin with parts side by side, the same in every task (`PartShares`), but which runs which is
  /// left to chance in the end; a result must not depend on it. A call from inside a part, or while another
  /// thread's task is running, runs all its parts on the caller.
  ///
  /// `body` captures nothing; what it needs is in `context`. A closure with captures would be allocated at
  /// every call.
  ///
  /// - Complexity: below a microsecond while the threads look out; to wake them from sleep takes 5 to 40.
  ///   Allocates nothing, but for the first call with a type of context.
  public func run<Context: Sendable>(
    _ parts: Int, _ context: Context, _ body: @escaping @Sendable (borrowing Context, Int) -> Void
  ) {
    if parts > 1 && count > 1 && exchange.tryReserve() {
      let job = Job(context: context, body: body)
      unsafe withUnsafePointer(to: job) {
        unsafe exchange.run(parts, UnsafeRawPointer($0), Job<Context>.self, helpers: count - 1)
      }
    } else {
      for part in 0..<max(parts, 0) { body(context, part) }
    }
  }
}

/// A task on the caller's stack. The threads see its address and its type, which together take no box.
private struct Job<Context: Sendable>: AnyJob {
  let context: Context
  let body: @Sendable (borrowing Context, Int) -> Void

  static func run(_ part: Int, of job: UnsafeRawPointer) {
    let job = unsafe job.assumingMemoryBound(to: Job<Context>.self)
    unsafe job.pointee.body(job.pointee.context, part)
  }
}

protocol AnyJob {
  /// Runs one part of the task at `job`, an instance of this type.
  static func run(_ part: Int, of job: UnsafeRawPointer)
}
