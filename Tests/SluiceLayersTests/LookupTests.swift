import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Looking up rows")
struct LookupTests {
  @Test(
    "Value and gradient agree with PyTorch, as touched rows and dense", arguments: KernelTable.available,
    [UpdateKind.touchedRows, .dense])
  func reference(kernels: KernelTable, updates: UpdateKind) throws {
    let fixture = try #require(try Fixture.cases("lookup", in: .module)["repeated ids"])
    let ids = try #require(fixture.integers["ids"]).map(Int32.init)
    var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
    let embedding = try Embedding(
      rows: 9, width: 6, updates: updates, named: "embedding", in: &parameters)
    parameters.set("embedding.weight", to: fixture["table"])
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let y = embedding(ids, &tape)
    expectClose(tape.array(y), fixture["y"].values, "value")
    tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
    expectClose(
      materialised(embedding.table, parameters), fixture["d_table"].values, "gradient")
    if updates == .touchedRows {
      #expect(parameters.touchedRows(of: embedding.table).rowIDs.array == [0, 1, 3, 7, 8])
    }
  }

  @Test("Two lookups of one table add up, whichever rows they share")
  func twoLookups() throws {
    var parameters = Parameters(seed: 1)
    let embedding = try Embedding(rows: 5000, width: 3, named: "embedding", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let y = add(embedding([4999, 7, 7], &tape), embedding([7, 2500, 4999], &tape), &tape)
    tape.backward(from: y, weights: [1, 1, 1, 2, 2, 2, 4, 4, 4], into: &parameters)
    let touched = parameters.touchedRows(of: embedding.table)
    #expect(touched.rowIDs.array == [7, 2500, 4999])
    #expect(touched.rowGradients.array == [7, 7, 7, 2, 2, 2, 5, 5, 5])
  }

  @Test("Computed once for each distinct id, values have the same bits and gradients the same sums")
  func distinctIds() throws {
    let batch = (0..<60).map { Int32($0 * $0 % 23) }
    let weights = (0..<60 * 7).map { Float($0 % 11) - 5 }
    func run(distinctly: Bool) throws -> (values: [Float], table: [Float], weight: [Float]) {
      var parameters = Parameters(seed: 1)
      let embedding = try Embedding(rows: 50, width: 20, named: "embedding", in: &parameters)
      let output = try Linear(inputs: 20, outputs: 7, named: "output", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 14)
      let y: Tensor
      if distinctly {
        var distinct = DistinctIds(below: 50)
        distinct.find(in: batch)
        #expect(distinct.ids.count == Set(batch).count)
        y = rows(output(embedding(distinct.ids, &tape), &tape), distinct.places, &tape)
      } else {
        y = output(embedding(batch, &tape), &tape)
      }
      let values = tape.array(y)
      tape.backward(from: y, weights: weights, into: &parameters)
      return (
        values, parameters.touchedRows(of: embedding.table).rowGradients.array,
        parameters.gradient(of: output.weight).array
      )
    }
    let whole = try run(distinctly: false)
    let distinct = try run(distinctly: true)
    #expect(distinct.values == whole.values)
    expectClose(distinct.table, whole.table.map(Double.init), "gradient of the table")
    expectClose(distinct.weight, whole.weight.map(Double.init), "gradient of the weight")
  }

  @Test("A padding row starts at zero and gets no gradient", arguments: [UpdateKind.touchedRows, .dense])
  func padding(updates: UpdateKind) throws {
    var parameters = Parameters(seed: 1)
    let embedding = try Embedding(
      rows: 4, width: 2, updates: updates, padding: 2, named: "embedding", in: &parameters)
    #expect(parameters.values(of: embedding.table)[4..<6].array == [0, 0])
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let y = embedding([2, 1, 2], &tape)
    tape.backward(from: y, weights: [1, 1, 5, 6, 1, 1], into: &parameters)
    #expect(materialised(embedding.table, parameters) == [0, 0, 5, 6, 0, 0, 0, 0])
  }

  @Test("An id outside the table is an error that names the table, the id and its position")
  func outside() throws {
    var parameters = Parameters(seed: 1)
    let embedding = try Embedding(rows: 4, width: 2, named: "embedding", in: &parameters)
    try embedding.check([0, 3, 1], in: parameters)
    try embedding.check([], in: parameters)
    for (ids, got) in [([0, 4], "4 at position 1"), ([-1, 9], "-1 at position 0")] as [([Int32], String)] {
      let error = ModelError("Embedding 'embedding.weight'", expected: "indices from 0 to 3", got: got)
      do {
        try embedding.check(ids, in: parameters)
        Issue.record("No error for \(ids)")
      } catch let thrown {
        #expect(thrown == error)
      }
    }
    try checkIndices([1, ignoredLabel], below: 2, in: "labels", allowing: ignoredLabel)
    #expect(throws: ModelError.self) { try checkIndices([0], below: 0, in: "an empty table") }
  }

  @Test("No ids give no rows and no gradient")
  func empty() throws {
    var parameters = Parameters(seed: 1)
    let embedding = try Embedding(rows: 4, width: 2, named: "embedding", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 10)
    let y = embedding([], &tape)
    #expect(tape.shape(of: y) == Shape(0, 2))
    tape.backward(from: y, weights: [], into: &parameters)
    #expect(parameters.touchedRows(of: embedding.table).count == 0)
  }

  /// The gradient as a dense table.
  private func materialised(_ table: ParameterHandle, _ parameters: borrowing Parameters) -> [Float] {
    if parameters.updates(of: table) == .dense { return parameters.gradient(of: table).array }
    let touched = parameters.touchedRows(of: table)
    var dense = [Float](repeating: 0, count: touched.tableRows * touched.width)
    for i in 0..<touched.count {
      for j in 0..<touched.width {
        dense[Int(touched.rowIDs[i]) * touched.width + j] = touched.gradient(i)[j]
      }
    }
    return dense
  }
}
