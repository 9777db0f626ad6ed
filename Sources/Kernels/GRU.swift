import KernelInterface

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

func gruForward(
  _ gates: Target, _ product: Source, _ candidateBias: Source, _ state: Target, _ rows: Int, _ units: Int,
  _ width: Int
) {
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let p = product + row * 3 * width
    let h = state + row * units
    var j = 0
    while j + laneWidth <= width {
      forwardLane(gate, p, candidateBias, h, width, j, laneWidth)
      j += laneWidth
    }
    if j < width { forwardLane(gate, p, candidateBias, h, width, j, width - j) }
  }
}

/// The units `j..<j + m` of one row. A whole lane and a part are compiled apart: one code for both would be too
/// large for all of it to be inlined.
@_transparent
private func forwardLane(
  _ gate: GateRow, _ p: Source, _ bias: Source, _ h: Target, _ width: Int, _ j: Int, _ m: Int
) {
  let reset = sigmoidLane(load(gate.r + j, m) + load(p + j, m))
  let update = sigmoidLane(load(gate.z + j, m) + load(p + width + j, m))
  let recurrent = load(p + 2 * width + j, m) + load(bias + j, m)
  let candidate = tanhLane(multiplyAdd(reset, recurrent, load(gate.n + j, m)))
  store(multiplyAdd(update, load(h + j, m) - candidate, candidate), h + j, m)
  store(reset, gate.r + j, m)
  store(update, gate.z + j, m)
  store(recurrent, gate.q + j, m)
  store(candidate, gate.n + j, m)
}

func gruBackward(
  _ gates: Target, _ previous: Source, _ dState: Target, _ rows: Int, _ units: Int, _ width: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = previous + row * units
    let d = dState + row * units
    var j = 0
    while j < width {
      let m = width - j
      let dh = loadNext(d + j, m)
      let candidate = loadNext(gate.n + j, m)
      let reset = loadNext(gate.r + j, m)
      let update = loadNext(gate.z + j, m)
      let dCandidate = dh * (one - update) * (one - candidate * candidate)
      let dReset = dCandidate * loadNext(gate.q + j, m) * reset * (one - reset)
      let dUpdate = dh * (loadNext(h + j, m) - candidate) * update * (one - update)
      storeNext(dCandidate, gate.n + j, m)
      storeNext(dReset, gate.r + j, m)
      storeNext(dUpdate, gate.z + j, m)
      storeNext(dCandidate * reset, gate.q + j, m)
      storeNext(dh * update, d + j, m)
      j += laneWidth
    }
  }
}

func gruGates(_ gates: Target, _ hidden: Source, _ rows: Int, _ units: Int) {
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = hidden + row * units
    var j = 0
    while j < units {
      let m = units - j
      let reset = sigmoidLane(loadNext(gate.r + j, m))
      storeNext(reset, gate.r + j, m)
      storeNext(sigmoidLane(loadNext(gate.z + j, m)), gate.z + j, m)
      storeNext(reset * loadNext(h + j, m), gate.q + j, m)
      j += laneWidth
    }
  }
}

func gruCandidate(_ gates: Target, _ state: Target, _ rows: Int, _ units: Int) {
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = state + row * units
    var j = 0
    while j < units {
      let m = units - j
      let candidate = tanhLane(loadNext(gate.n + j, m))
      let update = loadNext(gate.z + j, m)
      storeNext(candidate, gate.n + j, m)
      storeNext(multiplyAdd(update, loadNext(h + j, m) - candidate, candidate), h + j, m)
      j += laneWidth
    }
  }
}

func gruCandidateBackward(
  _ gates: Target, _ previous: Source, _ dState: Target, _ rows: Int, _ units: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = previous + row * units
    let d = dState + row * units
    var j = 0
    while j < units {
      let m = units - j
      let dh = loadNext(d + j, m)
      let candidate = loadNext(gate.n + j, m)
      let update = loadNext(gate.z + j, m)
      storeNext(dh * (one - update) * (one - candidate * candidate), gate.n + j, m)
      storeNext(dh * (loadNext(h + j, m) - candidate) * update * (one - update), gate.z + j, m)
      storeNext(dh * update, d + j, m)
      j += laneWidth
    }
  }
}

func gruGatesBackward(
  _ gates: Target, _ hidden: Source, _ dProduct: Source, _ dHidden: Target, _ rows: Int, _ units: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let gate = GateRow(gates, row, units)
    let h = hidden + row * units
    let dq = dProduct + row * units
    let d = dHidden + row * units
    var j = 0
    while j < units {
      let m = units - j
      let reset = loadNext(gate.r + j, m)
      let dProduct = loadNext(dq + j, m)
      storeNext(dProduct * loadNext(h + j, m) * reset * (one - reset), gate.r + j, m)
      storeNext(multiplyAdd(dProduct, reset, loadNext(d + j, m)), d + j, m)
      j += laneWidth
    }
  }
}
