/// Strings of twenty letters with a motif of three somewhere, which decides: two pairs of motifs have the same letters in another order.
enum Motifs {
  static let symbols = 20
  static let classes = 5
  private static let motifs: [[Int32]] = [[0, 1, 2], [2, 1, 0], [3, 4, 5], [5, 4, 3], [6, 7, 8]]

  static func sequence(of label: Int, length: Int, _ data: DataSetup, _ draw: inout Draw) -> [Int32] {
    // The letters of motifs are rare elsewhere.
    var sequence = (0..<length).map { _ in
      Int32(draw.uniform() < 0.06 ? draw.below(9) : 9 + draw.below(symbols - 9))
    }
    let start = data.firstDecides ? 0 : draw.below(length - 2)
    sequence.replaceSubrange(start..<start + 3, with: motifs[label])
    return sequence
  }
}
