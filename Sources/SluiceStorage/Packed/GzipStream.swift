/// Unpacks gzip (RFC 1952) as it is read: members one after the other, of which each checksum and length is compared.
package struct GzipStream {
  /// What is wrong with the packed bytes.
  package enum Problem: Error, Equatable, Sendable {
    /// They begin like gzip and go on as no program writes it.
    case notGzip
    /// They end before a member does.
    case cut
    /// They do not unpack, or to something else than was packed.
    case damaged
    /// Something follows that is no member.
    case trailing
    /// The system could not read them.
    case system(Int32)
  }

  /// What comes next.
  private enum Place {
    case head
    case body
    case ended
  }

  /// About how many bytes are unpacked at a time.
  private static let blockSize = 1 << 15

  private var inflater: Inflater
  private var place = Place.head
  private var isFirst = true
  private var check = CRC32()
  private var length: UInt32 = 0

  /// Whether bytes begin as gzip does; two are enough to tell.
  package static func isBeginning(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// - Parameters:
  ///   - beginning: the first packed bytes.
  ///   - read: replaces a block by what follows: how many bytes, 0 at the end, or a negated error number.
  package init(beginning: [UInt8], _ read: @escaping (inout [UInt8]) -> Int) {
    inflater = Inflater(beginning: beginning, read)
  }

  /// Replaces `block` by the next bytes, at least one; by none at the end.
  package mutating func next(into block: inout [UInt8]) throws(Problem) {
    block.removeAll(keepingCapacity: true)
    while block.isEmpty {
      switch place {
      case .ended: return
      case .head: try readHead()
      case .body:
        guard inflater.take(Self.blockSize, into: &block) else { throw problem(.damaged) }
        check.update(block)
        length &+= UInt32(truncatingIfNeeded: block.count)
        if block.isEmpty { try readTail() }
      }
    }
  }

  private func problem(_ problem: Problem) -> Problem {
    if let code = inflater.failure { return .system(code) }
    return inflater.isCut ? .cut : problem
  }

  private mutating func byte() throws(Problem) -> Int {
    guard let byte = inflater.take(8) else { throw problem(.cut) }
    return byte
  }

  private mutating func readHead() throws(Problem) {
    if !isFirst {
      // Some media are filled up with zeros.
      while !inflater.isAtEnd() {
        let first = try byte()
        if first == 0 { continue }
        guard first == 0x1F, try byte() == 0x8B else { throw .trailing }
        return try readMemberHead()
      }
      if let code = inflater.failure { throw .system(code) }
      place = .ended
      return
    }
    isFirst = false
    guard try byte() == 0x1F, try byte() == 0x8B else { throw .notGzip }
    try readMemberHead()
  }

  private mutating func readMemberHead() throws(Problem) {
    guard try byte() == 8 else { throw .notGzip }
    let flags = try byte()
    guard flags & 0xE0 == 0 else { throw .notGzip }
    for _ in 0..<6 { _ = try byte() }
    if flags & 4 != 0 {
      let count = try byte() + 256 * byte()
      for _ in 0..<count { _ = try byte() }
    }
    // A name and a remark, each ended by a zero.
    for flag in [8, 16] where flags & flag != 0 { while try byte() != 0 {} }
    if flags & 2 != 0 { for _ in 0..<2 { _ = try byte() } }
    inflater.begin()
    (check, length) = (CRC32(), 0)
    place = .body
  }

  private mutating func readTail() throws(Problem) {
    inflater.align()
    var numbers: [UInt32] = [0, 0]
    for i in 0..<8 { numbers[i / 4] |= UInt32(try byte()) << UInt32(8 * (i % 4)) }
    guard numbers[0] == check.value, numbers[1] == length else { throw .damaged }
    place = .head
  }
}
