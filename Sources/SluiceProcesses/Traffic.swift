import Synchronization

/// Counts what a process has sent.
final class Traffic: Sendable {
  private let count = Atomic<Int>(0)

  var bytes: Int { count.load(ordering: .relaxed) }

  func add(_ bytes: Int) { count.add(bytes, ordering: .relaxed) }
}
