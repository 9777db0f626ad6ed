import Testing

@testable import SluiceStorage

@Suite("Element types of safetensors")
struct ElementTypeTests {
  /// A file with one tensor `q` of `byteCount` zero bytes.
  private func file(
    _ type: String, shape: String, byteCount: Int, in folder: borrowing TemporaryFolder
  ) throws -> SafetensorsFile {
    let json = #"{"q":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,\#(byteCount)]}}"#
    try folder.write(header(json) + [UInt8](repeating: 0, count: byteCount), to: "typed")
    return try SafetensorsFile(path: folder.file("typed"))
  }

  @Test("Every type of the format is listed, and read or refused by its name", arguments: ElementType.known)
  func everyType(type: ElementType) throws {
    let folder = try TemporaryFolder()
    // Eight elements fill whole bytes, however few bits each has.
    let bits = try #require(type.bitCount)
    let file = try file(type.rawValue, shape: "[2,4]", byteCount: bits, in: folder)
    #expect(file["q"]?.type == type)
    #expect(file["q"]?.shape == [2, 4])
    #expect(file["q"]?.count == 8)
    if type.readsAsFloat {
      #expect(try file.floats("q") == Array(repeating: 0, count: 8))
    } else {
      let error = try storageError { _ = try file.floats("q") }
      #expect(error.reason == .unsupported)
      #expect(error.found.hasPrefix("\(type.rawValue), ") && error.found.hasSuffix(" of \(bits) bits"))
      #expect(try storageError { try file.check("q", shape: [2, 4]) }.reason == .unsupported)
    }
    if type.readsAsInteger {
      #expect(try file.integers("q") == Array(repeating: 0, count: 8))
    } else {
      #expect(try storageError { _ = try file.integers("q") }.reason == .unsupported)
    }
  }

  @Test("A type that is not known is listed as the file calls it, and cannot be read")
  func unknownType() throws {
    let folder = try TemporaryFolder()
    let file = try file("F3_E1M1", shape: "[5]", byteCount: 2, in: folder)
    #expect(file["q"]?.type.rawValue == "F3_E1M1")
    #expect(file["q"]?.count == 5)
    let error = try storageError { _ = try file.floats("q") }
    #expect(error.reason == .unsupported)
    #expect(error.found == "'F3_E1M1', a type that this version does not know")
    #expect(try storageError { _ = try file.integers("q") }.reason == .unsupported)
  }

  @Test(
    "What the reference reader takes is taken",
    arguments: [
      #"{"__metadata__":null,"q":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      #"{"q":{"name":"x","dtype":"F32","shape":[1],"more":[{"a":[1]},null],"data_offsets":[0,4]}}"#,
      #"{"q":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1,"x":2}}"#,
      " \n\t{\"q\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    ])
  func lenience(json: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(header(json) + [0, 0, 128, 63], to: "lenient")
    let file = try SafetensorsFile(path: folder.file("lenient"))
    #expect(try file.floats("q") == [1])
    #expect(file.metadata.isEmpty)
  }
}
