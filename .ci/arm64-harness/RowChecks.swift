import KernelInterface

private let widths = [0, 1, 3, 4, 5, 8, 17, 64, 65]

/// A table of ten rows, six rows of some source, and ids that repeat.
private struct Scene {
  let memory = KernelMemory()
  let width: Int
  let table: Floats
  let source: Floats
  let ids: Indices

  init(_ width: Int) {
    var numbers = TestNumbers(seed: UInt64(width + 1))
    self.width = width
    table = memory.vector(numbers.array(10 * width), offset: 1)
    source = memory.vector(numbers.array(6 * width), offset: 3)
    if width > 2 { (source[0], source[1], source[2]) = (.nan, .infinity, -0.0) }
    ids = memory.labels([3, 0, 9, 3, 3, 5])
  }

  /// Compares a result with the loops that define it: copies and sums in order, so to the bit.
  func judge(_ got: Floats, _ want: [Float], _ verdict: inout Verdict) {
    verdict.same(got.array, want, "a row is wrong")
    verdict.expect(memory.guardsIntact, "it writes beyond its result")
  }
}

let rowChecks: [Check] = [
  Check("rows.gather") { kernels, verdict in
    for width in widths {
      let scene = Scene(width)
      let target = scene.memory.vector(count: 6 * width, offset: 5)
      kernels.rows.gather(scene.table.source, scene.ids.source, 6, width, target.pointer)
      scene.judge(
        target, (0..<6 * width).map { scene.table[Int(scene.ids.pointer[$0 / width]) * width + $0 % width] },
        &verdict)
    }
  },
  Check("rows.scatter") { kernels, verdict in
    for width in widths {
      let scene = Scene(width)
      var want = scene.table.array
      for i in 0..<6 * width {
        want[Int(scene.ids.pointer[i / width]) * width + i % width] += scene.source[i]
      }
      kernels.rows.scatter(scene.source.source, scene.ids.source, 6, width, scene.table.pointer)
      scene.judge(scene.table, want, &verdict)
    }
  },
  Check("rows.segmentSums") { kernels, verdict in
    for width in widths {
      for accumulate in [false, true] {
        let scene = Scene(width)
        let starts: [Int32] = [0, 2, 5, 6]
        let target = scene.memory.vector(count: 3 * width, offset: 5)
        var want = target.array
        for segment in 0..<3 {
          for j in 0..<width {
            var position = Int(starts[segment])
            var sum = want[segment * width + j]
            if !accumulate {
              sum = scene.table[Int(scene.ids.pointer[position]) * width + j]
              position += 1
            }
            while position < Int(starts[segment + 1]) {
              sum += scene.table[Int(scene.ids.pointer[position]) * width + j]
              position += 1
            }
            want[segment * width + j] = sum
          }
        }
        kernels.rows.segmentSums(
          scene.table.source, scene.ids.source, scene.memory.labels(starts).source, 3, width, target.pointer,
          accumulate)
        scene.judge(target, want, &verdict)
      }
    }
  },
  Check("rows.place") { kernels, verdict in
    for width in widths {
      let scene = Scene(width)
      let stride = width + 3
      let target = scene.memory.vector(count: 10 * stride, offset: 5)
      var want = target.array
      for i in 0..<6 * width {
        want[Int(scene.ids.pointer[i / width]) * stride + i % width] = scene.source[i]
      }
      kernels.rows.place(scene.source.source, scene.ids.source, 6, width, target.pointer, stride)
      scene.judge(target, want, &verdict)
    }
  },
  Check("rows.addFrom") { kernels, verdict in
    for width in widths {
      let scene = Scene(width)
      let stride = width + 3
      var numbers = TestNumbers(seed: 6)
      let wide = scene.memory.vector(numbers.array(10 * stride), offset: 5)
      var want = scene.source.array
      for i in 0..<6 * width { want[i] += wide[Int(scene.ids.pointer[i / width]) * stride + i % width] }
      kernels.rows.addFrom(wide.source, stride, scene.ids.source, 6, width, scene.source.pointer)
      scene.judge(scene.source, want, &verdict)
    }
  },
  Check("rows.multiplyByRows") { kernels, verdict in
    for width in widths {
      for accumulate in [false, true] {
        let scene = Scene(width)
        let target = scene.memory.vector(count: 6 * width, offset: 5)
        let want = (0..<6 * width).map { i in
          let factor = scene.table[Int(scene.ids.pointer[i / width]) * width + i % width]
          return Double(scene.source[i]) * Double(factor) + (accumulate ? 7 : 0)
        }
        kernels.rows.multiplyByRows(
          scene.source.source, scene.table.source, scene.ids.source, 6, width, target.pointer, accumulate)
        verdict.compare(target.array, want, within: Tolerance.arithmetic)
        verdict.expect(scene.memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
  Check("reduction.columnExtremes") { kernels, verdict in
    for width in widths {
      for (rows, isSmallest) in [(1, false), (1, true), (5, false), (5, true), (9, false), (9, true)] {
        let memory = KernelMemory()
        // Few different values, so that some are equal, and some that are beyond any other.
        var values = (0..<rows * width).map { Float(($0 * 17) % 7) - 3 }
        if rows > 3, width > 0 {
          (values[2 * width], values[3 * width]) = (.nan, .nan)
          if width > 1 { (values[width + 1], values[3 * width + 1]) = (.infinity, -.infinity) }
        }
        let source = memory.vector(values, offset: 1)
        let target = memory.vector(count: width, offset: 5)
        let places = memory.labels([Int32](repeating: -1, count: width))
        kernels.reduction.columnExtremes(
          source.source, rows, width, isSmallest, 100, target.pointer, places.pointer)
        for j in 0..<width {
          var best = 0
          for row in 0..<rows {
            let (value, old) = (values[row * width + j], values[best * width + j])
            let isBeyond = isSmallest ? value < old : value > old
            if isBeyond || value.isNaN && !old.isNaN { best = row }
          }
          verdict.same([target[j]], [values[best * width + j]], "it is not the extreme of its column")
          verdict.expect(places.pointer[j] == Int32(100 + best * width + j), "the extreme is elsewhere")
        }
        verdict.expect(memory.guardsIntact, "it writes beyond its result")
      }
    }
  },
  Check("random.dropout") { kernels, verdict in
    for count in trickyCounts {
      for accumulate in [false, true] {
        for first in [0, 3, 1 << 20] {
          var numbers = TestNumbers(seed: UInt64(count))
          let memory = KernelMemory()
          let x = memory.vector(numbers.array(count), offset: 1)
          let y = memory.vector(count: count, offset: 5)
          let key: UInt64 = 0x0123_4567_89ab_cdef
          let threshold: UInt32 = 0x5555_5555
          let want = (0..<count).map { i in
            let kept = word(UInt32(first + i), key) >= threshold ? x[i] * 1.5 : 0
            return accumulate ? 7 + kept : kept
          }
          kernels.random.dropout(x.source, y.pointer, count, first, key, threshold, 1.5, accumulate)
          // What is added may be fused with the scale.
          verdict.compare(y.array, want.map { Double($0) }, within: Tolerance.arithmetic)
          for i in 0..<count where want[i] == (accumulate ? 7 : 0) {
            verdict.same([y[i]], [want[i]], "an element is kept that is to be dropped")
          }
          verdict.expect(memory.guardsIntact, "it writes beyond its result")
        }
      }
    }
  },
]

/// The random word of an element: two rounds of Wellons' lowbias32 with half of the key before each.
private func word(_ element: UInt32, _ key: UInt64) -> UInt32 {
  func round(_ start: UInt32) -> UInt32 {
    var x = start
    x = (x ^ (x >> 16)) &* 0x21f0_aaad
    x = (x ^ (x >> 15)) &* 0xd35a_2d97
    return x ^ (x >> 15)
  }
  return round(round(element &+ UInt32(truncatingIfNeeded: key)) ^ UInt32(truncatingIfNeeded: key >> 32))
}
