import Testing

@testable import SluiceTraining

@Suite struct TrainingPaceTests {
  @Test func nothingIsToldBeforeTheFirstStep() {
    let pace = TrainingPace()
    #expect(pace.rate == 0)
    #expect(pace.secondsLeft(for: 100) == 0)
  }

  @Test func aSteadyPaceIsTold() {
    var pace = TrainingPace()
    for _ in 0..<1000 { pace.add(items: 20, took: .milliseconds(250)) }
    #expect(abs(pace.rate - 80) < 1e-9)
    #expect(abs(pace.secondsLeft(for: 40) - 10) < 1e-9)
  }

  @Test func stepsOfLongAgoAreForgotten() {
    var pace = TrainingPace()
    pace.add(items: 10, took: .seconds(3600))
    for _ in 0..<70 { pace.add(items: 10, took: .seconds(1)) }
    #expect(abs(pace.rate - 10) < 1e-9)
    #expect(abs(pace.secondsLeft(for: 5) - 5) < 1e-9)
    #expect(pace.secondsLeft(for: -1) == 0)
  }
}
