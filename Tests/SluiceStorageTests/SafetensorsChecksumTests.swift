import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("The checksum of a model")
struct SafetensorsChecksumTests {
  private let texts: [CodePoints: String] = ["format": "pt", "note": "é \"1\""]

  private func write(_ folder: TemporaryFolder, _ name: String, withChecksum: Bool = true) throws -> String {
    let memory = Memory()
    try SafetensorsFile.write(
      [
        NamedTensor("w", shape: [2, 1], memory.floats([1, 2])),
        NamedTensor("b", shape: [], memory.floats([0])),
      ], metadata: texts, withChecksum: withChecksum, to: folder.file(name))
    return folder.file(name)
  }

  /// Opens the file and reads everything, as one who loads the model does.
  private func load(_ path: String) throws {
    let file = try SafetensorsFile(path: path)
    for tensor in file.tensors { _ = try file.floats(tensor.name) }
  }

  @Test("The same contents give the same bytes, and the checksum is among the texts")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    let path = try write(folder, "one")
    _ = try write(folder, "two")
    #expect(try folder.bytes(of: "one") == folder.bytes(of: "two"))
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata["sluice.crc32c"] == file.checksum)
    #expect(file.checksum?.count == 8)
    #expect(file.metadata["note"] == texts["note"])
    try load(path)
  }

  @Test("One turned bit anywhere in the file is an error that names it")
  func turnedBits() throws {
    let folder = try TemporaryFolder()
    let bytes = try {
      _ = try write(folder, "model"); return try folder.bytes(of: "model")
    }()
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        try folder.write(changed, to: "model")
        let error = try storageError { try load(folder.file("model")) }
        #expect(error.path == folder.file("model"), "byte \(index), bit \(bit)")
        #expect(
          [.damaged, .truncated, .unsupported].contains(error.reason), "byte \(index), bit \(bit): \(error)")
      }
    }
  }

  @Test("A file without a checksum is read as ever, and listing does not read the values")
  func without() throws {
    let folder = try TemporaryFolder()
    let path = try write(folder, "model", withChecksum: false)
    #expect(try SafetensorsFile(path: path).checksum == nil)
    try load(path)
    _ = try write(folder, "model")
    var bytes = try folder.bytes(of: "model")
    bytes[bytes.count - 1] ^= 1
    try folder.write(bytes, to: "model")
    #expect(try SafetensorsFile(path: path).tensors.count == 2)
    let error = try storageError { try SafetensorsFile(path: path).verify() }
    #expect(error.reason == .damaged)
    #expect(error.description.contains("expected contents with the checksum"))
  }

  @Test("The checksum is of the contents and not of the layout")
  func layout() throws {
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile(path: write(folder, "model"))
    let checksum = try #require(file.checksum)
    // Another writer puts the tensors, the texts and the keys into another order.
    let json =
      #"{"w":{"shape":[2,1],"data_offsets":[0,8],"dtype":"F32"},"b":{"dtype":"F32","shape":[],"#
      + #""data_offsets":[8,12]},"__metadata__":{"sluice.crc32c":"\#(checksum)","note":"\u00e9 \"1\"","#
      + #""sluice.checksum":"crc32c","format":"pt"}}"#
    try folder.write(header(json) + [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], to: "other")
    try load(folder.file("other"))
  }
}
