import SluiceCore

/// What rows of exact tables are owed, as it stands. Bringing them up to date for a checkpoint would not do: a rule that catches up in
/// closed form does so in one piece without it and in two with it, whose last bits differ, so a training would depend on when its
/// checkpoints are made.
extension ExactRows: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(base)
    state.write(step)
    // Runs of rows that are up to date with the same update: most of a large table.
    var runs: [(count: Int, settled: Int)] = []
    for row in 0..<rowCount {
      let value = Int(settled[row])
      if let last = runs.last, last.settled == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((1, value))
      }
    }
    state.write(each: runs) { state, run in
      state.write(run.count)
      state.write(run.settled)
    }
  }

  func restore(from state: inout StateReader) throws(StateError) {
    let (base, step) = (try state.readInt(), try state.readInt())
    let runs = try state.readList { (state: inout StateReader) throws(StateError) in
      (count: try state.readInt(), settled: try state.readInt())
    }
    var row = 0
    for run in runs {
      guard run.count > 0, run.count <= rowCount - row, base >= 0, step >= base, step < Int32.max,
        (0...step - base).contains(run.settled)
      else {
        throw StateError(
          expected: "\(rowCount) rows that are owed updates up to \(step)", found: "others")
      }
      for _ in 0..<run.count {
        settled[row] = Int32(run.settled)
        row += 1
      }
    }
    guard row == rowCount else {
      throw StateError(expected: "\(rowCount) rows of a table", found: "\(row)")
    }
    (self.base, self.step) = (base, step)
  }

  /// The first update that a row is still owed; nil if none is.
  var firstOwed: Int? {
    var least = step - base
    for row in 0..<rowCount { least = min(least, Int(settled[row])) }
    return least < step - base ? base + least + 1 : nil
  }
}

extension RateHistory {
  /// Writes the learning rates of all updates from one on; nil for none.
  func write(from first: Int?, to state: inout StateWriter) {
    let runs = first.map { self.run(of: $0)..<runCount } ?? 0..<0
    state.write(lastStep)
    state.write(each: runs) { state, run in
      state.write(start(run))
      state.write(rate(run))
    }
  }

  func restore(from state: inout StateReader) throws(StateError) {
    let last = try state.readInt()
    let runs = try state.readList { (state: inout StateReader) throws(StateError) in
      (start: try state.readInt(), rate: try state.readFloat())
    }
    reset(to: 0)
    for run in runs {
      guard run.start > lastStep, run.start <= last, last < Int32.max, !isFull else {
        throw StateError(expected: "learning rates of updates up to \(last)", found: "one of \(run.start)")
      }
      append(run.rate, step: run.start)
    }
    note(lastStep: last)
  }
}
