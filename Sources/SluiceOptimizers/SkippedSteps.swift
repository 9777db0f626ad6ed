import SluiceCore

/// The updates that a row of a table has missed: consecutive ones, each with its learning rate.
public struct SkippedSteps: Sendable {
  /// The number of the first missed update. It is 1 for a row that has never had one: its accumulators are
  /// still zero.
  public let first: Int
  /// How many were missed.
  public let count: Int
  /// The decay of the row's group.
  public let weightDecay: Float
  /// The run of equal learning rates that the first missed update belongs to.
  let firstRun: Int
  private let history: RateHistory

  init(first: Int, count: Int, weightDecay: Float, history: RateHistory) {
    self.first = first
    self.count = count
    self.weightDecay = weightDecay
    self.history = history
    firstRun = history.run(of: first)
  }

  func learningRate(of run: Int) -> Float { history.rate(run) }

  /// The number after the last of the missed updates in a run.
  func end(of run: Int) -> Int { min(history.end(run), first + count) }

  /// Calls `body` for each run of equal learning rates among the missed updates, in order.
  func forEachRun(_ body: (_ learningRate: Float, _ count: Int) -> Void) {
    var step = first
    var run = firstRun
    while step < first + count {
      let end = end(of: run)
      body(history.rate(run), end - step)
      step = end
      run += 1
    }
  }

  /// What is left of a value after each missed update has taken away the share `rate · weightDecay` of it.
  public var keep: Float {
    if weightDecay == 0 { return 1 }
    var keep = 1.0
    forEachRun { rate, count in keep *= power(1 - Double(rate) * Double(weightDecay), count) }
    return Float(keep)
  }

  /// These but for the first `count`.
  func dropping(_ count: Int) -> SkippedSteps {
    SkippedSteps(
      first: first + count, count: self.count - count, weightDecay: weightDecay, history: history)
  }
}

/// The learning rate of every update, as runs of equal ones. Memory grows with the changes, not the steps.
final class RateHistory: @unchecked Sendable {
  /// The most runs; a history that is full begins anew.
  private static let capacity = 1 << 24
  private let starts = Arena<Int32>(capacity: capacity, named: "learning rate history")
  private let rates = Arena<Float>(capacity: capacity, named: "learning rate history")
  private var count = 0
  private var lastStep = 0

  /// Writes the rates of all updates from `first` on; of none where that is beyond the last.
  func write(from first: Int, to state: inout StateWriter) {
    let from = first > lastStep ? count : run(of: first)
    state.write(lastStep)
    state.write(count - from)
    for run in from..<count {
      state.write(Int(starts[run..<run + 1][0]))
      state.write(rate(run))
    }
  }

  /// Puts back what `write` wrote.
  func restore(from state: inout StateReader) throws(StateError) {
    let last = try state.readInt()
    let runs = try state.readInt()
    guard runs >= 0, runs <= Self.capacity else {
      throw StateError(expected: "at most \(Self.capacity) learning rates", found: "\(runs)")
    }
    count = 0
    for _ in 0..<runs {
      let start = try state.readInt()
      guard let first = Int32(exactly: start) else {
        throw StateError(expected: "the number of an update", found: "\(start)")
      }
      starts[count..<count + 1][0] = first
      rates[count..<count + 1][0] = try state.readFloat()
      count += 1
    }
    lastStep = last
  }

  /// Whether another learning rate would not fit.
  var isFull: Bool { count == Self.capacity }

  /// Forgets all updates up to `step`.
  func reset(to step: Int) {
    count = 0
    lastStep = step
  }

  /// Notes the learning rate of the next update.
  func append(_ rate: Float, step: Int) {
    lastStep = step
    if count > 0, rates[count - 1..<count][0] == rate { return }
    starts[count..<count + 1][0] = Int32(step)
    rates[count..<count + 1][0] = rate
    count += 1
  }

  func rate(_ run: Int) -> Float { rates[run..<run + 1][0] }

  /// The number after the last update of a run.
  func end(_ run: Int) -> Int {
    run + 1 < count ? Int(starts[run + 1..<run + 2][0]) : lastStep + 1
  }

  /// The run that an update belongs to.
  func run(of step: Int) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if Int(starts[middle..<middle + 1][0]) <= step { low = middle } else { high = middle - 1 }
    }
    return max(low, 0)
  }
}

/// A power by squaring: the same on every machine.
func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
