// The sweeps that run a formula over a range, by its number of accumulators. What they are given has to be
// the name of a transparent function: it is always inlined, as a closure is not.

import KernelInterface

@_transparent
private func sweep(
  _ p: UpdatePointers, _ count: Int, _ step: UpdateStep, _ rule: (inout Lane, Lane, UpdateStep) -> Void
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(p.values + i, left)
    unsafe rule(&value, loadNext(p.gradients + i, left), step)
    unsafe storeNext(value, p.values + i, left)
    i += laneWidth
  }
}

@_transparent
private func sweep(
  _ p: UpdatePointers, _ count: Int, _ step: UpdateStep,
  _ rule: (inout Lane, Lane, inout Lane, UpdateStep) -> Void
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(p.values + i, left)
    var first = unsafe loadNext(p.first + i, left)
    unsafe rule(&value, loadNext(p.gradients + i, left), &first, step)
    unsafe storeNext(value, p.values + i, left)
    unsafe storeNext(first, p.first + i, left)
    i += laneWidth
  }
}

@_transparent
private func sweep(
  _ p: UpdatePointers, _ count: Int, _ step: UpdateStep,
  _ rule: (inout Lane, Lane, inout Lane, inout Lane, UpdateStep) -> Void
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(p.values + i, left)
    var first = unsafe loadNext(p.first + i, left)
    var second = unsafe loadNext(p.second + i, left)
    unsafe rule(&value, loadNext(p.gradients + i, left), &first, &second, step)
    unsafe storeNext(value, p.values + i, left)
    unsafe storeNext(first, p.first + i, left)
    unsafe storeNext(second, p.second + i, left)
    i += laneWidth
  }
}

@_transparent
private func sweep(
  _ p: UpdatePointers, _ count: Int, _ step: UpdateStep,
  _ rule: (inout Lane, Lane, inout Lane, inout Lane, inout Lane, UpdateStep) -> Void
) {
  var i = 0
  while i < count {
    let left = count - i
    var value = unsafe loadNext(p.values + i, left)
    var first = unsafe loadNext(p.first + i, left)
    var second = unsafe loadNext(p.second + i, left)
    var third = unsafe loadNext(p.third + i, left)
    unsafe rule(&value, loadNext(p.gradients + i, left), &first, &second, &third, step)
    unsafe storeNext(value, p.values + i, left)
    unsafe storeNext(first, p.first + i, left)
    unsafe storeNext(second, p.second + i, left)
    unsafe storeNext(third, p.third + i, left)
    i += laneWidth
  }
}

func sgdKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, sgdRule)
}

func momentumKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, momentumRule)
}

func nesterovKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, nesterovRule)
}

func adagradKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, adagradRule)
}

func rmspropKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, rmspropRule)
}

func centeredRMSpropKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, centeredRMSpropRule)
}

func adamKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, adamRule)
}

func amsgradKernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, amsgradRule)
}

func smorms3Kernel(_ p: UpdatePointers, _ count: Int, _ step: UpdateStep) {
  unsafe sweep(p, count, step, smorms3Rule)
}
