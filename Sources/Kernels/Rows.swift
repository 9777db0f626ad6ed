import KernelInterface

let rowKernels = RowKernels(
  gather: gatherRows, scatter: scatterRows, segmentSums: sumSegments, place: placeRows, addFrom: addRows,
  multiplyByRows: multiplyRows)

private let step = Lane.scalarCount

@Sendable
private func gatherRows(
  _ table: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target
) {
  for i in 0..<count {
    copyRow(table + Int(ids[i]) * width, width, target + i * width)
  }
}

@Sendable
private func scatterRows(
  _ source: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target
) {
  for i in 0..<count {
    addRow(source + i * width, width, target + Int(ids[i]) * width)
  }
}

@Sendable
private func sumSegments(
  _ source: Source, _ positions: UnsafePointer<Int32>, _ starts: UnsafePointer<Int32>, _ segments: Int,
  _ width: Int, _ target: Target, _ accumulate: Bool
) {
  for i in 0..<segments {
    let row = target + i * width
    var position = Int(starts[i])
    let end = Int(starts[i + 1])
    if !accumulate && position < end {
      copyRow(source + Int(positions[position]) * width, width, row)
      position += 1
    }
    while position < end {
      addRow(source + Int(positions[position]) * width, width, row)
      position += 1
    }
  }
}

@Sendable
private func placeRows(
  _ source: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target, _ stride: Int
) {
  for i in 0..<count { copyRow(source + i * width, width, target + Int(ids[i]) * stride) }
}

@Sendable
private func addRows(
  _ table: Source, _ stride: Int, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int, _ target: Target
) {
  for i in 0..<count { addRow(table + Int(ids[i]) * stride, width, target + i * width) }
}

@Sendable
private func multiplyRows(
  _ source: Source, _ factors: Source, _ ids: UnsafePointer<Int32>, _ count: Int, _ width: Int,
  _ target: Target, _ accumulate: Bool
) {
  for i in 0..<count {
    let factor = factors + Int(ids[i]) * width
    var j = 0
    while j < width {
      let left = width - j
      let product = loadNext(source + i * width + j, left) * loadNext(factor + j, left)
      let y = target + i * width + j
      storeNext(accumulate ? loadNext(y, left) + product : product, y, left)
      j += laneWidth
    }
  }
}

@_transparent
private func copyRow(_ source: Source, _ width: Int, _ target: Target) {
  var j = 0
  while j + step <= width {
    store(load(source + j), target + j)
    j += step
  }
  while j < width {
    target[j] = source[j]
    j += 1
  }
}

@_transparent
func addRow(_ source: Source, _ width: Int, _ target: Target) {
  var j = 0
  while j + step <= width {
    store(load(target + j) + load(source + j), target + j)
    j += step
  }
  while j < width {
    target[j] += source[j]
    j += 1
  }
}
