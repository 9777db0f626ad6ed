import Synchronization

/// Counts, for each seed, the passes over some examples that were shuffled by it. Copies of the examples share it.
final class PassCounter: Sendable {
  private let passes = Mutex<[UInt64: Int]>([:])

  /// The number of the next pass with `seed`, from 0.
  func next(_ seed: UInt64) -> Int {
    passes.withLock { passes in
      let pass = passes[seed, default: 0]
      passes[seed] = pass + 1
      return pass
    }
  }
}
