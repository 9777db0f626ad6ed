import KernelInterface

let recurrentKernels = RecurrentKernels(gruForward: gruForward, gruBackward: gruBackward)

private let step = Lane.scalarCount

@Sendable
private func gruForward(
  _ gates: Target, _ product: Source, _ previous: Source, _ candidateBias: Source, _ state: Target,
  _ outputs: Target, _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
) {
  for row in 0..<rows {
    let n = gates + row * 4 * units
    let (r, z, q) = (n + units, n + 2 * units, n + 3 * units)
    let p = product + row * 3 * units
    let h = previous + row * units
    let new = state + row * units
    let output = outputs + Int(outputRows[row]) * units
    var j = 0
    while j < units {
      let m = min(step, units - j)
      let reset = sigmoidLane(load(r + j, m) + load(p + j, m))
      let update = sigmoidLane(load(z + j, m) + load(p + units + j, m))
      let recurrent = load(p + 2 * units + j, m) + load(candidateBias + j, m)
      let candidate = tanhLane(multiplyAdd(reset, recurrent, load(n + j, m)))
      let value = multiplyAdd(update, load(h + j, m) - candidate, candidate)
      store(reset, r + j, m)
      store(update, z + j, m)
      store(recurrent, q + j, m)
      store(candidate, n + j, m)
      store(value, new + j, m)
      store(value, output + j, m)
      j += step
    }
  }
}

@Sendable
private func gruBackward(
  _ gates: Target, _ previous: Source, _ dState: Target, _ dOutputs: Source?,
  _ outputRows: UnsafePointer<Int32>, _ rows: Int, _ units: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let n = gates + row * 4 * units
    let (r, z, q) = (n + units, n + 2 * units, n + 3 * units)
    let h = previous + row * units
    let d = dState + row * units
    var j = 0
    while j < units {
      let m = min(step, units - j)
      var dh = load(d + j, m)
      if let dOutputs { dh += load(dOutputs + Int(outputRows[row]) * units + j, m) }
      let candidate = load(n + j, m)
      let reset = load(r + j, m)
      let update = load(z + j, m)
      let recurrent = load(q + j, m)
      let dCandidate = dh * (one - update) * (one - candidate * candidate)
      let dReset = dCandidate * recurrent * reset * (one - reset)
      let dUpdate = dh * (load(h + j, m) - candidate) * update * (one - update)
      store(dCandidate, n + j, m)
      store(dReset, r + j, m)
      store(dUpdate, z + j, m)
      store(dCandidate * reset, q + j, m)
      store(dh * update, d + j, m)
      j += step
    }
  }
}
