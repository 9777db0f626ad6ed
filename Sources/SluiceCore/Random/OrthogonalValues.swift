/// Fills a block of memory with an orthonormal matrix drawn evenly from all of them: the orthogonal factor of a matrix of
/// normal numbers, with the signs that make the diagonal of the triangular one positive (Mezzadri 2007).
///
/// The vectors that are made orthonormal are the shorter side: rows, or columns where there are fewer of them.
struct OrthogonalValues {
  let rows: Int
  let columns: Int
  /// How many vectors there are, and the elements of each.
  private var count: Int { min(rows, columns) }
  private var length: Int { max(rows, columns) }

  /// Up to so many multiplications one vector after the other is the faster way, and seeds of small models have been
  /// used with its last bits.
  static let directLimit = 1 << 24
  /// The vectors that are taken off the others together.
  static let panel = 32

  /// Writes the values, row-major. They depend on `random` alone, not on the number of threads.
  ///
  /// - Complexity: O(count² · length), above `directLimit` as products of matrices; then with as much memory again.
  func fill(_ values: Floats, random: CounterRandom, engine: Engine) {
    if count * count * length <= Self.directLimit {
      fillDirectly(values, random)
    } else {
      fillInPanels(values, random, engine)
    }
  }

  // MARK: One vector after the other

  /// Gram and Schmidt in double precision, twice for accuracy.
  private func fillDirectly(_ values: Floats, _ random: CounterRandom) {
    var vectors = (0..<count).map { i in
      (0..<length).map { Double(random.normal(UInt64(i * length + $0))) }
    }
    for i in 0..<count {
      for _ in 0..<2 {
        for j in 0..<i {
          var dot = 0.0
          for k in 0..<length { dot += vectors[i][k] * vectors[j][k] }
          for k in 0..<length { vectors[i][k] -= dot * vectors[j][k] }
        }
        let norm = vectors[i].reduce(0) { $0 + $1 * $1 }.squareRoot()
        for k in 0..<length { vectors[i][k] /= norm }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        values[row * columns + column] =
          Float(rows <= columns ? vectors[row][column] : vectors[column][row])
      }
    }
  }

  // MARK: Panels

  /// Householder reflections in blocks (Schreiber and Van Loan 1989), as products of the engine.
  ///
  /// With the vectors as rows of W, reflections from the right make it triangular: W · H₁ · … · H_k = [L 0], so that
  /// W = L · Q with Q the first k rows of H_k · … · H₁. A panel of them is H₁ · … · H_b = I − Vᵀ · T · V with the
  /// reflections' vectors as rows of V and T upper triangular. V takes the place of W, of which nothing else is needed
  /// but the signs of L's diagonal: row i of Q times the sign of L[i, i] is the answer.
  func fillInPanels(_ values: Floats, _ random: CounterRandom, _ engine: Engine) {
    let arena = Arena<Float>(
      capacity: count * length + (2 * count + 2 * Self.panel) * Self.panel + 8 * Arena.alignment,
      named: "orthogonal values")
    let w = Matrix(arena[arena.allocate(count * length)], rows: count, columns: length)
    drawNormal(w, random, engine)
    let first = arena[arena.allocate(count * Self.panel)]
    let second = arena[arena.allocate(count * Self.panel)]
    let triangle = arena[arena.allocate(Self.panel * Self.panel)]
    let products = arena[arena.allocate(Self.panel * Self.panel)]
    var scales = [Double](repeating: 0, count: count)
    var signs = [Float](repeating: 1, count: count)

    /// Multiplies some rows by a panel's reflections, or by the same in the other order.
    func reflect(_ target: Matrix, _ v: Matrix, _ t: Matrix) {
      if target.rows == 0 { return }
      let sums = Matrix(first[0..<target.rows * v.rows], rows: target.rows, columns: v.rows)
      let steps = Matrix(second[0..<target.rows * v.rows], rows: target.rows, columns: v.rows)
      engine.multiply(target, v.transposed, into: sums)
      engine.multiply(sums, t, into: steps)
      engine.multiply(steps, v, into: target, accumulate: true)
    }

    let starts = Array(stride(from: 0, to: count, by: Self.panel))
    for start in starts {
      let end = min(start + Self.panel, count)
      reduce(w, start..<end, &scales, &signs, first, engine)
      let v = w[rows: start..<end][columns: start..<length]
      let t = negatedTriangle(v, scales[start..<end], triangle, products, engine)
      reflect(w[rows: end..<count][columns: start..<length], v, t)
    }

    // The first rows of all reflections' product, from the identity and the last panel on: what a panel before it can
    // still change is to the right of and below its first element.
    let q =
      rows <= columns
      ? Matrix(values, rows: rows, columns: columns)
      : Matrix(values, rows: rows, columns: columns).transposed
    values.fill(0)
    for i in 0..<count { q[i, i] = 1 }
    for start in starts.reversed() {
      let end = min(start + Self.panel, count)
      let v = w[rows: start..<end][columns: start..<length]
      let t = negatedTriangle(v, scales[start..<end], triangle, products, engine)
      reflect(q[rows: start..<count][columns: start..<length], v, t.transposed)
    }
    for i in 0..<count where signs[i] < 0 {
      for k in 0..<length { q[i, k] = -q[i, k] }
    }
  }

