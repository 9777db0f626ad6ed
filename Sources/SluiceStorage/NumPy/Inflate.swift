/// Unpacks the bytes of a zip archive's method 8, "deflate" (RFC 1951).
///
/// Every code is looked up in a table by as many bits as the longest code of its block has. Output is appended, so memory grows
/// with what is really there and not with what a damaged file says.
struct Inflate {
  private let input: [UInt8]
  private let limit: Int
  private let enough: Int
  private var next = 0
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  /// The unpacked bytes, or nil if `input` is damaged or unpacks to more than `limit` bytes.
  ///
  /// - Parameter enough: how many bytes are wanted; what follows them is not unpacked.
  static func unpack(_ input: [UInt8], limit: Int, enough: Int = .max) -> [UInt8]? {
    var inflate = Inflate(input: input, limit: limit, enough: enough)
    return inflate.run() ? inflate.output : nil
  }

  private init(input: [UInt8], limit: Int, enough: Int) {
    self.input = input
    self.limit = limit
    self.enough = enough
  }

  private mutating func run() -> Bool {
    var isLast = false
    while !isLast, output.count < enough {
      guard let last = take(1), let kind = take(2) else { return false }
      isLast = last == 1
      switch kind {
      case 0: guard copyStored() else { return false }
      case 1: guard readBlock(Self.fixedLiterals, Self.fixedDistances) else { return false }
      case 2:
        guard let codes = readCodes(), readBlock(codes.literals, codes.distances) else { return false }
      default: return false
      }
    }
    return true
  }

  // MARK: Bits

  private mutating func fill() {
    while bitCount <= 48, next < input.count {
      bits |= UInt64(input[next]) << UInt64(bitCount)
      next += 1
      bitCount += 8
    }
  }

  /// The next bits as a number, the first the lowest; nil at the end.
  private mutating func take(_ count: Int) -> Int? {
    fill()
    guard bitCount >= count else { return nil }
    defer {
      bits >>= UInt64(count)
      bitCount -= count
    }
    return Int(bits & (1 << UInt64(count) - 1))
  }

  // MARK: Blocks

  private mutating func copyStored() -> Bool {
    guard take(bitCount % 8) != nil, let length = take(16), let complement = take(16),
      length ^ 0xFFFF == complement
    else { return false }
    for _ in 0..<length {
      guard output.count < limit, let byte = take(8) else { return false }
      output.append(UInt8(byte))
    }
    return true
  }

  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
    227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1_025, 1_537, 2_049, 3_073,
    4_097,
    6_145, 8_193, 12_289, 16_385, 24_577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]

  /// Bytes and copies of earlier bytes, up to the mark of the block's end.
  private mutating func readBlock(_ literals: HuffmanCode, _ distances: HuffmanCode) -> Bool {
    while output.count < enough {
      guard let symbol = decode(literals) else { return false }
      if symbol == 256 { return true }
      if symbol < 256 {
        guard output.count < limit else { return false }
        output.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBase.count, let moreLength = take(Self.lengthBits[symbol - 257]),
        let place = decode(distances), place < Self.distanceBase.count,
        let moreDistance = take(Self.distanceBits[place])
      else { return false }
      let length = Self.lengthBase[symbol - 257] + moreLength
      let distance = Self.distanceBase[place] + moreDistance
      guard distance <= output.count, length <= limit - output.count else { return false }
      let start = output.count - distance
      // What is copied may reach into itself.
      for i in 0..<length { output.append(output[start + i]) }
    }
    return true
  }

  // MARK: Codes

  private static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })!
  private static let fixedDistances = HuffmanCode(lengths: Array(repeating: 5, count: 30))!

  private mutating func decode(_ code: HuffmanCode) -> Int? {
    fill()
    let entry = code.table[Int(bits & (1 << UInt64(code.longest) - 1))]
    let length = Int(entry & 15)
    guard length > 0, length <= bitCount else { return nil }
    bits >>= UInt64(length)
    bitCount -= length
    return Int(entry >> 4)
  }

  /// The codes of a block that has its own, whose lengths are coded themselves.
  private mutating func readCodes() -> (literals: HuffmanCode, distances: HuffmanCode)? {
    guard let literals = take(5), let distances = take(5), let count = take(4), literals <= 29,
      distances <= 29
    else { return nil }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var small = [Int](repeating: 0, count: 19)
    for place in order.prefix(count + 4) {
      guard let length = take(3) else { return nil }
      small[place] = length
    }
    guard let code = HuffmanCode(lengths: small) else { return nil }
    let total = literals + 257 + distances + 1
    var lengths: [Int] = []
    while lengths.count < total {
      guard let symbol = decode(code) else { return nil }
      var (value, times) = (0, 1)
      switch symbol {
      case 16:
        guard let last = lengths.last, let more = take(2) else { return nil }
        (value, times) = (last, 3 + more)
      case 17:
        guard let more = take(3) else { return nil }
        times = 3 + more
      case 18:
        guard let more = take(7) else { return nil }
        times = 11 + more
      default: value = symbol
      }
      guard lengths.count + times <= total else { return nil }
      lengths += Array(repeating: value, count: times)
    }
    guard lengths[256] > 0, let first = HuffmanCode(lengths: Array(lengths[..<(literals + 257)])),
      let second = HuffmanCode(lengths: Array(lengths[(literals + 257)...]))
    else { return nil }
    return (first, second)
  }
}

/// A code of symbols by the lengths of their bits, shorter ones first and of equal ones the first symbol first.
private struct HuffmanCode {
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
