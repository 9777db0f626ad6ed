import KernelInterface

func elmanForward(_ gates: Target, _ product: Source?, _ state: Target, _ count: Int, _ isReLU: Bool) {
  var j = 0
  while j < count {
    let left = count - j
    var x = loadNext(gates + j, left)
    if let product { x += loadNext(product + j, left) }
    let h = isReLU ? reluLane(x) : tanhLane(x)
    storeNext(h, gates + j, left)
    storeNext(h, state + j, left)
    j += laneWidth
  }
}

func elmanBackward(_ gates: Target, _ dState: Source, _ count: Int, _ isReLU: Bool) {
  var j = 0
  while j < count {
    let left = count - j
    let h = loadNext(gates + j, left)
    let d = loadNext(dState + j, left)
    storeNext(isReLU ? reluSlope(h, d) : tanhSlope(h, d), gates + j, left)
    j += laneWidth
  }
}
