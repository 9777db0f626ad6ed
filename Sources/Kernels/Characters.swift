// Convolutions over embedded characters with their maximum over time. A filter over characters is a sum of rows of a
// table, one for each offset in the window; tanh and the bias keep the order, so they are applied to the maximum
// alone. The filters are the lanes: one lane of them goes through all words before the next.

import KernelInterface

let characterKernels = CharacterKernels(maxima: windowMaxima, maximaGradient: windowMaximaGradient)

/// The windows of a word of `length` characters that see at least one of them.
@_transparent
private func windowCount(_ task: WindowTask, _ length: Int) -> Int {
  if task.paddedLength > 0 { return min(length, task.paddedLength - task.width + 1) }
  return max(1, length - task.width + 1)
}

/// Whether a window that sees nothing but padding counts.
@_transparent
private func hasEmptyWindow(_ task: WindowTask, _ length: Int) -> Bool {
  task.paddedLength > 0 && task.paddedLength - task.width + 1 > length
}

@Sendable
private func windowMaxima(
  _ task: WindowTask, _ table: Source, _ bias: Source, _ y: Target, _ places: Target
) {
  var f = 0
  while f < task.filters {
    let left = task.filters - f
    let shift = loadNext(bias + f, left)
    var word = 0
    while word < task.words {
      let start = Int(task.starts[word])
      let length = Int(task.starts[word + 1]) - start
      let symbols = task.symbols + start
      let windows = windowCount(task, length)
      var best = Lane(repeating: -.infinity)
      var place = Lane(repeating: 0)
      var t = 0
      while t < windows {
        let seen = min(task.width, length - t)
        var sum = Lane(repeating: 0)
        var o = 0
        while o < seen {
          let row = table + Int(symbols[t + o]) * task.rowStride + o * task.offsetStride + f
          sum += loadNext(row, left)
          o += 1
        }
        let isLarger = sum .> best
        best = best.replacing(with: sum, where: isLarger)
        place = place.replacing(with: Lane(repeating: Float(t)), where: isLarger)
        t += 1
      }
      if hasEmptyWindow(task, length) {
        let isLarger = Lane(repeating: 0) .> best
        best = best.replacing(with: Lane(repeating: 0), where: isLarger)
        place = place.replacing(with: Lane(repeating: Float(length)), where: isLarger)
      }
      storeNext(tanhLane(best + shift), y + word * task.outputStride + f, left)
      storeNext(place, places + word * task.offsetStride + f, left)
      word += 1
    }
    f += laneWidth
  }
}

@Sendable
private func windowMaximaGradient(
  _ task: WindowTask, _ dy: Source, _ y: Source, _ places: Source, _ tableGradient: Target,
  _ biasGradient: Target
) {
  var f = 0
  while f < task.filters {
    let left = task.filters - f
    var total = loadNext(biasGradient + f, left)
    var word = 0
    while word < task.words {
      let start = Int(task.starts[word])
      let length = Int(task.starts[word + 1]) - start
      let symbols = task.symbols + start
      let windows = windowCount(task, length)
      let value = loadNext(y + word * task.outputStride + f, left)
      let slope = loadNext(dy + word * task.outputStride + f, left) * (Lane(repeating: 1) - value * value)
      let place = loadNext(places + word * task.offsetStride + f, left, padding: -1)
      total += slope
      var t = 0
      while t < windows {
        let here = Lane(repeating: 0).replacing(with: slope, where: place .== Lane(repeating: Float(t)))
        let seen = min(task.width, length - t)
        var o = 0
        while o < seen {
          let row = tableGradient + Int(symbols[t + o]) * task.rowStride + o * task.offsetStride + f
          storeNext(loadNext(row, left) + here, row, left)
          o += 1
        }
        t += 1
      }
      word += 1
    }
    storeNext(total, biasGradient + f, left)
    f += laneWidth
  }
}
