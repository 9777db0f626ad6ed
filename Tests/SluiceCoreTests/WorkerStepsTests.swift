import AllocationCounter
import Synchronization
import Testing

@testable import SluiceCore

/// Counts how often each part of each step ended, and what began too early.
private final class StepLog: Sendable {
  let parts: Int
  private let ended: Mutex<[Int]>
  private let early = Atomic<Int>(0)

  init(steps: Int, parts: Int) {
    self.parts = parts
    ended = Mutex(Array(repeating: 0, count: steps * parts))
  }

  func run(_ step: Int, _ part: Int) {
    ended.withLock { ended in
      if step > 0 && ended[(step - 1) * parts..<step * parts].contains(0) {
        early.add(1, ordering: .relaxed)
      }
    }
    ended.withLock { $0[step * parts + part] += 1 }
  }

  var counts: [Int] { ended.withLock { $0 } }
  var beganTooEarly: Int { early.load(ordering: .relaxed) }
}

/// Two rows that take turns: each step adds up the one in the other.
private struct Relay: Sendable {
  let rows: [Floats]

  func run(_ step: Int, _ part: Int) {
    let from = rows[step % 2]
    var sum: Float = 0
    for i in 0..<from.count { sum += from[i] }
    rows[(step + 1) % 2][part] = sum + Float(part)
  }
}

@Suite("Tasks in steps", .serialized)
struct WorkerStepsTests {
  @Test(
    "Every part of every step runs once, after all parts of the step before", arguments: [1, 2, 3, 5],
    [0, 1, 2, 400])
  func everyPartOnceInOrder(threads: Int, steps: Int) {
    let workers = Workers(count: threads)
    for parts in 0...threads {
      let log = StepLog(steps: steps, parts: parts)
      workers.run(steps: steps, parts: parts, log) { log, step, part in log.run(step, part) }
      #expect(log.counts == Array(repeating: 1, count: steps * parts))
      #expect(log.beganTooEarly == 0)
    }
  }

  @Test("A step sees what all parts of the step before wrote", arguments: [2, 3])
  func memoryOrder(threads: Int) {
    let arena = Arena<Float>(capacity: 64, named: "test")
    func result(_ run: (Relay) -> Void) -> [Float] {
      let relay = Relay(rows: [arena[arena.allocate(threads)], arena[arena.allocate(threads)]])
      relay.rows[0].fill(0)
      run(relay)
      defer { arena.reset() }
      return relay.rows[0].array
    }
    let expected = result { relay in
      for step in 0..<20 { for part in 0..<threads { relay.run(step, part) } }
    }
    let workers = Workers(count: threads)
    for _ in 0..<500 {
      let shared = result { relay in
        workers.run(steps: 20, parts: threads, relay) { relay, step, part in relay.run(step, part) }
      }
      #expect(shared == expected)
    }
  }

  @Test("A thread does the work of those that do not come")
  func absentThreads() {
    let progress = StepProgress(parts: 3)
    for _ in 0..<2 {
      progress.restart()
      let log = StepLog(steps: 50, parts: 3)
      progress.run(1, of: 3, steps: 50) { step, part in log.run(step, part) }
      // Who comes after that finds the last step of the other parts.
      #expect(log.counts == Array(repeating: 1, count: 147) + [0, 1, 0])
      progress.run(0, of: 3, steps: 50) { step, part in log.run(step, part) }
      progress.run(2, of: 3, steps: 50) { step, part in log.run(step, part) }
      #expect(log.counts == Array(repeating: 1, count: 150))
      #expect(log.beganTooEarly == 0)
    }
  }

  @Test("Steps inside a part run on its caller, in order")
  func nested() {
    let workers = Workers(count: 2)
    let log = StepLog(steps: 30, parts: 2)
    workers.run(2, NestedContext(workers: workers, log: log)) { context, part in
      if part == 1 {
        context.workers.run(steps: 30, parts: 2, context.log) { log, step, part in log.run(step, part) }
      }
    }
    #expect(log.counts == Array(repeating: 1, count: 60))
    #expect(log.beganTooEarly == 0)
  }

  private struct NestedContext: Sendable {
    let workers: Workers
    let log: StepLog
  }

  @Test("A task in steps allocates nothing", .enabled(if: sluice_allocation_count() >= 0))
  func noAllocation() {
    let workers = Workers(count: 2)
    let arena = Arena<Float>(capacity: 64, named: "test")
    let floats = arena[arena.allocate(2)]
    #expect(
      leastAllocations {
        for _ in 0..<20 {
          workers.run(steps: 10, parts: 2, floats) { floats, _, part in floats[part] += 1 }
        }
      } == 0)
  }

  @Test("Shares of columns cover them once, and start with a panel", arguments: KernelTable.available)
  func shares(kernels: KernelTable) {
    let engine = Engine(kernels: kernels, threads: 2)
    for columns in [64, 100, 128, 219, 384] where Workers.processorCount >= 2 {
      let shares = ColumnShares(columns: columns, each: 4, depth: 128, engine: engine)
      #expect(shares.parts == 2)
      #expect(shares[0].lowerBound == 0 && shares[0].upperBound == shares[1].lowerBound)
      #expect(shares[1].upperBound == columns && !shares[0].isEmpty && !shares[1].isEmpty)
      #expect(shares[1].lowerBound % kernels.product.panelWidth == 0)
    }
    let alone = Engine(kernels: kernels, threads: 1)
    let crowded = Engine(kernels: kernels, threads: Workers.processorCount + 1)
    for whole in [
      ColumnShares(columns: 16, each: 1, depth: 16, engine: engine),
      ColumnShares(columns: 512, each: 4, depth: 385, engine: engine),
      ColumnShares(columns: 128, each: 4, depth: 128, engine: alone),
      ColumnShares(columns: 128, each: 4, depth: 128, engine: crowded),
    ] { #expect(whole.parts == 1) }
    #expect(ColumnShares(columns: 77)[0] == 0..<77)
    #expect(ColumnShares(columns: 0)[0].isEmpty)
  }
}
