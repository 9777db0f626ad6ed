/// The members of a zip archive, as far as arrays of NumPy need it: stored or deflated, not encrypted, in one file.
///
/// Format: APPNOTE.TXT 6.3.10 of PKWARE, with the 64-bit sizes of its section 4.5.3. Nothing of the file is believed: places and
/// sizes are checked against it, and the bytes of a member against their checksum.
struct ZipArchive: Sendable {
  struct Member: Sendable, Equatable {
    var name: String
    /// 0 for stored, 8 for deflated.
    var method: Int
    var isEncrypted: Bool
    var check: UInt32
    var packedSize: Int
    var size: Int
    /// Where the header before its bytes is.
    var start: Int
  }

  let members: [Member]
  private let file: File

  static let localSignature: UInt32 = 0x0403_4B50
  static let memberSignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let end64Signature: UInt32 = 0x0606_4B50
  static let locatorSignature: UInt32 = 0x0706_4B50

  /// Reads the list of members, which stands at the end of the file.
  init(_ file: File) throws(StorageError) {
    self.file = file
    let size = try file.size()
    let tailStart = max(0, size - 65_557)
    let tail = try file.bytes(at: tailStart, count: size - tailStart)
    guard
      let end = (0...max(0, tail.count - 22)).last(where: { tail.number(at: $0, 4) == Int(Self.endSignature) }
      ),
      end + 22 <= tail.count
    else {
      throw StorageError(
        .truncated, path: file.path, expected: "a zip archive with its list of members at the end",
        found: "none", advice: "The file is incomplete: fetch it again, or make it again.")
    }
    var (count, length, start) = (
      tail.number(at: end + 10, 2)!, tail.number(at: end + 12, 4)!, tail.number(at: end + 16, 4)!
    )
    if end >= 20, tail.number(at: end - 20, 4) == Int(Self.locatorSignature),
      let place = tail.number(at: end - 12, 8)
    {
      guard place <= size - 56 else {
        throw Self.damaged(file.path, "a second list within the file", "\(place)")
      }
      let record = try file.bytes(at: place, count: 56)
      guard record.number(at: 0, 4) == Int(Self.end64Signature), let many = record.number(at: 32, 8),
        let long = record.number(at: 40, 8), let far = record.number(at: 48, 8)
      else { throw Self.damaged(file.path, "a list of 64-bit sizes", "other bytes") }
      (count, length, start) = (many, long, far)
    }
    guard start <= size, length <= size - start else {
      throw Self.damaged(file.path, "a list of members within the file", "\(length) bytes at \(start)")
    }
    members = try Self.members(in: try file.bytes(at: start, count: length), count: count, file.path)
    if let name = firstRepeated(members.map(\.name)) {
      throw Self.damaged(file.path, "every member once", "\(quoted(name)) twice")
    }
  }

  private static func members(
    in list: [UInt8], count: Int, _ path: String
  ) throws(StorageError) -> [Member] {
    var members: [Member] = []
    var place = 0
    while members.count < count {
      guard place + 46 <= list.count, list.number(at: place, 4) == Int(memberSignature) else {
        throw damaged(path, "\(count) members", "\(members.count)")
      }
      let (name, extra, comment) = (
        list.number(at: place + 28, 2)!, list.number(at: place + 30, 2)!, list.number(at: place + 32, 2)!
      )
      let next = place + 46 + name + extra + comment
      guard next <= list.count else { throw damaged(path, "names within the list", "one that is longer") }
      var member = Member(
        name: String(decoding: list[(place + 46)..<(place + 46 + name)], as: UTF8.self),
        method: list.number(at: place + 10, 2)!, isEncrypted: list.number(at: place + 8, 2)! & 1 == 1,
        check: UInt32(list.number(at: place + 16, 4)!), packedSize: list.number(at: place + 20, 4)!,
        size: list.number(at: place + 24, 4)!, start: list.number(at: place + 42, 4)!)
      guard member.takeLongSizes(list[(place + 46 + name)..<(place + 46 + name + extra)]) else {
        throw damaged(path, "sizes of 64 bits for \(quoted(member.name))", "others")
      }
      members.append(member)
      place = next
    }
    return members
  }

