import SluiceCore

/// The checksum of what a safetensors file holds, in the order of the names' bytes, however the file lays it out.
///
/// Two texts of `__metadata__` hold it: `sluice.crc32c` the digits, and `sluice.checksum` that they are there. With one alone, a
/// turned bit in its key would make a file without a checksum of one with a wrong one.
struct ContentsCheck {
  static let statementKey: CodePoints = "sluice.checksum"
  static let digitsKey: CodePoints = "sluice.crc32c"
  private static let statement = "crc32c"

  /// The check so far: after `begin`, the bytes of the tensor go on with it.
  var value = CRC32C()

  /// Begins with the texts, those of the checksum itself left out.
  init(metadata: [CodePoints: String]) {
    let keys = metadata.keys.filter { $0 != Self.statementKey && $0 != Self.digitsKey }
    value.update(keys.count)
    for key in keys.sorted() {
      value.update(counted: key.text)
      value.update(counted: metadata[key]!)
    }
  }

  /// Goes on with what the header says of the next tensor.
  mutating func begin(_ name: String, _ type: String, _ shape: [Int]) {
    value.update(counted: name)
    value.update(counted: type)
    value.update(shape.count)
    for size in shape { value.update(size) }
  }

  /// The texts that store a checksum.
  static func texts(_ digits: String) -> [CodePoints: String] {
    [statementKey: statement, digitsKey: digits]
  }

  /// Whether a file says that it has a checksum.
  static func isClaimed(by metadata: [CodePoints: String]) -> Bool {
    metadata[statementKey] != nil || metadata[digitsKey] != nil
  }

  /// The checksum that a file stores; nil where a part of it is missing.
  static func checksum(in metadata: [CodePoints: String]) -> String? {
    guard metadata[statementKey] == statement, let digits = metadata[digitsKey], digits.utf8.count == 8 else {
      return nil
    }
    return digits
  }
}
