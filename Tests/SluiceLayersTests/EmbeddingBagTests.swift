import AllocationCounter
import Sluice
import TestSupport
import Testing

@testable import SluiceCore
@testable import SluiceLayers

@Suite("Weighted sums of rows")
struct EmbeddingBagTests {
  /// Bags of all lengths, none among them, over a table of `rows`.
  private struct Bags {
    var (ids, weights, offsets): ([Int32], [Float], [Int32]) = ([], [], [0])

    init(_ count: Int, rows: Int) {
      for bag in 0..<count {
        for k in 0..<bag * 7 % 13 {
          ids.append(Int32((bag * 31 + k * k * 17) % rows))
          weights.append(Float((bag + 3 * k) % 9 - 4) / 3)
        }
        offsets.append(Int32(ids.count))
      }
    }
  }

  @Test(
    "Value and gradient agree with PyTorch's EmbeddingBag, as touched rows and dense",
    arguments: KernelTable.available, [UpdateKind.touchedRows, .dense])
  func reference(kernels: KernelTable, updates: UpdateKind) throws {
    let cases = try Fixture.cases("embedding_bag", in: .module)
    #expect(cases.count == 2)
    for (name, fixture) in cases {
      let ids = try #require(fixture.integers["ids"]).map(Int32.init)
      let offsets = try #require(fixture.integers["offsets"]).map(Int32.init)
      let shape = fixture["table"].shape
      var parameters = Parameters(seed: 1, engine: Engine(kernels: kernels, threads: 2))
      let bag = try EmbeddingBag(
        rows: shape[0], width: shape[1], updates: updates, named: "bag", in: &parameters)
      parameters.set("bag.weight", to: fixture["table"])
      var tape = Tape(for: parameters, capacity: 1 << 12)
      let y = bag(ids, weights: fixture["weights"].floats, offsets: offsets, &tape)
      expectClose(tape.array(y), fixture["y"].values, "value of \(name)")
      tape.backward(from: y, weights: fixture["upstream"].floats, into: &parameters)
      var gradient: [Float]
      if updates == .touchedRows {
        let touched = parameters.touchedRows(of: bag.table)
        #expect(touched.rowIDs.array == Set(ids).sorted())
        gradient = [Float](repeating: 0, count: shape[0] * shape[1])
        for (i, row) in touched.rowIDs.array.enumerated() {
          let values = touched.gradient(i).array
          for k in 0..<shape[1] { gradient[Int(row) * shape[1] + k] = values[k] }
        }
      } else {
        gradient = parameters.gradient(of: bag.table).array
      }
      expectClose(gradient, fixture["d_table"].values, "gradient of \(name)")
    }
  }

  @Test(
    "Agrees with the loop over rows for any number of threads, and has the gradient of a look-up of all rows")
  func readableLoop() throws {
    let (rows, width) = (300, 37)
    let bags = Bags(400, rows: rows)
    // Enough for threads to share.
    #expect(bags.ids.count * width > 1 << 15)
    for threads in 1...3 {
      var parameters = Parameters(seed: 4, engine: Engine(threads: threads))
      let bag = try EmbeddingBag(rows: rows, width: width, named: "bag", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 20)
      let y = bag(bags.ids, weights: bags.weights, offsets: bags.offsets, &tape)
      let table = parameters.values(of: bag.table).array
      let count = bags.offsets.count - 1
      var expected = [Float](repeating: 0, count: count * width)
      var spread: [Float] = []
      let upstream = (0..<count * width).map { Float($0 % 23 - 11) / 7 }
      for i in 0..<count {
        for place in Int(bags.offsets[i])..<Int(bags.offsets[i + 1]) {
          for k in 0..<width {
            let product = bags.weights[place] * table[Int(bags.ids[place]) * width + k]
            expected[i * width + k] += product
            spread.append(bags.weights[place] * upstream[i * width + k])
          }
        }
      }
      expectClose(tape.array(y), expected.map(Double.init), "value with \(threads) threads")
      tape.backward(from: y, weights: upstream, into: &parameters)
      let touched = parameters.touchedRows(of: bag.table)
      let gradient = touched.rowGradients.array
      // What a look-up of all rows gives back for the same adjoints of each.
      var plain = Parameters(seed: 4, engine: Engine(threads: 1))
      let embedding = try Embedding(rows: rows, width: width, named: "bag", in: &plain)
      var other = Tape(for: plain, capacity: 1 << 20)
      let all = embedding(bags.ids, &other)
      other.backward(from: all, weights: spread, into: &plain)
      #expect(gradient == plain.touchedRows(of: embedding.table).rowGradients.array)
      #expect(touched.rowIDs.array == Set(bags.ids).sorted())
    }
  }

  @Test("No threads' count changes a bit of a value")
  func threads() throws {
    let bags = Bags(500, rows: 64)
    var all: [[UInt32]] = []
    for threads in [1, 2, 5] {
      var parameters = Parameters(seed: 2, engine: Engine(threads: threads))
      let bag = try EmbeddingBag(rows: 64, width: 40, named: "bag", in: &parameters)
      var tape = Tape(for: parameters, capacity: 1 << 20)
      all.append(
        tape.array(bag(bags.ids, weights: bags.weights, offsets: bags.offsets, &tape)).map(\.bitPattern))
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test("Weights of one add rows up, and halves of a row that comes twice are the row")
  func sums() throws {
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let bag = try EmbeddingBag(rows: 16, width: 3, named: "bag", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let check = tape.array(
      bag([1, 3, 5, 5], weights: [1, 1, 0.5, 0.5], offsets: [0, 2, 4], &tape))
    let table = parameters.values(of: bag.table).array
    let sum: [Float] = (0..<3).map { table[3 + $0] + table[9 + $0] }
    #expect(Array(check[0..<3]) == sum)
    #expect(check[3..<6] == table[15..<18])
  }

  @Test("Ids outside and tables without rows are refused before a step, with the name of the table")
  func errors() throws {
    var parameters = Parameters(seed: 1)
    let bag = try EmbeddingBag(rows: 7, width: 2, named: "pieces", in: &parameters)
    let error = #expect(throws: ModelError.self) { try bag.check([3, 7], in: parameters) }
    #expect(error.map { "\($0)" }?.contains("pieces.weight") == true)
    #expect(throws: ModelError.self) {
      _ = try EmbeddingBag(rows: 0, width: 2, named: "none", in: &parameters)
    }
  }

  @Test(
    "Steady steps allocate nothing", .enabled(if: sluice_thread_allocation_count() >= 0))
  func allocations() throws {
    let bags = Bags(60, rows: 50)
    var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
    let bag = try EmbeddingBag(rows: 50, width: 8, named: "bag", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 16)
    func step() {
      tape.reset()
      let y = bag(bags.ids, weights: bags.weights, offsets: bags.offsets, &tape)
      tape.backward(from: sum(y, &tape), into: &parameters)
    }
    for _ in 0..<3 { step() }
    let before = sluice_thread_allocation_count()
    for _ in 0..<5 { step() }
    #expect(sluice_thread_allocation_count() == before)
  }
}
