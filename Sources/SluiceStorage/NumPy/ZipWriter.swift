import SluiceCore

/// Writes members one after the other as they are, and their list at the end. Sizes beyond 32 bits are no matter.
struct ZipWriter: ~Copyable {
  private var list: [UInt8] = []
  private var count = 0
  private var offset = 0

  init() {}

  /// Writes a member of some bytes and then floats.
  mutating func write(
    _ name: String, _ bytes: [UInt8], _ floats: Floats? = nil, to output: borrowing AtomicFile.Output
  ) throws(StorageError) {
    var check = CRC32()
    check.update(bytes)
    if let floats { check.update(floats) }
    let size = bytes.count + (floats?.count ?? 0) * MemoryLayout<Float>.size
    let header = Self.header(ZipArchive.localSignature, name, check.value, size, start: nil)
    try output.write(header)
    try output.write(bytes)
    if let floats { try output.write(floats) }
    list += Self.header(ZipArchive.memberSignature, name, check.value, size, start: offset)
    offset += header.count + size
    count += 1
  }

  /// Writes the list of members.
  consuming func finish(to output: borrowing AtomicFile.Output) throws(StorageError) {
    var end: [UInt8] = []
    let isLong = offset > Int(UInt32.max) - list.count || count > Int(UInt16.max)
    if isLong {
      end.appendFixed(ZipArchive.end64Signature)
      end.appendFixed(UInt64(44))
      for version in [45, 45] as [UInt16] { end.appendFixed(version) }
      end.appendFixed(UInt64(0))
      for number in [count, count, list.count, offset] { end.appendFixed(UInt64(number)) }
      end.appendFixed(ZipArchive.locatorSignature)
      end.appendFixed(UInt32(0))
      end.appendFixed(UInt64(offset + list.count))
      end.appendFixed(UInt32(1))
    }
    end.appendFixed(ZipArchive.endSignature)
    end.appendFixed(UInt32(0))
    let shown = UInt16(clamping: isLong ? Int(UInt16.max) : count)
    for number in [shown, shown] { end.appendFixed(number) }
    end.appendFixed(UInt32(clamping: list.count))
    end.appendFixed(isLong ? UInt32.max : UInt32(offset))
    end.appendFixed(UInt16(0))
    try output.write(list)
    try output.write(end)
  }

  /// What stands before a member, or for it in the list if it says where that is. The date is the first that there is, so that
  /// the same contents give the same bytes.
  private static func header(
    _ signature: UInt32, _ name: String, _ check: UInt32, _ size: Int, start: Int?
  ) -> [UInt8] {
    let nameBytes = Array(name.utf8)
    let isLong = size >= Int(UInt32.max) || start ?? 0 >= Int(UInt32.max)
    var extra: [UInt8] = []
    if isLong {
      extra.appendFixed(UInt16(1))
      extra.appendFixed(UInt16(start == nil ? 16 : 24))
      for number in [size, size] + (start.map { [$0] } ?? []) { extra.appendFixed(UInt64(number)) }
    }
    var bytes: [UInt8] = []
    bytes.appendFixed(signature)
    let version: UInt16 = isLong ? 45 : 20
    if start != nil { bytes.appendFixed(version) }
    // Names are UTF-8; the method is 0, stored; then the time and the day, 1 January 1980.
    for number in [version, 1 << 11, 0, 0, 1 << 5 | 1] as [UInt16] { bytes.appendFixed(number) }
    bytes.appendFixed(check)
    for _ in 0..<2 { bytes.appendFixed(isLong ? UInt32.max : UInt32(size)) }
    bytes.appendFixed(UInt16(nameBytes.count))
    bytes.appendFixed(UInt16(extra.count))
    if let start {
      // No comment, the first disk, no attributes of a text or a system.
      bytes += [UInt8](repeating: 0, count: 10)
      bytes.appendFixed(isLong ? UInt32.max : UInt32(start))
    }
    return bytes + nameBytes + extra
  }
}
