import SluiceCore
import Testing

@testable import SluiceText

@Suite("The state of batches and reports")
struct TextStateTests {
  @Test("Batches put back at any place deal out what was left, in the same order")
  func batches() throws {
    let titles = ProgramGuide(seed: 3).texts(100)
    let examples = LabeledSequences(titles, alphabet: Alphabet(of: titles))
    var batches = examples.batches(of: 32, shuffledBy: 4)
    batches.start(epoch: 6)
    var batch = LabeledBatch()
    repeat {
      var state = StateWriter()
      batches.write(to: &state)
      var other = examples.batches(of: 32, shuffledBy: 4)
      var reader = StateReader(state.bytes)
      try other.restore(from: &reader)
      var (goesOn, left) = (batches, LabeledBatch())
      while goesOn.next(into: &batch) {
        let isThere = other.next(into: &left)
        #expect(isThere && left == batch)
      }
      let isMore = other.next(into: &left)
      #expect(!isMore)
    } while batches.next(into: &batch)
    var state = StateWriter()
    state.write(1)
    state.write(101)
    var reader = StateReader(state.bytes)
    #expect(throws: StateError.self) { try batches.restore(from: &reader) }
  }

  @Test("A report put back has the same table and goes on counting")
  func report() throws {
    var report = ClassificationReport(labelNames: ["a", "b", "c"])
    for (expected, predicted) in [(0, 0), (1, 0), (2, 2), (2, 1)] as [(Int32, Int32)] {
      report.add(expected: expected, predicted: predicted)
    }
    var state = StateWriter()
    report.write(to: &state)
    var other = ClassificationReport(labelNames: ["a", "b", "c"])
    var reader = StateReader(state.bytes)
    try other.restore(from: &reader)
    #expect(other == report)
    report.add(expected: 1, predicted: 1)
    other.add(expected: 1, predicted: 1)
    #expect(other.table == report.table && other.macroF1 == report.macroF1)
    for count in 0..<state.bytes.count {
      var reader = StateReader(Array(state.bytes.prefix(count)))
      #expect(throws: StateError.self) { try other.restore(from: &reader) }
    }
  }
}
