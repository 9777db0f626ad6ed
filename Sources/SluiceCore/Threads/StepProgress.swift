import Synchronization

/// How far the parts of a task in steps have come; see `Workers.run(steps:parts:)`.
///
/// A thread keeps to one part and waits before each step until all parts have ended the one before. Whoever has waited
/// in vain for a part that nobody has begun runs that step of it, so a thread that comes late, or never, holds nobody
/// up. Nothing but two numbers is exchanged: to meet takes about as long as a cache line from core to core.
final class StepProgress: Sendable {
  /// How often to look before another thread's part is begun in its place: some microseconds, many times what a
  /// thread that works takes to get from one step to the next.
  private static let patience = 200

  /// How often to look without a pause: about as long as it takes to meet. On some processors a pause takes as long.
  private static let looksAtOnce = 50

  private struct Count: ~Copyable {
    let steps = Atomic<Int>(0)
  }

  /// The steps of each part that have been begun, written by the thread that keeps to it and read by few: apart from
  /// those that all others watch.
  private let begun: SpacedElements<Count>
  /// The steps of each part that have ended.
  private let ended: SpacedElements<Count>

  /// - Parameter parts: the most parts that a task may have.
  init(parts: Int) {
    begun = SpacedElements(count: parts) { Count() }
    ended = SpacedElements(count: parts) { Count() }
  }

  /// Sets all parts to the beginning. No thread may be running any.
  func restart() {
    for part in 0..<begun.count {
      unsafe begun[part].pointee.steps.store(0, ordering: .relaxed)
      unsafe ended[part].pointee.steps.store(0, ordering: .relaxed)
    }
  }

  /// Runs what nobody else runs of part `own`, and of the `parts` parts what others are late with.
  func run(_ own: Int, of parts: Int, steps: Int, _ body: (_ step: Int, _ part: Int) -> Void) {
    var late = LateParts()
    while true {
      // Whoever began the step before had seen all parts end the one before that; so has this thread then.
      let step = unsafe begun[own].pointee.steps.load(ordering: .acquiring)
      if step >= steps { return }
      for part in 0..<parts { waitFor(part, before: step, &late, body) }
      begin(own, step, body)
    }
  }

  /// Waits until `part` has ended all steps before `step`; the one before the last has been ended by all parts.
  private func waitFor(
    _ part: Int, before step: Int, _ late: inout LateParts, _ body: (_ step: Int, _ part: Int) -> Void
  ) {
    var looks = late[part] ? Self.patience : 0
    while unsafe ended[part].pointee.steps.load(ordering: .acquiring) < step {
      if looks >= Self.patience && begin(part, step - 1, body) {
        late[part] = true
        return
      }
      looks += 1
      if looks > Self.looksAtOnce { pause(looks) }
    }
    late[part] = false
  }

  /// Runs a step of a part unless another thread has begun it.
  @discardableResult
  private func begin(_ part: Int, _ step: Int, _ body: (_ step: Int, _ part: Int) -> Void) -> Bool {
    let count = unsafe begun[part]
    guard unsafe count.pointee.steps.load(ordering: .relaxed) == step,
      unsafe count.pointee.steps.compareExchange(
        expected: step, desired: step + 1, ordering: .acquiringAndReleasing
      ).exchanged
    else { return false }
    body(step, part)
    unsafe ended[part].pointee.steps.store(step + 1, ordering: .releasing)
    return true
  }
}

/// The parts whose last step this thread has run, because theirs was late: so it will be for the next, until it comes.
private struct LateParts {
  private var bits: UInt64 = 0

  /// Parts whose numbers differ by 64 share a bit: then one is waited for in vain for some microseconds.
  subscript(part: Int) -> Bool {
    get { bits >> UInt64(part % 64) & 1 != 0 }
    set {
      let bit: UInt64 = 1 << UInt64(part % 64)
      bits = newValue ? bits | bit : bits & ~bit
    }
  }
}
