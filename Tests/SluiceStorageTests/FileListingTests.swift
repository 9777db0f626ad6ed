import SluiceCore
import Testing

@testable import SluiceStorage

@Suite("What files of tensors hold")
struct FileListingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lines(_ path: String) throws -> [String] {
    var lines: [String] = []
    try FileListing.list(path) { lines.append($0) }
    return lines
  }

  private static func model() -> ONNXModel {
    var graph = ONNXGraph(name: "g")
    graph.inputs = [ONNXPort("x", .int64, [.named("texts"), .size(3)])]
    graph.outputs = [ONNXPort("answer\u{1B}", .float, [])]
    graph.initializers = [
      ONNXTensor("w", [2, 3], .floats([1, 2, 3, 4, 5, 6])), ONNXTensor("i", [1], .int64([-1])),
    ]
    var body = ONNXGraph(name: "body")
    body.nodes = [ONNXNode(name: "inner", type: "Tanh", inputs: ["a"], outputs: ["b"])]
    graph.nodes = [
      ONNXNode(
        name: "n", type: "Scan", inputs: ["x", ""], outputs: ["y"],
        attributes: [ONNXAttribute("body", .graph(body))]),
      ONNXNode(name: "m", type: "Tanh", inputs: ["y"], outputs: ["answer\u{1B}"]),
    ]
    var model = ONNXModel(graph)
    model.producer.version = "1"
    model.metadata = [("labels", "[\"a\nb\"]")]
    return model
  }

  @Test(
    "A model of ONNX is listed with what goes in and out, its operators and texts, under any name",
    arguments: ["m.onnx", "m"])
  func onnx(name: String) throws {
    try Self.model().write(to: folder.file(name))
    #expect(
      try lines(folder.file(name)) == [
        "ONNX of sluice 1, operators of ai.onnx 17", #"labels: "["a\nb"]""#, "in  x  int64  [texts, 3]",
        "out  answer\\u{1B}  float32  []", "operators: Tanh 2, Scan 1", "tensors: 2, elements: 7",
      ])
  }

  @Test("Arrays, safetensors and vectors of words are told by their contents")
  func formats() throws {
    #expect(try lines(try fixture("single.npy")) == ["array  <f4  [2, 3, 4]"])
    let arrays = try lines(try fixture("packed.npz"))
    #expect(arrays[0] == "float32     <f4  [2, 3]" && arrays.last == "arrays: 16, elements: 3451")
    #expect(try lines(try fixture("python.safetensors")).last?.hasPrefix("tensors: ") == true)
    try WordVectorFile.write(["a", "ä"], width: 3, values: [1, 2, 3, 4, 5, 6], to: folder.file("v"))
    #expect(try lines(folder.file("v")) == ["vectors of words: 2, elements of each: 3, text"])
    try WordVectorFile.write(
      ["a", "ä"], width: 3, values: [1, 2, 3, 4, 5, 0.1], isBinary: true, to: folder.file("b"))
    #expect(try lines(folder.file("b")) == ["vectors of words: 2, elements of each: 3, binary"])
  }

  @Test("A model that is cut, or has any byte changed, is listed or an error, and never a trap")
  func damaged() throws {
    let whole = Self.model().encoded
    for length in 0..<whole.count {
      try folder.write(Array(whole[..<length]), to: "x.onnx")
      #expect(throws: StorageError.self, "\(length)") { _ = try lines(folder.file("x.onnx")) }
      if length == whole.count - 60 { break }
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var bytes = whole
      bytes[Int.random(in: 0..<whole.count, using: &random)] ^= UInt8(
        1 << Int.random(in: 0..<8, using: &random))
      _ = ONNXFile(path: "x", bytes)
    }
  }

  @Test("A file of no known format, and none, are errors")
  func unknown() throws {
    try folder.write("hello world, this is none of them", to: "x")
    #expect(try storageError { _ = try lines(folder.file("x")) }.found == "none of them")
    try folder.write("", to: "x")
    #expect(try storageError { _ = try lines(folder.file("x")) }.found == "an empty file")
    try folder.write("no header at all", to: "x.safetensors")
    #expect(try storageError { _ = try lines(folder.file("x.safetensors")) }.expected.contains("header"))
    #expect(try storageError { _ = try lines(folder.file("none")) }.reason == .missing)
    #expect(try storageError { _ = try lines(folder.path) }.reason == .wrongKind)
  }

  @Test(
    "Vectors of words come back as they were written, but for words that the formats cannot hold",
    arguments: [true, false])
  func vectors(isBinary: Bool) throws {
    let words = ["sea", "日本", "\u{301}", "</s>"]
    let values = (0..<12).map { Float($0) / 7 - 0.5 }
    try WordVectorFile.write(words, width: 3, values: values, isBinary: isBinary, to: folder.file("v"))
    let file = try WordVectorFile(readingFile: folder.file("v"), words: words, width: 3)
    #expect(file.isBinary == isBinary && file.count == 4)
    #expect((0..<4).flatMap { file.vector($0).map(Array.init) ?? [] } == values)
    for word in ["a b", "a\n", "", "\t"] {
      #expect(throws: StorageError.self) {
        try WordVectorFile.write([word], width: 1, values: [1], to: folder.file("w"))
      }
    }
    #expect(throws: StorageError.self) {
      try WordVectorFile.write(["a", "a"], width: 1, values: [1, 2], to: folder.file("w"))
    }
    #expect(try !folder.names.contains("w"))
  }
}
