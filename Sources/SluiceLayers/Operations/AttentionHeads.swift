import SluiceCore

/// One pass over the heads of all sequences, as the threads share it.
struct AttentionHeads: Sendable {
  let engine: Engine
  let blocks: AttentionBlocks
  let offsets: Indices
  /// The columns of a head.
  let size: Int
  let probability: Float
  let key: UInt64
  let parts: Int
  /// Queries, keys and values: [n, 3 · heads · size].
  let x: Matrix
  /// The result, or on the way back its gradient: [n, heads · size].
  let y: Matrix
  let scratch: Floats
  /// The weights of all heads; nil where they are not kept.
  var weights: Floats?
  /// The gradient of x, on the way back, and whether to add to what it holds.
  var dx: Matrix?
  var accumulates = false

  init(
    engine: Engine, blocks: AttentionBlocks, offsets: Indices, size: Int, probability: Float, key: UInt64,
    parts: Int, x: Floats, y: Floats, scratch: Floats
  ) {
    self.engine = engine
    self.blocks = blocks
    self.offsets = offsets
    self.size = size
    self.probability = probability
    self.key = key
    self.parts = parts
    self.scratch = scratch
    let rows = Int(offsets[offsets.count - 1])
    let width = blocks.heads * size
    self.x = Matrix(x, rows: rows, columns: 3 * width)
    self.y = Matrix(y, rows: rows, columns: width)
  }

  /// A head of a sequence.
  struct Head {
    /// The rows of the sequence.
    let rows: Range<Int>
    /// Where the head's columns begin.
    let column: Int
    /// Where its weights begin among those of all heads.
    let start: Int
    /// The part's scratch memory.
    let scratch: Floats
  }

  /// A matrix of the rows of x with other floats.
  func matrix(_ floats: Floats, columns: Int) -> Matrix {
    Matrix(floats, rows: x.rows, columns: columns * blocks.heads * size)
  }

  /// Calls `body` for every head of a part. The weights before a head, as a share of all, say which part it is in, so parts
  /// have about equal work.
  func forEach(of part: Int, _ body: (borrowing AttentionHeads, Head) -> Void) {
    let total = max(blocks.floats(offsets), 1)
    let each = scratch.count / parts
    let scratch = scratch[part * each..<(part + 1) * each]
    var start = 0
    for sequence in 1..<max(offsets.count, 1) {
      let rows = Int(offsets[sequence - 1])..<Int(offsets[sequence])
      let floats = blocks.floats(rows.count)
      for head in 0..<blocks.heads {
        if !rows.isEmpty, start * parts / total == part {
          body(self, Head(rows: rows, column: head * size, start: start, scratch: scratch))
        }
        start += floats
      }
    }
  }

  /// The part of a matrix that belongs to a head: its queries are `kind` 0, its keys 1, its values 2.
  private func view(_ matrix: Matrix, _ head: Head, kind: Int = 0) -> Matrix {
    let column = kind * blocks.heads * size + head.column
    return matrix[rows: head.rows][columns: column..<column + size]
  }

  private func block(_ floats: Floats, _ rows: Range<Int>, _ seen: Int) -> Matrix {
    Matrix(floats, rows: rows.count, columns: seen)
  }

  /// The factor of the scores, which keeps their variance from growing with the columns.
  private var scale: Float { 1 / Float(size).squareRoot() }

  private func drop(_ source: Floats, into target: Floats, first: Int) {
    engine.dropout(
      source, into: target, key: key, threshold: UInt32(Double(probability) * 0x1p32),
      scale: 1 / (1 - probability), accumulate: false, first: first)
  }

  func forward(_ head: Head) {
    let length = head.rows.count
    let (q, k, v) = (view(x, head, kind: 0), view(x, head, kind: 1), view(x, head, kind: 2))
    let y = view(y, head)
    for i in 0..<blocks.count(length) {
      let (rows, seen) = (blocks.rows(i, length), blocks.seen(i, length))
      let first = head.start + blocks.offset(i, length)
      let floats = rows.count * seen
      let shares = weights.map { $0[first..<first + floats] } ?? head.scratch[0..<floats]
      engine.multiply(
        q[rows: rows], k[rows: 0..<seen].transposed, into: block(shares, rows, seen), on: .caller)
      engine.scale(shares, by: scale, into: shares)
      if blocks.isCausal {
        engine.causalSoftmax(shares, width: seen, first: rows.lowerBound)
      } else {
        engine.softmax(shares, width: seen, into: shares)
      }
      var used = shares
      if probability > 0 {
        used = head.scratch[0..<floats]
        drop(shares, into: used, first: first)
      }
      engine.multiply(block(used, rows, seen), v[rows: 0..<seen], into: y[rows: rows], on: .caller)
    }
  }

  /// Goes from the last block, which sees every row, to the first: so the first to reach a key or a value writes it.
  func backward(_ head: Head) {
    guard let dx, let weights else { return }
    let length = head.rows.count
    let (q, k, v) = (view(x, head, kind: 0), view(x, head, kind: 1), view(x, head, kind: 2))
    let (dq, dk, dv) = (view(dx, head, kind: 0), view(dx, head, kind: 1), view(dx, head, kind: 2))
    let last = blocks.count(length) - 1
    var i = last
    while i >= 0 {
      let (rows, seen) = (blocks.rows(i, length), blocks.seen(i, length))
      let first = head.start + blocks.offset(i, length)
      let floats = rows.count * seen
      let shares = weights[first..<first + floats]
      let slopes = head.scratch[0..<floats]
      let dy = view(y, head)[rows: rows]
      let adds = accumulates || i < last
      if probability > 0 { drop(shares, into: slopes, first: first) }
      engine.multiply(
        block(probability > 0 ? slopes : shares, rows, seen).transposed, dy, into: dv[rows: 0..<seen],
        accumulate: adds, on: .caller)
      engine.multiply(dy, v[rows: 0..<seen].transposed, into: block(slopes, rows, seen), on: .caller)
      if probability > 0 { drop(slopes, into: slopes, first: first) }
      engine.softmaxGradient(shares, slopes, width: seen, into: slopes, accumulate: false)
      engine.scale(slopes, by: scale, into: slopes)
      engine.multiply(
        block(slopes, rows, seen), k[rows: 0..<seen], into: dq[rows: rows], accumulate: accumulates,
        on: .caller)
      engine.multiply(
        block(slopes, rows, seen).transposed, q[rows: rows], into: dk[rows: 0..<seen], accumulate: adds,
        on: .caller)
      i -= 1
    }
  }
}
