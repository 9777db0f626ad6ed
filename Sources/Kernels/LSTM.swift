import KernelInterface

let lstmKernels = LSTMKernels(
  cell: lstmCell, output: lstmOutput, outputBackward: lstmOutputBackward, cellBackward: lstmCellBackward)

@Sendable
private func lstmCell(_ gates: Target, _ product: Source?, _ cell: Target, _ rows: Int, _ units: Int) {
  for row in 0..<rows {
    let i = gates + row * 4 * units
    let c = cell + row * units
    var j = 0
    while j < units {
      let m = units - j
      var input = loadNext(i + j, m)
      var forget = loadNext(i + units + j, m)
      var candidate = loadNext(i + 2 * units + j, m)
      var output = loadNext(i + 3 * units + j, m)
      if let product {
        let p = product + row * 4 * units + j
        input += loadNext(p, m)
        forget += loadNext(p + units, m)
        candidate += loadNext(p + 2 * units, m)
        output += loadNext(p + 3 * units, m)
      }
      input = sigmoidLane(input)
      forget = sigmoidLane(forget)
      candidate = tanhLane(candidate)
      output = sigmoidLane(output)
      storeNext(input, i + j, m)
      storeNext(forget, i + units + j, m)
      storeNext(candidate, i + 2 * units + j, m)
      storeNext(output, i + 3 * units + j, m)
      storeNext(multiplyAdd(forget, loadNext(c + j, m), input * candidate), c + j, m)
      j += laneWidth
    }
  }
}

@Sendable
private func lstmOutput(
  _ gates: Source, _ cell: Source, _ squashed: Target, _ state: Target, _ rows: Int, _ units: Int
) {
  for row in 0..<rows {
    let o = gates + row * 4 * units + 3 * units
    let offset = row * units
    var j = 0
    while j < units {
      let m = units - j
      let value = tanhLane(loadNext(cell + offset + j, m))
      storeNext(value, squashed + offset + j, m)
      storeNext(loadNext(o + j, m) * value, state + offset + j, m)
      j += laneWidth
    }
  }
}

@Sendable
private func lstmOutputBackward(
  _ gates: Target, _ squashed: Target, _ dState: Source, _ rows: Int, _ units: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let o = gates + row * 4 * units + 3 * units
    let offset = row * units
    var j = 0
    while j < units {
      let m = units - j
      let dh = loadNext(dState + offset + j, m)
      let value = loadNext(squashed + offset + j, m)
      let output = loadNext(o + j, m)
      storeNext(dh * value * output * (one - output), o + j, m)
      storeNext(dh * output * (one - value * value), squashed + offset + j, m)
      j += laneWidth
    }
  }
}

@Sendable
private func lstmCellBackward(
  _ gates: Target, _ previousCell: Source, _ dCell: Target, _ rows: Int, _ units: Int
) {
  let one = Lane(repeating: 1)
  for row in 0..<rows {
    let i = gates + row * 4 * units
    let d = dCell + row * units
    let c = previousCell + row * units
    var j = 0
    while j < units {
      let m = units - j
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
