import SluiceCore

/// Where the batches stand: the order of an epoch follows from its number.
extension Batches: Checkpointed {
  /// Writes the epoch and the place in it.
  public func write(to state: inout StateWriter) {
    state.write(epoch)
    state.write(cursor)
  }

  /// Goes to where `write` was called; an error leaves the batches as they are.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    let (epoch, cursor) = (try state.readInt(), try state.readInt())
    guard cursor >= 0, cursor <= examples.count else {
      throw StateError(expected: "a place among \(examples.count) examples", found: "\(cursor)")
    }
    start(epoch: epoch, cursor: cursor)
  }
}
