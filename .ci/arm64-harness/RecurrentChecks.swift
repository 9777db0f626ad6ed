import KernelInterface

/// Cells in double precision: a few roundings, and sigmoids and tanhs to 2.7 ulp.
private let tolerance = 1e-6

private func sigmoid(_ x: Double) -> Double { 1 / (1 + libmExp(-x)) }

/// A cell's memory of five rows: gates of four blocks, a product of as many, states. Where fewer units are computed than a row
/// has, the others must stay as they are.
private struct Scene {
  static let rows = 5
  let memory = KernelMemory()
  let units: Int
  let width: Int
  let gates, product, state, previous, other: Floats
  let before: (gates: [Float], product: [Float], state: [Float], previous: [Float], other: [Float])

  /// - Parameter activated: whether the gates hold what comes out of a sigmoid.
  init(_ units: Int, _ width: Int, activated: Bool) {
    var numbers = TestNumbers(seed: UInt64(units + width))
    let rows = Self.rows
    self.units = units
    self.width = width
    gates = memory.vector(numbers.array(rows * 4 * units, activated ? 0.05...0.95 : -3...3), offset: 1)
    product = memory.vector(numbers.array(rows * 4 * width), offset: 3)
    state = memory.vector(numbers.array(rows * units), offset: 5)
    previous = memory.vector(numbers.array(rows * units), offset: 2)
    other = memory.vector(numbers.array(rows * units, -0.9...0.9), offset: 7)
    before = (gates.array, product.array, state.array, previous.array, other.array)
  }

  /// A gate of a unit, before the kernel ran.
  func gate(_ block: Int, _ row: Int, _ j: Int) -> Double {
    Double(before.gates[(4 * row + block) * units + j])
  }
  /// Where a gate lies.
  func place(_ block: Int, _ row: Int, _ j: Int) -> Int { (4 * row + block) * units + j }

  /// Runs the reference over the units that are computed, and compares what it says of the gates and of two columns of states.
  func judge(
    _ verdict: inout Verdict, _ reference: (Int, Int, inout [Double], inout [Double], inout [Double]) -> Void
  ) {
    var g = before.gates.map { Double($0) }
    var s = before.state.map { Double($0) }
    var o = before.other.map { Double($0) }
    for row in 0..<Self.rows { for j in 0..<width { reference(row, j, &g, &s, &o) } }
    verdict.compare(gates.array, g, within: tolerance)
    verdict.compare(state.array, s, within: tolerance)
    verdict.compare(other.array, o, within: tolerance)
    verdict.same(previous.array, before.previous, "it writes where it is to read")
    verdict.expect(memory.guardsIntact, "it writes beyond its rows")
  }
}

private let widths = [1, 3, 4, 5, 8, 17, 33]

/// All units, and some of them.
private func forEachScene(activated: Bool, parts: Bool = true, _ body: (Scene) -> Void) {
  for width in widths {
    body(Scene(width, width, activated: activated))
    if parts { body(Scene(width + 6, width, activated: activated)) }
  }
}

