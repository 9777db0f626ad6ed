import Sluice
import Testing

@testable import SluiceTraining

@Suite("Which trials of a tuning go on")
struct HalvingTests {
  private static func result(_ figure: Double, loss: Double? = nil, epochs: Int = 1) -> TuningRecord.Result {
    .init(
      seed: 1, epochs: epochs, bestEpoch: 1, figure: figure, loss: loss, text: "", bytes: 1, seconds: 1)
  }

  /// Trials by the figures that they reached, rung by rung.
  private static func trials(_ figures: [[Double]]) -> [TuningRecord.Trial] {
    figures.enumerated().map { number, figures in
      var trial = TuningRecord.Trial(number: number, values: [], command: "")
      trial.results = figures.map { result($0) }
      return trial
    }
  }

  private static func halving(_ figures: [[Double]], isLowerBetter: Bool = false) -> Halving {
    Halving(trials(figures), isLowerBetter: isLowerBetter)
  }

  /// A tuning without trainings: what a trial reaches is a function of its number and rung.
  private static func simulate(_ count: Int, _ figure: (Int, Int) -> Double) -> (
    trials: [[Double]], rounds: [[TuningStep]]
  ) {
    var figures: [[Double]] = []
    var rounds: [[TuningStep]] = []
    while true {
      let now = halving(figures)
      let starting = min(now.nextBatch, count - figures.count)
      let round = now.round(starting: starting).filter { $0.repetition == 0 }
      if round.isEmpty { return (figures, rounds) }
      rounds.append(round)
      figures += Array(repeating: [], count: starting)
      for step in round {
        #expect(figures[step.trial].count == step.rung)
        figures[step.trial].append(figure(step.trial, step.rung))
      }
    }
  }

  @Test("Two trials begin, then nine at a time")
  func batches() {
    #expect(Self.halving([]).round(starting: 2).map(\.trial) == [0, 1])
    #expect(Self.halving([]).nextBatch == 2)
    #expect(Self.halving([[1], [2]]).nextBatch == 9)
  }

  @Test("The best third goes on, the default always, and a trial that goes on does so once")
  func thirds() {
    let now = Self.halving([[1], [9], [2], [8], [3], [4]])
    #expect(now.promotions(isLast: false) == [1, 3, 0].map { TuningStep(trial: $0, rung: 1) })
    let later = Self.halving([[1, 1], [9, 9], [2], [8, 8], [3], [4]])
    // Of three at the second rung one goes on to the last, beside the default.
    #expect(later.promotions(isLast: false) == [1, 0].map { TuningStep(trial: $0, rung: 2) })
  }

  @Test("Where a lower figure is better, the lowest goes on")
  func lower() {
    let now = Self.halving([[5], [9], [2]], isLowerBetter: true)
    #expect(now.promotions(isLast: false) == [2, 0].map { TuningStep(trial: $0, rung: 1) })
  }

  @Test("Equal figures are told apart by the loss, and equal losses by the number")
  func ties() {
    var trials = Self.trials([[1], [1], [1]])
    trials[0].results = [Self.result(1, loss: 0.5)]
    trials[1].results = [Self.result(1, loss: 0.25)]
    trials[2].results = [Self.result(1, loss: 0.5)]
    #expect(Halving(trials, isLowerBetter: false).ranking(at: 0) == [1, 0, 2])
  }

  @Test("A trial that has failed goes no further")
  func failures() {
    var trials = Self.trials([[1], [9], [2]])
    trials[1].failure = "the loss is not a finite number"
    #expect(!Halving(trials, isLowerBetter: false).promotions(isLast: true).contains { $0.trial == 1 })
  }

  @Test(
    "With any number of trials one and the default come to the top, and the one is the best there",
    arguments: 1...40)
  func ends(count: Int) {
    let (figures, _) = Self.simulate(count) { trial, rung in Double(trial * 7 % 11) + Double(rung) / 10 }
    let top = figures.indices.filter { figures[$0].count == 3 }
    #expect(top.contains(0))
    let best = figures.indices.max { (figures[$0][0], -$0) < (figures[$1][0], -$1) }
    #expect(top.contains(best ?? -1))
    // Most are cut short.
    if count >= 30 { #expect(top.count <= count / 5) }
  }

  @Test("More trials leave the rounds as they are until fewer would have ended")
  func prefix() {
    let figure: (Int, Int) -> Double = { Double($0 * 5 % 13) + Double($1) }
    let (few, many) = (Self.simulate(20, figure).rounds, Self.simulate(29, figure).rounds)
    // 2, 9 and 9 trials have begun after three rounds.
    #expect(Array(few.prefix(3)) == Array(many.prefix(3)))
  }

  @Test("The winner is trained with two other seeds, once")
  func repetitions() {
    let figures = [[1.0, 1, 1], [3.0, 3, 3]]
    let round = Self.halving(figures).round(starting: 0)
    #expect(round == [1, 2].map { TuningStep(trial: 1, rung: 2, repetition: $0) })
    #expect(Halving(Self.trials(figures), isLowerBetter: false, hasRepeated: true).round(starting: 0).isEmpty)
  }

  @Test("Which model is kept does not depend on the order in which they come")
  func keeping() {
    let candidates = [
      TuningRecord.Kept(trial: 3, repetition: 0, result: Self.result(2, loss: 1)),
      TuningRecord.Kept(trial: 1, repetition: 0, result: Self.result(2, loss: 1)),
      TuningRecord.Kept(trial: 1, repetition: 0, result: Self.result(2, loss: 1, epochs: 5)),
      TuningRecord.Kept(trial: 1, repetition: 2, result: Self.result(2, loss: 1, epochs: 5)),
      TuningRecord.Kept(trial: 0, repetition: 0, result: Self.result(1, loss: 0)),
    ]
    let halving = Halving([], isLowerBetter: false)
    for shift in candidates.indices {
      var kept: TuningRecord.Kept?
      for i in candidates.indices {
        let candidate = candidates[(i + shift) % candidates.count]
        if halving.isKept(candidate, ratherThan: kept) { kept = candidate }
      }
      #expect(kept == candidates[2])
    }
  }

  @Test("A rung is a ninth, a third and all of the epochs, rounded up")
  func epochs() {
    #expect((0..<3).map { Halving.epochs(of: 15, at: $0) } == [2, 5, 15])
    #expect((0..<3).map { Halving.epochs(of: 27, at: $0) } == [3, 9, 27])
    #expect((0..<3).map { Halving.epochs(of: 1, at: $0) } == [1, 1, 1])
  }

  @Test("The spread has the mean and the deviation of a sample")
  func spread() {
    let spread = TuningRecord.Spread(trial: 0, figures: [1, 2, 4])
    #expect(abs(spread.mean - 7.0 / 3) < 1e-12)
    #expect(abs(spread.deviation - 1.527525231651947) < 1e-12)
    #expect(TuningRecord.Spread(trial: 0, figures: [3]).deviation == 0)
  }
}
