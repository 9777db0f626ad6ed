import Foundation

/// Attention as its definition reads, row by row in double precision.
///
/// - Parameters:
///   - x: the queries, keys and values of all rows: [n, 3 · heads · size].
///   - lengths: of the sequences.
/// - Returns: [n, heads · size].
func readableAttention(_ x: [Float], lengths: [Int], heads: Int, size: Int, isCausal: Bool) -> [Double] {
  let width = heads * size
  func element(_ row: Int, _ kind: Int, _ head: Int, _ i: Int) -> Double {
    Double(x[row * 3 * width + kind * width + head * size + i])
  }
  var y = [Double](repeating: 0, count: x.count / 3)
  var start = 0
  for length in lengths {
    for head in 0..<heads {
      for row in 0..<length {
        let seen = isCausal ? row + 1 : length
        let scores = (0..<seen).map { other in
          (0..<size).reduce(0) {
            $0 + element(start + row, 0, head, $1) * element(start + other, 1, head, $1)
          }
            / Double(size).squareRoot()
        }
        let largest = scores.max() ?? 0
        let shares = scores.map { exp($0 - largest) }
        let total = shares.reduce(0, +)
        for i in 0..<size {
          y[(start + row) * width + head * size + i] =
            (0..<seen).reduce(0) { $0 + shares[$1] * element(start + $1, 2, head, i) } / total
        }
      }
    }
    start += length
  }
  return y
}
