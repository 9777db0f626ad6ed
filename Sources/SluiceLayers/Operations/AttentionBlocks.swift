import SluiceCore

/// How the attention matrices of a batch lie in memory: sequence after sequence, head after head, in blocks of rows.
///
/// A block holds the weights of some rows, each as wide as what the block's last row sees. So with a causal mask the
/// blocks above the diagonal are neither computed nor stored, and what needs no memory of the whole matrix
/// takes one block at a time.
struct AttentionBlocks: Sendable, BitwiseCopyable {
  let heads: Int
  let isCausal: Bool

  /// The rows of a block: few enough to leave out nearly half of a long text's matrix, enough for a product.
  static let rows = 64

  /// The blocks of a sequence.
  func count(_ length: Int) -> Int { (length + Self.rows - 1) / Self.rows }

  /// The rows of block `i` of a sequence.
  func rows(_ i: Int, _ length: Int) -> Range<Int> {
    i * Self.rows..<min((i + 1) * Self.rows, length)
  }

  /// How many rows of the sequence the rows of block `i` see.
  func seen(_ i: Int, _ length: Int) -> Int { isCausal ? rows(i, length).upperBound : length }

  /// The floats of the blocks before block `i`.
  func offset(_ i: Int, _ length: Int) -> Int {
    isCausal ? Self.rows * Self.rows * (i * (i + 1) / 2) : i * Self.rows * length
  }

  /// The floats of one head's matrix.
  func floats(_ length: Int) -> Int {
    guard length > 0 else { return 0 }
    let last = count(length) - 1
    return offset(last, length) + rows(last, length).count * length
  }

  /// The floats of the matrices of all sequences with the given offsets.
  func floats(_ offsets: Indices) -> Int {
    var total = 0
    for i in 1..<max(offsets.count, 1) { total += heads * floats(Int(offsets[i] - offsets[i - 1])) }
    return total
  }

  /// The floats of the largest block of a sequence.
  static func largest(_ length: Int) -> Int { min(rows, length) * length }
}
