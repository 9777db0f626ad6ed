import KernelInterface

var normalizationKernels: NormalizationKernels {
  NormalizationKernels(
    normalize: normalizeRows, scale: scaleRows, backward: normalizeRowsBackward, columnDots: columnDots)
}

/// Each row less its mean, times 1 / √(variance + epsilon).
///
/// Means are taken of differences, from the first element and then from the mean so found, which corrects it: equal
/// elements become exactly 0, and a mean far above the deviation costs no digits.
///
/// In these loops whole lanes and the rest are apart: in one loop the compiler would compute some lanes by quarters.
func normalizeRows(
  _ x: Target, _ stride: Int, _ inverses: Target, _ rows: Int, _ width: Int, _ epsilon: Float
) {
  if width == 0 { return inverses.update(repeating: 1 / epsilon.squareRoot(), count: rows) }
  let share = 1 / Float(width)
  for row in 0..<rows {
    let p = x + row * stride
    let moments = centeredMoments(p, width, share)
    let variance = moments.squares * share
    if !(variance < .infinity) {
      // The sums overflowed, or the row holds what is not finite.
      inverses[row] = normalizeLargeRow(p, width, share, epsilon)
    } else {
      let inverse = 1 / (variance + epsilon).squareRoot()
      inverses[row] = inverse
      centerRow(p, width, moments, inverse)
    }
  }
}

/// The mean of a row in two parts, and the sum of the squared differences from it.
private struct Moments {
  /// The mean as one float, and what is missing from it.
  var mean: Float
  var rest: Float
  var squares: Float
}

@inline(__always)
private func centeredMoments(_ p: Target, _ width: Int, _ share: Float) -> Moments {
  let first = p[0]
  let origin = Lane(repeating: first)
  // Two lanes add in turn, which halves the error of a long row and what an addition waits for the one before.
  var sum0 = Lane(repeating: 0)
  var sum1 = Lane(repeating: 0)
  var j = 0
  while j + laneWidth <= width {
    (sum0, sum1) = (sum1, sum0 + (load(p + j) - origin))
    j += laneWidth
  }
  if j < width { sum0 += loadPart(Source(p + j), width - j, padding: first) - origin }
  let average = first + laneSum(sum0 + sum1) * share
  let mean = Lane(repeating: average)
  // The elements that pad the last lane equal the mean, so that they add nothing.
  sum0 = Lane(repeating: 0)
  sum1 = Lane(repeating: 0)
  var squares0 = Lane(repeating: 0)
  var squares1 = Lane(repeating: 0)
  j = 0
  while j + laneWidth <= width {
    let d = load(p + j) - mean
    (sum0, sum1) = (sum1, sum0 + d)
    (squares0, squares1) = (squares1, multiplyAdd(d, d, squares0))
    j += laneWidth
  }
  if j < width {
    let d = loadPart(Source(p + j), width - j, padding: average) - mean
    sum0 += d
    squares0 = multiplyAdd(d, d, squares0)
  }
  // The differences from the corrected mean have these squares (Chan, Golub and LeVeque 1983).
  let total = laneSum(sum0 + sum1)
  let rest = total * share
  let corrected = laneSum(squares0 + squares1) - total * rest
  // Written so that NaN stays.
  return Moments(mean: average, rest: rest, squares: corrected < 0 ? 0 : corrected)
}

@inline(__always)
private func centerRow(_ p: Target, _ width: Int, _ moments: Moments, _ factor: Float) {
  let mean = Lane(repeating: moments.mean)
  let rest = Lane(repeating: moments.rest)
  let factor = Lane(repeating: factor)
  var j = 0
  while j + laneWidth <= width {
    store(((load(p + j) - mean) - rest) * factor, p + j)
    j += laneWidth
  }
  if j < width {
    let left = width - j
    storePart(((loadPart(Source(p + j), left) - mean) - rest) * factor, p + j, left)
  }
}