let recurrentChecks: [Check] = [
  Check("recurrent.elman.forward") { table, verdict in
    for count in trickyCounts {
      for isReLU in [false, true] {
        for hasProduct in [false, true] {
          var numbers = TestNumbers(seed: UInt64(count))
          let memory = KernelMemory()
          let gates = memory.vector(numbers.array(count), offset: 1)
          let product = memory.vector(numbers.array(count), offset: 3)
          let state = memory.vector(count: count, offset: 2)
          let want = (0..<count).map { i -> Double in
            let x = Double(gates[i]) + (hasProduct ? Double(product[i]) : 0)
            return isReLU ? max(x, 0) : libmTanh(x)
          }
          table.recurrent.elman.forward(
            gates.pointer, hasProduct ? product.source : nil, state.pointer, count, isReLU)
          verdict.compare(gates.array, want, within: tolerance)
          verdict.same(state.array, gates.array, "the state is not the gate")
          verdict.expect(memory.guardsIntact, "it writes beyond its rows")
        }
      }
    }
  },
  Check("recurrent.elman.backward") { table, verdict in
    for count in trickyCounts {
      for isReLU in [false, true] {
        var numbers = TestNumbers(seed: UInt64(count))
        let memory = KernelMemory()
        let gates = memory.vector(numbers.array(count, -0.9...0.9), offset: 1)
        let dState = memory.vector(numbers.array(count), offset: 3)
        let want = (0..<count).map { i -> Double in
          let h = Double(gates[i])
          return Double(dState[i]) * (isReLU ? (h > 0 ? 1 : 0) : 1 - h * h)
        }
        table.recurrent.elman.backward(gates.pointer, dState.source, count, isReLU)
        verdict.compare(gates.array, want, within: tolerance)
        verdict.expect(memory.guardsIntact, "it writes beyond its rows")
      }
    }
  },
  Check("recurrent.gru.forward") { table, verdict in
    forEachScene(activated: false) { s in
      table.recurrent.gru.forward(
        s.gates.pointer, s.product.source, s.previous.source, s.state.pointer, Scene.rows, s.units, s.width)
      s.judge(&verdict) { row, j, g, state, _ in
        func product(_ block: Int) -> Double { Double(s.before.product[(3 * row + block) * s.width + j]) }
        let r = sigmoid(s.gate(1, row, j) + product(0))
        let z = sigmoid(s.gate(2, row, j) + product(1))
        // The bias of the candidate is one row for all.
        let q = product(2) + Double(s.before.previous[j])
        let n = libmTanh(s.gate(0, row, j) + r * q)
        (g[s.place(0, row, j)], g[s.place(1, row, j)], g[s.place(2, row, j)], g[s.place(3, row, j)]) = (
          n, r, z, q
        )
        let i = row * s.units + j
        state[i] = (1 - z) * n + z * state[i]
      }
    }
  },
  Check("recurrent.gru.backward") { table, verdict in
    forEachScene(activated: true) { s in
      table.recurrent.gru.backward(
        s.gates.pointer, s.previous.source, s.state.pointer, Scene.rows, s.units, s.width)
      s.judge(&verdict) { row, j, g, d, _ in
        let (n, r, z, q) = (s.gate(0, row, j), s.gate(1, row, j), s.gate(2, row, j), s.gate(3, row, j))
        let i = row * s.units + j
        let dn = d[i] * (1 - z) * (1 - n * n)
        g[s.place(0, row, j)] = dn
        g[s.place(1, row, j)] = dn * q * r * (1 - r)
        g[s.place(2, row, j)] = d[i] * (Double(s.before.previous[i]) - n) * z * (1 - z)
        g[s.place(3, row, j)] = dn * r
        d[i] *= z
      }
    }
  },
  Check("recurrent.gru.gates") { table, verdict in
    forEachScene(activated: false, parts: false) { s in
      table.recurrent.gru.gates(s.gates.pointer, s.previous.source, Scene.rows, s.units)
      s.judge(&verdict) { row, j, g, _, _ in
        let r = sigmoid(s.gate(1, row, j))
        g[s.place(1, row, j)] = r
        g[s.place(2, row, j)] = sigmoid(s.gate(2, row, j))
        g[s.place(3, row, j)] = r * Double(s.before.previous[row * s.units + j])
      }
    }
  },
  Check("recurrent.gru.candidate") { table, verdict in
    forEachScene(activated: true, parts: false) { s in
      table.recurrent.gru.candidate(s.gates.pointer, s.state.pointer, Scene.rows, s.units)
      s.judge(&verdict) { row, j, g, state, _ in
        let n = libmTanh(s.gate(0, row, j))
        let z = s.gate(2, row, j)
        g[s.place(0, row, j)] = n
        let i = row * s.units + j
        state[i] = (1 - z) * n + z * state[i]
      }
    }
  },
  Check("recurrent.gru.candidateBackward") { table, verdict in
    forEachScene(activated: true, parts: false) { s in
      table.recurrent.gru.candidateBackward(
        s.gates.pointer, s.previous.source, s.state.pointer, Scene.rows, s.units)
      s.judge(&verdict) { row, j, g, d, _ in
        let (n, z) = (s.gate(0, row, j), s.gate(2, row, j))
        let i = row * s.units + j
        g[s.place(0, row, j)] = d[i] * (1 - z) * (1 - n * n)
        g[s.place(2, row, j)] = d[i] * (Double(s.before.previous[i]) - n) * z * (1 - z)
        d[i] *= z
      }
    }
  },
  Check("recurrent.gru.gatesBackward") { table, verdict in
    forEachScene(activated: true, parts: false) { s in
      table.recurrent.gru.gatesBackward(
        s.gates.pointer, s.previous.source, s.other.source, s.state.pointer, Scene.rows, s.units)
      s.judge(&verdict) { row, j, g, d, other in
        let r = s.gate(1, row, j)
        let i = row * s.units + j
        g[s.place(1, row, j)] = other[i] * Double(s.before.previous[i]) * r * (1 - r)
        d[i] += r * other[i]
      }
    }
  },
  Check("recurrent.lstm.cell") { table, verdict in
    for hasProduct in [false, true] {
      forEachScene(activated: false) { s in
        table.recurrent.lstm.cell(
          s.gates.pointer, hasProduct ? s.product.source : nil, s.state.pointer, Scene.rows, s.units, s.width)
        s.judge(&verdict) { row, j, g, cell, _ in
          func sum(_ block: Int) -> Double {
            s.gate(block, row, j)
              + (hasProduct ? Double(s.before.product[(4 * row + block) * s.width + j]) : 0)
          }
          let (i, f, c, o) = (sigmoid(sum(0)), sigmoid(sum(1)), libmTanh(sum(2)), sigmoid(sum(3)))
          (g[s.place(0, row, j)], g[s.place(1, row, j)], g[s.place(2, row, j)], g[s.place(3, row, j)]) = (
            i, f, c, o
          )
          let place = row * s.units + j
          cell[place] = f * cell[place] + i * c
        }
      }
    }
  },
  Check("recurrent.lstm.output") { table, verdict in
    forEachScene(activated: true) { s in
      table.recurrent.lstm.output(
        s.gates.source, s.previous.source, s.other.pointer, s.state.pointer, Scene.rows, s.units, s.width)
      s.judge(&verdict) { row, j, _, state, squashed in
        let i = row * s.units + j
        squashed[i] = libmTanh(Double(s.before.previous[i]))
        state[i] = s.gate(3, row, j) * squashed[i]
      }
    }
  },
  Check("recurrent.lstm.outputBackward") { table, verdict in
    forEachScene(activated: true) { s in
      table.recurrent.lstm.outputBackward(
        s.gates.pointer, s.other.pointer, s.previous.source, Scene.rows, s.units, s.width)
      s.judge(&verdict) { row, j, g, _, squashed in
        let i = row * s.units + j
        let (o, value, dh) = (s.gate(3, row, j), squashed[i], Double(s.before.previous[i]))
        g[s.place(3, row, j)] = dh * value * o * (1 - o)
        squashed[i] = dh * o * (1 - value * value)
      }
    }
  },
  Check("recurrent.lstm.cellBackward") { table, verdict in
    forEachScene(activated: true) { s in
      table.recurrent.lstm.cellBackward(
        s.gates.pointer, s.previous.source, s.state.pointer, Scene.rows, s.units, s.width)
      s.judge(&verdict) { row, j, g, d, _ in
        let place = row * s.units + j
        let (i, f, c) = (s.gate(0, row, j), s.gate(1, row, j), s.gate(2, row, j))
        g[s.place(0, row, j)] = d[place] * c * i * (1 - i)
        g[s.place(1, row, j)] = d[place] * Double(s.before.previous[place]) * f * (1 - f)
        g[s.place(2, row, j)] = d[place] * i * (1 - c * c)
        d[place] *= f
      }
    }
  },
]
