/// A code of symbols by the lengths of their bits, shorter ones first and of equal ones the first symbol first.
struct HuffmanCode {
  /// The bits of the longest code.
  let longest: Int
  /// For the next bits, the first the lowest: the symbol times 16 and the bits of its code, which are 0 for no code.
  let table: [UInt16]

  /// Nil for lengths that no code can have.
  init?(lengths: [Int]) {
    longest = max(lengths.max() ?? 0, 1)
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths where length > 0 { counts[length] += 1 }
    var code = 0
    var nextCode = [Int](repeating: 0, count: 16)
    for length in 1...15 {
      code = (code + counts[length - 1]) << 1
      nextCode[length] = code
      guard code + counts[length] <= 1 << length else { return nil }
    }
    var table = [UInt16](repeating: 0, count: 1 << longest)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      var rest = nextCode[length]
      nextCode[length] += 1
      // The bits of a code come with the highest first.
      var start = 0
      for _ in 0..<length {
        start = start << 1 | rest & 1
        rest >>= 1
      }
      for place in stride(from: start, to: table.count, by: 1 << length) {
        table[place] = UInt16(symbol << 4 | length)
      }
    }
    self.table = table
  }
}