  /// The first bytes of a member, at most `count`.
  func beginning(of member: Member, count: Int) throws(StorageError) -> [UInt8] {
    let start = try dataStart(of: member)
    guard member.method != 0 else { return try file.bytes(at: start, count: min(count, member.size)) }
    let packed = try file.bytes(at: start, count: member.packedSize)
    guard let bytes = Inflater.unpack(packed, limit: member.size, enough: count) else {
      throw Self.damaged(file.path, "bytes of \(quoted(member.name)) that can be unpacked", "others")
    }
    return bytes
  }

  /// All bytes of a member, checked.
  func contents(of member: Member) throws(StorageError) -> [UInt8] {
    let packed = try file.bytes(at: try dataStart(of: member), count: member.packedSize)
    let bytes: [UInt8]
    if member.method == 0 {
      bytes = packed
    } else {
      guard let unpacked = Inflater.unpack(packed, limit: member.size) else {
        throw Self.damaged(file.path, "bytes of \(quoted(member.name)) that can be unpacked", "others")
      }
      bytes = unpacked
    }
    var check = CRC32()
    check.update(bytes)
    guard bytes.count == member.size, check.value == member.check else {
      throw Self.damaged(
        file.path, "\(member.size) bytes of \(quoted(member.name)) with the checksum \(member.check)",
        "\(bytes.count) with \(check.value)")
    }
    return bytes
  }

  private func dataStart(of member: Member) throws(StorageError) -> Int {
    guard !member.isEncrypted, member.method == 0 || member.method == 8 else {
      throw StorageError(
        .unsupported, path: file.path, expected: "members that are stored or deflated",
        found: member.isEncrypted ? "an encrypted one" : "one packed by method \(member.method)",
        advice: "Write it again with numpy.savez or numpy.savez_compressed.")
    }
    let size = try file.size()
    guard member.start <= size - 30, member.method != 0 || member.size == member.packedSize else {
      throw Self.damaged(file.path, "\(quoted(member.name)) within the file", "another place")
    }
    let header = try file.bytes(at: member.start, count: 30)
    let start = member.start + 30 + header.number(at: 26, 2)! + header.number(at: 28, 2)!
    guard header.number(at: 0, 4) == Int(Self.localSignature), start <= size,
      member.packedSize <= size - start
    else { throw Self.damaged(file.path, "the bytes of \(quoted(member.name)) within the file", "others") }
    return start
  }

  private static func damaged(_ path: String, _ expected: String, _ found: String) -> StorageError {
    .damaged(path, expected: "a zip archive: \(expected)", found: found)
  }
}

extension ZipArchive.Member {
  /// Takes the sizes that did not fit into 32 bits from the extra fields; false where they are missing.
  fileprivate mutating func takeLongSizes(_ extra: ArraySlice<UInt8>) -> Bool {
    let none = Int(UInt32.max)
    guard size == none || packedSize == none || start == none else { return true }
    let fields = Array(extra)
    var place = 0
    while let kind = fields.number(at: place, 2), let length = fields.number(at: place + 2, 2) {
      if kind == 1 {
        var next = place + 4
        for part in [\Self.size, \Self.packedSize, \Self.start] where self[keyPath: part] == none {
          guard let value = fields.number(at: next, 8) else { return false }
          self[keyPath: part] = value
          next += 8
        }
        return true
      }
      place += 4 + length
    }
    return false
  }
}

extension [UInt8] {
  /// A whole number of so many bytes, the lowest first; nil beyond the end, or where it is larger than an `Int`.
  func number(at start: Int, _ size: Int) -> Int? {
    guard start >= 0, start <= count - size else { return nil }
    var value: UInt64 = 0
    for i in 0..<size { value |= UInt64(self[start + i]) << UInt64(8 * i) }
    return Int(exactly: value)
  }
}
