import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("Writing safetensors")
struct SafetensorsWriterTests {
  @Test("The bytes are those of the format: sorted, tiled, padded")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let memory = Memory()
    try SafetensorsFile.write(
      [
        NamedTensor("b", shape: [2, 1], memory.floats([1, 2])),
        NamedTensor("a\"\n", shape: [], memory.floats([-1])),
        NamedTensor("Z", shape: [0, 3], memory.floats([])),
      ], metadata: ["two": "2", "one": "1\\"], to: folder.file("model"))
    let json =
      #"{"__metadata__":{"one":"1\\","two":"2"},"Z":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"#
      + #""a\"\n":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
      + #""b":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}"#
    let padded = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
    let data: [UInt8] = [0, 0, 128, 191, 0, 0, 128, 63, 0, 0, 0, 64]
    #expect(try folder.bytes(of: "model") == header(padded) + data)
    #expect(try folder.names == ["model"])
  }

  @Test("What was written is read back bit by bit, special values included")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let memory = Memory(capacity: 1 << 18)
    var random = SplitMix(state: 3)
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    let values =
      special + (0..<100_000).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random)) }
    let path = folder.file("model")
    try SafetensorsFile.write([NamedTensor("w", shape: [values.count], memory.floats(values))], to: path)
    let file = try SafetensorsFile(path: path)
    let back = memory.floats(Array(repeating: 0, count: values.count))
    try file.read("w", shape: [values.count], into: back)
    #expect(back.array.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("A file without tensors is legal")
  func empty() throws {
    let folder = try TemporaryFolder()
    try SafetensorsFile.write([], to: folder.file("model"))
    #expect(try folder.bytes(of: "model") == header("{}      "))
    #expect(try SafetensorsFile(path: folder.file("model")).tensors.isEmpty)
  }

  @Test("Names twice, the reserved name and wrong counts are refused before anything is written")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let memory = Memory()
    let one = NamedTensor("a", shape: [1], memory.floats([1]))
    let path = folder.file("model")
    let cases: [([NamedTensor], String)] = [
      ([one, one], "every tensor once, found 'a' twice"),
      ([NamedTensor("__metadata__", shape: [1], one.values)], "'__metadata__', which is reserved"),
      ([NamedTensor("a", shape: [2], one.values)], "as its shape [2] has, found 1"),
      ([NamedTensor("a", shape: [-1, -1], one.values)], "as its shape [-1, -1] has, found 1"),
      ([NamedTensor("a", shape: [.max, 2], one.values)], "has, found 1"),
    ]
    for (tensors, message) in cases {
      let error = try storageError { try SafetensorsFile.write(tensors, to: path) }
      #expect(error.reason == .mismatch)
      #expect(error.description.contains(message), "\(error)")
    }
    #expect(try folder.names.isEmpty)
  }
}
