import CLibrary

/// A fixed pool of threads that runs the parts of a task and is asked without allocating.
///
/// The caller works too, so a pool of one has no threads of its own. After a task the threads look out for
/// the next one for a tenth of a millisecond, and then sleep: an idle pool uses no processor time. They end
/// when the pool is released.
public final class Workers: Sendable {
  /// The threads that work, the caller included.
  public let count: Int

  /// How many of them work on tasks from now on, the caller included; the others sleep. Tasks are cut into parts by `count` all the
  /// same, so results and memory do not change: it is for steps so small, or machines so busy, that fewer are faster.
  ///
  /// A task that runs meanwhile is not disturbed.
  ///
  /// - Precondition: from 1 to `count`.
  public var activeCount: Int {
    get { exchange.activeCount }
    set {
      expect(
        newValue >= 1 && newValue <= count, "Workers.activeCount", expected: "from 1 to \(count) threads",
        got: "\(newValue)")
      exchange.activeCount = newValue
    }
  }

  /// Whether there is a processor for each.
  let haveProcessors: Bool
  /// Whether tasks are run; a pool for planning leaves them out.
  private let runs: Bool
  private let exchange: TaskExchange
  private let progress: StepProgress
  private let threads: WorkerThreads

  /// A pool of `count` threads, of which it starts all but one.
  ///
  /// Where the operating system refuses a thread the pool makes do with those it got; results are the same.
  ///
  /// - Precondition: `count` is at least 1.
  public init(count: Int) {
    expect(count >= 1, "Workers", expected: "at least one thread", got: "\(count)")
    self.count = count
    // A thread that spins while another needs its processor only delays it.
    haveProcessors = count <= Workers.processorCount
    exchange = TaskExchange(threads: count, spins: haveProcessors ? TaskExchange.usualSpins : 0)
    progress = StepProgress(parts: count)
    threads = WorkerThreads(count: count - 1, serving: exchange)
    runs = true
  }

  /// A pool that counts as many threads as another, has none, and runs nothing: for what decides by that number how much
  /// memory it takes.
  init(planningFor other: Workers) {
    count = other.count
    haveProcessors = other.haveProcessors
    exchange = TaskExchange(threads: 1, spins: 0)
    progress = StepProgress(parts: 1)
    threads = WorkerThreads(count: 0, serving: exchange)
    runs = false
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
    if !runs { return }
    if parts > 1 && activeCount > 1 && exchange.tryReserve() {
      let job = Job(context: context, body: body)
      unsafe withUnsafePointer(to: job) {
        unsafe exchange.run(parts, UnsafeRawPointer($0), Job<Context>.self, helpers: activeCount - 1)
      }
    } else {
      for part in 0..<max(parts, 0) { body(context, part) }
    }
  }

  /// Runs `body(context, step, part)` for every part in `0..<parts` of every step in `0..<steps`: the parts of a step
  /// side by side, after all those of the step before.
  ///
  /// For steps of some hundred nanoseconds to some microseconds, such as a recurrent net's over one sequence. The
  /// threads stay with the task until its last step, each with a part of its own while all keep up, so a part finds
  /// what it used in the last step in its own cache. Otherwise as `run`.
  ///
  /// - Precondition: there are at most `count` parts.
  /// - Complexity: some tenths of a microsecond a step besides the parts, where the threads have processors of their own.
  ///   Allocates nothing, but for the first call with a type of context.
  public func run<Context: Sendable>(
    steps: Int, parts: Int, _ context: Context,
    _ body: @escaping @Sendable (borrowing Context, _ step: Int, _ part: Int) -> Void
  ) {
    expect(
      parts <= count, "Workers.run",
      expected: "at most \(count) parts of a task in steps, one for each thread",
      got: "\(parts)")
    if !runs { return }
    if steps > 0 && parts > 1 && activeCount > 1 && exchange.tryReserve() {
      progress.restart()
      let job = StepsJob(context: context, body: body, progress: progress, steps: steps, parts: parts)
      unsafe withUnsafePointer(to: job) {
        unsafe exchange.run(parts, UnsafeRawPointer($0), StepsJob<Context>.self, helpers: activeCount - 1)
      }
    } else {
      for step in 0..<max(steps, 0) {
        for part in 0..<max(parts, 0) { body(context, step, part) }
      }
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

private struct StepsJob<Context: Sendable>: AnyJob {
  let context: Context
  let body: @Sendable (borrowing Context, Int, Int) -> Void
  let progress: StepProgress
  let steps: Int
  let parts: Int

  static func run(_ part: Int, of job: UnsafeRawPointer) {
    // Copied once: to count the references to what the context holds, at every step and on every thread, would take
    // longer than to meet.
    let job = unsafe job.assumingMemoryBound(to: StepsJob<Context>.self).pointee
    job.progress.run(part, of: job.parts, steps: job.steps) { step, part in
      job.body(job.context, step, part)
    }
  }
}

protocol AnyJob {
  /// Runs one part of the task at `job`, an instance of this type.
  static func run(_ part: Int, of job: UnsafeRawPointer)
}
