/// What a file is that holds no text in UTF-8, told by its first bytes: of a packed file "convert it to UTF-8" would be no help.
enum FileSignature {
  /// What is told apart, and what can be done about it.
  struct Kind: Equatable {
    let name: String
    let advice: String
  }

  /// How many first bytes are looked at.
  static let length = 512

  /// The kind of the file that begins with `bytes`; nil for what may be text in UTF-8.
  static func kind(of bytes: some Collection<UInt8>) -> Kind? {
    let bytes = Array(bytes.prefix(length))
    for (signature, kind) in kinds where bytes.starts(with: signature) { return kind }
    // A line of text may begin with BZh; of a file of bzip2 the start of a block, or of its end, follows.
    if bytes.starts(with: Array("BZh".utf8)), bytes.count >= 10,
      [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]].contains(
        Array(bytes[4..<10]))
    {
      return packed("bzip2", "bzip2 -dk")
    }
    // The first member's name comes first in an archive of tar.
    if bytes.count >= 262, bytes[257..<262].elementsEqual(Array("ustar".utf8)) {
      return Kind(name: "an archive of tar", advice: "Unpack it first, such as with 'tar -xf'.")
    }
    return unmarkedUTF16(bytes)
  }

  /// Text in UTF-16 without a mark, if it is mostly ASCII: every second byte of it is zero.
  private static func unmarkedUTF16(_ bytes: [UInt8]) -> Kind? {
    guard bytes.count >= 16 else { return nil }
    let pairs = stride(from: 0, to: bytes.count - 1, by: 2).map { (bytes[$0], bytes[$0 + 1]) }
    if pairs.allSatisfy({ $0 != 0 && $1 == 0 }) { return encoded("UTF-16LE") }
    if pairs.allSatisfy({ $0 == 0 && $1 != 0 }) { return encoded("UTF-16BE") }
    return nil
  }

  /// UTF-32 comes before UTF-16, whose mark is the beginning of its own.
  private static let kinds: [([UInt8], Kind)] = [
    ([0x1F, 0x8B], packed("gzip", "gzip -dk")),
    ([0x1F, 0x9D], packed("compress", "gzip -dk")),
    (Array("PK\u{3}\u{4}".utf8), archive("zip", "unzip")),
    (Array("PK\u{5}\u{6}".utf8), archive("zip", "unzip")),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], packed("xz", "xz -dk")),
    ([0x28, 0xB5, 0x2F, 0xFD], packed("zstd", "zstd -dk")),
    ([0x04, 0x22, 0x4D, 0x18], packed("lz4", "lz4 -dk")),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], archive("7z", "7z x")),
    ([0xFF, 0xFE, 0x00, 0x00], encoded("UTF-32")),
    ([0x00, 0x00, 0xFE, 0xFF], encoded("UTF-32")),
    ([0xFF, 0xFE], encoded("UTF-16")),
    ([0xFE, 0xFF], encoded("UTF-16")),
    (Array("%PDF-".utf8), other("a PDF document")),
    (Array("PAR1".utf8), other("a Parquet file")),
    (Array("SQLite format 3\u{0}".utf8), other("a database of SQLite")),
    ([0x93] + Array("NUMPY".utf8), other("an array of NumPy")),
    ([0x89, 0x50, 0x4E, 0x47], other("a picture")),
    ([0xFF, 0xD8, 0xFF], other("a picture")),
  ]

  private static func packed(_ tool: String, _ command: String) -> Kind {
    Kind(name: "a file packed with \(tool)", advice: "Unpack it first, such as with '\(command)'.")
  }

  private static func archive(_ tool: String, _ command: String) -> Kind {
    Kind(
      name: "an archive of \(tool)",
      advice:
        "Unpack it first, such as with '\(command)'; a spreadsheet or document has to be saved as plain text."
    )
  }

  private static func encoded(_ name: String) -> Kind {
    Kind(
      name: "text in \(name)", advice: "Convert it to UTF-8, such as with 'iconv -f \(name) -t UTF-8'.")
  }

  private static func other(_ name: String) -> Kind {
    Kind(name: name, advice: "Save its text as plain text in UTF-8, and give that.")
  }
}
