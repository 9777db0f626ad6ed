#if canImport(Glibc)
  import Glibc
  import Sluice
  import Testing

  @testable import SluiceOptimizers

  @Suite("The memory of a large table")
  struct SparseMemoryTests {
    /// The bytes of a view that are in memory.
    private func resident(_ floats: Floats) -> Int {
      let page = sysconf(Int32(_SC_PAGESIZE))
      let start = unsafe UnsafeMutableRawPointer(
        bitPattern: UInt(bitPattern: floats.pointer) / UInt(page) * UInt(page))
      let pages = floats.count * MemoryLayout<Float>.stride / page
      var seen = [UInt8](repeating: 0, count: pages)
      guard unsafe mincore(start, pages * page, &seen) == 0 else { return 0 }
      return seen.reduce(0) { $0 + Int($1 & 1) } * page
    }

    @Test("Accumulators take memory for the rows that occurred, and not for those around them")
    func rowsThatOccur() throws {
      let (rows, width) = (64_000, 128)
      var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
      let table = try Embedding(rows: rows, width: width, named: "table", in: &parameters)
      var optimizer = try Optimizer(.adam(), for: parameters)
      var tape = Tape(for: parameters)
      let ids = (0..<20).map { Int32($0 * (rows / 20)) }
      tape.reset()
      let y = table(ids, &tape)
      tape.backward(from: y, weights: Array(repeating: 1, count: ids.count * width), into: &parameters)
      optimizer.step(&parameters)
      for tensor in optimizer.accumulatorTensors(parameters) where tensor.name.hasPrefix("table") {
        #expect(tensor.values.count == rows * width)
        // A row and its neighbors on the page, where a large page would hold 4,096 rows.
        #expect(resident(tensor.values) <= 20 * 4 * sysconf(Int32(_SC_PAGESIZE)), "\(tensor.name)")
      }
    }
  }
#endif