  private struct Drawing: Sendable {
    let target: Matrix
    let random: CounterRandom
  }

  private func drawNormal(_ target: Matrix, _ random: CounterRandom, _ engine: Engine) {
    engine.workers.run(target.rows, Drawing(target: target, random: random)) { drawing, row in
      let floats = drawing.target[rows: row..<row + 1].floats
      let length = drawing.target.columns
      for k in 0..<length { floats[k] = drawing.random.normal(UInt64(row * length + k)) }
    }
  }

  /// Makes the rows of a panel triangular: each reflection takes its row to a multiple of a unit vector and is applied to
  /// the rows of the panel below. Leaves the reflections' vectors in place of the rows, zero before their own element,
  /// which is 1.
  private func reduce(
    _ w: Matrix, _ panel: Range<Int>, _ scales: inout [Double], _ signs: inout [Float], _ room: Floats,
    _ engine: Engine
  ) {
    let length = w.columns
    for i in panel {
      let row = w[rows: i..<i + 1][columns: i..<length]
      let x = row.floats[0..<length - i]
      let own = Double(x[0])
      // Squares of normal numbers neither overflow nor vanish.
      let norm = sumOfSquares(x).squareRoot()
      let diagonal = own < 0 ? norm : -norm
      signs[i] = diagonal < 0 ? -1 : 1
      if norm > 0 { engine.scale(x, by: Float(1 / (own - diagonal)), into: x) }
      x[0] = 1
      // Of the vector as it is now, rounded, so that the reflection is one to the last bits. A row of zeros needs none.
      scales[i] = norm > 0 ? 2 / sumOfSquares(x) : 0
      let below = w[rows: i + 1..<panel.upperBound][columns: i..<length]
      if below.rows == 0 { continue }
      let sums = Matrix(room[0..<below.rows], rows: below.rows, columns: 1)
      engine.multiply(below, row.transposed, into: sums)
      for j in 0..<below.rows { room[j] *= Float(-scales[i]) }
      engine.multiply(sums, row, into: below, accumulate: true)
    }
    for i in panel {
      for k in panel.lowerBound..<i { w[i, k] = 0 }
    }
  }

  private func sumOfSquares(_ x: Floats) -> Double {
    var sum = 0.0
    for k in 0..<x.count { sum += Double(x[k]) * Double(x[k]) }
    return sum
  }

  /// −T of a panel: T[i, i] = τ_i, and above it −T · (V · v_i) · τ_i, column by column.
  private func negatedTriangle(
    _ v: Matrix, _ scales: ArraySlice<Double>, _ room: Floats, _ products: Floats, _ engine: Engine
  ) -> Matrix {
    let size = v.rows
    let gram = Matrix(products[0..<size * size], rows: size, columns: size)
    engine.multiply(v, v.transposed, into: gram)
    var t = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      let scale = scales[scales.startIndex + i]
      for row in 0..<i {
        var sum = 0.0
        for k in row..<i { sum += t[row * size + k] * Double(gram[k, i]) }
        t[row * size + i] = -scale * sum
      }
      t[i * size + i] = scale
    }
    for i in 0..<size * size { room[i] = Float(-t[i]) }
    return Matrix(room[0..<size * size], rows: size, columns: size)
  }
}
