// The loops over contiguous vectors that the tables' entries are made of. What they are given has to be the
// name of a transparent function: it is always inlined, as a closure is not.

import KernelInterface

/// The next lane of a vector with `left` elements from `p` on: a full one if there are as many.
@_transparent
func loadNext(_ p: Source, _ left: Int, padding: Float = 0) -> Lane {
  left >= laneWidth ? unsafe load(p) : unsafe loadPart(p, left, padding: padding)
}

@_transparent
func loadNext(_ p: Target, _ left: Int, padding: Float = 0) -> Lane {
  unsafe loadNext(Source(p), left, padding: padding)
}

/// Writes as much of `value` as the `left` elements from `p` on can hold.
@_transparent
func storeNext(_ value: Lane, _ p: Target, _ left: Int) {
  if left >= laneWidth {
    unsafe store(value, p)
  } else {
    unsafe storePart(value, p, left)
  }
}

/// y = f(x).
@_transparent
func forEach(_ x: Source, _ y: Target, _ count: Int, _ f: (Lane) -> Lane) {
  var i = 0
  while i < count {
    unsafe storeNext(f(loadNext(x + i, count - i)), y + i, count - i)
    i += laneWidth
  }
}

/// y = f(a, b).
@_transparent
func forEach(_ a: Source, _ b: Source, _ y: Target, _ count: Int, _ f: (Lane, Lane) -> Lane) {
  var i = 0
  while i < count {
    let left = count - i
    unsafe storeNext(f(loadNext(a + i, left), loadNext(b + i, left)), y + i, left)
    i += laneWidth
  }
}

/// y = f(a, b, y).
@_transparent
func forEachOnto(_ a: Source, _ b: Source, _ y: Target, _ count: Int, _ f: (Lane, Lane, Lane) -> Lane) {
  var i = 0
  while i < count {
    let left = count - i
    let new = unsafe f(loadNext(a + i, left), loadNext(b + i, left), loadNext(y + i, left))
    unsafe storeNext(new, y + i, left)
    i += laneWidth
  }
}

/// y = f(x, s) for one number s.
@_transparent
func forEach(_ x: Source, scalar: Float, _ y: Target, _ count: Int, _ f: (Lane, Lane) -> Lane) {
  let s = Lane(repeating: scalar)
  var i = 0
  while i < count {
    unsafe storeNext(f(loadNext(x + i, count - i), s), y + i, count - i)
    i += laneWidth
  }
}

/// y = f(a, b, s) for one number s.
@_transparent
func forEach(
  _ a: Source, _ b: Source, scalar: Float, _ y: Target, _ count: Int, _ f: (Lane, Lane, Lane) -> Lane
) {
  let s = Lane(repeating: scalar)
  var i = 0
  while i < count {
    let left = count - i
    unsafe storeNext(f(loadNext(a + i, left), loadNext(b + i, left), s), y + i, left)
    i += laneWidth
  }
}
