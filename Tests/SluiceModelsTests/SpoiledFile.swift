import Foundation

/// Changes files of runs behind the library's back.
enum SpoiledFile {
  /// Writes four bytes at a place of the data of a safetensors file, and takes its checksum away, so that they are found by what they say.
  static func write(_ bits: UInt32, at offset: Int, in path: String) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    for i in 0..<4 { bytes[8 + length + offset + i] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * i)) }
    // Of the same length, so that nothing moves; the digits are not looked at where nothing claims that they are there.
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
      .replacingOccurrences(of: "sluice.checksum", with: "other_.checksum")
      .replacingOccurrences(of: "sluice.crc32c", with: "other_.crc32c")
    bytes.replaceSubrange(8..<8 + length, with: Array(header.utf8))
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let configuration = (path as NSString).deletingLastPathComponent + "/run.json"
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
      .replacingOccurrences(of: #""model" : ""#, with: #""modem" : ""#)
    try text.write(toFile: configuration, atomically: true, encoding: .utf8)
  }
}
