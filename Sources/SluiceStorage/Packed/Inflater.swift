/// Unpacks "deflate" (RFC 1951), the method of gzip and of zip archives, piece by piece.
///
/// Every code is looked up in a table by as many bits as the longest code of its block has. Memory grows with what is unpacked and not yet
/// taken, and not with what a damaged file says; of what was taken no more stays than copies may reach back to.
struct Inflater {
  /// What comes next.
  private enum State {
    /// The head of a block.
    case head
    /// So many bytes of a block that is stored as it is.
    case stored(Int)
    /// Bytes and copies in these codes.
    case coded(literals: HuffmanCode, distances: HuffmanCode)
    /// The last block is over.
    case ended
  }

  /// How far back a copy may reach.
  private static let reach = 1 << 15

  /// Replaces a block by what comes next of the packed bytes: how many, 0 at the end, or a negated error number.
  private let read: (inout [UInt8]) -> Int
  private var input: [UInt8]
  private var next = 0
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var output: [UInt8] = []
  /// How much of the output was taken.
  private var taken = 0
  private var state = State.head
  private var isLast = false
  /// Whether `read` has said that there is no more.
  private var hasEnded = false
  /// Whether the packed bytes ended too early, where unpacking has failed.
  private(set) var isCut = false
  /// The system's error, where reading has failed.
  private(set) var failure: Int32?

  /// - Parameters:
  ///   - beginning: the first of the packed bytes.
  ///   - read: what follows them.
  init(beginning: [UInt8], _ read: @escaping (inout [UInt8]) -> Int = { _ in 0 }) {
    input = beginning
    self.read = read
  }

  /// The unpacked bytes, or nil if `input` is damaged or unpacks to more than `limit` bytes.
  ///
  /// - Parameter enough: how many bytes are wanted; what follows them is not unpacked.
  static func unpack(_ input: [UInt8], limit: Int, enough: Int = .max) -> [UInt8]? {
    var inflater = Inflater(beginning: input)
    let wanted = min(enough, limit < .max ? limit + 1 : limit)
    guard inflater.produce(wanted), inflater.output.count <= limit else { return nil }
    return inflater.output
  }

  /// Whether all blocks are unpacked.
  var isOver: Bool { if case .ended = state { true } else { false } }

  /// How many unpacked bytes were not taken yet.
  private var waiting: Int { output.count - taken }

  /// Replaces `block` by the next unpacked bytes, about `count` of them; none at the end.
  ///
  /// - Returns: false for packed bytes that are damaged or cut.
  mutating func take(_ count: Int, into block: inout [UInt8]) -> Bool {
    block.removeAll(keepingCapacity: true)
    guard produce(count) else { return false }
    block.append(contentsOf: output[taken...])
    let kept = min(output.count, Self.reach)
    output.removeFirst(output.count - kept)
    taken = kept
    return true
  }

  /// Begins anew with what follows, which is another stream: copies cannot reach into the one before.
  mutating func begin() {
    output.removeAll(keepingCapacity: true)
    taken = 0
    state = .head
    isLast = false
  }

  /// Unpacks until so many bytes wait, or all is unpacked.
  private mutating func produce(_ count: Int) -> Bool {
    while waiting < count {
      switch state {
      case .ended: return true
      case .head: guard readHead() else { return false }
      case .stored(let left): guard copyStored(left, count) else { return false }
      case .coded(let literals, let distances):
        guard readCoded(literals, distances, count) else { return false }
      }
    }
    return true
  }

  // MARK: Bits

  private mutating func fill() {
    while bitCount <= 48 {
      if next == input.count, !refill() { return }
      bits |= UInt64(input[next]) << UInt64(bitCount)
      next += 1
      bitCount += 8
    }
  }

  private mutating func refill() -> Bool {
    if hasEnded { return false }
    next = 0
    let count = read(&input)
    if count < 0 { failure = Int32(-count) }
    hasEnded = count <= 0
    if hasEnded { input.removeAll() }
    return !hasEnded
  }

  /// The next bits as a number, the first the lowest; nil at the end.
  mutating func take(_ count: Int) -> Int? {
    fill()
    guard bitCount >= count else {
      isCut = true
      return nil
    }
    defer {
      bits >>= UInt64(count)
      bitCount -= count
    }
    return Int(bits & (1 << UInt64(count) - 1))
  }

  /// Goes to the next whole byte.
  mutating func align() { _ = take(bitCount % 8) }

  /// Whether no packed byte is left.
  mutating func isAtEnd() -> Bool {
    fill()
    return bitCount == 0
  }

  // MARK: Blocks

  private mutating func readHead() -> Bool {
    if isLast {
      state = .ended
      return true
    }
    guard let last = take(1), let kind = take(2) else { return false }
    isLast = last == 1
    switch kind {
    case 0:
      align()
      guard let length = take(16), let complement = take(16), length ^ 0xFFFF == complement else {
        return false
      }
      state = .stored(length)
    case 1: state = .coded(literals: Self.fixedLiterals, distances: Self.fixedDistances)
    case 2:
      guard let codes = readCodes() else { return false }
      state = .coded(literals: codes.literals, distances: codes.distances)
    default: return false
    }
    return true
  }

  private mutating func copyStored(_ left: Int, _ wanted: Int) -> Bool {
    var left = left
    while left > 0, waiting < wanted {
      guard let byte = take(8) else { return false }
      output.append(UInt8(byte))
      left -= 1
    }
    state = left > 0 ? .stored(left) : .head
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

  /// Bytes and copies of earlier bytes, up to the mark of the block's end or until enough wait.
  private mutating func readCoded(_ literals: HuffmanCode, _ distances: HuffmanCode, _ wanted: Int) -> Bool {
    while waiting < wanted {
      guard let symbol = decode(literals) else { return false }
      if symbol == 256 {
        state = .head
        return true
      }
      if symbol < 256 {
        output.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBase.count, let moreLength = take(Self.lengthBits[symbol - 257]),
        let place = decode(distances), place < Self.distanceBase.count,
        let moreDistance = take(Self.distanceBits[place])
      else { return false }
      let length = Self.lengthBase[symbol - 257] + moreLength
      let distance = Self.distanceBase[place] + moreDistance
      guard distance <= output.count else { return false }
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
    guard length > 0, length <= bitCount else {
      isCut = isCut || length > bitCount || bitCount < code.longest
      return nil
    }
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
