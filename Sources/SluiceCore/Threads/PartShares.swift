import Synchronization

/// Which thread runs which part of a task: each has a share of parts side by side, and who is done helps the others.
///
/// The shares are the same for every task of as many parts. So what a thread wrote in one task, such as its half of a
/// gradient, it tends to read in the next, from its own cache: on processors of several chips, to read what another core has
/// just written takes longer than to read memory.
final class PartShares: Sendable {
  private struct Share: ~Copyable {
    let next = Atomic<Int>(0)
    /// Written before the task is opened.
    var end = 0
  }

  private let threads: Int
  private let shares: SpacedElements<Share>

  init(threads: Int) {
    self.threads = threads
    shares = SpacedElements(count: threads) { Share() }
  }

  /// Deals out the parts of a new task. No thread may be asking for one.
  func deal(_ parts: Int) {
    for thread in 0..<threads {
      unsafe shares[thread].pointee.end = parts * (thread + 1) / threads
      unsafe shares[thread].pointee.next.store(parts * thread / threads, ordering: .relaxed)
    }
  }

  /// The next part for a thread to run, or nil if none is left.
  func next(for thread: Int) -> Int? {
    for step in 0..<threads {
      let share = unsafe shares[thread + step < threads ? thread + step : thread + step - threads]
      // Looked at first, so that shares that are used up are not written to over and over.
      guard unsafe share.pointee.next.load(ordering: .relaxed) < share.pointee.end else { continue }
      let part = unsafe share.pointee.next.wrappingAdd(1, ordering: .relaxed).oldValue
      if unsafe part < share.pointee.end { return part }
    }
    return nil
  }
}
