import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Models as graphs of ONNX")
struct GraphTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func classifier(
    _ cell: CellName, layers: Int = 1, _ direction: ReadingDirection = .leftToRight,
    _ pooling: Pooling = .last
  ) throws -> SavedClassifier {
    var settings = ClassifierSettings()
    settings.cell = cell
    settings.layers = layers
    settings.direction = direction
    settings.pooling = pooling
    settings.units = 3
    settings.embeddingWidth = 2
    let run = folder.file("\(cell)\(layers)\(direction)\(pooling)")
    try SavedExample.save(settings, in: run)
    return try SavedClassifier(run: run)
  }

  /// The graph that a classifier is exported as.
  private func graph(of model: borrowing SavedClassifier) throws -> ReadModel {
    try model.export(.onnx, to: folder.file("model.onnx"))
    return try ReadModel(path: folder.file("model.onnx"))
  }

  @Test(
    "Of a classifier that gives any number of labels probabilities are logistic functions, and the thresholds go with it",
    arguments: TextReader.allCases)
  func multilabel(reader: TextReader) throws {
    var settings = ClassifierSettings()
    settings.multilabel = true
    settings.reader = reader
    settings.units = 3
    try SavedExample.save(settings, in: folder.file("run"))
    let model = try SavedClassifier(run: folder.file("run"))
    #expect(model.thresholds == [0.5, 0.5])
    let graph = try graph(of: model)
    let types = graph.graph.allNodes.map(\.type)
    #expect(graph.problems.isEmpty && types.contains("Sigmoid") && !types.contains("Softmax"))
    let file = try Data(contentsOf: URL(fileURLWithPath: folder.file("model.onnx")))
    #expect(file.range(of: Data("thresholds".utf8)) != nil)
  }

  @Test(
    "Every cell, layer, direction and pooling is a sound graph, whose recurrent operators take the lengths",
    arguments: CellName.allCases)
  func classifiers(cell: CellName) throws {
    for layers in 1...3 {
      for direction in ReadingDirection.allCases {
        for pooling in Pooling.allCases {
          let graph = try graph(of: try classifier(cell, layers: layers, direction, pooling))
          #expect(graph.problems.isEmpty && graph.operatorSet == 17)
          #expect(graph.graph.inputs == ["characters", "lengths"])
          #expect(graph.graph.outputs == ["probabilities", "logits", "states"])
          let nodes = graph.graph.allNodes
          let recurrent = nodes.filter { ["GRU", "LSTM", "RNN", "Scan"].contains($0.type) }
          let isNormalized = cell.rawValue.hasPrefix("ln-")
          #expect(recurrent.allSatisfy { ($0.type == "Scan") == isNormalized })
          let directions = direction == .bidirectional ? 2 : 1
          #expect(recurrent.count == layers * (isNormalized ? directions : 1))
          let word =
            ["leftToRight": "forward", "rightToLeft": "reverse"][direction.rawValue] ?? "bidirectional"
          for (i, node) in recurrent.enumerated() {
            if isNormalized {
              let isReversed = direction == .rightToLeft || i % directions == 1
              #expect(node.integers["scan_output_directions"] == [isReversed ? 1 : 0])
              #expect(node.integers["scan_input_directions"] == (isReversed ? [1, 1] : [0, 0]))
            } else {
              #expect(node.texts["direction"] == [word] && node.integers["hidden_size"] == [3])
              #expect(node.inputs.count == 5 && node.inputs[4].hasPrefix("Cast"))
              if node.type == "GRU" { #expect(node.integers["linear_before_reset"] == [1]) }
            }
          }
        }
      }
    }
  }

  @Test(
    "The formulas of ONNX with the weights of the file give the classifier's answers",
    arguments: [CellName.elman, .gru, .lstm], ReadingDirection.allCases)
  func formulas(cell: CellName, direction: ReadingDirection) throws {
    var model = try classifier(cell, direction)
    let file = try graph(of: model)
    let node = try #require(file.graph.nodes.first { ["GRU", "LSTM", "RNN"].contains($0.type) })
    func floats(_ name: String) -> [Float] { file.graph.tensors[name]?.floats ?? [] }
    let embedding = floats("embedding.weight")
    for text in ["", "a", "cab?b"] {
      let x = text.unicodeScalars.map { scalar -> [Float] in
        let id = Int(model.description.alphabet.id(of: scalar))
        return Array(embedding[2 * id..<2 * id + 2])
      }
      var states: [Float] = []
      let ways: [Bool] = direction == .bidirectional ? [false, true] : [direction == .rightToLeft]
      for i in ways.indices {
        func part(_ input: Int) -> [Float] {
          let all = floats(node.inputs[input])
          return Array(all[i * all.count / ways.count..<(i + 1) * all.count / ways.count])
        }
        let formula = OperatorFormula(type: node.type, units: 3, w: part(1), r: part(2), b: part(3))
        states += formula.final(ways[i] ? x.reversed() : x)
      }
      let (weights, biases) = (floats("output.weight"), floats("output.bias"))
      var exponentials: [Double] = []
      for label in 0..<2 {
        var logit = biases[label]
        for (j, state) in states.enumerated() { logit += weights[label * states.count + j] * state }
        exponentials.append(exp(Double(logit)))
      }
      let expected = exponentials.map { $0 / (exponentials[0] + exponentials[1]) }
      #expect(Closeness(model.probabilities(of: text), expected).isWithin(1e-6), "\(text)")
    }
  }

  @Test("Stems and language models of every kind are sound graphs with the inputs and outputs that they say")
  func wordModels() throws {
    try SavedExample.stems.save(in: folder.file("stems"))
    try SavedStems(run: folder.file("stems")).export(.onnx, to: folder.file("m"))
    let stems = try ReadModel(path: folder.file("m"))
    #expect(stems.problems.isEmpty && stems.graph.outputs == ["directions", "vectors"])
    #expect(stems.graph.nodes.first { $0.type == "GRU" }?.texts["direction"] == ["reverse"])
    #expect(stems.graph.inputs == ["characters", "lengths"])

    try SavedExample.gramStems.save(in: folder.file("grams"))
    try SavedStems(run: folder.file("grams")).export(.onnx, to: folder.file("m"))
    let grams = try ReadModel(path: folder.file("m"))
    #expect(grams.problems.isEmpty && grams.graph.outputs == ["directions", "vectors"])
    #expect(grams.graph.inputs == ["characters", "lengths", "ngram_rows", "ngram_weights"])
    #expect(try grams.json("ngram_rows") as? Int == 64 && grams.json("ngram_hashes") as? Int == 2)
    #expect(grams.graph.tensors["ngrams.weight"]?.floats.count == 64 * 64)

    let lstm = ["lengths", "states", "cells"]
    let read: [SavedExample: [String]] = [
      .lstm: ["characters", "letters"] + lstm, .table: ["words"] + lstm,
      .transformer: ["characters", "letters"],
    ]
    for (example, inputs) in read {
      try example.save(in: folder.file("\(example)"))
      try SavedLanguageModel(run: folder.file("\(example)"), threads: 1).export(.onnx, to: folder.file("m"))
      let model = try ReadModel(path: folder.file("m"))
      #expect(model.problems.isEmpty && model.graph.inputs == inputs, "\(example)")
      let states = example == .transformer ? [] : ["next_states", "next_cells"]
      #expect(Set(model.graph.outputs) == Set(["log_probabilities", "vectors"] + states), "\(example)")
      #expect(try model.json("vocabulary") as? [String] == ["ab", "\n", "ba", "<unk>"])
      #expect(try model.json("longest_word") as? Int == 65 && model.json("alphabet") as? String == "abc")
    }
  }

  @Test("Labels and characters with quotes, line ends, zero bytes and emoji come through")
  func texts() throws {
    let labels = ["say \"no\"", "two\nlines\u{2028}", "😀\u{0}\\", "cafe\u{301}", "caf\u{E9}"]
    let characters = "\u{0}\"\\\n😀\u{301}e\u{FEFF}\u{10FFFF}"
    var settings = ClassifierSettings()
    settings.units = 2
    try SavedExample.save(settings, labels: labels, characters: characters, in: folder.file("run"))
    let model = try SavedClassifier(run: folder.file("run"))
    try model.export(.onnx, to: folder.file("m"))
    let read = try ReadModel(path: folder.file("m"))
    let found = try read.json("labels") as? [String]
    #expect(found?.map { Array($0.utf8) } == labels.map { Array($0.utf8) })
    let alphabet = try #require(try read.json("alphabet") as? String)
    #expect(alphabet.unicodeScalars.map(\.value) == model.description.alphabet.scalars)
    #expect(read.texts["job"] == "classifier" && read.texts["version"] == SluiceVersion.current)
    // No text has a zero byte, at which programs in C end it.
    #expect(read.texts.values.allSatisfy { !$0.utf8.contains(0) })
  }
}
