import SluiceCore
import SluiceFlow

/// What of a diagnosis has been passed on already, so that each change of a finding is passed on once, also by a training that was stopped
/// and goes on.
struct FindingLedger {
  /// What happens to a finding; the number is its place in the diagnosis.
  enum Change {
    /// It was found, as a cause or, where its `cause` is one that was found before, as what follows from it.
    case found(Int)
    /// It was found as a cause, and turns out to follow from another.
    case explained(Int)
    /// It has not held for some time.
    case ended(Int)
  }

  /// The cause that was last passed on of each finding, and whether its end was.
  private var entries: [(cause: Int?, isEnded: Bool)] = []

  /// Passes on what has changed since the last time. Allocates nothing where nothing has.
  mutating func follow<Failure: Error>(
    _ diagnosis: borrowing Diagnosis, _ pass: (Change) throws(Failure) -> Void
  ) throws(Failure) {
    let findings = diagnosis.findings
    for i in 0..<findings.count {
      guard i == entries.count else { continue }
      // A cause that comes later in the list is not known yet to whoever reads on.
      entries.append((findings[i].cause.flatMap { $0 < i ? $0 : nil }, false))
      try pass(.found(i))
    }
    for i in 0..<findings.count {
      if entries[i].cause != findings[i].cause {
        entries[i].cause = findings[i].cause
        try pass(.explained(i))
      }
      if !entries[i].isEnded, findings[i].endStep != nil {
        entries[i].isEnded = true
        try pass(.ended(i))
      }
    }
  }
}

extension FindingLedger: Checkpointed {
  func write(to state: inout StateWriter) {
    state.write(each: entries) { state, entry in
      state.write(entry.cause) { $0.write($1) }
      state.write(entry.isEnded)
    }
  }

  mutating func restore(from state: inout StateReader) throws(StateError) {
    entries = try state.readList { (state: inout StateReader) throws(StateError) in
      let cause = try state.readOptional { (state: inout StateReader) throws(StateError) in
        try state.readInt()
      }
      return (cause, try state.readBool())
    }
  }
}
