import Testing

@testable import SluiceText

@Suite("Random streams")
struct RandomStreamTests {
  private func draws(_ seed: UInt64, _ purpose: RandomStream.Purpose, _ index: Int) -> [UInt64] {
    var random = RandomStream(seed: seed, purpose: purpose, index: index)
    return (0..<4).map { _ in random.next() }
  }

  @Test("A stream is a function of seed, purpose and index, and changes with each")
  func keyed() {
    let first = draws(1, .split, 0)
    #expect(first == draws(1, .split, 0))
    let others = [draws(2, .split, 0), draws(1, .batchOrder, 0), draws(1, .split, 1), draws(1, .split, -1)]
    for other in others { #expect(Set(first).isDisjoint(with: other)) }
  }

  @Test("Numbers below a bound reach all of it evenly")
  func uniform() {
    var random = RandomStream(seed: 3, purpose: .split, index: 0)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.below(7)] += 1 }
    // Five standard deviations of a binomial count with mean 10,000.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 465 })
    #expect(random.below(1) == 0)
    #expect((0..<100).allSatisfy { _ in 3...5 ~= random.within(3...5) })
  }

  @Test("Shuffling keeps every item and all orders of three are equally likely")
  func shuffle() {
    var orders: [[Int32]: Int] = [:]
    for index in 0..<6_000 {
      var items: [Int32] = [1, 2, 3]
      var random = RandomStream(seed: 9, purpose: .batchOrder, index: index)
      random.shuffle(&items)
      orders[items, default: 0] += 1
    }
    #expect(orders.count == 6)
    #expect(orders.values.allSatisfy { abs($0 - 1_000) < 145 })
    #expect(orders.keys.allSatisfy { $0.sorted() == [1, 2, 3] })
  }

  @Test("Numbers that are chosen are different, in order, and each as likely as any other")
  func choosing() {
    var random = RandomStream(seed: 2, purpose: .textSample, index: 0)
    var seen = [Int](repeating: 0, count: 10)
    for _ in 0..<4_000 {
      let chosen = random.choose(3, below: 10)
      #expect(chosen.count == 3 && chosen == chosen.sorted() && Set(chosen).count == 3)
      for number in chosen { seen[number] += 1 }
    }
    // 1,200 each, with a standard deviation of 29.
    #expect(seen.allSatisfy { abs($0 - 1_200) < 150 }, "\(seen)")
    #expect(random.choose(4, below: 4) == [0, 1, 2, 3] && random.choose(0, below: 4).isEmpty)
  }
}
