import KernelInterface

func lstmCell(
  _ gates: Target, _ product: Source?, _ cell: Target, _ rows: Int, _ units: Int, _ width: Int
) {
  for row in 0..<rows {
    let gate = gates + row * 4 * units
    if let product {
      for block in 0..<4 { addRow(product + (row * 4 + block) * width, width, gate + block * units) }
    }
    let c = cell + row * units
    var j = 0
    while j + laneWidth <= width {
      cellLane(gate, c, units, j, laneWidth)
      j += laneWidth
    }
    if j < width { cellLane(gate, c, units, j, width - j) }
  }
}

/// The units `j..<j + m` of one row; see `gruForward` for why a part of a lane is compiled apart.
@_transparent
private func cellLane(_ gate: Target, _ c: Target, _ units: Int, _ j: Int, _ m: Int) {
  let i = gate + j
  let input = sigmoidLane(load(i, m))
  let forget = sigmoidLane(load(i + units, m))
  let candidate = tanhLane(load(i + 2 * units, m))
  let output = sigmoidLane(load(i + 3 * units, m))
  store(input, i, m)
  store(forget, i + units, m)
  store(candidate, i + 2 * units, m)
  store(output, i + 3 * units, m)
  store(multiplyAdd(forget, load(c + j, m), input * candidate), c + j, m)
}

func lstmOutput(
  _ gates: Source, _ cell: Source, _ squashed: Target, _ state: Target, _ rows: Int, _ units: Int,
  _ width: Int
) {
  for row in 0..<rows {
    let o = gates + row * 4 * units + 3 * units
    let offset = row * units
    var j = 0
    while j < width {
      let m = width - j
      let value = tanhLane(loadNext(cell + offset + j, m))
      storeNext(value, squashed + offset + j, m)
      storeNext(loadNext(o + j, m) * value, state + offset + j, m)
      j += laneWidth
    }
  }
}

func lstmOutputBackward(
  _ gates: Target, _ squashed: Target, _ dState: Source, _ rows: Int, _ units: Int, _ width: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let o = gates + row * 4 * units + 3 * units
    let offset = row * units
    var j = 0
    while j < width {
      let m = width - j
      let dh = loadNext(dState + offset + j, m)
      let value = loadNext(squashed + offset + j, m)
      let output = loadNext(o + j, m)
      storeNext(dh * value * output * (one - output), o + j, m)
      storeNext(dh * output * (one - value * value), squashed + offset + j, m)
      j += laneWidth
    }
  }
}

func lstmCellBackward(
  _ gates: Target, _ previousCell: Source, _ dCell: Target, _ rows: Int, _ units: Int, _ width: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let i = gates + row * 4 * units
    let d = dCell + row * units
    let c = previousCell + row * units
    var j = 0
    while j < width {
      let m = width - j
      let dc = loadNext(d + j, m)
      let input = loadNext(i + j, m)
      let forget = loadNext(i + units + j, m)
      let candidate = loadNext(i + 2 * units + j, m)
      storeNext(dc * candidate * input * (one - input), i + j, m)
      storeNext(dc * loadNext(c + j, m) * forget * (one - forget), i + units + j, m)
      storeNext(dc * input * (one - candidate * candidate), i + 2 * units + j, m)
      storeNext(dc * forget, d + j, m)
      j += laneWidth
    }
  }
}
