import Testing

@testable import SluiceTraining

/// How many threads a training's steps take: whichever number is fastest, and fewer where that is as fast.
@Suite("Threads by the clock")
struct ThreadTrialTests {
  /// What remains after a trial in which a step of so many threads takes so long.
  private func chosen(of most: Int, _ time: (Int) -> Double) -> Int {
    var trial = ThreadTrial(most: most)
    for _ in 0..<ThreadTrial.firstStep + 200 { trial.note(seconds: time(trial.threads), work: 1_000) }
    return trial.threads
  }

  @Test("Steps that threads share well take all of them")
  func largeSteps() {
    #expect(chosen(of: 2) { 1 / Double($0) } == 2)
    #expect(chosen(of: 16) { 1 / Double($0) } == 16)
  }

  @Test("Steps of a small model take one thread, or as many as still help")
  func smallSteps() {
    #expect(chosen(of: 2) { $0 == 1 ? 1 : 1.4 } == 1)
    #expect(chosen(of: 2) { _ in 1 } == 1)
    #expect(chosen(of: 16) { 1 / Double($0) + 0.03 * Double($0) } == 4)
    #expect(chosen(of: 12) { 1 / Double($0) + 0.02 * Double($0) } == 6)
  }

  @Test("All threads make the steps before the first trial, and a trial is made again")
  func turns() {
    var trial = ThreadTrial(most: 2)
    var seen: [Int] = []
    // The other processor is taken after a while.
    for step in 1...ThreadTrial.firstStep + ThreadTrial.pause + 40 {
      seen.append(trial.threads)
      trial.note(seconds: trial.threads == 2 && step < 500 ? 0.5 : 1, work: 10)
    }
    let trialEnd = ThreadTrial.firstStep - 1 + 2 * ThreadTrial.turns
    #expect(seen[..<(ThreadTrial.firstStep - 1)].allSatisfy { $0 == 2 })
    #expect(seen[(ThreadTrial.firstStep - 1)..<trialEnd].filter { $0 == 1 }.count == ThreadTrial.turns)
    #expect(seen[trialEnd..<trialEnd + ThreadTrial.pause].allSatisfy { $0 == 2 })
    #expect(trial.threads == 1)
  }

  @Test("A step counts by its time for each number that it computed")
  func work() {
    var trial = ThreadTrial(most: 2)
    for step in 0..<200 {
      // Batches of two sizes take turns as the numbers of threads do.
      let work = step % 2 == 0 ? 100 : 1_000
      trial.note(seconds: Double(work) / Double(trial.threads), work: work)
    }
    #expect(trial.threads == 2)
  }

  @Test("One thread has nothing to choose")
  func oneThread() {
    #expect(chosen(of: 1) { _ in 1 } == 1)
  }
}
