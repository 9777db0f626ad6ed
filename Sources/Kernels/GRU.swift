import KernelInterface

let recurrentKernels = RecurrentKernels(gruForward: gruForward, gruBackward: gruBackward)

private let step = Lane.scalarCount

/// One row of a GRU's gates, as `RecurrentKernels` describes them.
private struct GateRow {
  let n: Target
  let r: Target
  let z: Target
  let q: Target

  @_transparent
  init(_ gates: Target, _ row: Int, _ units: Int) {
    n = gates + row * 4 * units
    r = n + units
    z = r + units
    q = z + units
  }
}

@Sendable
private func gruForward(
  _ gates: Target, _ product: Source, _ previous: Source, _ candidateBias: Source, _ state: Target,
  _ outputs: Target, _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
) {
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let p = product + row * 3 * units
    let h = previous + row * units
    let new = state + row * units
    let output = outputs + Int(outputRows[row]) * units
    var j = 0
    while j + step <= units {
      forwardLane(gate, p, h, candidateBias, new, output, units, j, step)
      j += step
    }
    if j < units { forwardLane(gate, p, h, candidateBias, new, output, units, j, units - j) }
  }
}

/// The units `j..<j + m` of one row.
@_transparent
private func forwardLane(
  _ gate: GateRow, _ p: Source, _ h: Source, _ bias: Source, _ new: Target, _ output: Target,
  _ units: Int, _ j: Int, _ m: Int
) {
  let reset = sigmoidLane(load(gate.r + j, m) + load(p + j, m))
  let update = sigmoidLane(load(gate.z + j, m) + load(p + units + j, m))
  let recurrent = load(p + 2 * units + j, m) + load(bias + j, m)
  let candidate = tanhLane(multiplyAdd(reset, recurrent, load(gate.n + j, m)))
  let value = multiplyAdd(update, load(h + j, m) - candidate, candidate)
  store(reset, gate.r + j, m)
  store(update, gate.z + j, m)
  store(recurrent, gate.q + j, m)
  store(candidate, gate.n + j, m)
  store(value, new + j, m)
  store(value, output + j, m)
}

@Sendable
private func gruBackward(
  _ gates: Target, _ previous: Source, _ dState: Target, _ dOutputs: Source?,
  _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
) {
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = previous + row * units
    let d = dState + row * units
    if let dOutputs { add(dOutputs + Int(outputRows[row]) * units, units, d) }
    var j = 0
    while j + step <= units {
      backwardLane(gate, h, d, j, step)
      j += step
    }
    if j < units { backwardLane(gate, h, d, j, units - j) }
  }
}

@_transparent
private func backwardLane(_ gate: GateRow, _ h: Source, _ d: Target, _ j: Int, _ m: Int) {
  let one = Lane(repeating: 1)
  let dh = load(d + j, m)
  let candidate = load(gate.n + j, m)
  let reset = load(gate.r + j, m)
  let update = load(gate.z + j, m)
  let dCandidate = dh * (one - update) * (one - candidate * candidate)
  let dReset = dCandidate * load(gate.q + j, m) * reset * (one - reset)
  let dUpdate = dh * (load(h + j, m) - candidate) * update * (one - update)
  store(dCandidate, gate.n + j, m)
  store(dReset, gate.r + j, m)
  store(dUpdate, gate.z + j, m)
  store(dCandidate * reset, gate.q + j, m)
  store(dh * update, d + j, m)
}

@_transparent
private func add(_ source: Source, _ count: Int, _ target: Target) {
  var j = 0
  while j + step <= count {
    store(load(target + j) + load(source + j), target + j)
    j += step
  }
  while j < count {
    target[j] += source[j]
    j += 1
  }
}
