import Sluice
import Testing

@testable import SluiceProcesses

@Suite("Shard plan")
struct ShardPlanTests {
  /// The sum of shards as a text with its brackets, as the plans of all processes make it.
  private static func sum(shards: Int, ranks: Int) -> String? {
    let plans = (0..<ranks).map { ShardPlan(shards: shards, ranks: ranks, rank: $0) }
    var places = plans.map { Array(repeating: "?", count: $0.placeCount) }
    for (rank, plan) in plans.enumerated() {
      for operation in plan.computing {
        switch operation {
        case .compute(let shard, let place): places[rank][place] = "\(shard)"
        case .add(let right, let left): places[rank][left] = "(\(places[rank][left])+\(places[rank][right]))"
        case .send, .receive: return nil
        }
      }
    }
    // Each goes on as far as it can; a message waits until it is taken.
    var next = Array(repeating: 0, count: ranks)
    var letters: [[Int]: String] = [:]
    var moved = true
    while moved {
      moved = false
      for (rank, plan) in plans.enumerated() where next[rank] < plan.exchanging.count {
        switch plan.exchanging[next[rank]] {
        case .compute: return nil
        case .add(let right, let left): places[rank][left] = "(\(places[rank][left])+\(places[rank][right]))"
        case .send(let place, let other):
          guard letters[[rank, other]] == nil else { continue }
          letters[[rank, other]] = places[rank][place]
        case .receive(let other, let left):
          guard let letter = letters.removeValue(forKey: [other, rank]) else { continue }
          places[rank][left] = "(\(places[rank][left])+\(letter))"
        }
        next[rank] += 1
        moved = true
      }
    }
    guard letters.isEmpty, zip(plans, next).allSatisfy({ $0.exchanging.count == $1 }) else { return nil }
    return places[0][plans[0].root]
  }

  /// How many edges of the tree lie between processes.
  static func crossings(shards: Int, ranks: Int) -> Int {
    (0..<ranks).reduce(0) { sum, rank in
      sum
        + ShardPlan(shards: shards, ranks: ranks, rank: rank).exchanging.count {
          if case .send = $0 { true } else { false }
        }
    }
  }

  @Test("A tree of eight shards halves, one of seven has the largest power of two on its left")
  func trees() {
    #expect(Self.sum(shards: 1, ranks: 1) == "0")
    #expect(Self.sum(shards: 8, ranks: 1) == "(((0+1)+(2+3))+((4+5)+(6+7)))")
    #expect(Self.sum(shards: 7, ranks: 1) == "(((0+1)+(2+3))+((4+5)+6))")
  }

  @Test("The tree is the same for every number of processes, and no process waits forever")
  func sameTree() {
    for shards in 1...17 {
      let alone = Self.sum(shards: shards, ranks: 1)
      for ranks in 2...19 {
        #expect(Self.sum(shards: shards, ranks: ranks) == alone, "\(shards) shards, \(ranks) processes")
      }
    }
  }

  @Test("Every shard is computed once, and the first of all by the leader as its last")
  func shares() {
    for shards in 1...17 {
      for ranks in 1...19 {
        var computed: [Int] = []
        for rank in 0..<ranks {
          let plan = ShardPlan(shards: shards, ranks: ranks, rank: rank)
          var own: [Int] = []
          for case .compute(let shard, _) in plan.computing { own.append(shard) }
          #expect(own == plan.own.reversed())
          computed += own
        }
        #expect(computed.sorted() == Array(0..<shards))
        #expect(ShardPlan(shards: shards, ranks: ranks, rank: 0).own.first == 0)
      }
    }
  }

  @Test("Where shards are shared out evenly in powers of two, one sum goes from each process but the leader")
  func edges() {
    #expect(Self.crossings(shards: 8, ranks: 1) == 0)
    #expect(Self.crossings(shards: 8, ranks: 2) == 1)
    #expect(Self.crossings(shards: 8, ranks: 4) == 3)
    #expect(Self.crossings(shards: 8, ranks: 8) == 7)
    #expect(Self.crossings(shards: 2, ranks: 8) == 1)
  }

  @Test(
    "A process needs no more places for gradients than the tree is high, and one more for each part of its own"
  )
  func places() {
    #expect(ShardPlan(shards: 1).placeCount == 1)
    #expect(ShardPlan(shards: 8).placeCount == 4)
    #expect(ShardPlan(shards: 1024).placeCount == 11)
    #expect(ShardPlan(shards: 8, ranks: 8, rank: 5).placeCount == 1)
    #expect(ShardPlan(shards: 2, ranks: 3, rank: 2).placeCount == 1)
  }
}
