import SluiceFlow

/// How many threads a step is given: as many as make it fastest, found by trying.
///
/// To share the work of an operation costs the threads some microseconds to meet, which small steps do not earn, and where other
/// programs have the processors more threads wait for each other. What a step is cut into does not depend on it (`Workers.activeCount`), so
/// the bits do not either.
///
/// After some steps to warm up, all threads, half of them, a quarter … one are given a few steps in turn, several times. What is
/// clearly slower than the fastest is not tried again. The fewest threads whose median is no more than a hundredth above the least are kept, until after a
/// while it is tried anew.
struct ThreadChoice {
  /// The first steps, which are slower than others: memory is touched for the first time, and each is observed.
  static let warmUp = 16
  /// The steps in a row with as many threads; the first of them wakes threads or lets them rest, and is not counted.
  static let stretch = 4
  /// How often each number of threads is tried.
  static let rounds = 3
  /// The steps until it is tried anew.
  static let interval = 2_000
  /// Beyond this many times the least seconds a number of threads is out at once.
  static let hopeless: Float = 1.25
  /// Threads are spared where that costs no more than this.
  static let slack: Float = 1.01

  /// A number of threads on trial. Its seconds have a fixed place, so that nothing is allocated while it runs.
  private struct Candidate {
    let threads: Int
    /// The seconds of the first `count` steps, in order.
    var seconds = [Float](repeating: 0, count: rounds * (stretch - 1))
    var count = 0
    var isOut = false

    /// The median of its seconds.
    var median: Float { count == 0 ? .infinity : seconds[count / 2] }

    mutating func add(_ value: Float) { seconds.insertInOrder(value, among: &count) }
  }

  /// Most threads first.
  private var candidates: [Candidate]
  private var (current, round, step) = (0, 0, 0)
  /// The steps until a trial begins; nil while one runs.
  private var wait: Int? = warmUp
  /// How many threads a step is to have.
  private(set) var threads: Int

  /// - Parameter count: the most threads.
  init(upTo count: Int) {
    threads = count
    var numbers = [count]
    while let last = numbers.last, last > 1 { numbers.append(last / 2) }
    candidates = numbers.map { Candidate(threads: $0) }
  }

  /// Takes note of the seconds of a step, and decides how many threads the next one has. Allocates nothing.
  mutating func note(seconds: Double) {
    guard candidates.count > 1 else { return }
    if let left = wait {
      wait = left > 1 ? left - 1 : nil
      if wait == nil { begin() }
      return
    }
    if step > 0 { candidates[current].add(Float(seconds)) }
    step += 1
    guard step == Self.stretch else { return }
    step = 0
    repeat { current += 1 } while current < candidates.count && candidates[current].isOut
    if current == candidates.count {
      dropHopeless()
      (current, round) = (candidates.firstIndex { !$0.isOut } ?? 0, round + 1)
      if round == Self.rounds || candidates.count(where: { !$0.isOut }) == 1 { return decide() }
    }
    threads = candidates[current].threads
  }

  private mutating func begin() {
    for i in candidates.indices {
      (candidates[i].count, candidates[i].isOut) = (0, false)
    }
    (current, round, step) = (0, 0, 0)
    threads = candidates[0].threads
  }

  private var least: Float { candidates.reduce(.infinity) { min($0, $1.median) } }

  private mutating func dropHopeless() {
    let limit = least * Self.hopeless
    for i in candidates.indices where candidates[i].median > limit { candidates[i].isOut = true }
  }

  private mutating func decide() {
    let limit = least * Self.slack
    for candidate in candidates where !candidate.isOut && candidate.median <= limit {
      threads = candidate.threads
    }
    wait = Self.interval
  }
}
