import AllocationCounter
import Sluice
import TestSupport
import Testing

@Suite("What a tape tells of its operations, and what telling costs")
struct RecordedOperationTests {
  @Test("An operation tells its function and whether it only moves; one that says nothing tells nothing")
  func recorded() throws {
    var parameters = Parameters(seed: 1)
    let weight = try parameters.add("weight", shape: Shape(2), initializer: .zeros)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let x = tape.input([1, 2], Shape(2))
    let detached = tape.detached(x)
    #expect(tape.memoryStart(of: detached) == tape.memoryStart(of: x))
    #expect(tape.tensorCount == 2 && x.index == 0 && detached.index == 1)
    let used = tape.valuesUsed
    let y = log(x, &tape)
    #expect(tape.memoryStart(of: y) == used && tape.valuesUsed > used && tape.tensorCount == 3)
    _ = tape[weight]
    let (first, second) = (tape.operation(0), tape.operation(1))
    #expect("\(first.function)" == "log" && !first.onlyMoves)
    #expect("\(second.function)" == "parameter" && second.onlyMoves)
    guard case .none = tape.senses(0).first, case .none = tape.senses(0).second else {
      Issue.record("\(tape.senses(0))")
      return
    }
  }

  @Test("To ask every operation of a step allocates nothing")
  func allocations() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let words = try Embedding(rows: 9, width: 6, named: "words", in: &parameters)
    let norm = try LayerNorm(width: 6, named: "norm", in: &parameters)
    let lstm = try RecurrentNet(.lstm(), inputs: 6, units: 6, named: "lstm", in: &parameters)
    let cells = try RecurrentNet(.layerNormGRU(), inputs: 6, units: 6, named: "cells", in: &parameters)
    let output = try LinearCrossEntropy(inputs: 6, classes: 9, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    var state = lstm.zeroState(sequences: 2)
    let (ids, offsets): ([Int32], [Int32]) = ([1, 2, 3, 4, 5, 6], [0, 2, 6])
    let targets = numbers(36, seed: 5)
    let classes: [Int32] = [0, 1, 0, 1, 2, 2]
    let triplets = TripletMarginLoss()
    let asked = 0..<6
    var told = 0
    for step in asked {
      tape.reset()
      let x = dropout(norm(words(ids, &tape), &tape), probability: 0.2, stream: 1, &tape)
      let rows = RaggedTensor(steps: x, sequences: tape.makeSequences(offsets: offsets))
      let result = lstm(rows, from: state, &tape)
      let y = cells(result.outputs, &tape).outputs.steps
      _ = attention(
        RaggedTensor(steps: y, sequences: rows.sequences), heads: 2, isCausal: true, dropout: 0.1, &tape)
      _ = output(y, labels: ids, &tape)
      _ = crossEntropy(y, classes, &tape)
      _ = crossEntropy(y, classes, smoothing: 0.1, &tape)
      _ = meanSquaredError(y, tape.input(targets, Shape(6, 6)), &tape)
      _ = triplets(y, classes, &tape)
      _ = softNearestNeighborLoss(y, classes, &tape)
      _ = softNearestNeighborLoss(y, classes, distance: .cosine, &tape)
      _ = contrastiveLoss(y, y, &tape)
      let before = sluice_thread_allocation_count()
      var (i, kinds) = (0, 0)
      while i < tape.operationCount {
        let senses = tape.senses(i)
        if case .none = senses.first {} else { kinds += 1 }
        i += 1
      }
      let count = sluice_thread_allocation_count() - before
      told = kinds
      if step > 0 { #expect(count == 0) }
      state.update(from: result, tape)
    }
    #expect(told >= 12)
  }
}
