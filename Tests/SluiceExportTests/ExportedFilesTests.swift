import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Weights and vectors for other programs")
struct ExportedFilesTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func classifier(_ cell: CellName, layers: Int = 1, _ direction: ReadingDirection = .leftToRight)
    throws -> SavedClassifier
  {
    var settings = ClassifierSettings()
    settings.cell = cell
    settings.layers = layers
    settings.direction = direction
    settings.units = 3
    let run = folder.file("\(cell)")
    try SavedExample.save(settings, in: run)
    return try SavedClassifier(run: run)
  }

  /// The tensors of a file for PyTorch with their shapes.
  private func shapes(_ path: String) throws -> [String: [Int]] {
    Dictionary(uniqueKeysWithValues: try SafetensorsFile(path: path).tensors.map { ($0.name, $0.shape) })
  }

  @Test(
    "A classifier's weights have PyTorch's names and shapes, and a GRU's second bias is in the candidate alone"
  )
  func gru() throws {
    let model = try classifier(.gru, layers: 2, .bidirectional)
    try model.export(.pyTorch, to: folder.file("s"))
    var expected = ["embedding.weight": [4, 32], "output.weight": [2, 6], "output.bias": [2]]
    for (layer, inputs) in [32, 6].enumerated() {
      for suffix in ["_l\(layer)", "_l\(layer)_reverse"] {
        expected["rnn.weight_ih" + suffix] = [9, inputs]
        expected["rnn.weight_hh" + suffix] = [9, 3]
        expected["rnn.bias_ih" + suffix] = [9]
        expected["rnn.bias_hh" + suffix] = [9]
      }
    }
    #expect(try shapes(folder.file("s")) == expected)
    let file = try SafetensorsFile(path: folder.file("s"))
    let run = try SafetensorsFile(path: folder.file("gru/model.safetensors"))
    #expect(try file.floats("rnn.weight_ih_l1_reverse") == run.floats("gru.weight_ih_l1_reverse"))
    #expect(try file.floats("rnn.bias_ih_l0") == run.floats("gru.bias_l0"))
    #expect(try file.floats("rnn.bias_hh_l0") == Array(repeating: 0, count: 6) + run.floats("gru.bias_hn_l0"))
    #expect(
      file.metadata["format"] == "pt" && file.metadata["labels"] == #"["a","b"]"# && file.checksum != nil)
  }

  @Test(
    "A model that is stored as bytes or halves is exported in single precision, with the numbers it computes with",
    arguments: [StoredPrecision.int8, .bfloat16], SavedExample.allCases)
  func stored(precision: StoredPrecision, example: SavedExample) throws {
    let run = folder.file("run")
    try example.save(in: run, precision: precision)
    switch example {
    case .classifier:
      let model = try SavedClassifier(run: run)
      for (format, name) in [(ExportFormat.npz, "npz"), (.onnx, "onnx"), (.pyTorch, "s")] {
        try model.export(format, to: folder.file(name))
      }
    case .stems, .gramStems:
      let model = try SavedStems(run: run, threads: 1)
      for (format, name) in [(ExportFormat.npz, "npz"), (.onnx, "onnx"), (.pyTorch, "s")] {
        try model.export(format, to: folder.file(name))
      }
    case .lstm, .table, .transformer:
      let model = try SavedLanguageModel(run: run, threads: 1)
      for (format, name) in [(ExportFormat.npz, "npz"), (.onnx, "onnx"), (.pyTorch, "s")] {
        try model.export(format, to: folder.file(name))
      }
    }
    let saved = try SafetensorsFile(path: run + "/model.safetensors")
    let arrays = try NPZFile(path: folder.file("npz"))
    let stored = saved.modelTensors
    #expect(stored.contains { $0.type == (precision == .int8 ? .int8 : .bfloat16) })
    #expect(arrays.entries.count { $0.type != nil } == stored.count)
    for tensor in stored {
      #expect(try arrays.floats(tensor.name) == saved.floats(tensor.name), "\(tensor.name)")
    }
    let state = try SafetensorsFile(path: folder.file("s"))
    #expect(state.tensors.allSatisfy { $0.type == .float32 })
    #expect(try ONNXFile(path: folder.file("onnx")).weights.tensors > 0)
  }

  @Test("A normalized cell's weights are all there under the names of its formulas")
  func normalized() throws {
    try classifier(.normalizedLSTM).export(.pyTorch, to: folder.file("s"))
    let names = try shapes(folder.file("s")).filter { $0.key.hasPrefix("rnn.") }
    #expect(
      names == [
        "rnn.weight_ih_l0": [12, 32], "rnn.weight_hh_l0": [12, 3], "rnn.bias_l0": [12],
        "rnn.gain_ih_l0": [12],
        "rnn.gain_hh_l0": [12], "rnn.gain_c_l0": [3], "rnn.bias_c_l0": [3],
      ])
  }

  @Test(
    "A language model's parts have the names of PyTorch's modules",
    arguments: [SavedExample.lstm, .table, .transformer])
  func languageModels(example: SavedExample) throws {
    try example.save(in: folder.file("run"))
    try SavedLanguageModel(run: folder.file("run"), threads: 1).export(.pyTorch, to: folder.file("s"))
    let shapes = try shapes(folder.file("s"))
    var expected: [String: [Int]]
    switch example {
    case .table:
      expected = [
        "words.weight": [4, 15], "output.head.weight": [3, 8], "output.tail.0.0.weight": [2, 8],
        "output.tail.0.1.weight": [2, 2],
      ]
    default:
      expected = ["characters.weight": [6, 15], "output.weight": [4, 8], "output.bias": [4]]
      for (i, maps) in [10, 20, 30, 40].enumerated() {
        expected["filters.\(i).weight"] = [maps, 15, i + 1]
        expected["filters.\(i).bias"] = [maps]
      }
    }
    for (name, shape) in expected { #expect(shapes[name] == shape, "\(name)") }
    if example == .transformer {
      #expect(
        shapes["positions"] == [35, 8] && shapes["transformer.layers.0.self_attn.in_proj_weight"] == [24, 8])
      #expect(
        shapes["transformer.layers.0.linear1.weight"] == [32, 8] && shapes["transformer.norm.bias"] == [8])
    } else {
      #expect(shapes["rnn.weight_hh_l0"] == [32, 8] && shapes["highways.0.gate.weight"]?.count == 2)
    }
  }

  @Test("A convolution's weights are turned to PyTorch's order of map, element and place")
  func convolution() throws {
    try SavedExample.lstm.save(in: folder.file("run"))
    try SavedLanguageModel(run: folder.file("run"), threads: 1).export(.pyTorch, to: folder.file("s"))
    let own = try SafetensorsFile(path: folder.file("run/model.safetensors")).floats("characters.filter_3")
    let turned = try SafetensorsFile(path: folder.file("s")).floats("filters.2.weight")
    for (place, map, element) in [(0, 0, 1), (2, 29, 14), (1, 7, 3)] {
      #expect(turned[(map * 15 + element) * 3 + place] == own[(place * 30 + map) * 15 + element])
    }
  }

  @Test("Arrays hold every parameter to the bit, and the description beside them")
  func arrays() throws {
    try classifier(.normalizedGRU).export(.npz, to: folder.file("a.npz"))
    let file = try NPZFile(path: folder.file("a.npz"))
    let run = try SafetensorsFile(path: folder.file("normalizedGRU/model.safetensors"))
    #expect(file.entries.count == run.tensors.count + 1)
    for tensor in run.tensors { #expect(try file.floats(tensor.name) == run.floats(tensor.name)) }
    let description =
      try JSONSerialization.jsonObject(with: Data(try file.bytes("description.json"))) as? [String: Any]
    #expect(
      description?["labels"] as? [String] == ["a", "b"] && description?["job"] as? String == "classifier")
  }

  @Test(
    "Vectors of words are those that the model gives, the end of a sentence under the name of word2vec",
    arguments: [ExportFormat.vectors, .binaryVectors])
  func vectors(format: ExportFormat) throws {
    try SavedExample.lstm.save(in: folder.file("run"))
    let model = try SavedLanguageModel(run: folder.file("run"), threads: 1)
    #expect(try model.export(format, to: folder.file("v")).isEmpty)
    let file = try WordVectorFile(
      readingFile: folder.file("v"), words: ["ab", "</s>", "ba", "<unk>"], width: model.width)
    #expect(file.foundCount == 4 && file.isBinary == (format == .binaryVectors))
    let expected = model.vectors(of: ["ab", "\n", "ba", "<unk>"])
    #expect((0..<4).flatMap { file.vector($0).map(Array.init) ?? [] } == expected)
  }

  @Test("Words that the format cannot hold are left out, which is said")
  func spaces() throws {
    try SavedExample.stems.save(in: folder.file("run"))
    let run = folder.file("run/run.json")
    let text = try String(contentsOfFile: run, encoding: .utf8)
    try text.replacing(#""aaa","#, with: #""a a","#).write(toFile: run, atomically: true, encoding: .utf8)
    let stems = try SavedStems(run: folder.file("run"), threads: 1)
    #expect(stems.words.contains("a a"))
    let notes = try stems.export(.vectors, to: folder.file("v"))
    #expect(notes.count == 1 && notes[0].hasPrefix("1 of 20 words"))
    let file = try WordVectorFile(
      readingFile: folder.file("v"), words: ["aa"], width: stems.description.settings.width)
    #expect(file.count == 19)
    #expect(file.vector(0).map(Array.init) == stems.vectors(of: ["aa"]).rows)
  }

  @Test(
    "A file that cannot be written leaves the one that was there, whatever the format",
    arguments: ExportFormat.allCases)
  func unwritable(format: ExportFormat) throws {
    try SavedExample.stems.save(in: folder.file("run"))
    let stems = try SavedStems(run: folder.file("run"), threads: 1)
    let missing = #expect(throws: StorageError.self) {
      try stems.export(format, to: folder.file("none/file"))
    }
    #expect(missing?.reason == .missing && missing?.path == folder.file("none/file"))
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: true)
    #expect(throws: StorageError.self) { try stems.export(format, to: folder.file("folder")) }
    _ = try folder.write("old", to: "old")
    let model = try classifier(.gru)
    if format == .vectors || format == .binaryVectors {
      let error = #expect(throws: StorageError.self) { try model.export(format, to: folder.file("old")) }
      #expect(error?.reason == .unsupported)
      #expect(try String(contentsOfFile: folder.file("old"), encoding: .utf8) == "old")
    }
    #expect(try folder.names() == ["folder", "gru", "old", "run"])
  }
}
