import SluiceCore

extension LossHistory: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    state.write(count)
    state.write(lowCount)
    for value in [restarts, restart, leap.count] { state.write(value) }
    for value in [restartFrom, leap.from, leap.least, leap.sum] { state.write(value) }
    for value in [earlier.0, earlier.1, earlier.2] { state.write(value) }
    for value in [last, first, start, startLargest, peak, recent, slow, spread, best, low] {
      state.write(value)
    }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.readInt()
    lowCount = try state.readInt()
    restarts = try state.readInt()
    restart = try state.readInt()
    leap.count = try state.readInt()
    restartFrom = try state.readFloat()
    leap.from = try state.readFloat()
    leap.least = try state.readFloat()
    leap.sum = try state.readFloat()
    earlier = (try state.readFloat(), try state.readFloat(), try state.readFloat())
    last = try state.readFloat()
    first = try state.readFloat()
    start = try state.readFloat()
    startLargest = try state.readFloat()
    peak = try state.readFloat()
    recent = try state.readFloat()
    slow = try state.readFloat()
    spread = try state.readFloat()
    best = try state.readFloat()
    low = try state.readFloat()
  }
}

extension ValidationHistory: Checkpointed {
  /// Writes all that later findings depend on.
  public func write(to state: inout StateWriter) {
    for value in [count, bestStep, worseCount, lowCount, lowerCount] { state.write(value) }
    state.write(isComparable)
    for value in [last, best, smooth, bestTraining] { state.write(value) }
    for value in [recentLosses.0, recentLosses.1, recentLosses.2, recentLosses.3] { state.write(value) }
    state.write(baseline) { $0.write($1) }
  }

  /// Takes over what `write` wrote; an error leaves it unusable.
  public mutating func restore(from state: inout StateReader) throws(StateError) {
    count = try state.readInt()
    bestStep = try state.readInt()
    worseCount = try state.readInt()
    lowCount = try state.readInt()
    lowerCount = try state.readInt()
    isComparable = try state.readBool()
    last = try state.readFloat()
    best = try state.readFloat()
    smooth = try state.readFloat()
    bestTraining = try state.readFloat()
    recentLosses = (
      try state.readFloat(), try state.readFloat(), try state.readFloat(), try state.readFloat()
    )
    baseline = try state.readOptional { (state: inout StateReader) throws(StateError) in try state.readFloat()
    }
  }
}
