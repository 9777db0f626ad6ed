import Foundation
import Sluice
import Synchronization

/// Several processes in one, for tests: each is a thread, and they exchange what processes do.
package enum InThreads {
  private final class Results<Value: Sendable>: Sendable {
    let values: Mutex<[Result<Value, any Error>?]>
    init(_ count: Int) { values = Mutex(Array(repeating: nil, count: count)) }
  }

  /// Runs `body` as each of so many processes at once, and returns what they gave, or throws the error of the first that failed. One
  /// that fails ends the others.
  package static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Processes) throws -> Value
  ) throws -> [Value] {
    try attempt(count, body).map { try $0.get() }
  }

  /// The same with the errors of each.
  package static func attempt<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Processes) throws -> Value
  ) -> [Result<Value, any Error>] {
    let results = Results<Value>(count)
    let done = DispatchGroup()
    for (rank, processes) in Processes.threads(count).enumerated() {
      done.enter()
      let thread = Thread {
        let result = Result { try body(processes) }
        if case .failure = result { processes.abort(status: 1) }
        results.values.withLock { $0[rank] = result }
        done.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    done.wait()
    return results.values.withLock { $0.compactMap { $0 } }
  }
}
