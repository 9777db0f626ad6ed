import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("Arrays of NumPy")
struct NumPyTests {
  @Test(
    "Every type, order of bytes and order of indices reads as NumPy meant it, packed or not",
    arguments: ["arrays.npz", "packed.npz"])
  func types(name: String) throws {
    let file = try NPZFile(path: try fixture(name))
    #expect(file.entries.count == 16)
    func entry(_ name: String) -> NPZFile.Entry? { file.entries.first { $0.name == name } }
    #expect(entry("float32") == NPZFile.Entry(name: "float32", type: "<f4", shape: [2, 3]))
    #expect(entry("number")?.shape == [] && entry("nothing")?.shape == [0, 4])
    #expect(entry("texts")?.type == "<U2" && entry("fields")?.type == "fields")
    #expect(try file.floats("float32") == [-2, -1, 0, 1, 2, 3])
    #expect(try file.floats("float64").map(\.bitPattern) == [1.5, -0.0, 0, 0x1p40].map(\Float.bitPattern))
    #expect(try file.floats("float16") == [0.5, -65504, 0x1p-24])
    #expect(try file.floats("big_endian") == [1.25, -3])
    #expect(try file.floats("columns") == (0..<24).map(Float.init))
    #expect(try file.integers("int8") == [-128, 127])
    #expect(try file.integers("uint16") == [65_535])
    #expect(try file.integers("int64_big") == [.min, 1 << 62])
    #expect(try file.integers("truth") == [1, 0])
    #expect(try file.floats("number") == [7.25] && file.floats("nothing").isEmpty)
    let long = (0..<3_000).map { Float(($0 % 7) * ($0 / 500)) }
    #expect(try file.floats("long") == long)
    #expect(try file.floats("noise").count == 400)
  }

  @Test("Packed and plain are the same bits")
  func packed() throws {
    let (plain, packed) = (
      try NPZFile(path: try fixture("arrays.npz")), try NPZFile(path: try fixture("packed.npz"))
    )
    #expect(try plain.floats("noise").map(\.bitPattern) == packed.floats("noise").map(\.bitPattern))
  }

  @Test("One array by itself reads the same")
  func single() throws {
    let file = try NPYFile(path: try fixture("single.npy"))
    #expect(file.type == "<f4" && file.shape == [2, 3, 4])
    #expect(try file.floats() == (0..<24).map(Float.init))
    #expect(try storageError { _ = try file.integers() }.found.contains("<f4"))
  }

  @Test(
    "What is no float, no whole number or too large, and a name that is not there, are errors that say so")
  func refused() throws {
    let file = try NPZFile(path: try fixture("packed.npz"))
    #expect(try storageError { _ = try file.floats("texts") }.found.contains("<U2"))
    #expect(try storageError { _ = try file.floats("int8") }.reason == .unsupported)
    #expect(try storageError { _ = try file.integers("uint64") }.found.contains("larger"))
    #expect(try storageError { _ = try file.floats("none") }.found.contains("'float32'"))
  }

  @Test("Tensors and texts come back as they were written, and the same contents are the same bytes")
  func written() throws {
    let folder = try TemporaryFolder()
    let arena = Arena<Float>(capacity: 64, named: "test")
    let values = arena[arena.allocate(6)]
    for i in 0..<6 { values[i] = Float(i) / 3 }
    values[5] = .nan
    let tensors = [
      NamedTensor("ä.weight", shape: [2, 3], values), NamedTensor("row", shape: [4], values[0..<4]),
      NamedTensor("one", shape: [], values[1..<2]), NamedTensor("none", shape: [0], values[0..<0]),
    ]
    let texts = [(name: "description.json", text: "{\"a\": \"\\u0000\"}\n")]
    for name in ["a.npz", "b.npz"] { try NPZFile.write(tensors, texts: texts, to: folder.file(name)) }
    #expect(try folder.bytes(of: "a.npz") == folder.bytes(of: "b.npz"))
    let file = try NPZFile(path: folder.file("a.npz"))
    #expect(file.entries.map(\.name) == ["ä.weight", "row", "one", "none", "description.json"])
    #expect(file.entries.map(\.shape).dropLast() == [[2, 3], [4], [], [0]])
    #expect(try file.floats("ä.weight").map(\.bitPattern) == values.array.map(\.bitPattern))
    #expect(try file.floats("one") == [1 / 3])
    #expect(try String(decoding: file.bytes("description.json"), as: UTF8.self) == texts[0].text)
    #expect(
      try storageError { try NPZFile.write(tensors + tensors, to: folder.file("c")) }.found.contains("twice"))
  }

  @Test(
    "A file that is cut anywhere, or has any byte changed, is an error or reads as before, and never a trap",
    arguments: ["arrays.npz", "packed.npz", "single.npy"])
  func damaged(name: String) throws {
    let folder = try TemporaryFolder()
    let source = try fixture(name)
    let file = try File.reading(source)
    let whole = try file.bytes(at: 0, count: try file.size())
    func read() throws -> [UInt32] {
      if name.hasSuffix(".npy") { return try NPYFile(path: folder.file("x")).floats().map(\.bitPattern) }
      let file = try NPZFile(path: folder.file("x"))
      return try ["float32", "columns", "long", "noise"].flatMap { try file.floats($0).map(\.bitPattern) }
    }
    try folder.write(whole, to: "x")
    let expected = try read()
    var random = SystemRandomNumberGenerator()
    var refused = 0
    for round in 0..<150 {
      var bytes = whole
      if round % 3 == 0 {
        bytes.removeLast(Int.random(in: 1...whole.count, using: &random))
      } else {
        // The list of members at the end is as likely to be hit as all before it.
        let first = round % 3 == 1 ? 0 : max(0, whole.count - 1_500)
        bytes[Int.random(in: first..<whole.count, using: &random)] ^= UInt8(
          1 << Int.random(in: 0..<8, using: &random))
      }
      try folder.write(bytes, to: "x")
      do { _ = try read() } catch is StorageError { refused += 1 }
    }
    #expect(refused >= 50 && !expected.isEmpty)
  }

  @Test("What a wrong header says is not believed")
  func headers() throws {
    let folder = try TemporaryFolder()
    func error(_ header: String, _ rest: [UInt8] = []) throws -> StorageError {
      let text = Array(header.utf8)
      try folder.write(NPYHeader.magic + [1, 0, UInt8(text.count), 0] + text + rest, to: "x")
      return try storageError { _ = try NPYFile(path: folder.file("x")).floats() }
    }
    #expect(
      try error("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", [0, 0, 0, 0]).reason
        == .truncated)
    #expect(
      try error("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 8), }").reason
        == .damaged)
    #expect(try error("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }").reason == .damaged)
    #expect(try error("{'descr': '<f4', 'shape': (), }").expected.contains("fortran_order"))
    #expect(try error("{'descr': '|O', 'fortran_order': False, 'shape': (), }").found.contains("|O"))
    #expect(try error(String(repeating: "(", count: 200)).reason == .damaged)
    #expect(try error("{'descr': '<f4', 'fortran_order': False, 'shape': (), } x").reason == .damaged)
  }

  @Test("A check of zip archives is that of its standard")
  func check() {
    var check = CRC32()
    check.update(Array("123456789".utf8))
    #expect(check.value == 0xCBF4_3926)
  }
}
