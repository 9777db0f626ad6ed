// Convolutions over embedded characters with their maximum over time. A filter over characters is a sum of rows of a
// table, one for each offset in the window; tanh and the bias keep the order, so they are applied to the maximum
// alone. The filters are the lanes: one lane of them goes through all words before the next.

import KernelInterface

let characterKernels = CharacterKernels(maxima: windowMaxima, maximaGradient: windowMaximaGradient)

/// The ids of a word's characters, and how many they are.
@_transparent
private func characters(of word: Int, _ task: WindowTask) -> (symbols: UnsafePointer<Int32>, length: Int) {
  let start = Int(task.starts[word])
  return (task.symbols + start, Int(task.starts[word + 1]) - start)
}

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

/// The lanes of filters that go through the words together: the ids of the characters are read once for all.
private typealias FilterLanes = InlineArray<2, Lane>

@Sendable
private func windowMaxima(
  _ task: WindowTask, _ table: Source, _ bias: Source, _ y: Target, _ places: Target
) {
  var f = 0
  while f + laneWidth < task.filters {
    maxima(lanes: 2, task, from: f, table, bias, y, places)
    f += 2 * laneWidth
  }
  if f < task.filters { maxima(lanes: 1, task, from: f, table, bias, y, places) }
}

/// The maxima of `lanes` lanes of filters, the first of which is `f`. The count is a constant at every call.
@inline(__always)
private func maxima(
  lanes: Int, _ task: WindowTask, from f: Int, _ table: Source, _ bias: Source, _ y: Target, _ places: Target
) {
  let none = Lane(repeating: 0)
  let left = task.filters - f
  var shifts: FilterLanes = [none, none]
  for i in 0..<lanes { shifts[i] = loadNext(bias + f + i * laneWidth, left - i * laneWidth) }
  var word = 0
  while word < task.words {
    let (symbols, length) = characters(of: word, task)
    let windows = windowCount(task, length)
    var best: FilterLanes = [Lane(repeating: -.infinity), Lane(repeating: -.infinity)]
    var place: FilterLanes = [none, none]
    var t = 0
    while t < windows {
      let seen = min(task.width, length - t)
      var sums: FilterLanes = [none, none]
      var offset = f
      var o = 0
      while o < seen {
        let row = table + Int(symbols[t + o]) * task.rowStride + offset
        for i in 0..<lanes { sums[i] += load(row + i * laneWidth) }
        offset += task.offsetStride
        o += 1
      }
      for i in 0..<lanes { keepLarger(sums[i], at: Float(t), &best[i], &place[i]) }
      t += 1
    }
    if hasEmptyWindow(task, length) {
      for i in 0..<lanes { keepLarger(none, at: Float(length), &best[i], &place[i]) }
    }
    for i in 0..<lanes {
      let column = f + i * laneWidth
      storeNext(
        tanhLane(best[i] + shifts[i]), y + word * task.outputStride + column, left - i * laneWidth)
      store(place[i], places + word * task.offsetStride + column)
    }
    word += 1
  }
}

/// NaN counts as larger than any number, and the first one stays: it must not be hidden.
@_transparent
private func keepLarger(_ sum: Lane, at t: Float, _ best: inout Lane, _ place: inout Lane) {
  let isLarger = .!(sum .<= best) .& (best .== best)
  best = best.replacing(with: sum, where: isLarger)
  place = place.replacing(with: Lane(repeating: t), where: isLarger)
}

@Sendable
private func windowMaximaGradient(
  _ task: WindowTask, _ dy: Source, _ y: Source, _ places: Source, _ tableGradient: Target,
  _ biasGradient: Target
) {
  var f = 0
  while f + laneWidth < task.filters {
    addGradient(lanes: 2, task, from: f, dy, y, places, tableGradient, biasGradient)
    f += 2 * laneWidth
  }
  if f < task.filters { addGradient(lanes: 1, task, from: f, dy, y, places, tableGradient, biasGradient) }
}

/// Goes back through `lanes` lanes of filters, the first of which is `f`.
@inline(__always)
private func addGradient(
  lanes: Int, _ task: WindowTask, from f: Int, _ dy: Source, _ y: Source, _ places: Source,
  _ tableGradient: Target, _ biasGradient: Target
) {
  let none = Lane(repeating: 0)
  let left = task.filters - f
  var totals: FilterLanes = [none, none]
  for i in 0..<lanes { totals[i] = loadNext(biasGradient + f + i * laneWidth, left - i * laneWidth) }
  var word = 0
  while word < task.words {
    let (symbols, length) = characters(of: word, task)
    let windows = windowCount(task, length)
    var slopes: FilterLanes = [none, none]
    var place: FilterLanes = [none, none]
    for i in 0..<lanes {
      let (column, rest) = (f + i * laneWidth, left - i * laneWidth)
      let value = loadNext(y + word * task.outputStride + column, rest)
      // Behind the last filter the slope is 0, whatever its place.
      slopes[i] =
        loadNext(dy + word * task.outputStride + column, rest) * (Lane(repeating: 1) - value * value)
      place[i] = load(places + word * task.offsetStride + column)
      totals[i] += slopes[i]
    }
    var t = 0
    while t < windows {
      var here: FilterLanes = [none, none]
      for i in 0..<lanes {
        here[i] = none.replacing(with: slopes[i], where: place[i] .== Lane(repeating: Float(t)))
      }
      let seen = min(task.width, length - t)
      var offset = f
      var o = 0
      while o < seen {
        let row = tableGradient + Int(symbols[t + o]) * task.rowStride + offset
        for i in 0..<lanes { store(load(row + i * laneWidth) + here[i], row + i * laneWidth) }
        offset += task.offsetStride
        o += 1
      }
      t += 1
    }
    word += 1
  }
  for i in 0..<lanes { storeNext(totals[i], biasGradient + f + i * laneWidth, left - i * laneWidth) }
}
