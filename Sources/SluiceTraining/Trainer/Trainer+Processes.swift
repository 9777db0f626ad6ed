import SluiceCore
import SluiceProcesses

/// What the process that leads has the others do: all do what it does, in the same order.
enum TrainerCommand: Int {
  /// Goes to an epoch.
  case start
  /// One step.
  case step
  /// The share of a validation.
  case measure
  /// Takes note of the last measure.
  case observe
  /// Brings rows of exact tables up to date.
  case settle
  /// Leaves out the last step.
  case passOver
  /// Takes over where the leader stands.
  case share
  /// Gives what shards carry on to the leader.
  case collect
  /// Looks for the first number of the last step that is not finite.
  case locate
  /// Ends the training.
  case end
}

// Several processes are several trainers that stay equal: one leads, and says what is done next. Alone none of it does anything.
extension Trainer {
  /// Has the other processes do the same.
  mutating func lead(_ command: TrainerCommand, _ first: Int = 0, _ second: Int = 0) throws(ProcessError) {
    guard processes.count > 1, processes.leads else { return }
    (order[0], order[1], order[2]) = (command.rawValue, first, second)
    try processes.broadcast(&order)
  }

  /// Takes over where the leader stands, as it has its followers do first.
  mutating func awaitShare() throws {
    try processes.broadcast(&order)
    try share(isRestored: order[1] == 1)
  }

  /// Does what the leader says until it ends the training, and returns how it does.
  ///
  /// - Parameter goesOn: asked between the batches of a validation.
  mutating func follow(while goesOn: () -> Bool) throws -> Int {
    var measure: Job.Measure?
    while true {
      try processes.broadcast(&order)
      switch TrainerCommand(rawValue: order[0]) {
      case .start: start(epoch: order[1], cursor: order[2])
      case .step:
        if try advance() == nil { try job.checkData() }
        _ = raisePlan()
      case .measure: measure = try measureTogether(while: goesOn)
      case .observe: if let measure { observe(measure, after: order[1]) }
      case .settle: settle()
      case .passOver: passOver()
      case .share: try share(isRestored: order[1] == 1)
      case .collect: try collect()
      case .locate: _ = try locateTogether()
      case .end: return order[1]
      case nil:
        throw ProcessError(rank: processes.rank, "following", "expected a command, got \(order[0])")
      }
    }
  }

  /// Gets what all shards carry on, for a checkpoint.
  mutating func collect() throws(ProcessError) {
    // Where batches are not cut the leader has it already.
    guard processes.count > 1, (shards?.count ?? 1) > 1 else { return }
    var own = StateWriter()
    own.write(each: ownCarried) { $0.write(bytes: $1) }
    var all: [[UInt8]] = []
    for (rank, bytes) in try processes.gather(bytes: own.bytes).enumerated() {
      var reader = StateReader(bytes)
      do throws(StateError) {
        all += try reader.readList { (state: inout StateReader) throws(StateError) in try state.readBytes() }
      } catch {
        throw ProcessError(rank: rank, "collecting what shards carry", "\(error)")
      }
    }
    shards?.carried = all
  }

  /// Makes all processes stand where the leader does: values, accumulators, and all else that changes.
  ///
  /// - Parameter isRestored: whether the leader stands where a checkpoint was written; else all have just begun.
  mutating func share(isRestored: Bool) throws {
    guard processes.count > 1 else { return }
    if !isRestored { try collect() }
    var state = StateWriter()
    if processes.leads {
      state.write(onSpike.rawValue)
      state.write(part: "trainer", self)
    }
    let bytes = try processes.broadcast(bytes: state.bytes)
    for tensor in stateTensors { try processes.broadcast(tensor.values) }
    if processes.leads { return }
    var reader = StateReader(bytes)
    onSpike = SpikePolicy(rawValue: try reader.readText()) ?? .ignore
    try reader.read(part: "trainer", into: &self)
    parameters.clearGradients()
  }

  /// The first number of the last step that is not finite, whichever process has the shard that it is in, in words; nil where none is found.
  mutating func locateTogether() throws(ProcessError) -> FoundNonFinite? {
    let own = locate()
    guard processes.count > 1 else { return own.map { FoundNonFinite($0) } }
    var state = StateWriter()
    state.write(own.map { FoundNonFinite($0) }) { state, found in
      state.write(found.text)
      state.write(found.place)
    }
    // Shards are in the order of the processes, and so the first is of the first shard.
    for (rank, bytes) in try processes.gather(bytes: state.bytes).enumerated() {
      var reader = StateReader(bytes)
      do throws(StateError) {
        let found = try reader.readOptional { (state: inout StateReader) throws(StateError) in
          FoundNonFinite(
            number: nil, text: try state.readText(), place: try state.readText(), rank: rank)
        }
        if let found {
          // By itself it knows more than the words.
          if rank == processes.rank, let own { return FoundNonFinite(own) }
          return found
        }
      } catch {
        throw ProcessError(rank: rank, "looking for a number that is not finite", "\(error)")
      }
    }
    return nil
  }
}

/// A number that is not finite, as one process tells another.
struct FoundNonFinite {
  /// All that is known of it; nil where another process has found it.
  let number: NonFinite?
  /// The same in words.
  let text: String
  /// The layer, or the parameter or operation.
  let place: String
  /// The process that has found it.
  let rank: Int

  init(_ number: NonFinite) {
    self.init(number: number, text: "\(number)", place: number.layer ?? number.source, rank: 0)
  }

  init(number: NonFinite?, text: String, place: String, rank: Int) {
    self.number = number
    self.text = text
    self.place = place
    self.rank = rank
  }
}
