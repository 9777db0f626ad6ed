import Dispatch
import Synchronization

/// What `body` makes of each element, two at a time, in the order of the elements.
///
/// Runs are parted among threads, and each computes with one thread, so the results are those of one thread.
func inParallel<Element: Sendable, Result: Sendable>(
  _ elements: [Element], threads: Int = 2, _ body: @Sendable (Element) throws -> Result
) throws -> [Result] {
  let next = Atomic<Int>(0)
  let results = Mutex<[Result?]>(Array(repeating: nil, count: elements.count))
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while true {
      let i = next.add(1, ordering: .relaxed).oldValue
      guard i < elements.count, failure.withLock({ $0 == nil }) else { return }
      do {
        let result = try body(elements[i])
        results.withLock { $0[i] = result }
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure }
  return results.withLock { $0.compactMap { $0 } }
}
