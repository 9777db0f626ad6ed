import Sluice
import TestSupport
import Testing

@Suite("Parameters")
struct ParametersTests {
  @Test("Dense parameters are one contiguous range, tables are apart, and starts are aligned")
  func layout() throws {
    var parameters = Parameters(seed: 1)
    let a = try parameters.add("a", shape: Shape(5), initializer: .constant(1))
    let table = try parameters.add(
      "table", shape: Shape(7, 3), updates: .touchedRows, initializer: .constant(2))
    let b = try parameters.add("b", shape: Shape(2, 9), initializer: .constant(3))
    #expect(parameters.denseCount == 16 + 32)
    #expect(parameters.denseValues(0..<5).array == [1, 1, 1, 1, 1])
    #expect(parameters.denseValues(16..<34).array == [Float](repeating: 3, count: 18))
    #expect(parameters.values(of: table).array == [Float](repeating: 2, count: 21))
    #expect(parameters.denseRange(of: a) == 0..<5)
    #expect(parameters.denseRange(of: b) == 16..<34)
    #expect(parameters.denseRange(of: table) == nil)
    #expect(parameters[b].name == "b" && parameters[b].shape == Shape(2, 9))
    #expect(parameters.elementCount == 44)
  }

  @Test("Growing beyond the first capacity keeps the values")
  func growth() throws {
    var parameters = Parameters(seed: 1)
    let first = try parameters.add("first", shape: Shape(1000), initializer: .uniform(-1, 1))
    let before = parameters.values(of: first).array
    _ = try parameters.add("large", shape: Shape(400, 1000), initializer: .zeros)
    #expect(parameters.values(of: first).array == before)
    #expect(parameters.gradient(of: first).array == [Float](repeating: 0, count: 1000))
  }

  @Test(
    "Initial values do not depend on when they are asked for, and a plan can be made before any memory is taken"
  )
  func lateValues() throws {
    func model(asking: Bool) throws -> [[Float]] {
      var parameters = Parameters(seed: 5)
      var handles: [ParameterHandle] = []
      for (i, rows) in [300, 2, 700].enumerated() {
        handles.append(
          try parameters.add(
            "p\(i)", shape: Shape(rows, 200), updates: i == 2 ? .touchedRows : .dense,
            initializer: .normal(deviation: 1)))
        if asking { parameters.values(of: handles[i])[0] += 0 }
      }
      if !asking { parameters.seal() }
      return handles.map { parameters.values(of: $0).array }
    }
    #expect(try model(asking: true) == model(asking: false))

    var large = Parameters(seed: 5)
    _ = try large.add("large", shape: Shape(1 << 24, 1 << 20), initializer: .normal(deviation: 1))
    let small = try large.add("bias", shape: Shape(3), initializer: .constant(1))
    #expect(MemoryPlan(for: large).bytes > 1 << 46)
    #expect(large[small].shape == Shape(3))
  }

  @Test("Parameters to be read begin at zero, and any other is refused before it takes memory")
  func saved() throws {
    var parameters = Parameters(seed: 1) { $0 == "a" ? [2, 3] : nil }
    // A petabyte would be refused by the system too, but would end the program.
    for (name, shape) in [("a", Shape(3, 2)), ("a", Shape(1 << 24, 1 << 24)), ("b", Shape(2, 3))] {
      #expect(throws: ModelError.self) { try parameters.add(name, shape: shape, initializer: .constant(1)) }
    }
    let a = try parameters.add("a", shape: Shape(2, 3), initializer: .constant(1))
    #expect(parameters.values(of: a).array == [0, 0, 0, 0, 0, 0] && parameters.count == 1)
  }

  @Test("Impossible parameters are refused by name")
  func errors() throws {
    var parameters = Parameters(seed: 1)
    _ = try parameters.add("a", shape: Shape(2), initializer: .zeros)
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    let cases: [(String, Shape, UpdateKind)] = [
      ("a", Shape(2), .dense), ("", Shape(2), .dense), ("zero", Shape(0, 3), .dense),
      ("vector", Shape(4), .touchedRows),
    ]
    for (name, shape, updates) in cases {
      var text = ""
      do {
        _ = try parameters.add(name, shape: shape, updates: updates, initializer: .zeros)
      } catch {
        text = error.description
      }
      #expect(text.contains("'\(name)'"))
    }
    parameters.seal()
    do {
      _ = try parameters.add("late", shape: Shape(1), initializer: .zeros)
      Issue.record("A parameter was added after the table was sealed.")
    } catch {
      #expect(error.description.contains("late"))
    }
  }

  @Test("Initial values depend on the seed and the parameter's place")
  func seeds() throws {
    func values(_ seed: UInt64) throws -> [[Float]] {
      var parameters = Parameters(seed: seed)
      let a = try parameters.add("a", shape: Shape(50), initializer: .normal(deviation: 1))
      let b = try parameters.add("b", shape: Shape(50), initializer: .normal(deviation: 1))
      return [parameters.values(of: a).array, parameters.values(of: b).array]
    }
    #expect(try values(1) == values(1))
    #expect(try values(1) != values(2))
    #expect(try values(1)[0] != values(1)[1])
  }

  @Test("Initial values that do not fit the shape are refused")
  func initializers() throws {
    var parameters = Parameters(seed: 1)
    let cases: [(Initializer, String)] = [
      (.orthogonal(blockRows: 5), "blocks of 5 rows"), (.orthogonal(blockRows: 0), "blocks of 0 rows"),
      (.uniform(1, -1), "from 1.0 to -1.0"), (.normal(deviation: -1), "deviation of -1.0"),
      (.constant(.nan), "constant of nan"),
    ]
    for (initializer, problem) in cases {
      let error = #expect(throws: ModelError.self) {
        try parameters.add("w", shape: Shape(12, 4), initializer: initializer)
      }
      let text = error?.description ?? ""
      #expect(text.contains(problem), "\(text)")
    }
    #expect(parameters.count == 0)
  }

  @Test("Cleared gradients are zero, dense and of tables")
  func clearing() throws {
    var parameters = Parameters(seed: 1)
    let embedding = try Embedding(rows: 4, width: 3, named: "table", in: &parameters)
    let output = try Linear(inputs: 3, outputs: 2, named: "output", in: &parameters)
    var tape = Tape(for: parameters, capacity: 1 << 12)
    let y = output(embedding([1, 3], &tape), &tape)
    tape.backward(from: y, weights: [1, 2, 3, 4], into: &parameters)
    let before = parameters.gradient(of: output.weight).array
    #expect(before != [Float](repeating: 0, count: 6))
    #expect(parameters.touchedRows(of: embedding.table).count == 2)
    parameters.clearGradients()
    #expect(parameters.gradient(of: output.weight).array == [Float](repeating: 0, count: 6))
    #expect(parameters.gradient(of: output.bias!).array == [0, 0])
    #expect(parameters.touchedRows(of: embedding.table).count == 0)
  }

  @Test("A layer on a tape of other parameters is a trap that says so, in every build")
  func foreignHandles() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var own = Parameters(seed: 1)
      var other = Parameters(seed: 1)
      let layer = try Linear(inputs: 1, outputs: 1, named: "output", in: &own)
      _ = try Linear(inputs: 1, outputs: 1, named: "output", in: &other)
      var tape = Tape(for: other, capacity: 1 << 12)
      _ = layer(tape.input([1], Shape(1, 1)), &tape)
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("Expected a handle of these parameters, got one of others"), "\(text)")
  }
}
