import AllocationCounter
import Foundation
import SluiceCore
import Synchronization
import Testing

/// Counts how often each part ran.
final class PartLog: Sendable {
  private let counts: Mutex<[Int]>
  init(parts: Int) { counts = Mutex(Array(repeating: 0, count: parts)) }
  func ran(_ part: Int) { counts.withLock { $0[part] += 1 } }
  var value: [Int] { counts.withLock { $0 } }
}

/// The threads that are inside a part at one time.
final class Meeting: Sendable {
  private let present = Atomic<Int>(0)
  /// Waits until `count` threads are here; false if they do not come in two minutes, which is longer than a busy machine keeps one from running.
  func wait(for count: Int) -> Bool {
    present.add(1, ordering: .sequentiallyConsistent)
    let end = ContinuousClock.now + .seconds(120)
    repeat {
      for _ in 0..<100_000 where present.load(ordering: .sequentiallyConsistent) >= count { return true }
    } while ContinuousClock.now < end
    return false
  }
}

/// The numbers that were added, in their order.
final class OrderLog: Sendable {
  private let numbers = Mutex<[Int]>([])
  func add(_ number: Int) { numbers.withLock { $0.append(number) } }
  var value: [Int] { numbers.withLock { $0 } }
}

/// A context without references, such as a hot system passes.
private struct Squares: Sendable {
  let floats: Floats
}

@Suite("Workers", .serialized)
struct WorkersTests {
  @Test("Every part runs exactly once", arguments: [1, 2, 3, 5], [0, 1, 2, 3, 7, 100])
  func everyPartOnce(threads: Int, parts: Int) {
    let workers = Workers(count: threads)
    for _ in 0..<20 {
      let log = PartLog(parts: parts)
      workers.run(parts, log) { log, part in log.ran(part) }
      #expect(log.value == Array(repeating: 1, count: parts))
    }
  }

  @Test("A negative number of parts is none")
  func negativeParts() {
    Workers(count: 2).run(-1, 0) { _, _ in Issue.record("No part should run.") }
  }

  @Test("The parts run on as many threads as the pool has")
  func partsMeet() {
    for threads in [2, 3] {
      let workers = Workers(count: threads)
      let context = MeetingContext(meeting: Meeting(), threads: threads)
      workers.run(threads, context) { context, _ in
        if !context.meeting.wait(for: context.threads) { Issue.record("The parts ran one after the other.") }
      }
    }
  }

  private struct MeetingContext: Sendable {
    let meeting: Meeting
    let threads: Int
  }

  @Test("Fewer threads run all parts, one of them in turn, and resting ones come back")
  func activeCount() {
    let workers = Workers(count: 3)
    for active in [1, 3, 2, 1, 2, 3] {
      workers.activeCount = active
      #expect(workers.activeCount == active)
      let log = PartLog(parts: 20)
      workers.run(20, log) { log, part in log.ran(part) }
      #expect(log.value == Array(repeating: 1, count: 20))
      let meeting = MeetingContext(meeting: Meeting(), threads: active)
      workers.run(active, meeting) { context, _ in
        if !context.meeting.wait(for: context.threads) { Issue.record("The parts ran one after the other.") }
      }
      let order = OrderLog()
      workers.run(steps: 5, parts: 3, order) { order, step, part in order.add(3 * step + part) }
      #expect(order.value.sorted() == Array(0..<15))
      if active == 1 { #expect(order.value == Array(0..<15)) }
    }
  }

  @Test("A pool ends while some of its threads rest")
  func endsWhileResting() {
    for active in [1, 2, 3, 4] {
      let workers = Workers(count: 4)
      workers.activeCount = active
      let log = PartLog(parts: 9)
      workers.run(9, log) { log, part in log.ran(part) }
      #expect(log.value == Array(repeating: 1, count: 9))
    }
  }

  @Test("A task sees what was written before it, and its writes are seen after it")
  func memoryOrder() {
    let workers = Workers(count: 3)
    let arena = Arena<Float>(capacity: 64, named: "test")
    let floats = arena[arena.allocate(64)]
    for round in 0..<2_000 {
      floats.fill(Float(round))
      workers.run(64, Squares(floats: floats)) { squares, part in
        squares.floats[part] = squares.floats[part] * squares.floats[part] + Float(part)
      }
      let wrong = (0..<64).first { floats[$0] != Float(round) * Float(round) + Float($0) }
      #expect(wrong == nil)
    }
  }

  @Test("A task inside a part runs on its caller")
  func nested() {
    let workers = Workers(count: 3)
    let log = PartLog(parts: 12)
    workers.run(3, NestedContext(workers: workers, log: log)) { context, part in
      context.workers.run(4, InnerContext(log: context.log, first: 4 * part)) { inner, part in
        inner.log.ran(inner.first + part)
      }
    }
    #expect(log.value == Array(repeating: 1, count: 12))
  }

  private struct NestedContext: Sendable {
    let workers: Workers
    let log: PartLog
  }

  private struct InnerContext: Sendable {
    let log: PartLog
    let first: Int
  }

  @Test("Tasks from several threads at once all end")
  func concurrentCallers() async {
    let workers = Workers(count: 2)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<500 {
            let log = PartLog(parts: 5)
            workers.run(5, log) { log, part in log.ran(part) }
            if log.value != [1, 1, 1, 1, 1] { return false }
          }
          return true
        }
      }
      for await correct in group { #expect(correct) }
    }
  }

  @Test("Pools start and end many times, asleep or awake")
  func manyPools() {
    for round in 0..<50 {
      let workers = Workers(count: 1 + round % 4)
      if round % 3 != 0 {
        let log = PartLog(parts: 9)
        workers.run(9, log) { log, part in log.ran(part) }
        #expect(log.value == Array(repeating: 1, count: 9))
      }
    }
  }

  @Test("A task allocates nothing", .enabled(if: sluice_allocation_count() >= 0))
  func noAllocation() {
    let workers = Workers(count: 3)
    let arena = Arena<Float>(capacity: 64, named: "test")
    let context = Squares(floats: arena[arena.allocate(64)])
    #expect(
      leastAllocations {
        for _ in 0..<100 {
          workers.run(64, context) { squares, part in squares.floats[part] += 1 }
        }
      } == 0)
  }

  @Test("The count of allocations notices one allocation", .enabled(if: sluice_allocation_count() >= 0))
  func allocationControl() {
    var boxes: [Meeting] = []
    #expect(leastAllocations(tries: 50) { boxes.append(Meeting()) } >= 1)
  }
}

/// The fewest allocations of the process in several runs of `body`, the first not counted: other suites may
/// run at the same time, so a single run proves nothing, but only a body that allocates does so every time. After the first hundred
/// runs there are pauses, for others may allocate without a break for some seconds.
func leastAllocations(tries: Int = 1_500, _ body: () -> Void) -> Int {
  body()
  var least = Int.max
  for run in 0..<tries where least > 0 {
    if run >= 100 { usleep(5_000) }
    let before = sluice_allocation_count()
    body()
    least = min(least, sluice_allocation_count() - before)
  }
  return least
}