/// The same for a row whose differences or squares overflow: it is brought down by a power of two first, to a size
/// at which the squares of any row can be added. Returns the factor of the row as it was.
@inline(never)
private func normalizeLargeRow(_ p: Target, _ width: Int, _ share: Float, _ epsilon: Float) -> Float {
  let scale: Float = 0x1p-88
  scaleKernel(Source(p), scale, p, width)
  let moments = centeredMoments(p, width, share)
  let variance = Double(moments.squares * share) / (Double(scale) * Double(scale))
  let inverse = 1 / (variance + Double(epsilon)).squareRoot()
  // At most 1 / √epsilon · 2^88: finite.
  centerRow(p, width, moments, Float(inverse / Double(scale)))
  return Float(inverse)
}

func scaleRows(
  _ x: Source, _ stride: Int, _ gain: Source, _ bias: Source?, _ y: Target, _ yStride: Int, _ rows: Int,
  _ width: Int, _ accumulate: Bool
) {
  for row in 0..<rows {
    let p = x + row * stride
    let q = y + row * yStride
    var j = 0
    while j < width {
      let left = width - j
      var start = accumulate ? loadNext(q + j, left) : Lane(repeating: 0)
      if let bias { start += loadNext(bias + j, left) }
      storeNext(multiplyAdd(loadNext(p + j, left), loadNext(gain + j, left), start), q + j, left)
      j += laneWidth
    }
  }
}

/// dx = (g - mean(g) - n mean(g n)) · inverse, where g = gain · dy and n are the normalized rows.
///
/// The sums are taken of the differences of g from its first element. As n adds up to 0 that changes the second by
/// its rounding alone, and equal elements of g give exactly 0.
func normalizeRowsBackward(
  _ dy: Source, _ dyStride: Int, _ normalized: Source, _ stride: Int, _ gain: Source, _ inverses: Source,
  _ dx: Target, _ dxStride: Int, _ rows: Int, _ width: Int, _ accumulate: Bool
) {
  if width == 0 { return }
  let share = 1 / Float(width)
  for row in 0..<rows {
    let d = dy + row * dyStride
    let n = normalized + row * stride
    let target = dx + row * dxStride
    let first = d[0] * gain[0]
    let origin = Lane(repeating: first)
    var sum0 = Lane(repeating: 0)
    var sum1 = Lane(repeating: 0)
    var dot0 = Lane(repeating: 0)
    var dot1 = Lane(repeating: 0)
    var j = 0
    while j + laneWidth <= width {
      let g = load(d + j) * load(gain + j) - origin
      (sum0, sum1) = (sum1, sum0 + g)
      (dot0, dot1) = (dot1, multiplyAdd(g, load(n + j), dot0))
      j += laneWidth
    }
    if j < width {
      // Padded so that the differences of the padding are 0.
      let left = width - j
      let g = loadPart(d + j, left, padding: d[0]) * loadPart(gain + j, left, padding: gain[0]) - origin
      sum0 += g
      dot0 = multiplyAdd(g, loadPart(n + j, left), dot0)
    }
    let mean = Lane(repeating: first + laneSum(sum0 + sum1) * share)
    let slope = Lane(repeating: laneSum(dot0 + dot1) * share)
    let factor = Lane(repeating: inverses[row])
    j = 0
    while j + laneWidth <= width {
      let g = load(d + j) * load(gain + j)
      let value = (g - mean - load(n + j) * slope) * factor
      store(accumulate ? load(target + j) + value : value, target + j)
      j += laneWidth
    }
    if j < width {
      let left = width - j
      let g = loadPart(d + j, left) * loadPart(gain + j, left)
      let value = (g - mean - loadPart(n + j, left) * slope) * factor
      storePart(accumulate ? loadPart(Source(target + j), left) + value : value, target + j, left)
    }
  }
}

func columnDots(
  _ a: Source, _ aStride: Int, _ b: Source, _ bStride: Int, _ y: Target, _ rows: Int, _ width: Int,
  _ accumulate: Bool
) {
  var j = 0
  while j < width {
    let left = width - j
    var p = a + j
    var q = b + j
    var sum = accumulate ? loadNext(y + j, left) : Lane(repeating: 0)
    for _ in 0..<rows {
      sum = multiplyAdd(loadNext(p, left), loadNext(q, left), sum)
      p += aStride
      q += bStride
    }
    storeNext(sum, y + j, left)
    j += laneWidth
  }
}
