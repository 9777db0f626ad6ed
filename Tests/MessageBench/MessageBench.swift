import Sluice
import SluiceCore
import SluiceProcesses

/// What a message of a length takes.
struct MessageTime {
  let bytes: Int
  /// Seconds of one that is sent and answered, by two.
  let oneWay: Double
  /// Seconds of two that pass each other.
  let trade: Double
}

/// Times of the exchange that trainings use, between two processes. Medians.
struct MessageBench {
  private let processes: Processes
  private let engine = Engine(threads: 1)
  private let clock = ContinuousClock()

  init(_ processes: Processes) { self.processes = processes }

  /// Times of messages, the shortest first.
  func measureMessages() throws -> [MessageTime] {
    let most = 1 << 22
    let arena = Arena<Float>(capacity: 2 * most, named: "messages")
    arena[0..<2 * most].fill(1)
    return try [2, 64, 1_024, 1 << 14, 1 << 18, most].map { floats in
      let (sent, received) = (arena[0..<floats], arena[most..<most + floats])
      let count = max(min((1 << 26) / (4 * floats), 2_000), 20)
      let oneWay = try median(of: count) {
        if processes.leads {
          try processes.send(sent, to: 1)
          try processes.receive(received, from: 1)
        } else {
          try processes.receive(received, from: 0)
          try processes.send(sent, to: 0)
        }
      }
      let trade = try median(of: count) {
        try processes.trade(sent, for: received, with: 1 - processes.rank)
      }
      return MessageTime(bytes: 4 * floats, oneWay: oneWay / 2, trade: trade)
    }
  }

  /// Seconds to add up dense gradients of two processes, on both.
  func measureSum(floats: Int) throws -> Double {
    var parameters = Parameters(seed: 1, engine: engine)
    _ = try parameters.add("weight", shape: Shape(max(floats, 1)), initializer: .zeros)
    let plan = ShardPlan(shards: 2, ranks: 2, rank: processes.rank)
    let sum = GradientSum(plan, for: parameters)
    return try median(of: 40) { try sum.exchange(processes, &parameters) }
  }

  /// Seconds that the addition of an element takes, of gradients that are in no cache.
  func measureAddition() -> Double {
    let count = 1 << 23
    let arena = Arena<Float>(capacity: 2 * count, named: "gradients")
    arena[0..<2 * count].fill(1)
    let seconds = median(of: 20) { engine.accumulate(arena[0..<count], onto: arena[count..<2 * count]) }
    return seconds / Double(count)
  }

  private func median<Failure: Error>(
    of count: Int, _ body: () throws(Failure) -> Void
  ) throws(Failure) -> Double {
    for _ in 0..<3 { try body() }
    var times: [Double] = []
    for _ in 0..<count {
      let start = clock.now
      try body()
      times.append((clock.now - start) / .seconds(1))
    }
    return times.sorted()[count / 2]
  }
}
