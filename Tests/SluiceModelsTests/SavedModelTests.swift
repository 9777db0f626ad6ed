import Foundation
import Sluice
import TestSupport
import Testing

@Suite("Models that were saved")
struct SavedModelTests {
  private let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("A classifier answers with the likeliest of its labels, the same alone and among others")
  func classifier() throws {
    try SavedExample.classifier.save(in: folder.path)
    var classifier = try SavedClassifier(run: folder.path)
    let texts = (0..<150).map { String(repeating: ["a", "bc", "cab?"][$0 % 3], count: $0 % 7) }
    let answers = classifier.labels(of: texts)
    #expect(answers.count == texts.count && classifier.labels(of: []).isEmpty)
    for (text, answer) in zip(texts, answers) {
      let probabilities = classifier.probabilities(of: text)
      let alone = classifier.label(text)
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-6 && probabilities.count == 2)
      #expect(alone.index == answer.index && alone.label == ["a", "b"][alone.index])
      #expect(alone.probability == probabilities[alone.index] && alone.probability == probabilities.max())
      #expect(abs(alone.probability - answer.probability) < 1e-6)
    }
  }

  @Test("Characters that were never seen are read as one unknown one")
  func unknownCharacters() throws {
    try SavedExample.classifier.save(in: folder.path)
    var classifier = try SavedClassifier(run: folder.path)
    #expect(classifier.probabilities(of: "a日b") == classifier.probabilities(of: "a!b"))
    #expect(classifier.probabilities(of: "a日b") != classifier.probabilities(of: "acb"))
  }

  @Test(
    "The directions of words are unit vectors, and a word's nearest are all others in falling order",
    arguments: [SavedExample.stems, .gramStems])
  func stems(example: SavedExample) throws {
    try example.save(in: folder.path)
    var stems = try SavedStems(run: folder.path, threads: 1)
    let vectors = stems.vectors(of: ["ab", "a", "日"])
    #expect(vectors.count == 3 && vectors.width == stems.description.settings.width)
    for i in 0..<3 { #expect(abs(vectors.cosine(i, vectors, i) - 1) < 1e-5) }
    let near = stems.nearest(to: "aaa", count: 100)
    #expect(near.count == 19 && !near.contains { $0.word == "aaa" })
    #expect(near.map(\.cosine) == near.map(\.cosine).sorted(by: >))
    #expect(stems.nearest(to: "aaa", count: 3) == Array(near.prefix(3)))
    #expect(stems.nearest(to: "b", count: 100).count == 20)
  }

  @Test(
    "Beside bytes the known words are packed, in a form of its own; a list of earlier versions is read as it was"
  )
  func packedWords() throws {
    try SavedExample.stems.save(in: folder.path, precision: .int8)
    let words = try SavedStems(run: folder.path).words
    #expect(words == (0..<20).map { String(repeating: "a", count: $0 + 1) })
    let path = folder.path + "/run.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(#""format" : "sluice run 2""#) && !text.contains(#""words""#))
    let line = try #require(text.split(separator: "\n").first { $0.contains(#""packedWords""#) })

    let list = #"  "words" : [\#(words.map { "\"\($0)\"" }.joined(separator: ","))],"#
    try text.replacing(line, with: list).replacing("sluice run 2", with: "sluice run 1").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try SavedStems(run: folder.path).words == words)

    for damaged in [#"  "packedWords" : "20 AAAA","#, #"  "packedWords" : 3,"#] {
      try text.replacing(line, with: damaged).write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: StorageError.self) { _ = try SavedStems(run: folder.path) }
      #expect(error?.expected.contains("packedWords") == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  @Test("A language model draws the same words by the same seed, and only words that it knows")
  func sampling() throws {
    try SavedExample.lstm.save(in: folder.path)
    let model = try SavedLanguageModel(run: folder.path, threads: 1)
    let text = model.sample(prompt: "ab", words: 30, seed: 7)
    #expect(text == model.sample(prompt: "ab", words: 30, seed: 7))
    #expect(text != model.sample(prompt: "ab", words: 30, seed: 8))
    let words = text.split(whereSeparator: \.isWhitespace)
    #expect(words.count == 31 && Set(words) == ["ab", "ba"])
    #expect(model.sample(prompt: "so", words: 0) == "so")
  }

  @Test("A language model's nearest words leave out the word itself and the reserved ones")
  func near() throws {
    try SavedExample.lstm.save(in: folder.path)
    var model = try SavedLanguageModel(run: folder.path, threads: 1)
    #expect(model.nearest(to: "ab").map(\.word) == ["ba"])
    #expect(Set(model.nearest(to: "cab").map(\.word)) == ["ab", "ba"])
  }

  @Test("A loss that is told to stop has no result")
  func stoppedLoss() throws {
    try SavedExample.transformer.save(in: folder.path)
    let model = try SavedLanguageModel(run: folder.path, threads: 1)
    let lines = Array(repeating: "ab ba ab", count: 100)
    let corpus = WordCorpus(vocabulary: model.description.vocabulary, test: lines)
    var asked = 0
    let loss = model.loss(corpus, corpus.test) {
      asked += 1
      return asked < 3
    }
    #expect(loss == nil && asked == 3)
  }

  @Test("The run of another job, and a model that is not the described one, are refused with what was found")
  func refused() throws {
    try SavedExample.stems.save(in: folder.path)
    let other = #expect(throws: StorageError.self) { _ = try SavedClassifier(run: folder.path) }
    #expect(other?.expected.contains("sluice train classifier") == true)
    #expect(other?.found.contains("stems") == true)
    let description = folder.file("run.json")
    let text = try String(contentsOfFile: description, encoding: .utf8)
    _ = try folder.write(text.replacing(#""units" : 4"#, with: #""units" : 5"#), to: "run.json")
    let changed = #expect(throws: StorageError.self) { _ = try SavedStems(run: folder.path) }
    #expect(changed?.expected == "settings of the saved model")
  }

  @Test("Parameters are read whole or not at all, and only finite ones")
  func parameters() throws {
    func make(_ value: Float, rows: Int = 3) throws -> Parameters {
      var parameters = Parameters(seed: 1, engine: Engine(threads: 1))
      _ = try parameters.add("a", shape: Shape(2), initializer: .constant(value))
      _ = try parameters.add("b", shape: Shape(rows, 2), initializer: .constant(value))
      return parameters
    }
    let path = folder.file("model.safetensors")
    try make(3).write(to: path)
    let read = try make(1)
    try read.read(from: path)
    #expect(read.handles.flatMap { read.values(of: $0).array } == Array(repeating: 3, count: 8))
    let larger = try make(1, rows: 4)
    #expect(throws: StorageError.self) { try larger.read(from: path) }
    #expect(larger.handles.flatMap { larger.values(of: $0).array } == Array(repeating: 1, count: 10))
    let broken = try make(1)
    if let handle = broken.find("a") { broken.values(of: handle).fill(.nan) }
    try broken.write(to: path)
    let error = #expect(throws: StorageError.self) { try read.read(from: path) }
    #expect(error?.found == "nan at element 0 of 'a'")
  }
}
