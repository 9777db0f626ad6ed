/// Finds out with how many of an engine's threads the steps of a training are fastest, by trying.
///
/// Threads that meet at every operation take longer than one alone where the model is small, or where other programs use the
/// processors. No bit of a result depends on the number, so it can be chosen by the clock: all of the threads, half of them, a quarter
/// and so on take turns for some steps, once the first steps are over and then now and then. A step counts by its time for each number
/// that it computed, for batches differ in size. Allocates nothing after it is made.
struct ThreadTrial: Sendable {
  /// The first step of the first trial: those before it are watched closely, and some of them make memory.
  static let firstStep = 17
  /// The steps from one trial to the next.
  static let pause = 1_000
  /// How often each number of threads has its turn in a trial; the middle of its times counts.
  static let turns = 5
  /// What threads have to gain by being twice as many.
  private static let leastGain = 1.02

  /// How many threads take part in the next step.
  private(set) var threads: Int
  private let candidates: [Int]
  /// The times of a trial, those of each candidate side by side.
  private var times: [Double]
  private var step = 1

  /// - Parameter most: the threads that there are.
  init(most: Int) {
    var candidates: [Int] = []
    var count = most
    while count > 1 {
      candidates.append(count)
      count = (count + 1) / 2
    }
    candidates.append(1)
    self.candidates = candidates
    times = Array(repeating: 0, count: candidates.count * Self.turns)
    threads = most
  }

  /// Takes note of a step that was made by `threads`.
  ///
  /// - Parameter work: a size that the time of a step grows with, such as the numbers it computed.
  mutating func note(seconds: Double, work: Int) {
    guard candidates.count > 1 else { return }
    let place = self.place
    if place >= 0 {
      let (turn, candidate) = place.quotientAndRemainder(dividingBy: candidates.count)
      times[candidate * Self.turns + turn] = seconds / Double(max(work, 1))
    }
    step += 1
    if place + 1 == times.count {
      choose()
      step = Self.firstStep - Self.pause
    } else if self.place >= 0 {
      threads = candidates[self.place % candidates.count]
    }
  }

  /// The place of the next step in its trial; negative before it begins.
  private var place: Int { step - Self.firstStep }

  /// Takes more threads only where they are faster.
  private mutating func choose() {
    var best = (threads: 1, time: middleTime(of: candidates.count - 1))
    for candidate in stride(from: candidates.count - 2, through: 0, by: -1) {
      let time = middleTime(of: candidate)
      if time * Self.leastGain < best.time { best = (candidates[candidate], time) }
    }
    threads = best.threads
  }

  /// The middle of a candidate's times, which are put in order where they lie.
  private mutating func middleTime(of candidate: Int) -> Double {
    let first = candidate * Self.turns
    for i in first + 1..<first + Self.turns {
      var k = i
      while k > first, times[k] < times[k - 1] {
        times.swapAt(k, k - 1)
        k -= 1
      }
    }
    return times[first + Self.turns / 2]
  }
}
