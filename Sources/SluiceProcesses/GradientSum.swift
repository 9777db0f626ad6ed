import SluiceCore

/// The gradients of the shards of a batch, added up along the tree of a `ShardPlan`.
///
/// A step computes the gradients that the plan asks for, `put`s each aside, adds them up by `add`, and gets the sum of all shards by
/// `exchange`, the same bits on every process. Nothing is allocated.
///
/// Sums go up the tree to the process that has its first shard, and the whole comes back to all. Where the processes have equal parts of the tree, the
/// dense gradients go another way to the same sums, on which every process sends and adds as much as any other (`GradientSum+Halves.swift`).
package struct GradientSum: Sendable {
  /// Who computes and adds what.
  package let plan: ShardPlan
  let places: [PartialGradient]
  /// What comes from another process; nil where nothing does.
  let received: PartialGradient?

  /// The memory for it. Pages are committed as they are used.
  package init(_ plan: ShardPlan, for parameters: borrowing Parameters) {
    self.plan = plan
    var places: [PartialGradient] = []
    for _ in 0..<plan.placeCount { places.append(PartialGradient(for: parameters)) }
    self.places = places
    received = plan.receives ? PartialGradient(for: parameters) : nil
  }

  /// Puts the gradient of the last backward pass aside.
  package func put(_ parameters: inout Parameters, at place: Int) {
    parameters.putGradientAside(in: places[place])
  }

  /// Lets a shard without examples have a gradient of zero.
  package func putZero(at place: Int) { places[place].clear() }

  /// Adds a gradient to that of the part to the left of it.
  package func add(_ right: Int, to left: Int, _ engine: Engine) { places[left].add(places[right], engine) }

  /// Adds up what the processes have, and makes the sum of all the gradient of the parameters.
  package func exchange(_ processes: Processes, _ parameters: inout Parameters) throws(ProcessError) {
    let engine = parameters.engine
    if plan.isEven { try tradeHalves(processes, engine) }
    for i in 0..<plan.exchanging.count {
      switch plan.exchanging[i] {
      case .compute: break
      case .add(let right, let left): add(right, to: left, engine)
      case .send(let place, let rank): try send(places[place], to: rank, processes)
      case .receive(let rank, let left): try receive(from: rank, addingTo: places[left], processes, engine)
      }
    }
    let sum = places[plan.root]
    if processes.count > 1 {
      if !plan.isEven { try processes.broadcast(sum.denseGradients) }
      if sum.hasTables {
        try processes.broadcast(sum.counts)
        try processes.broadcast(sum.rowIDs)
        try processes.broadcast(sum.rowGradients)
      }
    }
    parameters.takeGradient(from: sum)
  }

  private func send(_ part: PartialGradient, to rank: Int, _ processes: Processes) throws(ProcessError) {
    let dense = part.denseGradients
    for start in stride(from: 0, to: plan.isEven ? 0 : dense.count, by: Self.pieceCount) {
      try processes.send(dense[Self.piece(of: 0..<dense.count, at: start)], to: rank)
    }
    guard part.hasTables else { return }
    try processes.send(part.counts, to: rank)
    try processes.send(part.rowIDs, to: rank)
    try processes.send(part.rowGradients, to: rank)
  }

  private func receive(
    from rank: Int, addingTo left: PartialGradient, _ processes: Processes, _ engine: Engine
  ) throws(ProcessError) {
    guard let received else { return }
    let dense = left.denseGradients
    for start in stride(from: 0, to: plan.isEven ? 0 : dense.count, by: Self.pieceCount) {
      let piece = dense[Self.piece(of: 0..<dense.count, at: start)]
      let coming = received.denseGradients[0..<piece.count]
      try processes.receive(coming, from: rank)
      engine.accumulate(coming, onto: piece)
    }
    guard left.hasTables else { return }
    // The counts say how long the rest is.
    try processes.receive(received.counts, from: rank)
    try processes.receive(received.rowIDs, from: rank)
    try processes.receive(received.rowGradients, from: rank)
    left.addRows(of: received, engine)
  }
}

extension ShardPlan {
  /// Whether anything comes from another process.
  fileprivate var receives: Bool {
    isEven || exchanging.contains { if case .receive = $0 { true } else { false } }
  }
}
