import Sluice
import Testing

@testable import SluiceLayers

@Suite("How threads share the sequences of a batch")
struct SequenceScheduleTests {
  static let batches: [[Int32]] = [
    [50, 49, 40, 31, 30, 12, 12, 9, 5, 1], [7, 7, 7, 7], [300, 1, 1, 1, 0], [0, 0, 4], [2, 90], [],
  ]

  @Test(
    "Parts follow each other, and each ends within half a sequence of its share of the rows",
    arguments: batches, [1, 2, 3, 8])
  func shares(lengths: [Int32], workers: Int) {
    var tape = Tape(for: Parameters(seed: 0, engine: Engine(threads: 1)), capacity: 1 << 10)
    let offsets = lengths.reduce(into: [Int32(0)]) { $0.append($0.last! + $1) }
    let layout = tape.layout(of: tape.makeSequences(offsets: offsets))
    let schedule = SequenceSchedule(layout, workers: workers, &tape)
    let sorted = lengths.filter { $0 > 0 }.sorted(by: >).map(Int.init)
    var next = 0
    for part in 0..<schedule.parts {
      let range = schedule.sequences(part)
      #expect(range.lowerBound == next)
      next = range.upperBound
      guard part + 1 < schedule.parts, range.count > 1, next < sorted.count else { continue }
      let share = Double(layout.total * (part + 1)) / Double(schedule.parts)
      let excess = Double(sorted[..<next].reduce(0, +)) - share
      // The last sequence that is in is at most half beyond the share, the first that is out more than half.
      #expect(excess <= Double(sorted[next - 1]) / 2)
      #expect(excess + Double(sorted[next]) > Double(sorted[next]) / 2)
    }
    #expect(next == sorted.count)
  }
}
