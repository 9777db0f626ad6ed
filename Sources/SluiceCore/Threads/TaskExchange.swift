import CPUFeatures
import Synchronization

import CLibrary

/// Where one task at a time is offered to the threads of a pool.
///
/// All that has to change together is one atomic word: a number that grows with each task, whether the task
/// is open, and how many threads have entered it. A thread enters an open task by raising the last; the
/// caller closes the task when no part is left, and returns when every thread that entered has left. So no
/// thread can see a task that is gone, and none that sleeps has to wake for a task to end.
// Safe over a bare pointer: a job is read by threads that have entered its task only, and `run` returns when all have left.
@safe
final class TaskExchange: @unchecked Sendable {
  /// How often to look for a task before going to sleep: some 100 microseconds. To wake a thread costs the
  /// caller about 5, in a virtual machine 35 microseconds, so a pause inside a training step should be
  /// shorter than this.
  static let usualSpins = 4_000

  private static let open: UInt64 = 1 << 31
  private static let stopped: UInt64 = 1 << 30
  private static let entered: UInt64 = open - 1 - stopped
  private static let number: UInt64 = 1 << 32

  private let reserved = Atomic<Bool>(false)
  private let state = Atomic<UInt64>(0)
  private let shares: PartShares
  private let servers = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let gate = Gate()
  private let spins: Int
  /// How many threads work on a task, the caller included; the others rest.
  private let active: Atomic<Int>

  // Written by the caller before it opens a task, and constant until the last thread has left.
  private var parts = 0
  private var job = unsafe UnsafeRawPointer(bitPattern: 1)!
  private var type: any AnyJob.Type = NoJob.self

  /// - Parameters:
  ///   - threads: how many work on a task, the caller included.
  ///   - spins: how often a thread looks for a task before it sleeps.
  init(threads: Int, spins: Int) {
    shares = PartShares(threads: threads)
    active = Atomic(threads)
    self.spins = spins
  }

  /// How many threads work on a task, the caller included. The others rest, without using a processor, until there are to be more.
  var activeCount: Int {
    get { active.load(ordering: .relaxed) }
    set {
      let before = active.exchange(newValue, ordering: .sequentiallyConsistent)
      if newValue > before { gate.wakeResting() }
    }
  }

  /// Reserves the exchange for one `run`, if nobody else has.
  func tryReserve() -> Bool {
    reserved.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  /// Runs all parts with the help of the threads and ends the reservation.
  func run(_ parts: Int, _ job: UnsafeRawPointer, _ type: any AnyJob.Type, helpers: Int) {
    self.parts = parts
    unsafe self.job = job
    self.type = type
    shares.deal(parts)
    let before = state.load(ordering: .relaxed)
    state.store((before &+ Self.number) | Self.open, ordering: .sequentiallyConsistent)
    // Either a thread about to sleep sees the task, or this sees the thread: both orders are total.
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { gate.wakeThreads(min(helpers, parts - 1)) }
    runParts(of: 0)
    state.bitwiseAnd(~Self.open, ordering: .sequentiallyConsistent)
    waitForThreads()
    reserved.store(false, ordering: .releasing)
  }

  /// What each thread of the pool does until the exchange is closed.
  func serve() {
    // The caller is thread 0.
    let thread = servers.wrappingAdd(1, ordering: .relaxed).newValue
    var last: UInt64 = 0
    while true {
      if thread >= activeCount { rest(thread) }
      let seen = waitForTask(after: last)
      if seen & Self.stopped != 0 { return }
      last = seen / Self.number
      guard thread < activeCount, enter(seen) else { continue }
      runParts(of: thread)
      let left = state.subtract(1, ordering: .sequentiallyConsistent).newValue
      if left & (Self.open | Self.entered) == 0 && callerSleeps.load(ordering: .sequentiallyConsistent) {
        gate.wakeCaller()
      }
    }
  }

  /// Ends every `serve`.
  func close() {
    state.bitwiseOr(Self.stopped, ordering: .sequentiallyConsistent)
    gate.wakeThreads(.max)
    gate.wakeResting()
  }

  /// Sleeps until this thread is to work again, or the exchange is closed.
  private func rest(_ thread: Int) {
    gate.lock()
    while thread >= active.load(ordering: .sequentiallyConsistent),
      state.load(ordering: .sequentiallyConsistent) & Self.stopped == 0
    { gate.waitResting() }
    gate.unlock()
  }

  /// Runs what is left of the thread's own share, then what is left of the others'.
  private func runParts(of thread: Int) {
    while let part = shares.next(for: thread) { unsafe type.run(part, of: job) }
  }

  /// Enters the task that `seen` shows, unless it is closed.
  private func enter(_ seen: UInt64) -> Bool {
    var current = seen
    while current & Self.open != 0 && current / Self.number == seen / Self.number {
      let (done, found) = state.weakCompareExchange(
        expected: current, desired: current + 1, ordering: .acquiring)
      if done { return true }
      current = found
    }
    return false
  }

  /// Returns a state with an open task of another number than `last`, or the stop.
  private func waitForTask(after last: UInt64) -> UInt64 {
    func news(_ seen: UInt64) -> Bool {
      seen & Self.stopped != 0 || seen & Self.open != 0 && seen / Self.number != last
    }
    for spin in 0..<spins {
      let seen = state.load(ordering: .acquiring)
      if news(seen) { return seen }
      pause(spin)
    }
    gate.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    var seen = state.load(ordering: .sequentiallyConsistent)
    while !news(seen) {
      gate.waitAsThread()
      seen = state.load(ordering: .sequentiallyConsistent)
    }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    gate.unlock()
    return seen
  }

  private func waitForThreads() {
    // Longer than for a task: here the processor is needed soon, and for certain.
    for spin in 0...spins * 10 {
      if state.load(ordering: .acquiring) & Self.entered == 0 { return }
      pause(spin)
    }
    gate.lock()
    callerSleeps.store(true, ordering: .sequentiallyConsistent)
    while state.load(ordering: .sequentiallyConsistent) & Self.entered != 0 { gate.waitAsCaller() }
    callerSleeps.store(false, ordering: .sequentiallyConsistent)
    gate.unlock()
  }
}

/// Waits a moment, and once in some 30 microseconds lets another thread have the processor: it may be the one
/// waited for. A thread that yields more often is never moved to a processor that has become free.
@inline(__always)
func pause(_ spin: Int) {
  if spin % 1024 == 1023 { sched_yield() } else { sluice_pause() }
}

/// Stands where no task has been offered yet.
private enum NoJob: AnyJob {
  static func run(_ part: Int, of job: UnsafeRawPointer) {}
}
