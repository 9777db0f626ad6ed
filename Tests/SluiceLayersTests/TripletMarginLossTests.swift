import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("Triplets from a batch")
struct TripletMarginLossTests {
  /// Points on a line: two of class 0, two of class 1, one of class 2.
  private let line: [Float] = [0, 1, 1.5, 4, 9]
  private let labels: [Int32] = [0, 0, 1, 1, 2]

  @Test("Hard sampling takes the closest of another class, semi-hard the closest behind the positive")
  func sampling() {
    for (sampling, loss, active) in [
      // Anchors 0, 1, 2, 3; positives 1, 0, 3, 2 at distances 1, 1, 2.5, 2.5. Hard negatives at 1.5, 0.5, 0.5, 3.
      (TripletSampling.hard, (0.5 + 1.5 + 3 + 0.5) / 4, 4),
      // At 1.5, 0.5 (none within the margin behind: drawn) … only anchors 0 and 3 have one that is semi-hard.
      (.semiHard, nil, nil),
    ] as [(TripletSampling, Double?, Int?)] {
      var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
      let x = tape.input(line, Shape(5, 1))
      let result = TripletMarginLoss(margin: 1, score: .euclidean, sampling: sampling)(x, labels, &tape)
      #expect(result.report.triplets == 4)
      if let loss, let active {
        expectClose([tape.scalar(result.loss)], [loss], "\(sampling)")
        #expect(result.report.active == active)
        expectClose([result.report.meanPositive, result.report.meanNegative], [1.75, 1.375], "scores")
      } else {
        // Anchor 0 and anchor 3 have losses 1 + 1 - 1.5 and 1 + 2.5 - 3.
        #expect(tape.scalar(result.loss) >= 0.25)
      }
    }
  }

  @Test("Positives share the class, negatives do not, and the step decides the choice")
  func random() {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    var scores: Set<Float> = []
    for _ in 0..<8 {
      tape.reset()
      let x = tape.input(line, Shape(5, 1))
      let result = TripletMarginLoss(margin: 1, score: .euclidean, sampling: .random)(x, labels, &tape)
      expectClose([result.report.meanPositive], [1.75], "every positive is the other of its class")
      let again = TripletMarginLoss(margin: 1, score: .euclidean, sampling: .random)(x, labels, &tape)
      #expect(again.report == result.report)
      scores.insert(result.report.meanNegative)
    }
    #expect(scores.count > 1)
  }

  @Test("A batch of one class, and one of distinct classes, gives no triplets, loss 0 and a warning")
  func noTriplets() {
    var parameters = Parameters(seed: 1)
    var tape = Tape(for: parameters, capacity: 1 << 14)
    for labels in [[3, 3, 3, 3, 3], [0, 1, 2, 3, 4]] as [[Int32]] {
      for sampling in TripletSampling.allCases {
        tape.reset()
        let x = tape.input(line, Shape(5, 1), requiresGradient: true)
        let result = TripletMarginLoss(sampling: sampling)(x, labels, &tape)
        #expect(tape.scalar(result.loss) == 0)
        #expect(result.report.warning?.contains("no triplets") == true)
        tape.backward(from: result.loss, into: &parameters)
        #expect(tape.adjointArray(x) == [0, 0, 0, 0, 0])
      }
    }
  }

  @Test("Collapse is named where it happens and nowhere else", arguments: TripletScore.allCases)
  func collapse(score: TripletScore) {
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    let spread = tape.input([1, 0, 0, 1, -1, 0, 0, -1], Shape(4, 2))
    let collapsed = tape.input([1, 2, 1, 2, 1, 2, 1, 2.0001], Shape(4, 2))
    let loss = TripletMarginLoss(score: score)
    let healthy = loss(spread, [0, 0, 1, 1], &tape)
    let sick = loss(collapsed, [0, 0, 1, 1], &tape)
    #expect(!healthy.report.isCollapsed && healthy.report.warning == nil)
    #expect(sick.report.isCollapsed && sick.report.warning?.contains("collapsed") == true)
    // At the margin, with every triplet active: what a collapse looks like without a name.
    expectClose([tape.scalar(sick.loss)], [0.3], tolerance: 1e-3, "loss")
    #expect(sick.report.activeShare == 1)
    expectClose([healthy.report.spread], [1], "spread")
  }

  @Test("A steady step with any sampling allocates nothing")
  func allocations() {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    var tape = Tape(for: parameters, capacity: 1 << 16)
    let random = CounterRandom(seed: 4)
    let x = (0..<40 * 6).map { random.normal(UInt64($0)) }
    let labels = (0..<40).map { Int32($0 / 3) }
    let scores: [TripletScore] = [.cosine, .euclidean]
    let samplings: [TripletSampling] = [.random, .semiHard, .hard]
    func step() {
      // By index: iterating an array allocates where it is not optimized.
      for i in 0..<6 {
        tape.reset()
        let a = tape.input(x, Shape(40, 6), requiresGradient: true)
        let result = TripletMarginLoss(score: scores[i % 2], sampling: samplings[i / 2])(a, labels, &tape)
        tape.backward(from: result.loss, into: &parameters)
      }
    }
    for _ in 0..<2 { step() }
    let before = sluice_thread_allocation_count()
    for _ in 0..<10 { step() }
    #expect(sluice_thread_allocation_count() == before)
  }

  @Test(
    "A sample of two labels is a positive of both and a negative of neither",
    arguments: TripletSampling.allCases)
  func severalLabels(sampling: TripletSampling) {
    // Points on a line; the third has both labels, and the last has none.
    let sets: [[Int32]] = [[0], [1], [0, 1], [0], []]
    var labels = RaggedIndices()
    for set in sets { labels.append(set) }
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    for _ in 0..<8 {
      tape.reset()
      let x = tape.input([0, 100, 10, 1, 1_000], Shape(5, 1))
      let result = TripletMarginLoss(margin: 0.5, score: .euclidean, sampling: sampling)(x, labels, &tape)
      // The anchors are the first four. The second has only the third as a positive, at 90, and the third has only the last
      // as a negative, at 990.
      #expect(result.report.triplets == 4)
      if sampling == .hard {
        // Negatives: 100 for the first, 99 for the second from the fourth, 990, 99.
        expectClose([result.report.meanNegative], [(100 + 99 + 990 + 99) / 4], "the closest that shares none")
      }
    }
  }

  @Test("Sets of one label give the bits of single labels", arguments: TripletSampling.allCases)
  func setsOfOne(sampling: TripletSampling) {
    var sets = RaggedIndices()
    for label in labels { sets.append([label]) }
    var tape = Tape(for: Parameters(seed: 1), capacity: 1 << 14)
    let x = tape.input(line, Shape(5, 1))
    let loss = TripletMarginLoss(margin: 1, score: .euclidean, sampling: sampling)
    let (one, other) = (loss(x, labels, &tape), loss(x, sets, &tape))
    #expect(one.report == other.report && tape.scalar(one.loss) == tape.scalar(other.loss))
  }
}
