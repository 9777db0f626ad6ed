import Sluice
import Testing

@testable import SluiceTraining

@Suite("Figures in a checkpoint")
struct FiguresStateTests {
  private struct Numbers: Codable, Checkpointed {
    var floats: [Float]
    var doubles: [Double]
  }

  @Test("Floats and doubles come back to the bit, those that JSON cannot hold by their kind")
  func bits() throws {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
    var numbers = Numbers(
      floats: [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 1 / 3, -0.0],
      doubles: [0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 1 / 3, -0.0])
    for _ in 0..<3_000 {
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: next()))
      let double = Double(bitPattern: next())
      if float.isFinite { numbers.floats.append(float) }
      if double.isFinite { numbers.doubles.append(double) }
    }
    var writer = StateWriter()
    numbers.write(to: &writer)
    var other = Numbers(floats: [], doubles: [])
    var reader = StateReader(writer.bytes)
    try other.restore(from: &reader)
    #expect(other.floats.map(\.bitPattern) == numbers.floats.map(\.bitPattern))
    #expect(other.doubles.map(\.bitPattern) == numbers.doubles.map(\.bitPattern))
    writer = StateWriter()
    Numbers(floats: [.nan], doubles: [.nan]).write(to: &writer)
    reader = StateReader(writer.bytes)
    try other.restore(from: &reader)
    #expect(other.floats[0].isNaN && other.doubles[0].isNaN)
  }

  @Test("The figures of triplets go on adding up as if they had never been saved")
  func triplets() throws {
    var figures = TripletFigures()
    for i in 1...5 {
      let step = TripletFigures(
        TripletReport(
          triplets: 10 * i, active: i, meanPositive: 0.1 * Float(i), meanNegative: -0.3, spread: 1e-9,
          isCollapsed: i == 3), words: i)
      var state = StateWriter()
      figures.write(to: &state)
      var other = TripletFigures()
      var reader = StateReader(state.bytes)
      try other.restore(from: &reader)
      #expect(other == figures)
      figures.add(step, count: i)
      other.add(step, count: i)
      #expect(other == figures && other.text == figures.text && other.warning == figures.warning)
    }
    #expect(figures.warning != nil)
  }

  @Test("The best measure of a classifier keeps its table of labels")
  func classifier() throws {
    var report = ClassificationReport(labelNames: ["a", "süß"])
    report.add(expected: 0, predicted: 1)
    report.add(expected: 1, predicted: 1)
    let measure = ClassifierMeasure(loss: 0.1 + 0.2, report: report, entanglement: -0.0)
    var state = StateWriter()
    measure.write(to: &state)
    var other = ClassifierMeasure(loss: 1, report: ClassificationReport(labelNames: []), entanglement: nil)
    var reader = StateReader(state.bytes)
    try other.restore(from: &reader)
    #expect(other == measure && reader.isAtEnd && other.loss.bitPattern == measure.loss.bitPattern)
  }
}
