/// Words in little room, each after one that it looks like.
///
/// Of a word is said how many bytes at the end of the word before it are dropped, then those that follow, of which 255 is the end. Both are
/// coded bit by bit by how often each bit came after the same beginning of its byte and the same byte before: the binary arithmetic
/// coder of LZMA (Pavlov, "LZMA specification", 2015). Alphabetic lists of words take about a byte and a half a word.
package enum PackedWords {
  /// What no byte of UTF-8 is: the end of a word, and of a number of bytes a further part.
  private static let end = 255
  /// The context of numbers; those of bytes are the bytes before them.
  private static let number = 256
  /// More bytes of words than the largest description has are no description's.
  private static let byteLimit = 64 << 20

  /// The words as letters of `Base64`.
  package static func text(of words: [String]) -> String {
    var coder = BitEncoder()
    var chances = BitChances()
    var previous: [UInt8] = []
    for word in words {
      let bytes = Array(word.utf8)
      let shared = zip(previous, bytes).prefix { $0 == $1 }.count
      var dropped = previous.count - shared
      while dropped >= end {
        coder.append(end, number, &chances)
        dropped -= end
      }
      coder.append(dropped, number, &chances)
      var before = shared > 0 ? Int(bytes[shared - 1]) : 0
      for byte in bytes[shared...] {
        coder.append(Int(byte), before, &chances)
        before = Int(byte)
      }
      coder.append(end, before, &chances)
      previous = bytes
    }
    return "\(words.count) " + Base64.text(of: coder.finished())
  }

  /// The words of such a text; nil for any other.
  package static func words(of text: String) -> [String]? {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), count >= 0, count <= byteLimit,
      let bytes = Base64.bytes(of: String(parts[1]))
    else { return nil }
    var decoder = BitDecoder(bytes)
    var chances = BitChances()
    var words: [String] = []
    var (word, total): ([UInt8], Int) = ([], 0)
    for _ in 0..<count {
      var dropped = 0
      var part = end
      while part == end {
        part = decoder.next(number, &chances)
        dropped += part
        guard dropped <= word.count else { return nil }
      }
      word.removeLast(dropped)
      while true {
        let byte = decoder.next(word.last.map(Int.init) ?? 0, &chances)
        if byte == end { break }
        word.append(UInt8(byte))
        guard word.count <= byteLimit, !decoder.isBeyondEnd else { return nil }
      }
      total += word.count
      guard total <= byteLimit, !decoder.isBeyondEnd, let text = String(validating: word, as: UTF8.self)
      else { return nil }
      words.append(text)
    }
    return words
  }
}

/// For each context and each beginning of a byte, how likely a 0 comes next, in 4096ths.
private struct BitChances {
  private var zeros = [UInt16](repeating: 2048, count: 257 << 8)

  /// The chance of a 0 in a place, which then learns what came.
  subscript(place: Int) -> UInt32 { UInt32(zeros[place]) }

  mutating func learn(_ place: Int, _ bit: Int) {
    let chance = zeros[place]
    zeros[place] = bit == 0 ? chance + (4096 - chance) >> 4 : chance - chance >> 4
  }
}

private struct BitEncoder {
  private var bytes: [UInt8] = []
  private var low: UInt64 = 0
  private var range: UInt32 = .max
  /// The last byte, to which a carry may come, and how many of 255 follow it.
  private var held: (byte: UInt8, full: Int)?

  mutating func append(_ symbol: Int, _ context: Int, _ chances: inout BitChances) {
    var node = 1
    for shift in stride(from: 7, through: 0, by: -1) {
      let (bit, place) = (symbol >> shift & 1, context << 8 | node)
      let bound = (range >> 12) * chances[place]
      if bit == 0 {
        range = bound
      } else {
        low += UInt64(bound)
        range -= bound
      }
      chances.learn(place, bit)
      while range < 1 << 24 {
        range <<= 8
        moveOn()
      }
      node = node << 1 | bit
    }
  }

  /// The bytes of all symbols. Zeros at the end are left out: a reader finds them behind it.
  consuming func finished() -> [UInt8] {
    for _ in 0..<5 { moveOn() }
    if let held { bytes.append(held.byte) }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }

  private mutating func moveOn() {
    let (carry, byte) = (UInt8(low >> 32), UInt8(low >> 24 & 255))
    if carry == 0, byte == 255, let held {
      self.held = (held.byte, held.full + 1)
    } else {
      if let held {
        bytes.append(held.byte &+ carry)
        for _ in 0..<held.full { bytes.append(255 &+ carry) }
      }
      held = (byte, 0)
    }
    low = (low & 0xFF_FFFF) << 8
  }
}

private struct BitDecoder {
  private let bytes: [UInt8]
  private var position = 0
  private var range: UInt32 = .max
  private var code: UInt32 = 0

  /// Whether more was asked for than was written.
  var isBeyondEnd: Bool { position > bytes.count + 8 }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    for _ in 0..<4 { moveOn() }
  }

  mutating func next(_ context: Int, _ chances: inout BitChances) -> Int {
    var node = 1
    while node < 256 {
      let place = context << 8 | node
      let bound = (range >> 12) * chances[place]
      let bit = code < bound ? 0 : 1
      if bit == 0 {
        range = bound
      } else {
        code &-= bound
        range -= bound
      }
      chances.learn(place, bit)
      while range < 1 << 24 {
        range <<= 8
        moveOn()
      }
      node = node << 1 | bit
    }
    return node - 256
  }

  private mutating func moveOn() {
    code = code << 8 | UInt32(position < bytes.count ? bytes[position] : 0)
    position += 1
  }
}
