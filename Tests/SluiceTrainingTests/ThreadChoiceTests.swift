import Testing

@testable import SluiceTraining

@Suite("How many threads a step is given")
struct ThreadChoiceTests {
  /// What is chosen where a step takes `seconds` with so many threads, and with how many threads each step ran.
  private func run(
    upTo count: Int, steps: Int, _ seconds: (_ threads: Int, _ step: Int) -> Double
  ) -> (chosen: Int, ran: [Int]) {
    var choice = ThreadChoice(upTo: count)
    var ran: [Int] = []
    for step in 0..<steps {
      ran.append(choice.threads)
      choice.note(seconds: seconds(choice.threads, step))
    }
    return (choice.threads, ran)
  }

  @Test("A step that threads slow down gets one, one that they speed up gets all")
  func extremes() {
    let small = run(upTo: 16, steps: 200) { threads, _ in 10e-6 + 2e-6 * Double(threads) }
    #expect(small.chosen == 1)
    let large = run(upTo: 16, steps: 200) { threads, _ in 1 / Double(threads) }
    #expect(large.chosen == 16)
  }

  @Test("A step gets as many as make it fastest where that is some of them")
  func between() {
    let found = run(upTo: 16, steps: 200) { threads, _ in 1 / Double(threads) + 0.02 * Double(threads) }
    #expect(found.chosen == 8)
  }

  @Test("Where it makes no difference threads are spared")
  func equal() {
    #expect(run(upTo: 2, steps: 200) { _, _ in 1 }.chosen == 1)
    #expect(run(upTo: 2, steps: 200) { threads, _ in threads == 1 ? 1.005 : 1 }.chosen == 1)
    #expect(run(upTo: 2, steps: 200) { threads, _ in threads == 1 ? 1.05 : 1 }.chosen == 2)
  }

  @Test("What is clearly slower is tried once, and nothing is tried while a step is not warm")
  func hopeless() {
    let ran = run(upTo: 4, steps: 1_000) { threads, _ in 1 / Double(threads) }.ran
    #expect(ran.prefix(ThreadChoice.warmUp).allSatisfy { $0 == 4 })
    #expect(ran.count { $0 == 2 } == ThreadChoice.stretch)
    #expect(ran.count { $0 == 1 } == ThreadChoice.stretch)
  }

  @Test("A few slow steps decide nothing, and what changes is noticed when it is tried anew")
  func noiseAndChange() {
    let noisy = run(upTo: 2, steps: 200) { threads, step in (step % 7 == 0 ? 5 : 1) / Double(threads) }
    #expect(noisy.chosen == 2)
    let changed = run(upTo: 2, steps: ThreadChoice.interval + 200) { threads, step in
      step < 200 ? 1 / Double(threads) : Double(threads)
    }
    #expect(changed.chosen == 1)
  }

  @Test("One thread is one thread")
  func alone() {
    #expect(run(upTo: 1, steps: 100) { _, _ in 1 }.ran.allSatisfy { $0 == 1 })
  }
}
