import Testing

@testable import SluiceStorage

/// The beginning of a safetensors file: the length of the header, and the header.
func header(_ json: String) -> [UInt8] {
  let bytes = Array(json.utf8)
  return (0..<8).map { UInt8(bytes.count >> (8 * $0) & 255) } + bytes
}

@Suite("Damaged safetensors")
struct SafetensorsDamageTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    let json: String
    let dataSize: Int
    let message: String
    var testDescription: String { message }

    init(_ json: String, _ dataSize: Int, _ message: String) {
      self.json = json
      self.dataSize = dataSize
      self.message = message
    }
  }

  static let damages = [
    Damage("", 0, "'{' at its beginning, found the end of the text"),
    Damage("[]", 0, "'{' at its beginning, found '['"),
    Damage(" x{}", 0, "'{' at its beginning, found 'x' at byte 1"),
    Damage("{", 0, "expected a header of safetensors: a key in double quotes, found the end of the text"),
    Damage("{} x", 0, "the end of the text, found 'x' at byte 3 of the header"),
    Damage(#"{"a":1}"#, 0, "an object for 'a'"),
    Damage(#"{"a":{}}"#, 0, "dtype, shape and data_offsets for 'a', found fewer"),
    Damage(#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "data_offsets for 'a', found fewer"),
    Damage(
      #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2,
      "elements that fill whole bytes for 'a', found 12 bits (F4 [3])"),
    Damage(
      #"{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,4]}}"#, 4,
      "3 bytes (F6_E2M3 [4]) for 'a', found 4"),
    Damage(
      #"{"a":{"dtype":"F31","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4,
      "a shape whose size can be computed"),
    Damage(#"{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#, 4, "the name of an element type"),
    Damage(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "a size in a shape, found -1"),
    Damage(#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "a size in a shape, found 1.0"),
    Damage(#"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4, "a size in a shape"),
    Damage(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4, "two offsets"),
    Damage(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "two offsets, the smaller first"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "8 bytes (F32 [2]) for 'a', found 4"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0,
      "a shape whose size can be computed"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[9223372036854775807,2,0],"data_offsets":[0,0]}}"#, 0,
      "a shape whose size can be computed"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}"#, 0,
      "a size in a shape, found 99999999999999999999"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "'a' to begin at byte 0 of the data, found that it begins at 4"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8, "'b' to begin at byte 8 of the data, found that it begins at 4"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      12, "'b' to begin at byte 4 of the data, found that it begins at 8"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "expected 4 bytes of data, found 8"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "expected 4 bytes of data, found 3"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8, "every tensor once, found 'a' twice"),
    Damage(
      #"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "dtype of 'a' once, not twice"),
    Damage(
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":}}"#, 4,
      "a value, found '}'"),
    Damage(#"{"__metadata__":nul}"#, 0, "a value"),
    Damage(#"{"__metadata__":null,"__metadata__":null}"#, 0, "one __metadata__"),
    Damage(#"{"__metadata__":{"a":1}}"#, 0, "a text in __metadata__"),
    Damage(#"{"__metadata__":{"a":"","a":""}}"#, 0, "every text once, found 'a' twice"),
    Damage(#"{"__metadata__":{},"__metadata__":{}}"#, 0, "one __metadata__"),
  ]

  @Test("A damaged header is refused with what was expected and what came", arguments: damages)
  func damagedHeader(damage: Damage) throws {
    let folder = try TemporaryFolder()
    try folder.write(header(damage.json) + [UInt8](repeating: 0, count: damage.dataSize), to: "damaged")
    let path = folder.file("damaged")
    let error = try storageError { _ = try SafetensorsFile(path: path) }
    #expect([.damaged, .truncated].contains(error.reason))
    #expect(error.path == path)
    #expect(error.description.contains(damage.message), "\(error)")
  }

  @Test("A sound header passes where the damaged ones fail")
  func soundHeader() throws {
    let folder = try TemporaryFolder()
    let json = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}, "__metadata__" : {"k":"v"} }   "#
    try folder.write(header(json) + [0, 0, 128, 63], to: "sound")
    let file = try SafetensorsFile(path: folder.file("sound"))
    #expect(try file.floats("a") == [1])
    #expect(file.metadata == ["k": "v"])
  }

  @Test("A file shorter than its header, and a header longer than allowed, are refused")
  func lengths() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "empty")
    #expect(try storageError { _ = try SafetensorsFile(path: folder.file("empty")) }.reason == .truncated)
    try folder.write([9, 0, 0, 0, 0, 0, 0, 0, 123, 125], to: "short")
    #expect(try storageError { _ = try SafetensorsFile(path: folder.file("short")) }.reason == .truncated)
    try folder.write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 123, 125], to: "huge")
    let huge = try storageError { _ = try SafetensorsFile(path: folder.file("huge")) }
    #expect(huge.reason == .damaged)
    #expect(huge.description.contains("at most 100000000 bytes, found 18446744073709551615"))
  }

  @Test("What is no regular file is refused")
  func otherKinds() throws {
    let folder = try TemporaryFolder()
    #expect(try storageError { _ = try SafetensorsFile(path: folder.path) }.reason == .wrongKind)
    #expect(try storageError { _ = try SafetensorsFile(path: "/dev/null") }.reason == .wrongKind)
    #expect(try storageError { _ = try SafetensorsFile(path: folder.file("none")) }.reason == .missing)
    #expect(try storageError { _ = try SafetensorsFile(path: "") }.reason == .missing)
    #expect(try storageError { _ = try SafetensorsFile(path: "a\0b") }.reason == .missing)
  }

  @Test("A file cut at any byte is refused, never a trap")
  func truncation() throws {
    let folder = try TemporaryFolder()
    let whole = try [UInt8](contentsOf: fixture("python.safetensors"))
    for length in 0..<whole.count {
      try folder.write(Array(whole[..<length]), to: "cut")
      let error = try storageError { try readEverything(folder.file("cut")) }
      #expect([.truncated, .damaged].contains(error.reason))
      #expect(!error.description.contains("\n"))
    }
    try folder.write(whole, to: "cut")
    try readEverything(folder.file("cut"))
  }

  @Test("A file with flipped bytes is read or refused, never a trap", arguments: 1...4)
  func flips(seed: Int) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(state: UInt64(seed))
    let whole = try [UInt8](contentsOf: fixture("python.safetensors"))
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    var refused = 0
    for _ in 0..<250 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        // Mostly in the header, where there is something to break.
        let place = Int.random(in: 0..<headerEnd + 16, using: &random)
        bytes[place] =
          Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : bytes[place] ^ 1
      }
      try folder.write(bytes, to: "flipped")
      do {
        try readEverything(folder.file("flipped"))
      } catch {
        refused += 1
        let error = try #require(error as? StorageError)
        #expect(!error.description.contains("\n"))
      }
    }
    #expect(refused > 50)
  }

  /// Opens the file and reads every tensor in every way.
  private func readEverything(_ path: String) throws {
    let file = try SafetensorsFile(path: path)
    for tensor in file.tensors {
      if tensor.type.readsAsFloat { _ = try file.floats(tensor.name) }
      if tensor.type.readsAsInteger { _ = try file.integers(tensor.name) }
    }
  }
}

extension [UInt8] {
  init(contentsOf path: String) throws {
    let file = try File.reading(path)
    self = try file.bytes(at: 0, count: file.size())
  }
}
