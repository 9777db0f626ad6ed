import Sluice
import Testing

@Suite("Random numbers by counter")
struct CounterRandomTests {
  @Test("A number depends on its key and its counter alone")
  func pure() {
    let random = CounterRandom(seed: 3)
    let forward = (0..<100).map { random.bits(UInt64($0)) }
    let backward = (0..<100).reversed().map { random.bits(UInt64($0)) }
    #expect(forward == backward.reversed())
    #expect(Set(forward).count == 100)
    #expect(CounterRandom(seed: 4).bits(0) != forward[0])
    #expect(random.stream(1).bits(0) != random.stream(2).bits(0))
    #expect(random.stream(1) == CounterRandom(seed: 3).stream(1))
  }

  @Test("Numbers do not change from one version to the next")
  func pinned() {
    // Computed independently from the published constants of SplitMix64.
    let random = CounterRandom(seed: 0)
    #expect(
      (0..<3).map { random.bits(UInt64($0)) } == [
        0xA706_DD2F_4D19_7E6F, 0xB382_A305_F441_4F5E, 0x631A_9154_FBAB_F717,
      ])
    #expect(random.uniform(0) == Float(0xA706DD) * 0x1p-24)
  }

  @Test("Uniform numbers fill their range evenly, normal ones have the moments of theirs")
  func moments() {
    let random = CounterRandom(seed: 5)
    let count = 40_000
    var buckets = [Int](repeating: 0, count: 16)
    var sum = 0.0
    var squares = 0.0
    var fourth = 0.0
    for i in 0..<count {
      buckets[Int(random.uniform(UInt64(i)) * 16)] += 1
      let x = Double(random.normal(UInt64(i)))
      sum += x
      squares += x * x
      fourth += x * x * x * x
    }
    #expect(buckets.allSatisfy { abs($0 - count / 16) < 250 })
    #expect(abs(sum / Double(count)) < 0.02)
    #expect(abs(squares / Double(count) - 1) < 0.03)
    #expect(abs(fourth / Double(count) - 3) < 0.2)
  }

  @Test("Numbers below a bound are below it, and each occurs")
  func below() {
    let random = CounterRandom(seed: 6)
    let drawn = (0..<1000).map { random.below(7, UInt64($0)) }
    #expect(Set(drawn) == Set(0..<7))
  }
}
